/** Step 1: maps in the order of their keys. Apart from placement.ts: who has none carries no order of values. */

import { describeValue } from "../bytes/describe-value.ts";
import { SchemaMismatchError } from "../errors.ts";
import { requireUnchanged } from "./change.ts";
import { requireOrdered } from "./compare.ts";
import { nodeOf, requireInline } from "./node.ts";
import { type ChunkOptions, positive } from "./placement.ts";
import type { Schema, SortedMapSchema } from "./types.ts";

/** Options of {@link sortedMap}. */
export interface SortedMapOptions extends ChunkOptions {
  /** Upper bound of a shard in bytes, before compression; default: the `shardBytes` option of the write. */
  readonly shardBytes?: number;
  /** What a write does with two entries whose keys are equal: "error" (default) refuses them, with "last" the later one counts. */
  readonly duplicates?: "error" | "last";
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
