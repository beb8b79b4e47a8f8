/** Reads under way for what is seen of something long. What has been scrolled past is stopped; what is still seen goes on. */

interface Running {
  readonly start: number;
  readonly end: number;
  readonly abort: AbortController;
}

/** The reads of one view. */
export class ReadsInView {
  private running: Running[] = [];

  /** Stops the reads of which nothing lies from `start` (inclusive) to `end` (exclusive). */
  keep(start: number, end: number): void {
    for (const read of this.running) if (read.end <= start || read.start >= end) read.abort.abort();
    this.running = this.running.filter(({ abort }) => !abort.signal.aborted);
  }

  /** Whether somebody is reading `index`. */
  has(index: number): boolean {
    return this.running.some(({ start, end }) => index >= start && index < end);
  }

  /** Reads from `start` to `end`. @returns What came; undefined if it was stopped. @throws as `read` */
  async run<T>(start: number, end: number, read: (signal: AbortSignal) => Promise<T>): Promise<T | undefined> {
    const own = { start, end, abort: new AbortController() };
    this.running.push(own);
    try {
      const value = await read(own.abort.signal);
      return own.abort.signal.aborted ? undefined : value;
    } catch (error) {
      if (own.abort.signal.aborted) return undefined;
      throw error;
    } finally {
      this.running = this.running.filter((other) => other !== own);
    }
  }

  /** Stops all. */
  stop(): void {
    this.keep(0, 0);
  }
}
