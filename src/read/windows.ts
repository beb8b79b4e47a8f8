/** Step 7: neighbouring chunks that are read together: enough for long reads, and a bound for what is held at once. */

import type { ChildRef } from "../format/bounds.ts";

/** Stored bytes of a window: large enough for long reads, small beside the values they give. */
const WINDOW_BYTES = 8 * 1024 * 1024;

/** Where the next two are on their way already: half as many bytes again are held by all three. */
export const AHEAD_WINDOW_BYTES = 4 * 1024 * 1024;

/** As many as a processor's cache holds: for reads that cost no round trip and go into the room of the one before. */
export const SHORT_WINDOW_BYTES = 1024 * 1024;

/** `items` in their order, as many at a time as fit into `windowBytes`; one that is larger comes alone. */
export function* windows<T extends { readonly ref: ChildRef }>(
  items: readonly T[],
  windowBytes = WINDOW_BYTES,
): Generator<T[]> {
  let window: T[] = [];
  let bytes = 0;
  for (const item of items) {
    if (bytes > 0 && bytes + item.ref.length > windowBytes) {
      yield window;
      window = [];
      bytes = 0;
    }
    window.push(item);
    bytes += item.ref.length;
  }
  if (window.length > 0) yield window;
}

/** Room for what one window reads; the next one has it after it. Fresh memory costs more than what is read into it. */
export class WindowRoom {
  private readonly bytes: Uint8Array;
  private used = 0;

  constructor(byteLength: number) {
    this.bytes = new Uint8Array(byteLength);
  }

  /** For the next window: nobody looks at what the last one has read. */
  reset(): void {
    this.used = 0;
  }

  /** Room for a read; undefined where that is more than there is. */
  take(byteLength: number): Uint8Array | undefined {
    const start = this.used;
    if (start + byteLength > this.bytes.length) return undefined;
    this.used = start + byteLength;
    return this.bytes.subarray(start, this.used);
  }
}

/**
 * Stored bytes of one load from which workers are asked, where the caller wants them: a pool takes 50 ms and more to
 * start, in which the kernel decompresses some 50 MB on the calling thread.
 */
export const MIN_PARALLEL_BYTES = 32 * 1024 * 1024;
