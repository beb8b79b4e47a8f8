/**
 * A bucket: the hashes of its keys, the places of its entries, the entries. In: a bucket's payload. Out: candidates for
 * a hash, entries by number. Nothing is decoded here.
 */

import { corrupt } from "./bounds.ts";
import { BUCKET_HASH_BYTES, BUCKET_HEAD_BYTES, BUCKET_OFFSET_BYTES } from "./layout.ts";

/** Bytes that one entry takes in a bucket's index. */
export const ENTRY_INDEX_BYTES = BUCKET_HASH_BYTES + BUCKET_OFFSET_BYTES;

export class Bucket {
  readonly count: number;
  private readonly view: DataView;
  private readonly blobStart: number;
  private readonly chunkOffset: number;
  /** Whether the hashes are in order. Readers must not rely on it: the crate writes them in the order of its map. */
  private ordered: boolean | undefined = undefined;

  /** @throws {CorruptChunkError} The index does not fit into the payload. */
  constructor(payload: Uint8Array, chunkOffset: number) {
    this.view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
    this.chunkOffset = chunkOffset;
    if (payload.length === 0) {
      this.count = 0;
      this.blobStart = 0;
      return;
    }
    if (payload.length < BUCKET_HEAD_BYTES)
      throw corrupt(chunkOffset, "a bucket's head of 8 bytes", `${payload.length} bytes`);
    this.count = this.view.getUint32(0, true);
    this.blobStart = BUCKET_HEAD_BYTES + this.count * ENTRY_INDEX_BYTES;
    if (this.blobStart > payload.length) {
      throw corrupt(chunkOffset, `an index of ${this.count} entries`, `a bucket of ${payload.length} bytes`);
    }
  }

  /**
   * The first entry at or behind `from` whose key has this hash, or -1. The first search looks at all hashes; where they are in
   * order, as this library writes them, the next ones look at a few.
   */
  find(low: number, high: number, from: number): number {
    this.ordered ??= this.isOrdered();
    if (!this.ordered) return this.scan(low, high, from);
    const entry = this.lowerBound(low, high, from);
    return entry < this.count && this.hasHash(entry, low, high) ? entry : -1;
  }

  private scan(low: number, high: number, from: number): number {
    const { view, count } = this;
    for (let entry = from, at = hashAt(from); entry < count; entry++, at += BUCKET_HASH_BYTES) {
      if (view.getUint32(at, true) === low && view.getUint32(at + 4, true) === high) return entry;
    }
    return -1;
  }

  private hasHash(entry: number, low: number, high: number): boolean {
    const at = hashAt(entry);
    return this.view.getUint32(at, true) === low && this.view.getUint32(at + 4, true) === high;
  }

  private isOrdered(): boolean {
    const { view, count } = this;
    let previousLow = 0;
    let previousHigh = 0;
    for (let entry = 0, at = hashAt(0); entry < count; entry++, at += BUCKET_HASH_BYTES) {
      const high = view.getUint32(at + 4, true);
      if (high < previousHigh) return false;
      const low = view.getUint32(at, true);
      if (high === previousHigh && low < previousLow) return false;
      previousLow = low;
      previousHigh = high;
    }
    return true;
  }

  /** The first entry at or behind `from` whose hash is not below this one; hashes are in order. */
  private lowerBound(low: number, high: number, from: number): number {
    const { view } = this;
    let first = from;
    let end = this.count;
    while (first < end) {
      const middle = (first + end) >>> 1;
      const at = hashAt(middle);
      const middleHigh = view.getUint32(at + 4, true);
      if (middleHigh < high || (middleHigh === high && view.getUint32(at, true) < low)) first = middle + 1;
      else end = middle;
    }
    return first;
  }

  /** Byte of the payload where entry `entry` starts: its key, then its value. */
  entryStart(entry: number): number {
    const at = BUCKET_HEAD_BYTES + this.count * BUCKET_HASH_BYTES + entry * BUCKET_OFFSET_BYTES;
    const start = this.blobStart + this.view.getUint32(at, true);
    if (start > this.view.byteLength) {
      throw corrupt(
        this.chunkOffset,
        `entry ${entry} inside the bucket`,
        `a place behind its ${this.view.byteLength} bytes`,
      );
    }
    return start;
  }
}

function hashAt(entry: number): number {
  return BUCKET_HEAD_BYTES + entry * BUCKET_HASH_BYTES;
}

/**
 * Entries of buckets, ready to be stored: `starts` and `ends` are places in the blob that `blobOf` numbers, hashes are pairs
 * of halves.
 */
export interface BucketEntries {
  readonly blobs: readonly Uint8Array[];
  readonly blobOf: Uint32Array;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  readonly hashLow: Uint32Array;
  readonly hashHigh: Uint32Array;
}

/** The bytes of one entry: its key, then its value. */
export function entryBytes(entries: BucketEntries, entry: number): Uint8Array {
  const blob = entries.blobs[entries.blobOf[entry] as number] as Uint8Array;
  return blob.subarray(entries.starts[entry], entries.ends[entry]);
}

/** The payload of a bucket with the entries numbered in `members`, in that order; empty if there are none. */
export function writeBucket(entries: BucketEntries, members: ArrayLike<number>): Uint8Array {
  const count = members.length;
  if (count === 0) return new Uint8Array(0);
  const blobStart = BUCKET_HEAD_BYTES + count * ENTRY_INDEX_BYTES;
  let byteLength = blobStart;
  for (let i = 0; i < count; i++) {
    const entry = members[i] as number;
    byteLength += (entries.ends[entry] as number) - (entries.starts[entry] as number);
  }
  const payload = new Uint8Array(byteLength);
  const view = new DataView(payload.buffer);
  view.setUint32(0, count, true);
  let at = blobStart;
  for (let i = 0; i < count; i++) {
    const entry = members[i] as number;
    view.setUint32(hashAt(i), entries.hashLow[entry] as number, true);
    view.setUint32(hashAt(i) + 4, entries.hashHigh[entry] as number, true);
    view.setUint32(BUCKET_HEAD_BYTES + count * BUCKET_HASH_BYTES + i * BUCKET_OFFSET_BYTES, at - blobStart, true);
    const bytes = entryBytes(entries, entry);
    payload.set(bytes, at);
    at += bytes.length;
  }
  return payload;
}
