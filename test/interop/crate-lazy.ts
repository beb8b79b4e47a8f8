/**
 * What the crate's lazy calls make of a file where they are known to be wrong, so that all the rest can be held against
 * the truth. Each entry was seen with parcode 0.6.1.
 */
import { type ChunkContent, contentOf, itemChildren, structLayout } from "../../src/schema/layout.ts";
import { resolve, type SchemaNode } from "../../src/schema/node.ts";
import type { LazyWay } from "../support/oracle.ts";

/** Ways that make mirrors of the items of lists and maps; the others load items whole. */
function isItemLazy(via: LazyWay): boolean {
  return via === "lazy" || via === "iterLazy";
}

/**
 * The value as the crate's lazy calls give it: a promise of a map in one chunk (`chunkable` without `map`) takes the first
 * bytes of the entries for a number of shards, finds no children, and says that the map is empty.
 */
export function asReadLazily(schema: SchemaNode, value: unknown, via: LazyWay): unknown {
  const { content } = contentOf(schema);
  switch (content.kind) {
    case "map":
      return new Map();
    case "struct": {
      const members = { ...(value as Record<string, unknown>) };
      for (const { name, content: field } of structLayout(content).children) {
        members[name] = asReadLazily(field, members[name], via);
      }
      return members;
    }
    case "vec":
      if (!hasMirrors(content.item, via)) return value;
      return (value as unknown[]).map((item) => asReadLazily(content.item, item, via));
    case "hashMap":
      if (!hasMirrors(content.value, via)) return value;
      return new Map(
        [...(value as Map<unknown, unknown>)].map(([key, member]) => [key, asReadLazily(content.value, member, via)]),
      );
    default:
      return value;
  }
}

function hasMirrors(item: SchemaNode, via: LazyWay): boolean {
  return isItemLazy(via) && resolve(item).kind === "struct";
}

/**
 * `get_lazy` of a map decodes a value's inline fields from the start of its bytes. Where a chunked field is declared in
 * front of an inline one, they start with that field's copy: the result is wrong, or an error.
 */
export function isMisreadLazily(schema: SchemaNode, via: LazyWay): boolean {
  if (!isItemLazy(via)) return false;
  return contents(schema).some((content) => content.kind === "hashMap" && isRemoteFirst(content.value));
}

function isRemoteFirst(schema: SchemaNode): boolean {
  const node = resolve(schema);
  if (node.kind !== "struct") return false;
  const chunked = new Set(structLayout(node).children.map(({ name }) => name));
  const order = Object.keys(node.fields).map((name) => chunked.has(name));
  return order.lastIndexOf(false) > order.indexOf(true) && order.includes(true);
}

/** Every content of a chunk below `schema`, and every item of a list or value of a map that is a struct. */
function contents(schema: SchemaNode, seen = new Set<SchemaNode>()): ChunkContent[] {
  const { content } = contentOf(schema);
  if (seen.has(content)) return [];
  seen.add(content);
  const deeper =
    content.kind === "struct"
      ? structLayout(content).children.flatMap((field) => contents(field.content, seen))
      : content.kind === "vec"
        ? itemContents(content.item, seen)
        : content.kind === "hashMap"
          ? itemContents(content.value, seen)
          : [];
  return [content, ...deeper];
}

function itemContents(item: SchemaNode, seen: Set<SchemaNode>): ChunkContent[] {
  return resolve(item).kind === "struct" ? contents(item, seen) : [];
}

/** Whether our own format, which stores each value once, has something in this file that the crate would misread. */
export function needsOwnVersion(schema: SchemaNode, value: unknown): boolean {
  const { content } = contentOf(schema);
  switch (content.kind) {
    case "struct": {
      const members = value as Record<string, unknown>;
      return structLayout(content).children.some((field) => needsOwnVersion(field.content, members[field.name]));
    }
    case "vec":
      return (
        itemChildren(content.item).length > 0 && (value as unknown[]).some((v) => needsOwnVersion(content.item, v))
      );
    case "hashMap":
      return (value as Map<unknown, unknown>).size > 0 && itemChildren(content.value).length > 0;
    default:
      return false;
  }
}
