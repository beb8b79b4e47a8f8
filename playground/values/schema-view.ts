/** Schemas as the page looks at them. The library's own routines do the resolving. */

import type { Schema } from "parcode-web";
import { schemaText } from "../../src/describe/text.ts";
import { type ChunkContent, contentOf } from "../../src/schema/layout.ts";
import { nodeOf, type PrimitiveNode, type SchemaNode } from "../../src/schema/node.ts";

export type { ChunkContent, PrimitiveNode, SchemaNode };

/** What a schema is of, without `chunk` and `recursive`. */
export function content(schema: SchemaNode): ChunkContent {
  return contentOf(schema).content;
}

/** The same of a public schema. */
export function contentOfSchema(schema: Schema): ChunkContent {
  return content(nodeOf(schema));
}

/** A schema in few words: `vec<struct …>`, at most `length` characters. */
export function typeText(schema: SchemaNode, length = 60): string {
  return schemaText(schema, length);
}

/** A schema in a word or two, for where there is little room: what is in a struct is not told. */
export function shortType(schema: SchemaNode, depth = 0): string {
  const node = content(schema);
  const inner = (part: SchemaNode): string => (depth > 2 ? "…" : shortType(part, depth + 1));
  switch (node.kind) {
    case "struct":
      return depth === 0 ? `struct of ${Object.keys(node.fields).length}` : "struct";
    case "typed":
      return `typed<${node.element}>`;
    case "vec":
    case "set":
    case "option":
      return `${node.kind}<${inner(node.item)}>`;
    case "array":
      return `[${inner(node.item)}; ${node.length}]`;
    case "tuple":
      return node.items.length > 4 ? `tuple of ${node.items.length}` : `(${node.items.map(inner).join(", ")})`;
    case "map":
    case "hashMap":
    case "sortedMap":
      return `${node.kind}<${inner(node.key)}, ${inner(node.value)}>`;
    default:
      return node.kind;
  }
}

const NUMBERS = new Set("u8 u16 u32 u64 u128 i8 i16 i32 i64 i128 uint int f32 f64".split(" "));

/** Whether values of it are numbers, which stand on the right of a column. */
export function isNumeric(schema: SchemaNode): boolean {
  return NUMBERS.has(content(schema).kind);
}

/** Whether a value of it fits into a cell of a table. */
export function isShort(schema: SchemaNode): boolean {
  const { kind } = content(schema);
  return kind === "str" || kind === "char" || kind === "bool" || kind === "unit" || NUMBERS.has(kind);
}
