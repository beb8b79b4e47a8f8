/** Long work in slices, so that a page draws its frames meanwhile. */

/** Less than a frame of 60 a second, with room for the page itself. */
const SLICE_MILLISECONDS = 8;

/** Gives the thread away, once a slice of work is over. */
export class Turns {
  private readonly signal: AbortSignal | undefined;
  private end = performance.now() + SLICE_MILLISECONDS;

  constructor(signal: AbortSignal | undefined) {
    this.signal = signal;
  }

  get isOver(): boolean {
    return performance.now() > this.end;
  }

  /** @throws the signal's reason, if it was aborted. */
  async give(): Promise<void> {
    await new Promise<void>((resolve) => {
      // A timer would wait for 4 ms each time, and for a second in a page that is hidden.
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        resolve();
      };
      port2.postMessage(null);
    });
    this.signal?.throwIfAborted();
    this.end = performance.now() + SLICE_MILLISECONDS;
  }
}
