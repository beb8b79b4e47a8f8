/**
 * Step 3: the entries of a map → buckets. In: a Map. Out: buckets whose number follows from the bytes, with entries in
 * the order of their hashes, so that the order of insertion does not show in the file.
 */

import { ByteWriter } from "../bytes/writer.ts";
import { hashWrittenKey } from "../codec/key-hash.ts";
import type { Encode } from "../encode/closures.ts";
import { encoderOf, shallowEncoderOf } from "../encode/encode.ts";
import { SchemaMismatchError } from "../errors.ts";
import { ENTRY_INDEX_BYTES } from "../format/bucket.ts";
import { CHILD_REF_BYTES } from "../format/layout.ts";
import { keyBytes } from "../schema/key.ts";
import { itemChildren } from "../schema/layout.ts";
import { type HashMapNode, resolve, type SchemaNode } from "../schema/node.ts";
import { equalKeys } from "./input.ts";

/**
 * A cold lookup reads one bucket: 32 KiB cost little more than one round trip, and hold enough entries that the buckets'
 * own places (16 bytes each, read at open) stay small.
 */
export const DEFAULT_BUCKET_BYTES = 32 * 1024;

/** What entries are written to grows from here on: maps are small more often than not. */
const FIRST_BYTES = 4096;

/** A step handles no more entries than this, or one entry and so many bytes: a fraction of a millisecond. */
export const STEP_ENTRIES = 1024;
const STEP_BYTES = 128 * 1024;

/** Entries whose bucket is computed in one step; that is a few operations each. */
export const DEAL_ENTRIES = 16_384;

/** The buckets of a map. */
export interface MapBuckets {
  /** Number of buckets; at least 1, also of an empty map. */
  readonly count: number;
  /** Values by entry number; none where they have no children. */
  readonly values: readonly unknown[];
  /** Entry numbers of a bucket, in order of hash. */
  members(bucket: number): Uint32Array;
  /** The payload of a bucket; valid until the next call. */
  payload(bucket: number): Uint8Array;
  /** To be called when nothing is wanted any more. */
  close(): void;
}

export interface BucketOptions {
  readonly key: SchemaNode;
  /** Appends a value as it is stored inside the bucket. */
  readonly encodeValue: Encode;
  /** Children of each value. */
  readonly childCount: number;
  readonly bucketBytes: number;
}

/** How the entries of a map are stored. @param isNative Whether values' chunks are children of the bucket alone, which the crate does not read. */
export function bucketOptions(map: HashMapNode, isNative: boolean): BucketOptions {
  const childCount = itemChildren(map.value).length;
  const item = resolve(map.value);
  return {
    key: map.key,
    encodeValue: isNative && childCount > 0 && item.kind === "struct" ? shallowEncoderOf(item) : encoderOf(item),
    childCount,
    bucketBytes: map.bucketBytes ?? DEFAULT_BUCKET_BYTES,
  };
}

/** Number of buckets for `size` entries of so many bytes. */
export function bucketCountOf(entryBytes: number, size: number, options: BucketOptions): number {
  const byteLength = entryBytes + size * (ENTRY_INDEX_BYTES + options.childCount * CHILD_REF_BYTES);
  return Math.max(1, Math.min(Math.ceil(byteLength / options.bucketBytes), size));
}

/** Where encoded entries go. */
export interface EntryTarget {
  /** Whether the hashes of the keys are wanted with the entries. */
  readonly hashesKeys: boolean;
  /** Values of entries that have children. */
  readonly values: unknown[];
  /** Takes the next batch, of which entry number `from` is the first: the bytes in the writer. False: there is no room. */
  add(writer: ByteWriter, batch: EntryBatch, from: number): boolean;
}

/** Some entries, one behind the other. */
export class EntryBatch {
  count = 0;
  readonly keys: unknown[];
  readonly values: unknown[];
  /** Where each ends among the batch's bytes. */
  readonly ends: Uint32Array;
  /** The halves of the hash of each key, lower one first, where the target wants them. */
  readonly hashes: Uint32Array;

  constructor(size: number) {
    // For an engine, an array that was filled with objects is another than one that will be: code for the former is of no use then.
    this.keys = new Array<unknown>(size).fill(undefined);
    this.values = new Array<unknown>(size).fill(undefined);
    this.ends = new Uint32Array(size);
    this.hashes = new Uint32Array(2 * size);
  }
}

/** Encodes the entries of a map, in steps. False: the target has no room for them. */
export function* encodeEntries(
  map: ReadonlyMap<unknown, unknown>,
  options: BucketOptions,
  target: EntryTarget,
): Generator<undefined, boolean, unknown> {
  const { size } = map;
  const rest = new RestOfMap(map, options, target.hashesKeys);
  const writer = new ByteWriter(FIRST_BYTES);
  const batch = new EntryBatch(Math.min(size, STEP_ENTRIES));
  for (let from = 0; from < size; from += batch.count) {
    encodeBatch(rest, writer, batch, Math.min(size - from, STEP_ENTRIES));
    if (batch.count === 0) throw changed(size);
    if (options.childCount > 0) for (let i = 0; i < batch.count; i++) target.values.push(batch.values[i]);
    if (!target.add(writer, batch, from)) return false;
    yield undefined;
  }
  if (rest.keys.next().done !== true) throw changed(size);
  return true;
}

/** What is left of a map, and what encodes it. */
export class RestOfMap {
  /** Side by side, since pairs of them would be arrays. */
  readonly keys: Iterator<unknown>;
  readonly values: Iterator<unknown>;
  readonly key: SchemaNode;
  readonly encodeKey: Encode;
  readonly encodeValue: Encode;
  readonly hashesKeys: boolean;

  constructor(map: ReadonlyMap<unknown, unknown>, options: BucketOptions, hashesKeys: boolean) {
    this.keys = map.keys();
    this.values = map.values();
    this.key = options.key;
    this.encodeKey = encoderOf(options.key);
    this.encodeValue = options.encodeValue;
    this.hashesKeys = hashesKeys;
  }
}

/** Encodes at most `most` entries, and no more than a step may. Fewer if there are no more. */
function encodeBatch(rest: RestOfMap, writer: ByteWriter, batch: EntryBatch, most: number): void {
  const { keys, values, key: schema, encodeKey, encodeValue, hashesKeys } = rest;
  const { ends, hashes, keys: keptKeys, values: keptValues } = batch;
  let count = 0;
  while (count < most && writer.byteLength < STEP_BYTES) {
    const next = keys.next();
    if (next.done === true) break;
    const key = next.value;
    const { value } = values.next();
    const start = writer.byteLength;
    encodeKey(writer, key as never);
    if (hashesKeys) {
      hashWrittenKey(schema, key, writer, writer.byteLength - start, hash);
      hashes[2 * count] = hash[0] as number;
      hashes[2 * count + 1] = hash[1] as number;
    }
    encodeValue(writer, value as never);
    keptKeys[count] = key;
    keptValues[count] = value;
    ends[count] = writer.byteLength;
    count++;
  }
  batch.count = count;
}

/** The hash of one key. */
const hash = new Uint32Array(2);

function changed(size: number): SchemaMismatchError {
  return new SchemaMismatchError("The map was changed while it was written. Change it when the write is done.", {
    expected: `the ${size} entries it had`,
    actual: "another number of entries",
  });
}

export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/**
 * A Map tells objects apart by identity, so two equal keys can be in it; a lookup in the file could find only one.
 * @throws {SchemaMismatchError} The entries `a` and `b` of the map have keys of the same content.
 */
export function refuseEqualKeys(a: number, b: number, schema: SchemaNode, map: ReadonlyMap<unknown, unknown>): void {
  const keys = [...map.keys()];
  const first = keyBytes(schema, keys[a]).slice();
  if (compareBytes(first, keyBytes(schema, keys[b])) === 0) throw equalKeys(keys[b]);
}
