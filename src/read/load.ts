/**
 * Step 7: whole values. In: a chunk whose descendants have been read. Out: plain values, each chunk looked at once.
 */

import { decoderOf, shallowDecoderOf } from "../decode/decode.ts";
import { corrupt } from "../format/bounds.ts";
import type { Chunk } from "../format/chunk.ts";
import { type ChunkContent, ENTRY_KEY, ENTRY_VALUE, entryStruct } from "../schema/layout.ts";
import { resolve, type SchemaNode, type SortedMapNode } from "../schema/node.ts";
import type { AnyTypedArray } from "../schema/typed-array.ts";
import { completeStruct, decodedPart, getShard, type ItemReader, itemReaderOf, listTable, shardItems } from "./list.ts";
import { inChunk, structChildren } from "./locate.ts";
import { type AnyMapNode, BucketReader, blobEntries, bucketCount, isBlob, isLean, storedEntryCount } from "./map.ts";
import type { DecodedBucket, MapAhead, Scope } from "./scope.ts";
import { typedSlice, typedTable } from "./typed-list.ts";

/** The whole value of a chunk. */
export function loadContent(scope: Scope, content: ChunkContent, chunk: Chunk): unknown {
  scope.visit(chunk);
  switch (content.kind) {
    case "struct": {
      const children = structChildren(content, chunk);
      return completeStruct(scope, children, decodeWhole(scope, shallowDecoderOf(content), chunk), chunk, 0);
    }
    case "vec":
      return loadList(scope, content.item, chunk);
    case "typed":
      return loadTyped(scope, content.element, chunk);
    case "bytes":
      return loadTyped(scope, "u8", chunk);
    case "hashMap":
    case "map":
      return loadMap(scope, content, chunk);
    case "sortedMap":
      return loadSortedMap(scope, content, chunk);
    default:
      return decodeWhole(scope, decoderOf(content), chunk);
  }
}

function decodeWhole(scope: Scope, decoder: ReturnType<typeof decoderOf>, chunk: Chunk): unknown {
  try {
    return decoder.decode(chunk.payload, 0, scope.counter);
  } catch (error) {
    throw inChunk(chunk, error);
  }
}

function loadTyped(scope: Scope, element: Parameters<typeof typedTable>[1], chunk: Chunk): AnyTypedArray {
  return typedSlice(scope, element, chunk, 0, typedTable(chunk, element).total);
}

function loadList(scope: Scope, item: SchemaNode, chunk: Chunk): unknown[] {
  const items = itemReaderOf(item);
  const { shardCount } = listTable(chunk, items.leastBytes);
  if (shardCount === 1) return listShard(scope, items, chunk, 0);
  const values: unknown[] = [];
  for (let shard = 0; shard < shardCount; shard++) {
    for (const value of listShard(scope, items, chunk, shard)) values.push(value);
  }
  return values;
}

/** The items of one shard of a list, whole; those of a load in parts were decoded before. */
export function listShard(scope: Scope, items: ItemReader, container: Chunk, shard: number): unknown[] {
  const decoded = decodedPart(scope, items, container, shard);
  if (decoded !== undefined) return decoded as unknown[];
  const table = listTable(container, items.leastBytes);
  const chunk = getShard(scope, container, shard);
  if (chunk !== container) scope.visit(chunk);
  return shardItems(scope, items, chunk, { first: table.firstItemOf(shard), count: table.itemsIn(shard) });
}

function loadMap(scope: Scope, map: AnyMapNode, chunk: Chunk): Map<unknown, unknown> {
  if (isBlob(chunk)) return blobEntries(map, chunk, scope.counter);
  const reader = new BucketReader(map, isLean(chunk));
  const count = bucketCount(chunk);
  const { entries, buckets, found } = takeMap(scope, map, chunk);
  let total = found;
  for (let bucket = buckets; bucket < count; bucket++) total += addBucket(scope, reader, chunk, bucket, entries);
  const stored = storedEntryCount(chunk);
  if (stored !== undefined && stored !== total) throw corrupt(chunk.offset, `${stored} entries in all`, String(total));
  return entries;
}

/** The map that was filled ahead, in a load in parts; no two values share one. */
function takeMap(scope: Scope, map: AnyMapNode, container: Chunk): MapAhead {
  const known = scope.maps.get(container.offset);
  if (known?.kind !== map) return { kind: map, entries: new Map(), buckets: 0, found: 0 };
  scope.maps.set(container.offset, { ...known, entries: new Map(known.entries) });
  return known;
}

/** Adds the entries of one bucket, whole, and returns their number; those of a load in parts were decoded before. */
export function addBucket(
  scope: Scope,
  reader: BucketReader,
  container: Chunk,
  bucket: number,
  entries: Map<unknown, unknown>,
): number {
  const decoded = decodedPart(scope, reader.map, container, bucket) as DecodedBucket | undefined;
  if (decoded !== undefined) {
    for (const [key, value] of decoded.entries) entries.set(key, value);
    return decoded.found;
  }
  const chunk = scope.get(container.child(bucket), container.depth + 1);
  scope.visit(chunk);
  return reader.addTo(scope, chunk, entries);
}

function loadSortedMap(scope: Scope, map: SortedMapNode, chunk: Chunk): Map<unknown, unknown> {
  return new Map(loadList(scope, entryStruct(map), chunk).map((entry) => splitEntry(map, entry)));
}

/** Key and value of a sorted map's stored entry. */
export function splitEntry(map: SortedMapNode, entry: unknown): [unknown, unknown] {
  const { [ENTRY_KEY]: key, ...rest } = entry as Record<string, unknown>;
  return [key, resolve(map.value).kind === "struct" ? rest : rest[ENTRY_VALUE]];
}
