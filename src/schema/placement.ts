/**
 * Step 1: where a field lies. A field is inline unless one of these makes it a chunk of its own, and that counts where
 * the struct is itself a chunk: the root, a chunk, an item of a chunked vec or a value of a hashMap. A struct inside an
 * inline field is wholly inline, as in the Rust crate, so one struct can serve in both places.
 */

import { describeValue } from "../bytes/writer.ts";
import { SchemaMismatchError } from "../errors.ts";
import { requireUnchanged } from "./change.ts";
import { requireOrdered } from "./compare.ts";
import { requireHashable } from "./key.ts";
import { nodeOf, requireInline } from "./node.ts";
import type { ChunkSchema, HashMapSchema, Schema, SortedMapSchema } from "./types.ts";

/** Options of {@link chunk}. */
export interface ChunkOptions {
  /** Name of a codec: "none", "lz4" or a registered one. Default: the `compression` option of the write. */
  readonly compression?: string;
}

/** Options of {@link hashMap}. */
export interface HashMapOptions extends ChunkOptions {
  /** Aim for the size of a bucket in bytes, before compression (32,768): what a cold lookup reads. */
  readonly bucketBytes?: number;
}

/** Options of {@link sortedMap}. */
export interface SortedMapOptions extends ChunkOptions {
  /** Upper bound of a shard in bytes, before compression; default: the `shardBytes` option of the write. */
  readonly shardBytes?: number;
  /** What a write does with two entries whose keys are equal: "error" (default) refuses them, with "last" the later one counts. */
  readonly duplicates?: "error" | "last";
}

/** A field stored as a chunk of its own, read when it is asked for (Rust: #[parcode(chunkable)]). */
export function chunk<S extends Schema>(inner: S, options: ChunkOptions = {}): ChunkSchema<S> {
  nodeOf(inner, "chunk() needs a schema");
  requireUnchanged("chunk", inner);
  return Object.freeze({ kind: "chunk", inner, compression: options.compression });
}

/**
 * A map sharded by the hash of its keys: one bucket is read for a lookup (Rust: #[parcode(map)]).
 *
 * Keys: integers, bool, char, str, bytes, unit, and tuples, structs, vecs, arrays, options and variants of them.
 * A root hashMap works too.
 */
export function hashMap<K extends Schema, V extends Schema>(
  key: K,
  value: V,
  options: HashMapOptions = {},
): HashMapSchema<K, V> {
  requireHashable(nodeOf(key, "hashMap() needs for its keys a schema"));
  requireInline("hashMap", nodeOf(value, "hashMap() needs for its values a schema"));
  requireUnchanged("hashMap", key);
  requireUnchanged("hashMap", value);
  const bucketBytes = positive("bucketBytes", options.bucketBytes);
  return Object.freeze({ kind: "hashMap", key, value, compression: options.compression, bucketBytes });
}

/**
 * A map stored in key order: a lookup reads one shard, neighbours lie together, ranges and prefixes are read in order. Keys as in
 * {@link hashMap}, and floats; they, and parts of them, may be `descending`. A write takes a Map, entries in any order from an array, or in order from an Iterable or
 * AsyncIterable, which may be longer than memory.
 */
export function sortedMap<K extends Schema, V extends Schema>(
  key: K,
  value: V,
  options: SortedMapOptions = {},
): SortedMapSchema<K, V> {
  requireOrdered(nodeOf(key, "sortedMap() needs for its keys a schema"));
  requireInline("sortedMap", nodeOf(value, "sortedMap() needs for its values a schema"));
  requireUnchanged("sortedMap", key);
  requireUnchanged("sortedMap", value);
  const shardBytes = positive("shardBytes", options.shardBytes);
  const { compression, duplicates } = options;
  if (duplicates !== undefined && duplicates !== "error" && duplicates !== "last") {
    throw new SchemaMismatchError(`duplicates must be "error" or "last", found ${describeValue(duplicates)}.`);
  }
  return Object.freeze({ kind: "sortedMap", key, value, compression, shardBytes, duplicates });
}

function positive(option: string, value: number | undefined): number | undefined {
  if (value !== undefined && !(Number.isSafeInteger(value) && value > 0)) {
    const actual = describeValue(value);
    throw new SchemaMismatchError(`${option} must be a number of bytes, a positive integer, found ${actual}.`, {
      expected: "a positive integer",
      actual,
    });
  }
  return value;
}
