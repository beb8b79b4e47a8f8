/**
 * A bucket: the hashes of its keys, the places of its entries, the entries. In: a bucket's payload. Out: candidates for
 * a hash, entries by number. Nothing is decoded here.
 */

import { TWO_POW_32 } from "../bytes/varint.ts";
import { corrupt } from "./bounds.ts";
import { BUCKET_HASH_BYTES, BUCKET_HEAD_BYTES, BUCKET_OFFSET_BYTES } from "./layout.ts";

/** Bytes that one entry takes in a bucket's index. */
export const ENTRY_INDEX_BYTES = BUCKET_HASH_BYTES + BUCKET_OFFSET_BYTES;

/** From a guess on: in a bucket of a thousand entries one in a thousand is further away. */
const MAX_GUESS_STEPS = 64;

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
    const { count } = this;
    // Hashes are spread evenly, so where one stands can be guessed: some steps from there touch less memory than a search.
    let entry = Math.max(from, Math.min(count - 1, Math.floor((high / TWO_POW_32) * count)));
    let steps = MAX_GUESS_STEPS;
    if (entry < count && this.isBelow(entry, low, high)) {
      do entry++;
      while (--steps > 0 && entry < count && this.isBelow(entry, low, high));
      return steps > 0 ? entry : this.search(low, high, entry, count);
    }
    while (entry > from && !this.isBelow(entry - 1, low, high)) {
      entry--;
      if (--steps === 0) return this.search(low, high, from, entry);
    }
    return entry;
  }

  /** The same by halves, from `first` to `end`. */
  private search(low: number, high: number, first: number, end: number): number {
    let start = first;
    let stop = end;
    while (start < stop) {
      const middle = (start + stop) >>> 1;
      if (this.isBelow(middle, low, high)) start = middle + 1;
      else stop = middle;
    }
    return start;
  }

  /** Whether an entry's hash is below this one. */
  private isBelow(entry: number, low: number, high: number): boolean {
    const at = hashAt(entry);
    const found = this.view.getUint32(at + 4, true);
    return found < high || (found === high && this.view.getUint32(at, true) < low);
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

/** Numbers about each entry in {@link BucketEntries.facts}, and which is which. */
export const ENTRY_FACTS = 5;
export const HASH_LOW = 0;
export const HASH_HIGH = 1;
export const ENTRY_START = 2;
export const ENTRY_END = 3;
export const ENTRY_BLOB = 4;

/** Entries of buckets, ready to be stored. */
export interface BucketEntries {
  /** The entries' bytes, one behind the other. */
  readonly blobs: readonly Uint8Array[];
  /**
   * The halves of a key's hash, and where the entry lies in which blob: together, since a bucket's entries come from all over.
   */
  readonly facts: Uint32Array;
}

/** The bytes of one entry: its key, then its value. */
export function entryBytes(entries: BucketEntries, entry: number): Uint8Array {
  const at = entry * ENTRY_FACTS;
  const blob = entries.blobs[entries.facts[at + ENTRY_BLOB] as number] as Uint8Array;
  return blob.subarray(entries.facts[at + ENTRY_START], entries.facts[at + ENTRY_END]);
}

/** Up to here a loop over words costs less than a native copy, whose view must be made first; measured in V8. */
const SHORT_ENTRY_BYTES = 256;

/** Puts buckets together, in one buffer that is used again and again. */
export class BucketWriter {
  private readonly entries: BucketEntries;
  private readonly views: readonly DataView[];
  private bytes = new Uint8Array(0);
  private view = new DataView(this.bytes.buffer);
  /** Kept, so that what was looked at counts as used. */
  protected seen = 0;

  constructor(entries: BucketEntries) {
    this.entries = entries;
    this.views = entries.blobs.map((blob) => new DataView(blob.buffer, blob.byteOffset, blob.length));
  }

  /** The payload of a bucket with the entries numbered in `members`, in that order; empty if there are none. Valid until the next call. */
  write(members: Uint32Array): Uint8Array {
    const count = members.length;
    if (count === 0) return this.bytes.subarray(0, 0);
    const { facts } = this.entries;
    const blobStart = BUCKET_HEAD_BYTES + count * ENTRY_INDEX_BYTES;
    const byteLength = blobStart + this.lengthOf(members);
    this.reserve(byteLength);
    const { view } = this;
    view.setUint32(0, count, true);
    view.setUint32(4, 0, true);
    let at = blobStart;
    let hashesAt = BUCKET_HEAD_BYTES;
    let placesAt = BUCKET_HEAD_BYTES + count * BUCKET_HASH_BYTES;
    for (let i = 0; i < count; i++) {
      const entry = (members[i] as number) * ENTRY_FACTS;
      view.setUint32(hashesAt, facts[entry + HASH_LOW] as number, true);
      view.setUint32(hashesAt + 4, facts[entry + HASH_HIGH] as number, true);
      view.setUint32(placesAt, at - blobStart, true);
      hashesAt += BUCKET_HASH_BYTES;
      placesAt += BUCKET_OFFSET_BYTES;
      at = this.copy(entry, at);
    }
    return this.bytes.subarray(0, byteLength);
  }

  /**
   * Bytes of all members. It looks at both ends of each: entries lie all over the blobs, and a processor fetches many at once for
   * so short a loop, but few for the one that copies.
   */
  private lengthOf(members: Uint32Array): number {
    const { blobs, facts } = this.entries;
    let byteLength = 0;
    let seen = 0;
    for (let i = 0; i < members.length; i++) {
      const at = (members[i] as number) * ENTRY_FACTS;
      const blob = blobs[facts[at + ENTRY_BLOB] as number] as Uint8Array;
      const start = facts[at + ENTRY_START] as number;
      const end = facts[at + ENTRY_END] as number;
      byteLength += end - start;
      seen |= (blob[start] as number) | (blob[end - 1] as number);
    }
    this.seen = seen;
    return byteLength;
  }

  /** Copies the entry whose facts begin at `entry` to `at`; returns where it ends there. */
  private copy(entry: number, at: number): number {
    const { entries, view } = this;
    const start = entries.facts[entry + ENTRY_START] as number;
    const end = entries.facts[entry + ENTRY_END] as number;
    if (end - start > SHORT_ENTRY_BYTES) {
      this.bytes.set(entryBytes(entries, entry / ENTRY_FACTS), at);
      return at + end - start;
    }
    const from = this.views[entries.facts[entry + ENTRY_BLOB] as number] as DataView;
    let to = at;
    let next = start;
    for (; next + 4 <= end; next += 4, to += 4) view.setInt32(to, from.getInt32(next, true), true);
    for (; next < end; next++, to++) view.setUint8(to, from.getUint8(next));
    return to;
  }

  private reserve(byteLength: number): void {
    if (byteLength <= this.bytes.length) return;
    this.bytes = new Uint8Array(byteLength + (byteLength >> 2));
    this.view = new DataView(this.bytes.buffer);
  }
}
