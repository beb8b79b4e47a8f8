/**
 * Step 6 of the way: the body of an HTTP answer, without trust in its length. In: a response and a limit. Out: its bytes,
 * or the news that there are more.
 */

import { allocateBytes } from "./allocate.ts";

/**
 * Bytes of a range as they come, over several answers if need be: one that breaks off leaves what it has brought, and the
 * next one goes on behind it. Memory: at most twice the bytes that came, or what was certain beforehand.
 */
export class BodyBuffer {
  readonly #name: string;
  readonly #limitBytes: number;
  #kept: Uint8Array;
  #length = 0;

  /**
   * @param limitBytes No more bytes than this are kept.
   * @param firstCapacityBytes What is allocated at once: the length where it is certain, else a guess. Doubled when it runs full.
   */
  constructor(name: string, limitBytes: number, firstCapacityBytes = limitBytes) {
    this.#name = name;
    this.#limitBytes = limitBytes;
    this.#kept = allocateBytes(Math.min(firstCapacityBytes, limitBytes), name);
  }

  /** Bytes so far. */
  get length(): number {
    return this.#length;
  }

  get isFull(): boolean {
    return this.#length === this.#limitBytes;
  }

  get bytes(): Uint8Array {
    return this.#length === this.#kept.byteLength ? this.#kept : this.#kept.slice(0, this.#length);
  }

  /** Forgets what came behind the first `length` bytes. */
  cut(length: number): void {
    this.#length = length;
  }

  /**
   * Appends the whole body. False if that is longer than there is room: then it is cancelled, and nothing of it is kept.
   * Rejects with the signal's reason, and with what the platform gives for a broken connection.
   */
  async append(response: Response, signal: AbortSignal, onBytes: (count: number) => void): Promise<boolean> {
    const reader = bodyOf(response).getReader();
    // Ends a pending read of a stream that does not know the signal, such as one made by a caller's own fetch.
    const onAbort = (): void => void reader.cancel(signal.reason).catch(ignore);
    signal.addEventListener("abort", onAbort, { once: true });
    const before = this.#length;
    try {
      for (;;) {
        signal.throwIfAborted();
        const { done, value } = await reader.read();
        signal.throwIfAborted();
        if (done) return true;
        onBytes(value.byteLength);
        if (!this.#take(value)) {
          this.#length = before;
          reader.cancel().catch(ignore);
          return false;
        }
      }
    } catch (error) {
      reader.cancel(error).catch(ignore);
      throw error;
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }

  #take(piece: Uint8Array): boolean {
    const length = this.#length + piece.byteLength;
    if (length > this.#limitBytes) return false;
    if (length > this.#kept.byteLength) {
      const larger = allocateBytes(Math.min(this.#limitBytes, Math.max(length, this.#length * 2)), this.#name);
      larger.set(this.#kept.subarray(0, this.#length));
      this.#kept = larger;
    }
    this.#kept.set(piece, this.#length);
    this.#length = length;
    return true;
  }
}

/** Tells the server that nothing more of this answer is wanted. */
export function cancelBody(response: Response | undefined): void {
  // A stream that is locked or broken cannot be cancelled, and need not be.
  if (response?.body && !response.body.locked) response.body.cancel().catch(ignore);
}

function bodyOf(response: Response): ReadableStream<Uint8Array> {
  return response.body ?? new ReadableStream({ start: (controller) => controller.close() });
}

function ignore(): void {}
