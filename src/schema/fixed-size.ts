/** Step 1: sizes that a schema alone decides, where every value has the same. */

import type { SchemaNode } from "./node.ts";

/** Bytes of every value of `schema`, or undefined if they differ. */
export function fixedSize(schema: SchemaNode): number | undefined {
  switch (schema.kind) {
    case "u8":
    case "i8":
    case "bool":
      return 1;
    case "unit":
      return 0;
    case "f32":
      return 4;
    case "f64":
      return 8;
    case "tuple":
      return fixedSum(schema.items);
    case "struct":
      return fixedSum(Object.values(schema.fields));
    case "array": {
      const item = fixedSize(schema.item);
      return item === undefined ? undefined : item * schema.length;
    }
    default:
      return undefined;
  }
}

function fixedSum(parts: readonly SchemaNode[]): number | undefined {
  let total = 0;
  for (const part of parts) {
    const size = fixedSize(part);
    if (size === undefined) return undefined;
    total += size;
  }
  return total;
}
