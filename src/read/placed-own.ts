/**
 * Step 7: elements that are moved to where they belong, in the memory that the source has made for what it read. In: shards in
 * one piece. Out: that memory, with the elements and nothing else, each shard compared with its checksum; or nothing.
 */

import type { ChildRef } from "../format/bounds.ts";
import { META_BYTES } from "../format/layout.ts";
import type { ByteRange } from "../source/source.ts";
import type { Routine } from "./drive.ts";
import { isAsExpected, type PlacedList } from "./placed-shard.ts";
import type { Scope } from "./scope.ts";

/** So much at once: until it is here, nobody hears how far it is. */
const MAX_BYTES = 64 * 1024 * 1024;
/** One of so many bytes is read twice at most. */
const MAX_TWICE = 4;

/**
 * Two reads: as many bytes as there are elements, and from the first shard on that is not all in them to the end. Moved to the
 * front, the elements of the others leave room for those of the last.
 */
export function* readAndMove(scope: Scope, list: PlacedList): Routine<ArrayBuffer | undefined> {
  const { refs, table, width } = list;
  const byteLength = table.total * width;
  const start = (refs[0] as ChildRef).offset;
  const end = endOf(refs[refs.length - 1] as ChildRef);
  const first = refs.findIndex((ref) => endOf(ref) > start + byteLength);
  const rest = (refs[first] as ChildRef).offset;
  if (byteLength > MAX_BYTES || (end - rest) * MAX_TWICE > byteLength) return undefined;
  const reads = [
    { start, end: start + byteLength },
    { start: rest, end },
  ];
  const found: Uint8Array[] = [];
  scope.admit(reads, true);
  scope.announce(reads);
  yield { read: () => readOwn(scope, reads, found), readSync: () => undefined };
  const [front, back] = found;
  if (front === undefined || back === undefined || front.buffer.byteLength !== byteLength) return undefined;
  let to = 0;
  for (let index = 0; index < refs.length; index++) {
    const ref = refs[index] as ChildRef;
    const count = table.itemsIn(index);
    const at = index < first ? ref.offset - start : ref.offset - rest;
    const shard = (index < first ? front : back).subarray(at, at + ref.length);
    const tailAt = ref.length - META_BYTES;
    const from = tailAt - count * width;
    const ends = { ref, count, head: shard.subarray(0, from), tail: shard.subarray(tailAt) };
    if (!isAsExpected(scope, ends, [shard])) return undefined;
    front.set(shard.subarray(from, tailAt), to);
    to += count * width;
  }
  return front.buffer as ArrayBuffer;
}

const endOf = ({ offset, length }: ChildRef): number => offset + length;

async function readOwn(scope: Scope, reads: readonly ByteRange[], found: Uint8Array[]): Promise<void> {
  const { store, signal } = scope;
  const read = async (range: ByteRange, index: number): Promise<void> => {
    found[index] = await store.reads.readOwn(range, signal);
    signal?.throwIfAborted();
    scope.progress(range.end - range.start, 0);
  };
  await Promise.all(reads.map(read));
}
