/**
 * Makes the checksums of a changed file right again, so that what lies behind them is reached. In: a file as it should be, and
 * the same file with bytes changed in place. Out: nothing; the changed one has checksums that hold.
 */
import { crc32 } from "../../src/bytes/crc32.ts";
import { xxh64Checksum } from "../../src/codec/checksum.ts";
import type { Anatomy } from "./anatomy.ts";

export function seal(original: Uint8Array, changed: Uint8Array, { chunks, trailer, head }: Anatomy): void {
  // Children stand behind their parents in the list, and are sealed before them.
  for (let index = chunks.length - 1; index >= 0; index--) {
    const { offset, length, parent } = chunks[index] as Anatomy["chunks"][number];
    const before = checksum(original, offset, offset + length);
    const after = checksum(changed, offset, offset + length);
    const holder = parent < 0 ? undefined : chunks[parent];
    if (holder !== undefined) {
      replace(original, changed, holder.offset, holder.offset + holder.storedLength, before, after);
      continue;
    }
    for (const end of [trailer, head])
      if (end !== undefined) replace(original, changed, end.start, end.end, before, after);
  }
  sealEnds(changed, trailer, head);
}

/** The checksums of trailer, head and footer; they are not part of the tree. */
export function sealEnds(changed: Uint8Array, trailer: Anatomy["trailer"], head: Anatomy["head"]): void {
  const view = new DataView(changed.buffer, changed.byteOffset, changed.byteLength);
  if (trailer === undefined) return;
  const crcAt = trailer.end - 8;
  view.setUint32(crcAt, crc32(changed, trailer.start, crcAt), true);
  if (head !== undefined) view.setUint32(head.end - 4, crc32(changed, head.start, head.end - 4), true);
  view.setUint32(changed.length - 4, crc32(changed, changed.length - 26, changed.length - 4) || 1, true);
}

function checksum(bytes: Uint8Array, start: number, end: number): Uint8Array {
  const out = new Uint8Array(8);
  xxh64Checksum.write(bytes, start, end, out, 0);
  return out;
}

/** Puts `after` where `before` stands; a checksum does not compress, so it stands as it is inside of LZ4 too. */
function replace(
  original: Uint8Array,
  changed: Uint8Array,
  start: number,
  end: number,
  before: Uint8Array,
  after: Uint8Array,
): void {
  for (let at = start; at + before.length <= end; at++) {
    let same = 0;
    while (same < before.length && original[at + same] === before[same]) same++;
    if (same === before.length) changed.set(after, at);
  }
}
