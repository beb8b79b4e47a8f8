/**
 * What the Rust crate can express. A file of version 4 promises that the crate reads it to the same values, so a schema
 * for which the crate has no type gets version 0x8004, or is refused with `compatibility: "parcode"`.
 *
 * @see https://docs.rs/parcode/0.6.1 (traits ParcodeVisitor, ParcodeNative, ParcodeItem)
 */

import { withArticle } from "../bytes/describe-value.ts";
import { type ChunkContent, chunkKindOf, contentOf, structLayout } from "./layout.ts";
import { resolve, type SchemaNode, type StructNode } from "./node.ts";
import { memberText } from "./path.ts";

/** Something that the crate has no type for. */
export interface Obstacle {
  readonly path: string;
  readonly reason: string;
}

const CHUNK_VALUES: ReadonlySet<string> = new Set([
  ...["u8", "u16", "u32", "u64", "i8", "i16", "i32", "i64", "uint", "int", "f32", "f64", "bool", "str"],
]);
const VEC_ITEMS: ReadonlySet<string> = new Set([...CHUNK_VALUES, "u128", "i128", "struct"]);
const MAP_VALUES: ReadonlySet<string> = new Set([...VEC_ITEMS, ...["vec", "typed", "bytes", "map", "hashMap"]]);

/** The first thing in `schema` that the crate cannot read, or undefined if it can read all of it. */
export function crateObstacle(schema: SchemaNode): Obstacle | undefined {
  const { content } = contentOf(schema);
  // A root may be wider than a field: for these two the crate has a writer and a reader, and no promise.
  if (content.kind === "u128" || content.kind === "i128") return undefined;
  return obstacleIn(content, "", new Set());
}

function obstacleIn(content: ChunkContent, path: string, seen: Set<SchemaNode>): Obstacle | undefined {
  if (seen.has(content)) return undefined;
  seen.add(content);
  switch (chunkKindOf(content)) {
    case "struct":
      return obstacleInFields(content as StructNode, path, seen);
    case "vec":
      return content.kind === "vec"
        ? obstacleInItem(content.item, VEC_ITEMS, "an item of a chunked vec", path, seen)
        : undefined;
    case "typed":
      return undefined;
    case "hashMap":
    case "map": {
      if (content.kind !== "hashMap" && content.kind !== "map") return undefined;
      return obstacleInItem(content.value, MAP_VALUES, "a value of a chunked map", path, seen);
    }
    case "sortedMap": {
      if (content.kind !== "sortedMap") return undefined;
      const value = resolve(content.value);
      return value.kind === "struct" ? obstacleInFields(value, `${path}[]`, seen) : undefined;
    }
    default: {
      if (CHUNK_VALUES.has(content.kind)) return undefined;
      return { path, reason: `it cannot store ${withArticle(content.kind)} as a chunk of its own` };
    }
  }
}

function obstacleInFields(node: StructNode, path: string, seen: Set<SchemaNode>): Obstacle | undefined {
  for (const field of structLayout(node).children) {
    const found = obstacleIn(field.content, (path + memberText(field.name)).replace(/^\./, ""), seen);
    if (found !== undefined) return found;
  }
  return undefined;
}

function obstacleInItem(
  schema: SchemaNode,
  allowed: ReadonlySet<string>,
  what: string,
  path: string,
  seen: Set<SchemaNode>,
): Obstacle | undefined {
  const item = resolve(schema);
  if (!allowed.has(item.kind)) return { path, reason: `it cannot have ${withArticle(item.kind)} as ${what}` };
  return item.kind === "struct" && !seen.has(item) ? obstacleInFields(item, `${path}[]`, seen) : undefined;
}
