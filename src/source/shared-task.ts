/**
 * Step 6 of the way, shared by sources and caches: one run of some work for all who wait for it. In: how to start the
 * work. Out: its result for every caller; a success is kept, a failure is forgotten, so that the next call tries again.
 */
import { untilAborted } from "./abort.ts";

interface Run<T> {
  readonly controller: AbortController;
  readonly result: Promise<T>;
  waiting: number;
  settled: boolean;
}

/** Work that many may ask for and that is done once. One caller's abort is no other caller's: only the last one ends it. */
export class SharedTask<T> {
  readonly #start: (signal: AbortSignal) => Promise<T>;
  #current: Run<T> | undefined;

  constructor(start: (signal: AbortSignal) => Promise<T>) {
    this.#start = start;
  }

  /** The result of the run in progress or done, or of a new one. Rejects with the reason of `signal` when that aborts. */
  async run(signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    this.#current ??= this.#begin();
    const run = this.#current;
    run.waiting += 1;
    try {
      return await untilAborted(run.result, signal);
    } finally {
      run.waiting -= 1;
      if (run.waiting === 0 && !run.settled) this.#abandon(run, signal?.reason);
    }
  }

  #begin(): Run<T> {
    const controller = new AbortController();
    const run: Run<T> = { controller, result: this.#start(controller.signal), waiting: 0, settled: false };
    // Also keeps the failure of an abandoned run, for which nobody waits, from being reported as unhandled.
    run.result.then(
      () => {
        run.settled = true;
      },
      () => {
        run.settled = true;
        this.#forget(run);
      },
    );
    return run;
  }

  #abandon(run: Run<T>, reason: unknown): void {
    this.#forget(run);
    run.controller.abort(reason);
  }

  #forget(run: Run<T>): void {
    if (this.#current === run) this.#current = undefined;
  }
}
