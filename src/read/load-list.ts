/** Step 7: whole lists and sorted maps. In: a container whose descendants have been read. Out: plain values. */

import type { Chunk } from "../format/chunk.ts";
import { canGenerate, literal, SourceText } from "../schema/generate.ts";
import { type ChunkContent, ENTRY_KEY, ENTRY_VALUE, entryStruct } from "../schema/layout.ts";
import { type ItemNode, resolve, type SchemaNode, type SortedMapNode } from "../schema/node.ts";
import type { ContainerReader, PartAhead } from "./containers.ts";
import { decodedPart } from "./decoded-part.ts";
import { getShard, type ItemReader, itemReaderOf, listTable, shardItems } from "./list.ts";
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
  const takeValue = entryValue(map);
  const entries = new Map<unknown, unknown>();
  for (const entry of loadList(scope, entryStruct(map), chunk) as StoredEntry[]) {
    entries.set(entry[ENTRY_KEY], takeValue(entry));
  }
  return entries;
}

/** A sorted map's entry as it is stored: its key, and its value's fields. */
type StoredEntry = Readonly<Record<string, unknown>>;

const valuesOf = new WeakMap<SortedMapNode, (entry: StoredEntry) => unknown>();

/** Gives the value of a stored entry, of many: a struct without the key, or what stands alone. */
function entryValue(map: SortedMapNode): (entry: StoredEntry) => unknown {
  const known = valuesOf.get(map);
  if (known !== undefined) return known;
  const value = resolve(map.value);
  const made = value.kind === "struct" ? withoutKey(Object.keys(value.fields)) : alone;
  valuesOf.set(map, made);
  return made;
}

const alone = (entry: StoredEntry): unknown => entry[ENTRY_VALUE];

/** Generated where that is allowed: an object literal has its shape at once. */
function withoutKey(names: readonly string[]): (entry: StoredEntry) => unknown {
  if (!canGenerate()) return ({ [ENTRY_KEY]: _, ...fields }) => fields;
  const text = new SourceText();
  const name = text.reserve();
  text.define(name, "e", `return ({ ${names.map((field) => `${literal(field)}: e[${literal(field)}]`).join(", ")} });`);
  return text.compile(name);
}

/** Key and value of a sorted map's stored entry. */
export function splitEntry(map: SortedMapNode, entry: unknown): [unknown, unknown] {
  const { [ENTRY_KEY]: key, ...rest } = entry as StoredEntry;
  return [key, resolve(map.value).kind === "struct" ? rest : rest[ENTRY_VALUE]];
}

/** Schema of a list's items as they are stored. */
function storedItem(content: ChunkContent): SchemaNode | undefined {
  if (content.kind === "vec") return content.item;
  return content.kind === "sortedMap" ? entryStruct(content) : undefined;
}
