/**
 * What the options of a call say about workers. In: options. Out: what runs the codecs. In a module of its own: a reader without
 * workers does not carry it.
 */

import type { Executor } from "./codec/executor.ts";
import { type CodecRegistry, defaultCodecs } from "./codec/registry.ts";
import type { WorkerOptions } from "./options.ts";
import { lazyPool } from "./worker/lazy.ts";
import { defaultWorkerCount, spawnWorker } from "./worker/spawn.ts";
import { checkWorkers } from "./worker-count.ts";

/**
 * Workers for the codecs, or undefined where they run on the calling thread. Registered codecs run there, unless
 * `createWorker` starts workers that know them.
 */
export function executorOf(options: WorkerOptions, codecs: CodecRegistry = defaultCodecs): Executor | undefined {
  const { workers = "auto", createWorker } = options;
  checkWorkers(workers);
  if (workers === false) return undefined;
  const count = workers === "auto" ? defaultWorkerCount() : workers;
  if (codecs !== defaultCodecs && createWorker === undefined) return undefined;
  return lazyPool({ workers: count, createWorker: createWorker ?? spawnWorker, codecs });
}
