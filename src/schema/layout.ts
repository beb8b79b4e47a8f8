/**
 * How a schema's values fall into chunks: which fields of a struct are inline and which are children, and what kind of
 * chunk a child is. Used by the writer, the reader and the mirrors alike.
 */

import { SchemaMismatchError } from "../errors.ts";
import {
  type HashMapNode,
  type MapNode,
  nothingButItself,
  resolve,
  resolvePlaced,
  type SchemaNode,
  type SortedMapNode,
  type StructNode,
} from "./node.ts";

/** A field of a struct that is a child chunk. */
export interface ChunkField {
  readonly name: string;
  /** What is in the chunk, resolved: no `chunk` and no `recursive`. */
  readonly content: ChunkContent;
  /** Codec that the schema names; undefined leaves it to the write. */
  readonly compression: string | undefined;
  /** A child that nobody wants, and that is not read. */
  readonly isLeft: boolean;
}

/** A schema that can stand in a chunk of its own. */
export type ChunkContent = Exclude<SchemaNode, { kind: "chunk" | "recursive" }>;

/** What decides how a chunk is read and written. Every kind that is not named is a plain "value". */
export type ChunkKind = "struct" | "vec" | "typed" | "hashMap" | "map" | "sortedMap" | "value";

export interface InlineField {
  readonly name: string;
  readonly schema: SchemaNode;
}

/** Fields of a struct that stands in a chunk, a shard or a bucket. */
export interface StructLayout {
  /** In order of declaration, which is their order in the payload. */
  readonly inline: readonly InlineField[];
  /** In order of declaration, which is their order in the child table. */
  readonly children: readonly ChunkField[];
}

/** The content of a chunk made for `schema`, and the codec it asks for. @throws {SchemaMismatchError} There is none. */
export function contentOf(schema: SchemaNode): { content: ChunkContent; compression: string | undefined } {
  let current = resolvePlaced(schema);
  let compression: string | undefined;
  for (const seen = new Set<SchemaNode>(); current.kind === "chunk"; current = resolvePlaced(current.inner)) {
    if (seen.has(current)) throw nothingButItself();
    seen.add(current);
    compression ??= current.compression;
  }
  if (current.kind === "hashMap" || current.kind === "sortedMap") compression ??= current.compression;
  return { content: current, compression };
}

export function chunkKindOf(content: ChunkContent): ChunkKind {
  switch (content.kind) {
    case "struct":
    case "vec":
    case "typed":
    case "hashMap":
    case "map":
    case "sortedMap":
      return content.kind;
    case "bytes":
      return "typed";
    default:
      return "value";
  }
}

/** Whether a chunk of this kind belongs to the structure, which is read when the file is opened. */
export function isStructural(kind: ChunkKind): boolean {
  return kind !== "value" && kind !== "map";
}

const layouts = new WeakMap<StructNode, StructLayout>();

/**
 * Inline fields and children of `struct`, where the struct is not itself inline.
 * @throws {SchemaMismatchError} A field is a placement behind `recursive`.
 */
export function structLayout(struct: StructNode): StructLayout {
  const known = layouts.get(struct);
  if (known !== undefined) return known;
  const inline: InlineField[] = [];
  const children: ChunkField[] = [];
  for (const [name, schema] of Object.entries(struct.fields)) {
    const { kind } = resolve(schema);
    if (kind === "chunk" || kind === "hashMap" || kind === "sortedMap") {
      children.push({ name, ...contentOf(schema), isLeft: schema.kind === "chunk" && schema.isLeft === true });
    } else inline.push({ name, schema });
  }
  const layout = { inline, children };
  layouts.set(struct, layout);
  return layout;
}

const NO_CHILDREN: readonly ChunkField[] = [];

/** Children of each item, where `schema` is the item of a list or the value of a map; none unless it is a struct. */
export function itemChildren(schema: SchemaNode): readonly ChunkField[] {
  const item = resolve(schema);
  return item.kind === "struct" ? structLayout(item).children : NO_CHILDREN;
}

const entryStructs = new WeakMap<SortedMapNode, StructNode>();

/** Field name of the key in an entry of a sorted map; no field of a value can have it. */
export const ENTRY_KEY = "\u0000key";
/** Field name of a value that is no struct. */
export const ENTRY_VALUE = "\u0000value";

/**
 * A sorted map's entry as the struct that is stored: the key, then the value's fields (or the value, where it is no
 * struct). The Rust crate reads the map as a Vec of such structs.
 */
export function entryStruct(map: SortedMapNode): StructNode {
  const known = entryStructs.get(map);
  if (known !== undefined) return known;
  const value = resolve(map.value);
  const rest = value.kind === "struct" ? value.fields : { [ENTRY_VALUE]: value };
  const entry: StructNode = { kind: "struct", fields: { [ENTRY_KEY]: map.key, ...rest } };
  entryStructs.set(map, entry);
  return entry;
}

/** A map's value type is a struct with children, so that its buckets can be lean. */
export function hasLazyValues(map: HashMapNode | MapNode): boolean {
  return map.kind === "hashMap" && itemChildren(map.value).length > 0;
}

/** The struct behind `schema`. */
export function requireStruct(schema: SchemaNode): StructNode {
  const node = resolve(schema);
  if (node.kind !== "struct") throw new SchemaMismatchError(`Expected a struct, found ${node.kind}.`);
  return node;
}
