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
import type { Scope } from "./scope.ts";
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
  const entries = new Map<unknown, unknown>();
  const count = bucketCount(chunk);
  let found = 0;
  for (let bucket = 0; bucket < count; bucket++) {
    const part = bucketEntries(scope, reader, chunk, bucket);
    found += part.length;
    for (const [key, value] of part) entries.set(key, value);
  }
  const stored = storedEntryCount(chunk);
  if (stored !== undefined && stored !== found) throw corrupt(chunk.offset, `${stored} entries in all`, String(found));
  return entries;
}

/** The entries of one bucket, whole. */
export function bucketEntries(
  scope: Scope,
  reader: BucketReader,
  container: Chunk,
  bucket: number,
): [unknown, unknown][] {
  const decoded = decodedPart(scope, reader.map, container, bucket);
  if (decoded !== undefined) return decoded as [unknown, unknown][];
  const chunk = scope.get(container.child(bucket), container.depth + 1);
  scope.visit(chunk);
  const entries: [unknown, unknown][] = [];
  for (const entry of reader.entries(scope, chunk)) entries.push([entry.key, reader.whole(scope, chunk, entry)]);
  return entries;
}

function loadSortedMap(scope: Scope, map: SortedMapNode, chunk: Chunk): Map<unknown, unknown> {
  return new Map(loadList(scope, entryStruct(map), chunk).map((entry) => splitEntry(map, entry)));
}

/** Key and value of a sorted map's stored entry. */
export function splitEntry(map: SortedMapNode, entry: unknown): [unknown, unknown] {
  const { [ENTRY_KEY]: key, ...rest } = entry as Record<string, unknown>;
  return [key, resolve(map.value).kind === "struct" ? rest : rest[ENTRY_VALUE]];
}
