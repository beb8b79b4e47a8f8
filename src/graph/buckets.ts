/**
 * Step 3: the entries of a map → buckets. In: a Map. Out: buckets whose number follows from the bytes, with entries in
 * the order of their hashes, so that the order of insertion does not show in the file.
 */

import { ByteWriter } from "../bytes/writer.ts";
import { hashKey } from "../codec/key-hash.ts";
import { hashModulo } from "../codec/xxh64.ts";
import { encoderOf } from "../encode/encode.ts";
import { type BucketEntries, ENTRY_INDEX_BYTES, writeBucket } from "../format/bucket.ts";
import { CHILD_REF_BYTES } from "../format/layout.ts";
import { keyBytes } from "../schema/key.ts";
import type { SchemaNode } from "../schema/node.ts";
import { equalKeys } from "./input.ts";

/**
 * A cold lookup reads one bucket: 32 KiB cost little more than one round trip, and hold enough entries that the buckets'
 * own places (16 bytes each, read at open) stay small.
 */
export const DEFAULT_BUCKET_BYTES = 32 * 1024;

/** Entries of a map, encoded and sorted into buckets. */
export interface SortedEntries {
  readonly entries: BucketEntries;
  /** Values by entry number. */
  readonly values: readonly unknown[];
  /** Entry numbers of each bucket, in order of hash. */
  readonly buckets: readonly Uint32Array[];
}

export interface BucketOptions {
  readonly key: SchemaNode;
  /** Appends a value as it is stored inside the bucket. */
  readonly encodeValue: (writer: ByteWriter, value: never) => void;
  /** Children of each value. */
  readonly childCount: number;
  readonly bucketBytes: number;
}

/** Encodes and hashes all entries, and deals them to buckets. */
export function sortIntoBuckets(map: ReadonlyMap<unknown, unknown>, options: BucketOptions): SortedEntries {
  const { size } = map;
  const starts = new Uint32Array(size);
  const ends = new Uint32Array(size);
  const hashLow = new Uint32Array(size);
  const hashHigh = new Uint32Array(size);
  const values: unknown[] = [];
  const writer = new ByteWriter();
  const encodeKey = encoderOf(options.key);
  const hash = new Uint32Array(2);
  for (const [key, value] of map) {
    const entry = values.length;
    hashKey(options.key, key, hash);
    hashLow[entry] = hash[0] as number;
    hashHigh[entry] = hash[1] as number;
    starts[entry] = writer.byteLength;
    encodeKey(writer, key as never);
    options.encodeValue(writer, value as never);
    ends[entry] = writer.byteLength;
    values.push(value);
  }
  const blob = writer.finish();
  const entries = { blob, starts, ends, hashLow, hashHigh };
  const entryBytes = ENTRY_INDEX_BYTES + options.childCount * CHILD_REF_BYTES;
  const wanted = Math.ceil((blob.length + size * entryBytes) / options.bucketBytes);
  const buckets = deal(entries, Math.max(1, Math.min(wanted, size)));
  for (const members of buckets) sortBucket(members, entries, options.key, map);
  return { entries, values, buckets };
}

/** Entry numbers by bucket: the hash modulo the number of buckets. */
function deal(entries: BucketEntries, bucketCount: number): Uint32Array[] {
  const { hashLow, hashHigh } = entries;
  const bucketOf = new Uint32Array(hashLow.length);
  const counts = new Uint32Array(bucketCount);
  for (let entry = 0; entry < bucketOf.length; entry++) {
    const bucket = hashModulo(hashLow[entry] as number, hashHigh[entry] as number, bucketCount);
    bucketOf[entry] = bucket;
    counts[bucket] = (counts[bucket] as number) + 1;
  }
  const buckets = Array.from(counts, (count) => new Uint32Array(count));
  counts.fill(0);
  for (let entry = 0; entry < bucketOf.length; entry++) {
    const bucket = bucketOf[entry] as number;
    const filled = counts[bucket] as number;
    (buckets[bucket] as Uint32Array)[filled] = entry;
    counts[bucket] = filled + 1;
  }
  return buckets;
}

/** Orders a bucket by hash, then by the entries' bytes; equal keys are next to each other then, and refused. */
function sortBucket(
  members: Uint32Array,
  entries: BucketEntries,
  key: SchemaNode,
  map: ReadonlyMap<unknown, unknown>,
): void {
  const { hashLow, hashHigh } = entries;
  members.sort((a, b) => {
    const high = (hashHigh[a] as number) - (hashHigh[b] as number);
    if (high !== 0) return high;
    const low = (hashLow[a] as number) - (hashLow[b] as number);
    return low !== 0 ? low : compareBytes(entryBytes(entries, a), entryBytes(entries, b));
  });
  for (let i = 1; i < members.length; i++) {
    const a = members[i - 1] as number;
    const b = members[i] as number;
    if (hashLow[a] === hashLow[b] && hashHigh[a] === hashHigh[b]) refuseEqualKeys(a, b, key, map);
  }
}

function entryBytes(entries: BucketEntries, entry: number): Uint8Array {
  return entries.blob.subarray(entries.starts[entry], entries.ends[entry]);
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

/** Payload of one bucket. */
export function bucketPayload(sorted: SortedEntries, bucket: number): Uint8Array {
  return writeBucket(sorted.entries, sorted.buckets[bucket] as Uint32Array);
}
