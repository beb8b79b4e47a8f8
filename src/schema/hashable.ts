/** Which schemas have keys for hash maps. Apart from the bytes of keys (key.ts), which who only has a schema does not need. */

import { SchemaMismatchError } from "../errors.ts";
import type { SchemaNode } from "./node.ts";

/** Kinds without parts that Rust hashes. */
const HASHED: ReadonlySet<string> = new Set<SchemaNode["kind"]>([
  ...(["u8", "u16", "u32", "u64", "u128", "i8", "i16", "i32", "i64", "i128", "uint", "int"] as const),
  ...(["bool", "unit", "char", "str", "bytes"] as const),
]);

/** The error for a kind that has no hash. */
export function unhashable(kind: string): SchemaMismatchError {
  const why = kind === "f32" || kind === "f64" ? "floats have no hash in Rust" : `${kind} has no hash`;
  return new SchemaMismatchError(
    `A key of hashMap() cannot be of type ${kind}: ${why}. Use integers, text, bytes, or tuples, structs, vecs, options and variants of them.`,
    { expected: "a hashable key", actual: kind },
  );
}

/** Checks that values of `schema` can be keys of a hash map, as deep as it can be looked at without `recursive`. */
export function requireHashable(schema: SchemaNode): void {
  if (schema.kind === "recursive" || HASHED.has(schema.kind)) return;
  switch (schema.kind) {
    case "tuple":
      return schema.items.forEach(requireHashable);
    case "struct":
      return Object.values(schema.fields).forEach(requireHashable);
    case "variant":
      return Object.values(schema.variants).forEach(requireHashable);
    case "vec":
    case "array":
    case "option":
      return requireHashable(schema.item);
    default:
      throw unhashable(schema.kind);
  }
}
