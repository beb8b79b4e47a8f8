/** Step 4', starting a worker with the library's own script, in a browser or in Node. */

import type { AnyWorker } from "./pool.ts";

interface NodeThreads {
  readonly Worker: new (url: URL, options: { execArgv: readonly string[] }) => AnyWorker;
}

/** Workers to use where the caller leaves it open: one core stays free for the page, and more than 4 only wait for memory. */
export function defaultWorkerCount(): number {
  const cores = (globalThis as { navigator?: { hardwareConcurrency?: number } }).navigator?.hardwareConcurrency;
  return Math.min(4, Math.max(1, (cores ?? nodeCores() ?? 2) - 1));
}

/**
 * A worker with our script. Bundlers find the script by the exact form of this expression; where one does not, pass
 * `createWorker`.
 * @throws what the platform throws where there are no workers or a policy forbids them.
 */
export function spawnWorker(): AnyWorker {
  if (typeof Worker === "function") {
    return new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
  }
  const threads = builtin<NodeThreads>("node:worker_threads");
  if (threads === undefined) throw new ReferenceError("there are no workers here");
  // The program's own flags are not for a worker: some, such as --input-type, do not let it start.
  return new threads.Worker(new URL("./worker.js", import.meta.url), { execArgv: [] });
}

function nodeCores(): number | undefined {
  return builtin<{ availableParallelism(): number }>("node:os")?.availableParallelism();
}

/** A module of Node, without an import that bundlers for browsers would trip over. */
function builtin<Module>(name: string): Module | undefined {
  const { process } = globalThis as { process?: { getBuiltinModule?: (name: string) => unknown } };
  return process?.getBuiltinModule?.(name) as Module | undefined;
}
