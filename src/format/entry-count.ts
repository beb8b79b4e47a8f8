/** How many entries a hash map may claim. Checked as all numbers of a file are; see bounds.ts. */

import { corrupt } from "./bounds.ts";

/** Bytes that one entry takes at least in the index of its bucket. */
const MIN_ENTRY_BYTES = 12;

/** LZ4 gives no more bytes than that for one, and no codec does for hashes, which are two thirds of the index. */
const MOST_RATIO = 255;

/** Checks that buckets of so many stored bytes can have as many entries as their container says. */
export function checkEntryCount(count: number, bucketBytes: number, chunkOffset: number): void {
  const most = Math.floor((bucketBytes * MOST_RATIO) / MIN_ENTRY_BYTES);
  if (count <= most) return;
  throw corrupt(chunkOffset, `at most ${most} entries in buckets of ${bucketBytes} bytes`, String(count));
}
