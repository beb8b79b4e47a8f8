/** Step 1: the least bytes of a value, which a schema alone decides; fixed-size.ts has the exact ones. */

import { resolvePlaced, type SchemaNode } from "./node.ts";

const minimums = new WeakMap<SchemaNode, number>();

/** Least bytes of an encoded value; 0 for `unit` and what is made of it alone. Bounds a claimed number of items. */
export function minimumSize(schema: SchemaNode): number {
  const known = minimums.get(schema);
  if (known !== undefined) return known;
  // A recursive schema meets itself behind an option, a vec or a variant; 0 is a safe answer until it is known.
  minimums.set(schema, 0);
  const size = Math.min(computeMinimum(schema), 2 ** 32);
  minimums.set(schema, size);
  return size;
}

function computeMinimum(schema: SchemaNode): number {
  switch (schema.kind) {
    case "unit":
      return 0;
    case "f32":
      return 4;
    case "f64":
      return 8;
    case "recursive":
      return minimumSize(resolvePlaced(schema));
    case "chunk":
      return minimumSize(schema.inner);
    case "tuple":
      return sum(schema.items);
    case "struct":
      return sum(Object.values(schema.fields));
    case "array":
      return schema.length * minimumSize(schema.item);
    default:
      return 1;
  }
}

function sum(parts: readonly SchemaNode[]): number {
  return parts.reduce((total, part) => total + minimumSize(part), 0);
}
