/** Step 7: what reading a shard or bucket would bring. In: its container. Out: bytes, from places alone. */

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
