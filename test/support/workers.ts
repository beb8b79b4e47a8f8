/** Workers for tests: ours as it is in Chromium; in Node the built one, since Node does not run TypeScript. */

import type { AnyWorker } from "../../src/worker/pool.ts";
import { spawnWorker } from "../../src/worker/spawn.ts";

interface Threads {
  readonly Worker: new (url: URL) => AnyWorker;
}

/** A worker with the library's script. In Node `npm run build` must have made it. */
export function testWorker(): AnyWorker {
  if (typeof Worker === "function") return spawnWorker();
  const threads = process.getBuiltinModule("node:worker_threads") as unknown as Threads;
  return new threads.Worker(new URL("../../dist/src/worker/worker.js", import.meta.url));
}

type Post = (...message: readonly unknown[]) => void;

/** Ends a worker as running out of memory does; a browser's tells nobody, so the event of one that does is sent. */
export function crash(worker: AnyWorker): void {
  if ("on" in worker) worker.terminate();
  else worker.dispatchEvent?.(new ErrorEvent("error", { message: "out of memory" }));
}

/** A worker that dies with the task of this number, counted from 1, before it has arrived. */
export function dyingWorker(at: number): AnyWorker {
  const worker = testWorker();
  const post = worker.postMessage.bind(worker) as Post;
  let tasks = 0;
  worker.postMessage = (...message: readonly unknown[]) => (++tasks < at ? post(...message) : crash(worker));
  return worker;
}

/** A worker that never says that it is ready. */
export function silentWorker(): AnyWorker {
  const nothing = () => undefined;
  return { postMessage: nothing, addEventListener: nothing, removeEventListener: nothing, terminate: nothing };
}

/** Starts workers, and watches what they are given. */
export class WatchedWorkers {
  /** Workers started so far, and those of them that were ended. */
  started = 0;
  ended = 0;
  /** Tasks that a worker has been given and not answered, at most, in one worker. */
  mostTasksInOne = 0;

  readonly createWorker = (): AnyWorker => {
    this.started++;
    const worker = testWorker();
    let underWay = 0;
    const post = worker.postMessage.bind(worker) as Post;
    worker.postMessage = (...message: readonly unknown[]) => {
      underWay++;
      this.mostTasksInOne = Math.max(this.mostTasksInOne, underWay);
      post(...message);
    };
    // The first message says that it is ready; each other one answers a task.
    const heard = (data: unknown) => {
      if (typeof data === "object") underWay--;
    };
    if ("on" in worker) worker.on("message", heard);
    else worker.addEventListener("message", (event) => heard((event as MessageEvent).data));
    const end = worker.terminate.bind(worker);
    worker.terminate = () => {
      this.ended++;
      return end();
    };
    return worker;
  };
}
