/**
 * Step 3: the entries of a map → buckets. In: a Map. Out: buckets whose number follows from the bytes, with entries in
 * the order of their hashes, so that the order of insertion does not show in the file.
 */

import { ByteWriter } from "../bytes/writer.ts";
import { hashWrittenKey } from "../codec/key-hash.ts";
import { hashModulo } from "../codec/xxh64.ts";
import type { Encode } from "../encode/closures.ts";
import { encoderOf } from "../encode/encode.ts";
import { SchemaMismatchError } from "../errors.ts";
import {
  type BucketEntries,
  ENTRY_BLOB,
  ENTRY_END,
  ENTRY_FACTS,
  ENTRY_INDEX_BYTES,
  ENTRY_START,
  entryBytes,
  HASH_HIGH,
  HASH_LOW,
} from "../format/bucket.ts";
import { CHILD_REF_BYTES } from "../format/layout.ts";
import { keyBytes } from "../schema/key.ts";
import type { SchemaNode } from "../schema/node.ts";
import { equalKeys } from "./input.ts";

/**
 * A cold lookup reads one bucket: 32 KiB cost little more than one round trip, and hold enough entries that the buckets'
 * own places (16 bytes each, read at open) stay small.
 */
export const DEFAULT_BUCKET_BYTES = 32 * 1024;

/** Entries are encoded into blobs of about this size: one of hundreds of megabytes would be copied each time it grows. */
const BLOB_BYTES = 1024 * 1024;

/** The first blob grows from here on: maps are small more often than not. */
const FIRST_BLOB_BYTES = 4096;

/** A step handles no more entries than this, or one entry and so many bytes: a fraction of a millisecond. */
const STEP_ENTRIES = 1024;
const STEP_BYTES = 128 * 1024;

/** Entries whose bucket is computed in one step; that is a few operations each. */
const DEAL_ENTRIES = 16_384;

/** Entries of a map, encoded and sorted into buckets. */
export interface SortedEntries {
  readonly entries: BucketEntries;
  /** Values by entry number; none where they have no children. */
  readonly values: readonly unknown[];
  readonly bucketCount: number;
  /** Entry numbers of all buckets, one behind the other, each in order of hash; and where each bucket ends. */
  readonly order: Uint32Array;
  readonly bucketEnds: Uint32Array;
}

export interface BucketOptions {
  readonly key: SchemaNode;
  /** Appends a value as it is stored inside the bucket. */
  readonly encodeValue: Encode;
  /** Children of each value. */
  readonly childCount: number;
  readonly bucketBytes: number;
}

/** What encodes an entry. */
interface EncodeEntry {
  readonly key: SchemaNode;
  readonly encodeKey: Encode;
  readonly encodeValue: Encode;
}

/** Encodes and hashes all entries, and deals them to buckets; yields where others may have the thread. */
export function* sortIntoBuckets(
  map: ReadonlyMap<unknown, unknown>,
  options: BucketOptions,
): Generator<undefined, SortedEntries, unknown> {
  const values: unknown[] = [];
  const entries = yield* encodeEntries(map, options, values);
  const { size } = map;
  let byteLength = size * (ENTRY_INDEX_BYTES + options.childCount * CHILD_REF_BYTES);
  for (const blob of entries.blobs) byteLength += blob.length;
  const wanted = Math.ceil(byteLength / options.bucketBytes);
  const bucketCount = Math.max(1, Math.min(wanted, size));
  const sorted = { entries, values, bucketCount, ...(yield* deal(entries, bucketCount)) };
  const order = new HashOrder(entries);
  let handled = 0;
  for (let bucket = 0; bucket < bucketCount; bucket++) {
    const members = bucketMembers(sorted, bucket);
    order.sort(members);
    requireDistinct(members, entries, options.key, map);
    handled += members.length + 1;
    if (handled < STEP_ENTRIES) continue;
    handled = 0;
    yield undefined;
  }
  return sorted;
}

function* encodeEntries(
  map: ReadonlyMap<unknown, unknown>,
  options: BucketOptions,
  values: unknown[],
): Generator<undefined, BucketEntries, unknown> {
  const { size } = map;
  const blobs: Uint8Array[] = [];
  const entries = { blobs, facts: new Uint32Array(size * ENTRY_FACTS) };
  const encode = { key: options.key, encodeKey: encoderOf(options.key), encodeValue: options.encodeValue };
  const kept = options.childCount > 0 ? values : undefined;
  const rest = { keys: map.keys(), values: map.values() };
  let writer = new ByteWriter(FIRST_BLOB_BYTES);
  let from = 0;
  do {
    from = encodeSome(rest, entries, encode, writer, from, kept);
    writer = nextBlob(writer, blobs);
    yield undefined;
  } while (from < size);
  if (rest.keys.next().done !== true) throw changed(size);
  blobs.push(writer.finish());
  return entries;
}

/** What is left of a map. Side by side, since pairs of them would be arrays. */
interface RestOfMap {
  readonly keys: Iterator<unknown>;
  readonly values: Iterator<unknown>;
}

/** Encodes entries from number `from` on, as many as a step may handle; returns the number of the next one. */
function encodeSome(
  { keys, values }: RestOfMap,
  { blobs, facts }: BucketEntries,
  { key: schema, encodeKey, encodeValue }: EncodeEntry,
  writer: ByteWriter,
  from: number,
  kept: unknown[] | undefined,
): number {
  const size = facts.length / ENTRY_FACTS;
  const blob = blobs.length;
  const stop = Math.min(size, from + STEP_ENTRIES);
  const stopBytes = writer.byteLength + STEP_BYTES;
  let entry = from;
  while (entry < stop && writer.byteLength < stopBytes) {
    const next = keys.next();
    if (next.done === true) throw changed(size);
    const key = next.value;
    const { value } = values.next();
    const start = writer.byteLength;
    encodeKey(writer, key as never);
    hashWrittenKey(schema, key, writer, writer.byteLength - start, hash);
    encodeValue(writer, value as never);
    const at = entry * ENTRY_FACTS;
    facts[at + HASH_LOW] = hash[0] as number;
    facts[at + HASH_HIGH] = hash[1] as number;
    facts[at + ENTRY_START] = start;
    facts[at + ENTRY_END] = writer.byteLength;
    facts[at + ENTRY_BLOB] = blob;
    entry++;
    kept?.push(value);
  }
  return entry;
}

/** The hash of one key. */
const hash = new Uint32Array(2);

/** The writer to go on with: another one where a blob is full. */
function nextBlob(writer: ByteWriter, blobs: Uint8Array[]): ByteWriter {
  if (writer.byteLength < BLOB_BYTES) return writer;
  blobs.push(writer.finish());
  return new ByteWriter(BLOB_BYTES + STEP_BYTES);
}

function changed(size: number): SchemaMismatchError {
  return new SchemaMismatchError("The map was changed while it was written. Change it when the write is done.", {
    expected: `the ${size} entries it had`,
    actual: "another number of entries",
  });
}

/** Entry numbers by bucket: the hash modulo the number of buckets. */
function* deal(
  { facts }: BucketEntries,
  bucketCount: number,
): Generator<undefined, Pick<SortedEntries, "order" | "bucketEnds">, unknown> {
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

/** Entry numbers of one bucket. */
export function bucketMembers(sorted: Pick<SortedEntries, "order" | "bucketEnds">, bucket: number): Uint32Array {
  const start = bucket === 0 ? 0 : sorted.bucketEnds[bucket - 1];
  return sorted.order.subarray(start, sorted.bucketEnds[bucket]);
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
  key: SchemaNode,
  map: ReadonlyMap<unknown, unknown>,
): void {
  for (let i = 1; i < members.length; i++) {
    const a = members[i - 1] as number;
    const b = members[i] as number;
    if (compareHashes(facts, a, b) === 0) refuseEqualKeys(a, b, key, map);
  }
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** A Map tells objects apart by identity, so two equal keys can be in it; a lookup in the file could find only one. */
function refuseEqualKeys(a: number, b: number, schema: SchemaNode, map: ReadonlyMap<unknown, unknown>): void {
  const keys = [...map.keys()];
  const first = keyBytes(schema, keys[a]).slice();
  if (compareBytes(first, keyBytes(schema, keys[b])) === 0) throw equalKeys(keys[b]);
}
