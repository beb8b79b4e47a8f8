/**
 * Step 3, on a thread that others need: work goes on for less than a frame, then the event loop has its turn. In: time. Out:
 * promises that are kept in a task of their own.
 */

/**
 * Work goes on no longer than this without letting events in. Shorter than a frame of a screen (16.7 ms), with room for what
 * the page does in it. A turn costs 5 to 10 µs.
 */
const SLICE_MILLISECONDS = 10;

/**
 * Chromium, slices of 10 ms, frames per second and messages of a worker that sends 200: a message to ourselves 61 and 200;
 * `scheduler.yield` 10 and none, since it goes before everything else; `setTimeout` as the message, but it waits for 4 ms, and
 * for a second in a page that is hidden. In Node a message to ourselves goes before everything else, and `setImmediate` does not.
 */
const { setImmediate } = globalThis as { setImmediate?: (task: () => void) => unknown };

/** The turns of one write. Close it at the end: in some places an open channel keeps a program alive. */
export class Turns {
  private sliceEnd = performance.now() + SLICE_MILLISECONDS;
  private channel: MessageChannel | undefined;
  private resume: () => void = () => undefined;

  /** Whether the event loop should have its turn. */
  get isOver(): boolean {
    return performance.now() > this.sliceEnd;
  }

  /** Gives the event loop a turn. @throws the signal's reason, if it was aborted meanwhile. */
  async give(signal: AbortSignal | undefined): Promise<void> {
    await new Promise<void>((resolve) => {
      if (setImmediate !== undefined) {
        setImmediate(resolve);
      } else if (typeof MessageChannel === "function") {
        this.resume = resolve;
        this.open().postMessage(undefined);
      } else {
        setTimeout(resolve, 0);
      }
    });
    signal?.throwIfAborted();
    this.sliceEnd = performance.now() + SLICE_MILLISECONDS;
  }

  /** What a routine returns, with turns between its steps. */
  async through<T>(routine: Generator<undefined, T, unknown>, signal: AbortSignal | undefined): Promise<T> {
    try {
      for (;;) {
        const result = routine.next();
        if (result.done === true) return result.value;
        if (this.isOver) await this.give(signal);
      }
    } finally {
      // What it has open is closed, also where it is not gone through to its end.
      routine.return(undefined as never);
    }
  }

  close(): void {
    this.channel?.port1.close();
  }

  private open(): MessagePort {
    if (this.channel === undefined) {
      this.channel = new MessageChannel();
      this.channel.port1.onmessage = () => this.resume();
    }
    return this.channel.port2;
  }
}
