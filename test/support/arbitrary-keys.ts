/**
 * Schemas of keys, with parts in either direction, and values that are close to each other: the same few texts, their starts and what
 * stands around a zero, so that most pairs differ late or not at all. Out: arbitraries of fast-check.
 */
import fc from "fast-check";
import {
  array,
  bool,
  bytes,
  char,
  descending,
  f32,
  f64,
  i8,
  i16,
  i32,
  i64,
  i128,
  int,
  option,
  recursive,
  type Schema,
  str,
  struct,
  tuple,
  u8,
  u16,
  u32,
  u64,
  u128,
  uint,
  unit,
  variant,
  vec,
} from "parcode-web/key";
import { resolve, type SchemaNode } from "../../src/schema/node.ts";

type Values = fc.Arbitrary<unknown>;

const primitives = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom<Schema>(str, bytes, char) },
  {
    weight: 3,
    arbitrary: fc.constantFrom<Schema>(
      ...[u8, u16, u32, u64, u128, i8, i16, i32, i64, i128, uint, int, f32, f64, bool, unit],
    ),
  },
);

const Chain: Schema = struct({ name: str, next: option(recursive(() => Chain)) });
const Tree: Schema = variant({ Leaf: str, Node: descending(vec(recursive(() => Tree))), Nothing: unit });

const { key } = fc.letrec<{ key: Schema; upward: Schema }>((tie) => ({
  key: fc.oneof(
    { weight: 3, arbitrary: tie("upward") },
    { weight: 1, arbitrary: tie("upward").map((schema) => descending(schema)) },
  ),
  upward: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    { weight: 5, arbitrary: primitives },
    { weight: 4, arbitrary: fc.array(tie("key"), { minLength: 1, maxLength: 4 }).map((items) => tuple(items)) },
    { weight: 2, arbitrary: fieldsOf(tie("key")).map((fields) => struct(fields)) },
    { weight: 2, arbitrary: tie("key").map((item) => vec(item)) },
    { weight: 1, arbitrary: fc.tuple(tie("key"), fc.nat({ max: 3 })).map(([item, n]) => array(item, n)) },
    { weight: 2, arbitrary: tie("key").map(optional) },
    { weight: 2, arbitrary: fieldsOf(tie("key")).map((fields) => variant(fields)) },
    { weight: 1, arbitrary: fc.constantFrom<Schema>(Chain, Tree) },
  ),
}));

function fieldsOf(part: fc.Arbitrary<Schema>): fc.Arbitrary<Record<string, Schema>> {
  return fc
    .array(part, { minLength: 1, maxLength: 3 })
    .map((parts) => Object.fromEntries(parts.map((each, i) => ["cab"[i] as string, each])));
}

function optional(item: Schema): Schema {
  return item.kind === "option" || item.kind === "unit" ? tuple([item]) : option(item);
}

/** Any schema that can be a key. */
export const keySchemas: fc.Arbitrary<Schema> = key;

const PIECES = ["", "a", "b", "\0", "\x01", "\xff", "\u0100", "é", "\ud7ff", "\ue000", "\uffff", "𐀀", "\u{10ffff}"];

/** One text is often the start of another, and zeros, ends and astral characters stand where the next one differs. */
const texts = fc.array(fc.constantFrom(...PIECES), { maxLength: 3, size: "max" }).map((pieces) => pieces.join(""));
const byteStrings = fc
  .array(fc.constantFrom(0, 0, 1, 0xfe, 0xff), { maxLength: 4, size: "max" })
  .map((list) => Uint8Array.from(list));

function integers(bits: number, isSigned: boolean): fc.Arbitrary<bigint> {
  const min = isSigned ? -(2n ** BigInt(bits - 1)) : 0n;
  const max = 2n ** BigInt(isSigned ? bits - 1 : bits) - 1n;
  const edges = [-2n, -1n, 0n, 1n, 2n ** 8n, 2n ** 31n, 2n ** 32n, 2n ** 32n - 1n, 2n ** 63n, 2n ** 64n, min, max];
  const inside = edges.filter((edge) => edge >= min && edge <= max);
  return fc.oneof(fc.constantFrom(...inside), fc.bigInt({ min, max }));
}

const floats = fc.oneof(
  fc.constantFrom(0, -0, 1, -1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5e-324, -5e-324),
  fc.double(),
);
const SAFE = Number.MAX_SAFE_INTEGER;

const PRIMITIVES: { readonly [kind: string]: Values } = {
  ...Object.fromEntries(
    [8, 16, 32].flatMap((bits) => [
      [`u${bits}`, integers(bits, false).map(Number)],
      [`i${bits}`, integers(bits, true).map(Number)],
    ]),
  ),
  ...Object.fromEntries(
    [64, 128].flatMap((bits) => [
      [`u${bits}`, integers(bits, false)],
      [`i${bits}`, integers(bits, true)],
    ]),
  ),
  uint: fc.oneof(fc.constantFrom(0, 1, 2 ** 32 - 1, 2 ** 32, SAFE), fc.nat({ max: SAFE })),
  int: fc.oneof(fc.constantFrom(0, -1, 1, 2 ** 32, -(2 ** 32), SAFE, -SAFE), fc.integer({ min: -SAFE, max: SAFE })),
  f32: fc.oneof(floats.map(Math.fround), floats),
  f64: floats,
  bool: fc.boolean(),
  unit: fc.constant(null),
  str: texts,
  bytes: byteStrings,
  char: fc.constantFrom(...PIECES.filter((piece) => piece !== "")),
};

/** Values of a key's schema. */
export function keyValues(schema: SchemaNode, depth = 3): Values {
  const primitive = PRIMITIVES[schema.kind];
  if (primitive !== undefined) return primitive;
  switch (schema.kind) {
    case "recursive":
      return keyValues(resolve(schema), depth - 1);
    case "tuple":
      return fc.tuple(...schema.items.map((item) => keyValues(item, depth)));
    case "array":
      return fc.array(keyValues(schema.item, depth), { minLength: schema.length, maxLength: schema.length });
    case "vec":
      return depth <= 0 ? fc.constant([]) : fc.array(keyValues(schema.item, depth), { maxLength: 3, size: "max" });
    case "option":
      return depth <= 0 ? fc.constant(null) : fc.option(keyValues(schema.item, depth), { nil: null });
    case "struct":
      return fc.record(Object.fromEntries(Object.entries(schema.fields).map(([k, v]) => [k, keyValues(v, depth)])), {
        noNullPrototype: true,
      });
    case "variant": {
      const all = Object.entries(schema.variants);
      return fc.oneof(
        ...all.map(([type, part]) =>
          part.kind === "unit" ? fc.constant({ type }) : keyValues(part, depth).map((value) => ({ type, value })),
        ),
      );
    }
    default:
      throw new Error(`No keys of ${schema.kind}.`);
  }
}
