/**
 * Step 1: where a field lies. A field is inline unless one of these makes it a chunk of its own, and that counts where
 * the struct is itself a chunk: the root, a chunk, an item of a chunked vec or a value of a hashMap. A struct inside an
 * inline field is wholly inline, as in the Rust crate, so one struct can serve in both places.
 */

import { describeValue } from "../bytes/describe-value.ts";
import { SchemaMismatchError } from "../errors.ts";
import { requireUnchanged } from "./change.ts";
import { requireHashable } from "./hashable.ts";
import { nodeOf, requireInline } from "./node.ts";
import type { ChunkSchema, HashMapSchema, Schema } from "./types.ts";

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

/** @throws {SchemaMismatchError} */
export function positive(option: string, value: number | undefined): number | undefined {
  if (value !== undefined && !(Number.isSafeInteger(value) && value > 0)) {
    const actual = describeValue(value);
    throw new SchemaMismatchError(`${option} must be a number of bytes, a positive integer, found ${actual}.`, {
      expected: "a positive integer",
      actual,
    });
  }
  return value;
}
