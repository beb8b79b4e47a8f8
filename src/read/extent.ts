/** Step 7: what reading a shard or bucket would bring, and how much of it to read ahead. In: its container. Out: bytes, from places alone. */

import type { Chunk } from "../format/chunk.ts";

/**
 * Bytes of a child, and of all that lies below it, as far as its place in the file tells. I/O: none.
 * @param alone Whether what lies below it is left out.
 * @returns Undefined where there is no such child, or none that can be: whoever reads it says what is wrong.
 */
export function extentOf(container: Chunk, index: number, alone: boolean): number | undefined {
  if (index >= container.childCount) return undefined;
  try {
    const { offset, length, start } = container.child(index);
    if (alone) return length;
    if (start !== undefined) return offset + length - start;
    // Written one after the other, a child and all below it lie behind the child in front.
    const before = index === 0 ? undefined : container.child(index - 1);
    const end = before === undefined ? offset : before.offset + before.length;
    return length + Math.max(0, offset - end);
  } catch {
    return undefined;
  }
}

/** How far to read ahead, in bytes. */
export interface Reach {
  /** At most ahead of what is used. */
  readonly ahead: number;
  /** At most in one batch, unless one shard is more: it is decoded in one piece. */
  readonly batch: number;
}

/** From storage of the machine, two batches hide what a read costs. */
export const NEAR: Reach = { ahead: 2 * 1024 * 1024, batch: 1024 * 1024 };

/**
 * How far to read ahead of a walk, at most: from afar, as many reads of the largest size as go at once. By default that is what a
 * line of 1 Gbit/s brings in 200 ms.
 */
export function mostAhead(
  isRemote: boolean,
  { maxReadBytes, maxReadsInFlight }: { readonly maxReadBytes: number; readonly maxReadsInFlight: number },
): Reach {
  return isRemote ? { ahead: maxReadBytes * maxReadsInFlight, batch: maxReadBytes } : NEAR;
}
