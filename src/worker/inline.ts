/** Step 4', the executor without workers: the same function on the calling thread. */

import type { Executor } from "../codec/executor.ts";
import type { CodecRegistry } from "../codec/registry.ts";
import { ClosedError } from "../errors.ts";
import { runTask } from "./task.ts";

/** Runs tasks at once, where it is called. `fallback` says why, where workers were asked for. */
export function inlineExecutor(codecs: CodecRegistry, fallback?: string): Executor {
  let closed = false;
  return {
    workers: 0,
    fallback,
    run: async (task, signal) => {
      if (closed) throw closedError();
      signal?.throwIfAborted();
      return runTask(task, codecs);
    },
    close: () => {
      closed = true;
    },
  };
}

/** What every executor says to a task that comes, or is under way, when it is closed. */
export function closedError(): ClosedError {
  return new ClosedError("The workers were ended while they had something to do.");
}
