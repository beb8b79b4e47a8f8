/** Step 4', the executor without workers: the same function on the calling thread. */

import type { Executor } from "../codec/executor.ts";
import type { CodecRegistry } from "../codec/registry.ts";
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
