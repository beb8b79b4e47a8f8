/** Step 7: whole lists and sorted maps. In: a container whose descendants have been read. Out: plain values. */

import type { Chunk } from "../format/chunk.ts";
import { ENTRY_KEY, ENTRY_VALUE, entryStruct } from "../schema/layout.ts";
import { type ItemNode, resolve, type SchemaNode, type SortedMapNode } from "../schema/node.ts";
import type { ContainerReader, PartAhead } from "./containers.ts";
import { getShard, type ItemReader, itemReaderOf, listTable, shardItems } from "./list.ts";
import { decodedPart } from "./load.ts";
import { storedItem } from "./reach.ts";
import type { DecodedPart, Scope } from "./scope.ts";

/** Loads lists of values. */
export const listReader: ContainerReader = {
  load: (scope, content, container) => loadList(scope, (content as ItemNode).item, container),
  loadPart: shardPart,
};

/** Loads sorted maps, which are lists of entries. */
export const sortedMapReader: ContainerReader = {
  load: (scope, content, container) => loadSortedMap(scope, content as SortedMapNode, container),
  loadPart: shardPart,
};

function shardPart({ scope, part }: PartAhead): DecodedPart | undefined {
  const { container, content, index } = part;
  const kind = itemReaderOf(storedItem(content) as SchemaNode);
  // A container may have more children than shards; those have no place.
  if (index >= listTable(container, kind.leastBytes).shardCount) return undefined;
  return { kind, value: listShard(scope, kind, container, index) };
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
function listShard(scope: Scope, items: ItemReader, container: Chunk, shard: number): unknown[] {
  const decoded = decodedPart(scope, items, container, shard);
  if (decoded !== undefined) return decoded as unknown[];
  const table = listTable(container, items.leastBytes);
  const chunk = getShard(scope, container, shard);
  if (chunk !== container) scope.visit(chunk);
  return shardItems(scope, items, chunk, { first: table.firstItemOf(shard), count: table.itemsIn(shard) });
}

function loadSortedMap(scope: Scope, map: SortedMapNode, chunk: Chunk): Map<unknown, unknown> {
  return new Map(loadList(scope, entryStruct(map), chunk).map((entry) => splitEntry(map, entry)));
}

/** Key and value of a sorted map's stored entry. */
export function splitEntry(map: SortedMapNode, entry: unknown): [unknown, unknown] {
  const { [ENTRY_KEY]: key, ...rest } = entry as Record<string, unknown>;
  return [key, resolve(map.value).kind === "struct" ? rest : rest[ENTRY_VALUE]];
}
