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
