/**
 * Step 3: the entries of a map → buckets, in TypeScript: twin of the kernel behind kernel-buckets.ts, same bytes, for maps that are small
 * or very large, and where WebAssembly is refused. In: a Map. Out: its buckets.
 */

import type { ByteWriter } from "../bytes/writer.ts";
import { hashModulo } from "../codec/hash-modulo.ts";
import {
  type BucketEntries,
  BucketWriter,
  ENTRY_BLOB,
  ENTRY_END,
  ENTRY_FACTS,
  ENTRY_START,
  entryBytes,
  HASH_HIGH,
  HASH_LOW,
} from "../format/bucket.ts";
import {
  type BucketOptions,
  bucketCountOf,
  compareBytes,
  DEAL_ENTRIES,
  type EntryBatch,
  type EntryTarget,
  encodeEntries,
  type MapBuckets,
  refuseEqualKeys,
  STEP_ENTRIES,
} from "./buckets.ts";

/** Encodes and hashes all entries, and deals them to buckets; yields where others may have the thread. */
export function* plainBuckets(
  map: ReadonlyMap<unknown, unknown>,
  options: BucketOptions,
): Generator<undefined, MapBuckets, unknown> {
  const target = new PlainEntries(map.size);
  yield* encodeEntries(map, options, target);
  const count = bucketCountOf(target.byteLength, map.size, options);
  const dealt = yield* deal(target, count);
  const buckets = new PlainBuckets(target, dealt);
  const order = new HashOrder(target);
  let handled = 0;
  for (let bucket = 0; bucket < count; bucket++) {
    const members = buckets.members(bucket);
    order.sort(members);
    requireDistinct(members, target, options, map);
    handled += members.length + 1;
    if (handled < STEP_ENTRIES) continue;
    handled = 0;
    yield undefined;
  }
  return buckets;
}

/** Entries as they come: a blob for each batch. */
class PlainEntries implements BucketEntries, EntryTarget {
  readonly hashesKeys = true;
  readonly values: unknown[] = [];
  readonly blobs: Uint8Array[] = [];
  readonly facts: Uint32Array;
  byteLength = 0;

  constructor(size: number) {
    this.facts = new Uint32Array(size * ENTRY_FACTS);
  }

  add(writer: ByteWriter, { count, ends, hashes }: EntryBatch, from: number): boolean {
    const { facts, blobs } = this;
    let start = 0;
    for (let i = 0, at = from * ENTRY_FACTS; i < count; i++, at += ENTRY_FACTS) {
      facts[at + HASH_LOW] = hashes[2 * i] as number;
      facts[at + HASH_HIGH] = hashes[2 * i + 1] as number;
      facts[at + ENTRY_START] = start;
      start = ends[i] as number;
      facts[at + ENTRY_END] = start;
      facts[at + ENTRY_BLOB] = blobs.length;
    }
    const blob = writer.finish();
    this.byteLength += blob.length;
    blobs.push(blob);
    return true;
  }
}

class PlainBuckets implements MapBuckets {
  readonly count: number;
  readonly values: readonly unknown[];
  private readonly dealt: DealtEntries;
  private readonly writer: BucketWriter;

  constructor(entries: PlainEntries, dealt: DealtEntries) {
    this.count = dealt.bucketEnds.length;
    this.values = entries.values;
    this.dealt = dealt;
    this.writer = new BucketWriter(entries);
  }

  members(bucket: number): Uint32Array {
    const { order, bucketEnds } = this.dealt;
    return order.subarray(bucket === 0 ? 0 : bucketEnds[bucket - 1], bucketEnds[bucket]);
  }

  payload(bucket: number): Uint8Array {
    return this.writer.write(this.members(bucket));
  }

  close(): void {
    // There is nothing to give back.
  }
}

/** Entry numbers of all buckets, one behind the other; and where each bucket ends. */
interface DealtEntries {
  readonly order: Uint32Array;
  readonly bucketEnds: Uint32Array;
}

/** Entry numbers by bucket: the hash modulo the number of buckets. */
function* deal({ facts }: BucketEntries, bucketCount: number): Generator<undefined, DealtEntries, unknown> {
  const size = facts.length / ENTRY_FACTS;
  const bucketOf = new Uint32Array(size);
  const bucketEnds = new Uint32Array(bucketCount);
  const order = new Uint32Array(size);
  for (let from = 0; from < size; from += DEAL_ENTRIES) {
    countEntries(facts, bucketOf, bucketEnds, from, Math.min(size, from + DEAL_ENTRIES));
    yield undefined;
  }
  // Where each bucket starts; filling it moves the place to where it ends.
  let start = 0;
  for (let bucket = 0; bucket < bucketCount; bucket++) {
    const count = bucketEnds[bucket] as number;
    bucketEnds[bucket] = start;
    start += count;
  }
  for (let from = 0; from < size; from += DEAL_ENTRIES) {
    placeEntries(bucketOf, bucketEnds, order, from, Math.min(size, from + DEAL_ENTRIES));
    yield undefined;
  }
  return { order, bucketEnds };
}

/** Finds the buckets of the entries `from` to `to`, the end exclusive, and counts them in `counts`. */
function countEntries(facts: Uint32Array, bucketOf: Uint32Array, counts: Uint32Array, from: number, to: number): void {
  const bucketCount = counts.length;
  for (let entry = from, at = from * ENTRY_FACTS; entry < to; entry++, at += ENTRY_FACTS) {
    const bucket = hashModulo(facts[at + HASH_LOW] as number, facts[at + HASH_HIGH] as number, bucketCount);
    bucketOf[entry] = bucket;
    counts[bucket] = (counts[bucket] as number) + 1;
  }
}

/** Puts the same entries where `places` says for their buckets. */
function placeEntries(bucketOf: Uint32Array, places: Uint32Array, order: Uint32Array, from: number, to: number): void {
  for (let entry = from; entry < to; entry++) {
    const bucket = bucketOf[entry] as number;
    const at = places[bucket] as number;
    order[at] = entry;
    places[bucket] = at + 1;
  }
}

/** Below this number, entries are put in their places one by one. */
const FEW_ENTRIES = 16;

/** Places that an entry is moved by on average, at most: who chooses keys of like hashes gets a sort that does not mind. */
const MAX_MOVES = 16;

/** Puts entries in the order of their hashes: first by the upper bits, which tells nearly all of them apart, then exactly. */
export class HashOrder {
  private readonly entries: BucketEntries;
  private counts = new Uint32Array(0);
  private dealt = new Uint32Array(0);

  constructor(entries: BucketEntries) {
    this.entries = entries;
  }

  /** Orders entry numbers by hash, then by the entries' bytes. */
  sort(members: Uint32Array): void {
    if (members.length > FEW_ENTRIES) this.dealByUpperBits(members);
    let movesLeft = members.length * MAX_MOVES;
    for (let i = 1; i < members.length; i++) {
      const entry = members[i] as number;
      let to = i;
      for (; to > 0 && this.compare(members[to - 1] as number, entry) > 0; to--)
        members[to] = members[to - 1] as number;
      members[to] = entry;
      movesLeft -= i - to;
      if (movesLeft < 0) return void members.sort((a, b) => this.compare(a, b));
    }
  }

  private dealByUpperBits(members: Uint32Array): void {
    const { facts } = this.entries;
    const shift = Math.clz32(members.length - 1);
    const slots = 2 ** (32 - shift);
    if (this.counts.length < slots + 1) {
      this.counts = new Uint32Array(slots + 1);
      this.dealt = new Uint32Array(slots);
    }
    const { counts, dealt } = this;
    counts.fill(0, 0, slots + 1);
    for (let i = 0; i < members.length; i++) {
      const next = ((facts[(members[i] as number) * ENTRY_FACTS + HASH_HIGH] as number) >>> shift) + 1;
      counts[next] = (counts[next] as number) + 1;
    }
    for (let slot = 1; slot < slots; slot++) counts[slot] = (counts[slot] as number) + (counts[slot - 1] as number);
    for (let i = 0; i < members.length; i++) {
      const entry = members[i] as number;
      const slot = (facts[entry * ENTRY_FACTS + HASH_HIGH] as number) >>> shift;
      const at = counts[slot] as number;
      dealt[at] = entry;
      counts[slot] = at + 1;
    }
    for (let i = 0; i < members.length; i++) members[i] = dealt[i] as number;
  }

  private compare(a: number, b: number): number {
    const difference = compareHashes(this.entries.facts, a, b);
    return difference !== 0 ? difference : compareBytes(entryBytes(this.entries, a), entryBytes(this.entries, b));
  }
}

function compareHashes(facts: Uint32Array, a: number, b: number): number {
  const atA = a * ENTRY_FACTS;
  const atB = b * ENTRY_FACTS;
  const high = (facts[atA + HASH_HIGH] as number) - (facts[atB + HASH_HIGH] as number);
  return high !== 0 ? high : (facts[atA + HASH_LOW] as number) - (facts[atB + HASH_LOW] as number);
}

/** Refuses a bucket with two equal keys: those have the same hash, and are next to each other. */
function requireDistinct(
  members: Uint32Array,
  { facts }: BucketEntries,
  { key }: BucketOptions,
  map: ReadonlyMap<unknown, unknown>,
): void {
  for (let i = 1; i < members.length; i++) {
    const a = members[i - 1] as number;
    const b = members[i] as number;
    if (compareHashes(facts, a, b) === 0) refuseEqualKeys(a, b, key, map);
  }
}
