/**
 * Step 5 of the way, shared by asynchronous sinks: one call after the other, for callers who do not wait. In: work. Out: the
 * same work, started when all before it has ended.
 */

/** Runs work in the order of the calls. A failure is its caller's; what comes after it runs all the same. */
export class CallQueue {
  /** Settles when everything so far has. Never rejects. */
  #last: Promise<void> = Promise.resolve();
  #pending = 0;

  /** Whether work given now would start at once. */
  get isIdle(): boolean {
    return this.#pending === 0;
  }

  run(work: () => Promise<void>): Promise<void> {
    this.#pending += 1;
    const result = this.#last.then(work);
    const done = (): void => {
      this.#pending -= 1;
    };
    this.#last = result.then(done, done);
    return result;
  }
}
