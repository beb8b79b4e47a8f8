/**
 * The entries of a hash map → buckets, for writers. Twin of src/graph/buckets.ts, same bytes. The loader puts entries into the memory, one
 * behind the other, each a key and its value, and says where each starts; what is found out about them stands in tables.
 * SLACK bytes behind the entries, and behind a bucket's place, must be in the memory.
 */

import { RESULT } from "./memory.ts";
import { hashBytes } from "./xxh64.ts";

const MARKER_U16: u32 = 251;
const MARKER_U32: u32 = 252;

/** Rust ends a str with a byte that no UTF-8 text contains. */
const STR_END: u8 = 0xff;

/** The tables: the hash of each entry's key; where it starts, and the last one ends; its bucket; the entries of all buckets, and where each ends. */
let hashes: usize = 0;
let starts: usize = 0;
let bucketOf: usize = 0;
let order: usize = 0;
let ends: usize = 0;

/** Places the tables of `size` entries from `at` on, a multiple of 8; returns where they end. */
export function layTables(at: usize, size: usize): usize {
  hashes = at;
  starts = hashes + (size << 3);
  bucketOf = starts + ((size + 1) << 2);
  order = bucketOf + (size << 2);
  ends = order + (size << 2);
  memory.fill(ends, 0, (size + 1) << 2);
  return ends + ((size + 1) << 2);
}

/**
 * Hashes the keys of the entries `from` to `to`, which are texts. Those whose mark has no bit of `mask`, or is not known here, are
 * listed from `chosen` on, unless that is 0; returns their number.
 */
export function hashTexts(from: usize, to: usize, mask: u32, chosen: usize): usize {
  let next = chosen;
  for (let entry = from; entry < to; entry++) {
    const at = <usize>load<u32>(starts + (entry << 2));
    let length = <usize>load<u8>(at);
    let text = at + 1;
    if (length === MARKER_U16) {
      length = <usize>load<u16>(text);
      text += 2;
    } else if (length === MARKER_U32) {
      length = <usize>load<u32>(text);
      text += 4;
    }
    const end = text + length;
    const behind = load<u8>(end);
    store<u8>(end, STR_END);
    hashBytes(text, length + 1);
    store<u8>(end, behind);
    store<u64>(hashes + (entry << 3), load<u64>(RESULT));
    if (chosen !== 0 && isChosen(text, length, mask)) {
      store<u32>(next, <u32>entry);
      next += 4;
    }
  }
  return (next - chosen) >> 2;
}

/** Twin of `markOfText` in src/graph/sample.ts, for ASCII, whose bytes are its characters. */
function isChosen(text: usize, length: usize, mask: u32): bool {
  for (let at = text; at < text + length; at++) if (load<u8>(at) > 0x7f) return true;
  const step: isize = length < 32 ? 1 : <isize>(length >> 4);
  let mark = <u32>length;
  for (let i = <isize>length - 1; i >= 0; i -= step) mark = (mark ^ <u32>load<u8>(text + i)) * 0x01000193;
  return (((mark * 0x9e3779b1) >> 15) & mask) === 0;
}

/** Finds the buckets of the entries `from` to `to`, and counts them. */
export function countEntries(from: usize, to: usize, bucketCount: u32): void {
  for (let entry = from; entry < to; entry++) {
    const bucket = <u32>(load<u64>(hashes + (entry << 3)) % <u64>bucketCount);
    store<u32>(bucketOf + (entry << 2), bucket);
    const count = ends + ((<usize>bucket) << 2);
    store<u32>(count, load<u32>(count) + 1);
  }
}

/** Counts → where each bucket starts; placing its entries moves that to where it ends. */
export function startBuckets(bucketCount: usize): void {
  let start: u32 = 0;
  for (let at = ends; at < ends + (bucketCount << 2); at += 4) {
    const count = load<u32>(at);
    store<u32>(at, start);
    start += count;
  }
}

/** Puts the entries `from` to `to` among those of their buckets. */
export function placeEntries(from: usize, to: usize): void {
  for (let entry = from; entry < to; entry++) {
    const place = ends + ((<usize>load<u32>(bucketOf + (entry << 2))) << 2);
    const at = load<u32>(place);
    store<u32>(order + ((<usize>at) << 2), <u32>entry);
    store<u32>(place, at + 1);
  }
}

/** Places that an entry is moved by on average, at most: keys chosen to have like hashes get a sort that does not mind. */
const MAX_MOVES: i32 = 16;

/**
 * Puts the entries at `from` to `to` of the order into the order of their hashes, then of their bytes. `scratch` has room for a power of
 * two of u32 that is not below their number, twice.
 * @returns The first place whose entry has the hash of the one before it; `to` if there is none.
 */
export function sortEntries(from: usize, to: usize, scratch: usize): usize {
  const first = order + (from << 2);
  const end = order + (to << 2);
  const count = to - from;
  if (count > 1) dealByUpperBits(first, end, <u32>count, scratch);
  let movesLeft = <i32>count * MAX_MOVES;
  for (let i = first + 4; i < end; i += 4) {
    const entry = load<u32>(i);
    let at = i;
    while (at > first && isBefore(entry, load<u32>(at - 4))) {
      store<u32>(at, load<u32>(at - 4));
      at -= 4;
    }
    store<u32>(at, entry);
    movesLeft -= <i32>((i - at) >> 2);
    if (movesLeft < 0) {
      heapSort(first, count);
      break;
    }
  }
  return findEqual(from + 1, to);
}

/** The first place of the order from `from` on, below `to`, whose entry has the hash of the one before it; `to` if there is none. */
export function findEqual(from: usize, to: usize): usize {
  for (let at = from; at < to; at++) {
    const place = order + (at << 2);
    if (hashOf(load<u32>(place - 4)) === hashOf(load<u32>(place))) return at;
  }
  return to;
}

function hashOf(entry: u32): u64 {
  return load<u64>(hashes + ((<usize>entry) << 3));
}

/** A sort by as many upper bits as there are entries, which is nearly all that is to be done. */
function dealByUpperBits(first: usize, end: usize, count: u32, scratch: usize): void {
  const shift = 32 + clz<u32>(count - 1);
  const slots = (<usize>1) << (64 - shift);
  const dealt = scratch + (slots << 2);
  memory.fill(scratch, 0, slots << 2);
  for (let at = first; at < end; at += 4) {
    const slot = scratch + ((<usize>(hashOf(load<u32>(at)) >> shift)) << 2);
    store<u32>(slot, load<u32>(slot) + 1);
  }
  let start = dealt;
  for (let slot = scratch; slot < dealt; slot += 4) {
    const members = <usize>load<u32>(slot);
    store<u32>(slot, <u32>start);
    start += members << 2;
  }
  for (let at = first; at < end; at += 4) {
    const entry = load<u32>(at);
    const slot = scratch + ((<usize>(hashOf(entry) >> shift)) << 2);
    const to = load<u32>(slot);
    store<u32>(to, entry);
    store<u32>(slot, to + 4);
  }
  memory.copy(first, dealt, end - first);
}

/** Whether entry `a` comes before `b`: by hash, then by bytes. */
function isBefore(a: u32, b: u32): bool {
  const hashA = hashOf(a);
  const hashB = hashOf(b);
  if (hashA !== hashB) return hashA < hashB;
  let atA = startOf(a);
  let atB = startOf(b);
  const endA = startOf(a + 1);
  const endB = startOf(b + 1);
  for (; atA < endA && atB < endB; atA++, atB++) {
    const byteA = load<u8>(atA);
    const byteB = load<u8>(atB);
    if (byteA !== byteB) return byteA < byteB;
  }
  return atA === endA && atB !== endB;
}

function startOf(entry: u32): usize {
  return <usize>load<u32>(starts + ((<usize>entry) << 2));
}

function heapSort(first: usize, count: usize): void {
  for (let root = count >> 1; root > 0; root--) siftDown(first, root - 1, count);
  for (let end = count - 1; end > 0; end--) {
    const last = load<u32>(first + (end << 2));
    store<u32>(first + (end << 2), load<u32>(first));
    store<u32>(first, last);
    siftDown(first, 0, end);
  }
}

function siftDown(first: usize, from: usize, count: usize): void {
  const entry = load<u32>(first + (from << 2));
  let root = from;
  for (;;) {
    let child: usize = (root << 1) + 1;
    if (child >= count) break;
    let larger = load<u32>(first + (child << 2));
    if (child + 1 < count && isBefore(larger, load<u32>(first + ((child + 1) << 2)))) {
      child++;
      larger = load<u32>(first + (child << 2));
    }
    if (!isBefore(entry, larger)) break;
    store<u32>(first + (root << 2), larger);
    root = child;
  }
  store<u32>(first + (root << 2), entry);
}

const HEAD_BYTES: usize = 8;
const HASH_BYTES: usize = 8;
const OFFSET_BYTES: usize = 4;

/** Bytes of the largest of the buckets. */
export function largestBucket(bucketCount: usize): usize {
  let largest: usize = 0;
  let from: usize = 0;
  for (let bucket: usize = 0; bucket < bucketCount; bucket++) {
    const to = <usize>load<u32>(ends + (bucket << 2));
    let byteLength = HEAD_BYTES + (to - from) * (HASH_BYTES + OFFSET_BYTES);
    for (; from < to; from++) {
      const entry = load<u32>(order + (from << 2));
      byteLength += startOf(entry + 1) - startOf(entry);
    }
    if (byteLength > largest) largest = byteLength;
  }
  return largest;
}

/**
 * Bytes of a bucket with the entries at `from` to `to` of the order. It looks at both ends of each: entries lie all over the memory, and
 * a processor fetches many at once for so short a loop, but few for the one that copies.
 */
export function bucketBytes(from: usize, to: usize): usize {
  let byteLength = HEAD_BYTES + (to - from) * (HASH_BYTES + OFFSET_BYTES);
  let seen: u32 = 0;
  for (let at = order + (from << 2); at < order + (to << 2); at += 4) {
    const entry = load<u32>(at);
    const start = startOf(entry);
    const end = startOf(entry + 1);
    byteLength += end - start;
    seen |= <u32>load<u8>(start) | <u32>load<u8>(end);
  }
  // Kept, so that what was looked at counts as used.
  store<u32>(RESULT, seen);
  return byteLength;
}

/** Writes that bucket to `target`. */
export function writeBucket(from: usize, to: usize, target: usize): void {
  const count = to - from;
  store<u32>(target, <u32>count);
  store<u32>(target + 4, 0);
  let hashAt = target + HEAD_BYTES;
  let offsetAt = hashAt + count * HASH_BYTES;
  const blob = offsetAt + count * OFFSET_BYTES;
  let next = blob;
  for (let at = order + (from << 2); at < order + (to << 2); at += 4) {
    const entry = load<u32>(at);
    store<u64>(hashAt, hashOf(entry));
    store<u32>(offsetAt, <u32>(next - blob));
    hashAt += HASH_BYTES;
    offsetAt += OFFSET_BYTES;
    const start = startOf(entry);
    const length = startOf(entry + 1) - start;
    copy(next, start, length);
    next += length;
  }
}

/** Copies 16 bytes at a time, and up to 15 too many, which the next entry is written over. */
function copy(to: usize, from: usize, length: usize): void {
  if (length > 512) {
    memory.copy(to, from, length);
    return;
  }
  for (let i: usize = 0; i < length; i += 16) v128.store(to + i, v128.load(from + i));
}
