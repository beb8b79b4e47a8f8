/**
 * Step 2: source text for values of few bytes, and how much room and text a value takes. In: a schema, the name of a variable.
 * Out: statements that store the value at `p` of `b`, or let the writer `w` refuse it.
 */

import type { SchemaNode } from "../schema/node.ts";

/** Room that is asked for at once, at most: a slab's rest is left unused where it is less. */
export const MAX_ROOM_BYTES = 256;

/** What is heavier is a function of its own, which the engine compiles once. */
export const MAX_INLINE_WEIGHT = 24;

/**
 * Stores `value`, below 2^32, as a varint. The room for the longest is there, and all of it is written to, whatever the number's size: a line
 * that is seldom run, as one for small numbers among large ones, would throw away compiled code when it is run first.
 */
function varint(value: string): string {
  return `{ const t = ${value} < 251, s = ${value} < 65536;
      b[p] = t ? ${value} : s ? 251 : 252; d.setUint32(p + 1, ${value}, true);
      p += t ? 1 : s ? 3 : 5;
    }`;
}

/** As {@link varint}, of 16 bits. */
function shortVarint(value: string): string {
  return `{ const t = ${value} < 251; b[p] = t ? ${value} : 251; d.setUint16(p + 1, ${value}, true); p += t ? 1 : 3; }`;
}

/** Lets the writer say what is wrong with `value` where `test` does not hold. */
function require(kind: string, value: string, test: string): string {
  return `if (typeof ${value} !== "number" || ${test} !== ${value}) w.${kind}(${value});`;
}

/** Statements for the kinds without parts whose values are short, once there is room for one. */
export const BOUNDED_SOURCE: { readonly [kind: string]: (value: string) => string } = {
  u8: (v) => `${require("u8", v, `(${v} & 255)`)} b[p++] = ${v};`,
  i8: (v) => `${require("i8", v, `(${v} << 24 >> 24)`)} b[p++] = ${v};`,
  u16: (v) => `${require("u16", v, `(${v} & 65535)`)} ${shortVarint(v)}`,
  u32: (v) => `${require("u32", v, `(${v} >>> 0)`)} ${varint(v)}`,
  i16: (v) =>
    `${require("i16", v, `(${v} << 16 >> 16)`)} { const z = (${v} << 1) ^ (${v} >> 31); ${shortVarint("z")} }`,
  i32: (v) => `${require("i32", v, `(${v} | 0)`)} { const z = ((${v} << 1) ^ (${v} >> 31)) >>> 0; ${varint("z")} }`,
  bool: (v) => `if (typeof ${v} !== "boolean") w.bool(${v}); b[p++] = ${v} ? 1 : 0;`,
  unit: (v) => `if (${v} !== null) w.unit(${v});`,
  f32: (v) => `if (typeof ${v} !== "number") w.f32(${v}); d.setFloat32(p, ${v}, true); p += 4;`,
  f64: (v) => `if (typeof ${v} !== "number") w.f64(${v}); d.setFloat64(p, ${v}, true); p += 8;`,
  uint: (v) => `if (typeof ${v} === "number" && (${v} >>> 0) === ${v}) { ${varint(v)} } else { ${called("uint", v)} }`,
  int: (v) => `if (typeof ${v} === "number" && (${v} | 0) === ${v}) {
      const z = ((${v} << 1) ^ (${v} >> 31)) >>> 0; ${varint("z")}
    } else { ${called("int", v)} }`,
  u64: (v) => called("u64", v),
  i64: (v) => called("i64", v),
  u128: (v) => called("u128", v),
  i128: (v) => called("i128", v),
  char: (v) => called("char", v),
};

/** Lets the writer store `value`; it takes no more room than was asked for, so the slab stays. */
function called(kind: string, value: string): string {
  return `w.position = p; w.${kind}(${value}); p = w.position;`;
}

/** Most bytes of one value of the kinds without parts; those that are not named have no bound. */
const MAX_BYTES: { readonly [kind: string]: number } = {
  u8: 1,
  i8: 1,
  bool: 1,
  unit: 0,
  u16: 3,
  i16: 3,
  u32: 5,
  i32: 5,
  u64: 9,
  i64: 9,
  uint: 9,
  int: 9,
  u128: 17,
  i128: 17,
  f32: 4,
  f64: 8,
  char: 4,
};

/** Most bytes that a value of `schema` takes; undefined where there is no bound, or it is not worth asking for so many at once. */
export function maxBytes(schema: SchemaNode): number | undefined {
  const most = bound(schema);
  return most <= MAX_ROOM_BYTES && sourceWeight(schema) <= MAX_INLINE_WEIGHT ? most : undefined;
}

function bound(schema: SchemaNode): number {
  switch (schema.kind) {
    case "option":
      return 1 + bound(schema.item);
    case "tuple":
      return schema.items.reduce((total, item) => total + bound(item), 0);
    case "struct":
      return Object.values(schema.fields).reduce((total, field) => total + bound(field), 0);
    case "array":
      return schema.length * bound(schema.item);
    default:
      return MAX_BYTES[schema.kind] ?? Number.POSITIVE_INFINITY;
  }
}

/** How much text a value's encoder takes, in values without parts; infinite for what needs a function. */
export function sourceWeight(schema: SchemaNode): number {
  switch (schema.kind) {
    case "recursive":
    case "variant":
      return Number.POSITIVE_INFINITY;
    case "chunk":
      return sourceWeight(schema.inner);
    case "vec":
    case "array":
    case "set":
    case "option":
      return 1 + sourceWeight(schema.item);
    case "tuple":
      return schema.items.reduce((total, item) => total + sourceWeight(item), 1);
    case "struct":
      return Object.values(schema.fields).reduce((total, field) => total + sourceWeight(field), 1);
    case "map":
    case "hashMap":
    case "sortedMap":
      return 2 + sourceWeight(schema.key) + sourceWeight(schema.value);
    default:
      return 1;
  }
}
