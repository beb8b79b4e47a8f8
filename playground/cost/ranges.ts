/** Byte ranges that were read, joined where they touch. */

import type { ByteRange } from "parcode-web";

/** Sorted ranges without overlaps, and `added` among them. */
export function withRange(ranges: readonly ByteRange[], added: ByteRange): readonly ByteRange[] {
  if (added.end <= added.start) return ranges;
  const before = ranges.filter(({ end }) => end < added.start);
  const behind = ranges.filter(({ start }) => start > added.end);
  const touched = ranges.slice(before.length, ranges.length - behind.length);
  const start = Math.min(added.start, touched[0]?.start ?? added.start);
  const end = Math.max(added.end, touched.at(-1)?.end ?? added.end);
  return [...before, { start, end }, ...behind];
}

/** Bytes of `range` that are in `ranges`, which are as {@link withRange} gives them. */
export function bytesWithin(ranges: readonly ByteRange[], { start, end }: ByteRange): number {
  let bytes = 0;
  for (const range of ranges) bytes += Math.max(0, Math.min(range.end, end) - Math.max(range.start, start));
  return bytes;
}
