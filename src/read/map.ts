/**
 * Step 7: maps. In: a container, bucket or blob, read. Out: entries, or the one of a key. Where values have chunks of
 * their own, those must have been read as well.
 */

import { ByteReader, type EmptyItemCounter } from "../bytes/reader.ts";
import { hashModulo } from "../codec/hash-modulo.ts";
import { hashKey } from "../codec/key-hash.ts";
import { type Decoder, decoderOf, shallowDecoderOf } from "../decode/decode.ts";
import { entriesDecoderOf } from "../decode/entries.ts";
import { type CorruptChunkError, isParcodeError, prefixPath } from "../errors.ts";
import { corrupt } from "../format/bounds.ts";
import { Bucket } from "../format/bucket.ts";
import type { Chunk } from "../format/chunk.ts";
import { checkEntryCount } from "../format/entry-count.ts";
import { BUCKET_COUNT_BYTES, EXTENSION_ENTRY_COUNT } from "../format/layout.ts";
import { keyMatcher } from "../schema/key.ts";
import { type ChunkField, itemChildren } from "../schema/layout.ts";
import { type HashMapNode, type MapNode, resolve } from "../schema/node.ts";
import { keyText } from "../schema/value-text.ts";
import { completeStruct } from "./load.ts";
import { inChunk } from "./locate.ts";
import type { Scope } from "./scope.ts";

/** A map that may be sharded. */
export type AnyMapNode = HashMapNode | MapNode;

/** Number of buckets of a sharded map. */
export function bucketCount(container: Chunk): number {
  if (container.payload.length < BUCKET_COUNT_BYTES) {
    throw corrupt(container.offset, "a number of buckets", `a payload of ${container.payload.length} bytes`);
  }
  const count = new ByteReader(container.payload).fixedU32();
  if (count === 0 || count > container.childCount) {
    throw corrupt(container.offset, `1 to ${container.childCount} buckets`, String(count));
  }
  return count;
}

/** Those that were checked: a map may have many buckets, and be asked often. */
const entryCounts = new WeakMap<Chunk, number>();

/** Number of entries, where the container says it. @throws {CorruptChunkError} The buckets cannot hold as many. */
export function storedEntryCount(container: Chunk): number | undefined {
  const known = entryCounts.get(container);
  if (known !== undefined) return known;
  const record = container.record(EXTENSION_ENTRY_COUNT);
  if (record === undefined) return undefined;
  let count: number;
  try {
    count = new ByteReader(record).uint();
  } catch (error) {
    throw inChunk(container, error);
  }
  const bucketBytes = container.children().reduce((total, { length }) => total + length, 0);
  checkEntryCount(count, bucketBytes, container.offset);
  entryCounts.set(container, count);
  return count;
}

/** The entries of a map that is one chunk. */
export function blobEntries(map: AnyMapNode, container: Chunk, counter?: EmptyItemCounter): Map<unknown, unknown> {
  const { payload } = container;
  if (payload.length === 0) return new Map();
  try {
    return decoderOf(map).decode(payload, 0, counter) as Map<unknown, unknown>;
  } catch (error) {
    throw inChunk(container, error);
  }
}

const hash = new Uint32Array(2);

/** A key, ready to be looked for. */
export interface Wanted {
  readonly matches: (key: unknown) => boolean;
  readonly low: number;
  readonly high: number;
}

/** Hashes a key. @throws {SchemaMismatchError} It is no key of the map. */
export function wantedKey(map: AnyMapNode, key: unknown): Wanted {
  hashKey(map.key, key, hash);
  const low = hash[0] as number;
  const high = hash[1] as number;
  return { matches: keyMatcher(map.key, key), low, high };
}

/** The bucket that holds a key, if there is an entry for it. */
export function bucketOf(container: Chunk, wanted: Wanted): number {
  return hashModulo(wanted.low, wanted.high, bucketCount(container));
}

/** An entry of a bucket: the value with what is inline, and its first child. */
export interface FoundEntry {
  readonly key: unknown;
  readonly value: unknown;
  readonly firstChild: number;
}

/** Reads the entries of one map's buckets. */
export class BucketReader {
  readonly fields: readonly ChunkField[];
  readonly lean: boolean;
  readonly map: AnyMapNode;
  private readonly hasTextKeys: boolean;
  private readonly keys: Decoder;
  private readonly values: Decoder;

  constructor(map: AnyMapNode, lean: boolean) {
    const value = resolve(map.value);
    this.lean = lean;
    this.map = map;
    this.fields = itemChildren(map.value);
    this.hasTextKeys = map.key.kind === "str";
    this.keys = decoderOf(map.key);
    this.values = lean && value.kind === "struct" ? shallowDecoderOf(value) : decoderOf(value);
  }

  /** The entry of a key, or undefined. Decodes keys with its hash only. */
  find(chunk: Chunk, wanted: Wanted): FoundEntry | undefined {
    const bucket = bucketIndex(chunk);
    for (
      let entry = bucket.find(wanted.low, wanted.high, 0);
      entry >= 0;
      entry = bucket.find(wanted.low, wanted.high, entry + 1)
    ) {
      const reader = new ByteReader(chunk.payload, bucket.entryStart(entry));
      const found = this.entry(chunk, reader, entry, wanted.matches);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Whether `valueOf` gives whole values. */
  get isDirect(): boolean {
    return !this.lean || this.fields.length === 0;
  }

  /** The value of a key, as `find` and `whole` give it, or undefined. @param low, high The key's hash. */
  valueOf(chunk: Chunk, key: unknown, low: number, high: number): unknown {
    const bucket = bucketIndex(chunk);
    const { payload } = chunk;
    let matches: ((key: unknown) => boolean) | undefined;
    for (let entry = bucket.find(low, high, 0); entry >= 0; entry = bucket.find(low, high, entry + 1)) {
      const reader = new ByteReader(payload, bucket.entryStart(entry));
      if (this.hasTextKeys && reader.skipText(key as string)) return this.values.readOne(reader);
      matches ??= keyMatcher(this.map.key, key);
      if (matches(this.keys.readOne(reader))) return this.values.readOne(reader);
    }
    return undefined;
  }

  /**
   * All entries of a bucket. Each has its own bytes; a hostile file that names the same ones again and again is found out
   * before it fills the memory.
   */
  *entries(scope: Scope, chunk: Chunk): Generator<FoundEntry> {
    const bucket = bucketIndex(chunk);
    let left = chunk.payload.length;
    for (let entry = 0; entry < bucket.count; entry++) {
      const reader = new ByteReader(chunk.payload, bucket.entryStart(entry), chunk.payload.length, scope.counter);
      left += reader.position;
      yield this.entry(chunk, reader, entry) as FoundEntry;
      left -= reader.position;
      if (left < 0) throw overlap(chunk, entry);
    }
  }

  /** Adds all entries of a bucket to `into`, whole, as `entries` and `whole` would; returns their number. */
  addTo(scope: Scope, chunk: Chunk, into: Map<unknown, unknown>): number {
    const bucket = bucketIndex(chunk);
    if (this.lean && this.fields.length > 0) {
      for (const entry of this.entries(scope, chunk)) into.set(entry.key, this.whole(scope, chunk, entry));
      return bucket.count;
    }
    const { payload } = chunk;
    const reader = new ByteReader(payload, 0, payload.length, scope.counter);
    const state = { entry: 0 };
    let isApart: boolean;
    try {
      isApart = entriesDecoderOf(this.map, this.lean)(reader, bucket, into, state);
    } catch (error) {
      throw this.explain(chunk, bucket.entryStart(state.entry), state.entry, error);
    }
    if (!isApart) throw overlap(chunk, state.entry);
    return bucket.count;
  }

  /** The error of an entry, with its path: the key where that can be read, the entry's number where not. */
  private explain(chunk: Chunk, start: number, index: number, error: unknown): unknown {
    const { payload } = chunk;
    const reader = new ByteReader(payload, start);
    let path: string | undefined;
    try {
      const key = this.keys.readOne(reader);
      // Empty items are counted over a whole call: a key with too many of them can be read here.
      if (!(isParcodeError(error) && (error.byteOffset ?? reader.position) < reader.position)) path = keyText(key);
    } catch {
      // The key it is.
    }
    const located =
      path === undefined
        ? this.keys.located(error, payload, start)
        : this.values.located(error, payload, reader.position);
    return prefixPath(path ?? `{${index}}`, inChunk(chunk, located));
  }

  /** The whole value of an entry: in a lean bucket its chunked fields are loaded, in others they are inside already. */
  whole(scope: Scope, chunk: Chunk, entry: FoundEntry): unknown {
    if (!this.lean || this.fields.length === 0) return entry.value;
    try {
      return completeStruct(scope, this.fields, entry.value, chunk, entry.firstChild);
    } catch (error) {
      throw prefixPath(keyText(entry.key), error);
    }
  }

  private entry(
    chunk: Chunk,
    reader: ByteReader,
    index: number,
    matches?: (key: unknown) => boolean,
  ): FoundEntry | undefined {
    let decoder = this.keys;
    let start = reader.position;
    let key: unknown;
    try {
      key = decoder.readOne(reader);
      if (matches !== undefined && !matches(key)) return undefined;
      decoder = this.values;
      start = reader.position;
      return { key, value: decoder.readOne(reader), firstChild: index * this.fields.length };
    } catch (error) {
      const step = decoder === this.keys ? `{${index}}` : keyText(key);
      throw prefixPath(step, inChunk(chunk, decoder.located(error, chunk.payload, start)));
    }
  }
}

function overlap(chunk: Chunk, entry: number): CorruptChunkError {
  return corrupt(chunk.offset, "entries that do not overlap", `an overlap up to entry ${entry}`);
}

function bucketIndex(chunk: Chunk): Bucket {
  if (chunk.derived instanceof Bucket) return chunk.derived;
  if (chunk.extended && chunk.payload.length === 0) {
    throw corrupt(chunk.offset, "an empty bucket without an extension block", "one with a block");
  }
  const bucket = new Bucket(chunk.payload, chunk.offset);
  chunk.derived = bucket;
  return bucket;
}

/** Number of entries in a bucket. */
export function entriesIn(chunk: Chunk): number {
  return bucketIndex(chunk).count;
}
