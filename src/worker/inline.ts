/** Step 4', the executor without workers: the same function on the calling thread. */

import type { CodecRegistry } from "../codec/registry.ts";
import type { Executor } from "./executor.ts";
import { runTask } from "./task.ts";

/** Runs tasks at once, where it is called. `fallback` says why, where workers were asked for. */
export function inlineExecutor(codecs: CodecRegistry, fallback?: string): Executor {
  return {
    workers: 0,
    fallback,
    run: async (task, signal) => {
      signal?.throwIfAborted();
      return runTask(task, codecs);
    },
    close: () => undefined,
  };
}
