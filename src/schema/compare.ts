/**
 * The order of keys in a sorted map. In: two values of a schema. Out: negative, 0 or positive.
 *
 * Text is ordered by code points, as its UTF-8 bytes are (JavaScript's `<` orders by UTF-16 units and differs for
 * characters beyond U+FFFF); −0 comes before 0 and NaN after infinity; shorter comes before longer.
 */

import { SchemaMismatchError } from "../errors.ts";
import { ascending, nextOf } from "./descending.ts";
import type { SchemaNode } from "./node.ts";
import { isDescending } from "./order.ts";

type Compare = (a: never, b: never) => number;

const compares = new WeakMap<SchemaNode, Compare>();

/** The comparison of values of `schema`. @throws {SchemaMismatchError} The schema has no order (maps and sets). */
export function comparerOf(schema: SchemaNode): (a: unknown, b: unknown) => number {
  const known = compares.get(schema);
  if (known !== undefined) return known as (a: unknown, b: unknown) => number;
  const compare = isDescending(schema) ? opposite(comparerOf(ascending(schema))) : makeCompare(schema);
  compares.set(schema, compare);
  return compare as (a: unknown, b: unknown) => number;
}

function opposite(compare: (a: unknown, b: unknown) => number): Compare {
  return (a, b) => compare(b, a);
}

function makeCompare(node: SchemaNode): Compare {
  switch (node.kind) {
    case "recursive":
      // Followed only when values are compared: the schema meets itself again on the way.
      return (a, b) => comparerOf(nextOf(node))(a, b);
    case "str":
    case "char":
      return compareText;
    case "f32":
      // As they are stored: two numbers that round to the same one are one key.
      return (a: number, b: number) => compareFloats(Math.fround(a), Math.fround(b));
    case "f64":
      return compareFloats;
    case "unit":
      return () => 0;
    case "bytes":
      return (a: Uint8Array, b: Uint8Array) => compareLists(a, b, (x, y) => (x as number) - (y as number));
    case "tuple": {
      const parts = node.items.map(comparerOf);
      return (a: readonly unknown[], b: readonly unknown[]) => {
        for (let i = 0; i < parts.length; i++) {
          const order = (parts[i] as (typeof parts)[number])(a[i], b[i]);
          if (order !== 0) return order;
        }
        return 0;
      };
    }
    case "struct": {
      const parts = Object.entries(node.fields).map(([name, field]) => [name, comparerOf(field)] as const);
      return (a: Record<string, unknown>, b: Record<string, unknown>) => {
        for (const [name, compare] of parts) {
          const order = compare(a[name], b[name]);
          if (order !== 0) return order;
        }
        return 0;
      };
    }
    case "vec":
    case "array": {
      const item = comparerOf(node.item);
      return (a: readonly unknown[], b: readonly unknown[]) => compareLists(a, b, item);
    }
    case "option": {
      const item = comparerOf(node.item);
      return (a: unknown, b: unknown) =>
        a === null || b === null ? Number(a !== null) - Number(b !== null) : item(a, b);
    }
    case "variant":
      return compareVariants(node.variants);
    case "typed":
    case "set":
    case "map":
    case "hashMap":
    case "sortedMap":
    case "chunk":
      throw unordered(node.kind);
    default:
      return (a: number, b: number) => (a < b ? -1 : a > b ? 1 : 0);
  }
}

function unordered(kind: string): SchemaMismatchError {
  return new SchemaMismatchError(
    `A key of sortedMap() cannot be of type ${kind}: it has no order. Use numbers, text, bytes, or tuples, structs, vecs, options and variants of them.`,
    { expected: "a key with an order", actual: kind },
  );
}

/** Checks that values of `schema` can be keys of a sorted map, as deep as it can be looked at without `recursive`. */
export function requireOrdered(schema: SchemaNode): void {
  comparerOf(schema);
}

function compareLists(a: ArrayLike<unknown>, b: ArrayLike<unknown>, item: (x: unknown, y: unknown) => number): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const order = item(a[i], b[i]);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function compareVariants(variants: Readonly<Record<string, SchemaNode>>): Compare {
  const names = Object.keys(variants);
  const parts = Object.values(variants).map(comparerOf);
  return (a: { type: string; value?: unknown }, b: { type: string; value?: unknown }) => {
    const index = names.indexOf(a.type);
    const other = names.indexOf(b.type);
    return index !== other ? index - other : (parts[index]?.(a.value, b.value) ?? 0);
  };
}

function compareText(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return codePointRank(x) - codePointRank(y);
  }
  return a.length - b.length;
}

/** Surrogates stand for code points above U+FFFF, so they rank behind the units from U+E000. */
function codePointRank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

function compareFloats(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  if (a === b) return a === 0 ? Number(Object.is(b, -0)) - Number(Object.is(a, -0)) : 0;
  return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
}
