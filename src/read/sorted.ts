/**
 * Step 7: searching a sorted map: a list of entries in the order of their keys. In: its container and a place in the order. Out:
 * numbers of entries, and the entries of a range, from as few shards as can be.
 */

import { decoderOf } from "../decode/decode.ts";
import type { Chunk } from "../format/chunk.ts";
import type { Fences } from "../format/fences.ts";
import type { RunTable } from "../format/runs.ts";
import { ENTRY_KEY } from "../schema/layout.ts";
import type { SchemaNode } from "../schema/node.ts";
import type { Routine } from "./drive.ts";
import type { From, KeySpan } from "./key-bounds.ts";
import { getShard, type ItemReader, shardItem, shardItems } from "./list.ts";
import { inChunk, isPlainList } from "./locate.ts";
import { reach } from "./reach.ts";
import type { Scope } from "./scope.ts";

/** A sorted map that was found, and how to read it. */
export interface OpenSortedMap {
  readonly container: Chunk;
  readonly table: RunTable;
  readonly items: ItemReader;
  readonly key: SchemaNode;
  /** First keys of the shards, in files that have them. */
  readonly fences: Fences | undefined;
}

/** An entry of a range, with what is inline. */
export interface RangeEntry {
  readonly chunk: Chunk;
  readonly index: number;
  readonly item: unknown;
}

/** Where an entry is: its shard, and its index in it. */
export interface EntryPlace {
  readonly shard: number;
  readonly index: number;
}

/**
 * Reads shards, and keeps them for the call.
 * @param deep How many bytes of what lies below a shard to read along.
 */
export function* fetchShards(
  scope: Scope,
  { container }: OpenSortedMap,
  shards: readonly number[],
  deep = 0,
): Routine<void> {
  if (isPlainList(container)) return;
  const depth = container.depth + 1;
  const tasks = shards.map((shard) => ({ ref: container.child(shard), depth }));
  yield* reach(scope, tasks, "structs", deep);
}

/** Reads one shard; `deep` as for {@link fetchShards}. */
export function* shardOf(scope: Scope, map: OpenSortedMap, index: number, deep = 0): Routine<Chunk> {
  yield* fetchShards(scope, map, [index], deep);
  return getShard(scope, map.container, index);
}

/** The key at a place of a shard that was read. */
export function keyAt(scope: Scope, map: OpenSortedMap, chunk: Chunk, { shard, index }: EntryPlace): unknown {
  const item = shardItem(scope, map.items, chunk, map.table.itemsIn(shard), index, true);
  return (item as Record<string, unknown>)[ENTRY_KEY];
}

/**
 * The last shard whose first key is in front of the place where `from` becomes true: the place is in it, or right behind it. I/O:
 * none; in files without fences, one shard for each halving of the shards.
 */
export function* shardBefore(scope: Scope, map: OpenSortedMap, from: From): Routine<number> {
  let low = 0;
  let high = map.table.shardCount - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (from(yield* firstKey(scope, map, middle))) high = middle - 1;
    else low = middle;
  }
  return low;
}

/**
 * Number of the first entry for which `from` is true; that of all entries if there is none. I/O: one shard; in files
 * without fences, one for each halving of the shards.
 * @param deep As for {@link fetchShards}.
 */
export function* firstFrom(scope: Scope, map: OpenSortedMap, from: From, deep = 0): Routine<number> {
  const { table } = map;
  if (table.total === 0) return 0;
  const low = yield* shardBefore(scope, map, from);
  const chunk = yield* shardOf(scope, map, low, deep);
  let first = 0;
  let last = table.itemsIn(low);
  while (first < last) {
    const index = (first + last) >> 1;
    if (from(keyAt(scope, map, chunk, { shard: low, index }))) last = index;
    else first = index + 1;
  }
  return table.firstItemOf(low) + first;
}

/** The first key of a shard: from the fences, or from the shard itself. */
export function* firstKey(scope: Scope, map: OpenSortedMap, shard: number): Routine<unknown> {
  if (map.fences === undefined) {
    return keyAt(scope, map, yield* shardOf(scope, map, shard), { shard, index: 0 });
  }
  try {
    return decoderOf(map.key).decode(map.fences.keyOf(shard));
  } catch (error) {
    throw inChunk(map.container, error);
  }
}

/** Number of the entry that a walk begins with; -1 or the number of all where there is none. */
export function* firstOf(scope: Scope, map: OpenSortedMap, { start, end }: KeySpan, reverse: boolean): Routine<number> {
  if (!reverse) return start === undefined ? 0 : yield* firstFrom(scope, map, start);
  return (end === undefined ? map.table.total : yield* firstFrom(scope, map, end)) - 1;
}

/** One step of a walk over a range. */
interface RangeStep {
  /** Number of the entry that it begins with. */
  readonly first: number;
  /** Entries that are still wanted. */
  readonly left: number;
  readonly reverse: boolean;
}

/**
 * The shards to read next, no more than can hold what is wanted; and whether the range is known to end with them.
 * @param step `fits` is asked of each shard in turn, whether it is to be one of them.
 */
export function* shardsOf(
  scope: Scope,
  map: OpenSortedMap,
  span: KeySpan,
  { first, left, reverse, fits }: RangeStep & { readonly fits: (shard: number) => boolean },
): Routine<{ shards: number[]; isLast: boolean }> {
  const { table, fences } = map;
  const step = reverse ? -1 : 1;
  const shards: number[] = [];
  let items = 0;
  for (let shard = table.locate(first).shard; items < left; shard += step) {
    if (shard < 0 || shard >= table.shardCount) break;
    // With fences, a shard that begins behind the range is known without being read.
    const isKnown = fences !== undefined && shards.length > 0;
    const isBehind = !reverse && isKnown && span.end?.(yield* firstKey(scope, map, shard)) === true;
    const isInFront = reverse && isKnown && span.start?.(yield* firstKey(scope, map, shard + 1)) === false;
    if (isBehind || isInFront) return { shards, isLast: true };
    if (!fits(shard)) break;
    const inShard = first - table.firstItemOf(shard);
    items += shards.length > 0 ? table.itemsIn(shard) : reverse ? inShard + 1 : table.itemsIn(shard) - inShard;
    shards.push(shard);
  }
  return { shards, isLast: false };
}

/** The entries of a range in some shards, and whether the range ends in them. */
export function* placesIn(
  scope: Scope,
  map: OpenSortedMap,
  span: KeySpan,
  { shards, first, left, reverse }: RangeStep & { readonly shards: readonly number[] },
): Routine<{ found: RangeEntry[]; isBeyond: boolean }> {
  const { container, table } = map;
  yield* fetchShards(scope, map, shards);
  const found: RangeEntry[] = [];
  const isBeyond = (key: unknown): boolean => (reverse ? span.start?.(key) === false : span.end?.(key) === true);
  for (const shard of shards) {
    const chunk = getShard(scope, container, shard);
    const start = table.firstItemOf(shard);
    const items = shardItems(scope, map.items, chunk, { first: start, count: table.itemsIn(shard) }, true);
    const from = shard === shards[0] ? first - start : reverse ? items.length - 1 : 0;
    for (let index = from; index >= 0 && index < items.length; index += reverse ? -1 : 1) {
      if (found.length >= left) return { found, isBeyond: false };
      const item = items[index] as Record<string, unknown>;
      if (isBeyond(item[ENTRY_KEY])) return { found, isBeyond: true };
      found.push({ chunk, index, item });
    }
  }
  return { found, isBeyond: false };
}
