/**
 * Step 6 of the way: the body of an HTTP answer, without trust in its length. In: a response and a limit. Out: its bytes,
 * or the news that there are more.
 */

import { allocateBytes } from "./allocate.ts";

/** How a body is read. */
export interface ReadBodyOptions {
  /** What to call the source in messages. */
  readonly name: string;
  /** No more bytes than this are kept; the first byte behind it ends the reading. */
  readonly limitBytes: number;
  /** What is allocated at once: the length where it is certain, else a guess. Doubled when it runs full. */
  readonly firstCapacityBytes: number;
  readonly signal: AbortSignal;
  /** Told of each piece as it arrives. */
  readonly onBytes: (count: number) => void;
}

/**
 * The whole body, or `undefined` if it is longer than the limit; it is cancelled then.
 *
 * Memory: at most twice the bytes that came, and the piece in hand, whatever the headers claim.
 * Rejects with the signal's reason, and with what the platform gives for a broken connection.
 */
export async function readBody(response: Response, options: ReadBodyOptions): Promise<Uint8Array | undefined> {
  const { name, limitBytes, signal, onBytes } = options;
  const reader = bodyOf(response).getReader();
  // Ends a pending read of a stream that does not know the signal, such as one made by a caller's own fetch.
  const onAbort = (): void => void reader.cancel(signal.reason).catch(ignore);
  signal.addEventListener("abort", onAbort, { once: true });
  let kept = allocateBytes(Math.min(options.firstCapacityBytes, limitBytes), name);
  let length = 0;
  try {
    for (;;) {
      signal.throwIfAborted();
      const { done, value } = await reader.read();
      signal.throwIfAborted();
      if (done) return length === kept.byteLength ? kept : kept.slice(0, length);
      onBytes(value.byteLength);
      if (length + value.byteLength > limitBytes) {
        reader.cancel().catch(ignore);
        return undefined;
      }
      if (length + value.byteLength > kept.byteLength) {
        const larger = allocateBytes(Math.min(limitBytes, Math.max(length + value.byteLength, length * 2)), name);
        larger.set(kept.subarray(0, length));
        kept = larger;
      }
      kept.set(value, length);
      length += value.byteLength;
    }
  } finally {
    signal.removeEventListener("abort", onAbort);
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
