/** The order of keys in a sorted map: total, and as their bytes or numbers are. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  bool,
  bytes,
  f32,
  f64,
  i64,
  option,
  type Schema,
  str,
  struct,
  tuple,
  u8,
  unit,
  variant,
  vec,
} from "../../src/index.ts";
import { comparerOf } from "../../src/schema/compare.ts";
import type { SchemaNode } from "../../src/schema/node.ts";
import { orderedKeys, runs } from "../support/arbitrary.ts";
import { contentText, valuesOf } from "../support/arbitrary-values.ts";

const compare = (schema: Schema, a: unknown, b: unknown): number => Math.sign(comparerOf(schema as SchemaNode)(a, b));
const named = variant({ Late: u8, Early: unit });

test.each<[string, Schema, readonly unknown[]]>([
  ["numbers", f64, [Number.NEGATIVE_INFINITY, -1, -0, 0, 5e-324, 1, Number.POSITIVE_INFINITY, Number.NaN]],
  ["bigints", i64, [-(2n ** 63n), -1n, 0n, 2n ** 53n, 2n ** 53n + 1n]],
  ["booleans", bool, [false, true]],
  [
    "text by code points, not by UTF-16 units",
    str,
    ["", "a", "aa", "b", "é", "\ue000", "\uffff", "𐀀", "𐀀a", "\u{10ffff}"],
  ],
  ["bytes", bytes, [[], [0], [0, 0], [0, 1], [1], [255]].map((list) => new Uint8Array(list))],
  ["options, null first", option(u8), [null, 0, 255]],
  ["alternatives by number", named, [{ type: "Late", value: 0 }, { type: "Late", value: 9 }, { type: "Early" }]],
  [
    "tuples by their first difference",
    tuple([u8, str]),
    [
      [0, "b"],
      [1, "a"],
      [1, "b"],
    ],
  ],
  [
    "structs in order of declaration",
    struct({ b: u8, a: u8 }),
    [
      { a: 9, b: 0 },
      { a: 0, b: 1 },
      { a: 1, b: 1 },
    ],
  ],
  ["lists, shorter first", vec(u8), [[], [0], [0, 9], [1]]],
])("%s", (_what, schema, inOrder) => {
  for (const [i, a] of inOrder.entries()) {
    for (const [j, b] of inOrder.entries()) expect(compare(schema, a, b)).toBe(Math.sign(i - j));
  }
});

test("floats of 32 bits are compared as they are stored", () => {
  expect(compare(f32, 0.1, Math.fround(0.1))).toBe(0);
  expect(compare(f64, 0.1, Math.fround(0.1))).toBe(-1);
});

test("text is in the order of its UTF-8 bytes", () => {
  const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
  const texts = valuesOf({ kind: "str" });
  fc.assert(
    fc.property(texts, texts, (a, b) => {
      const expected = compare(bytes, utf8(a as string), utf8(b as string));
      expect(compare(str, a, b)).toBe(expected);
    }),
    runs(300),
  );
});

describe("for every kind of key", () => {
  const triples = orderedKeys.chain((schema) => {
    const values = valuesOf(schema as SchemaNode, 3);
    return fc.tuple(fc.constant(schema), values, values, values);
  });

  test("the order is total, and equal are only the same", () => {
    fc.assert(
      fc.property(triples, ([schema, a, b, c]) => {
        expect(compare(schema, a, a)).toBe(0);
        expect(compare(schema, a, b)).toBe(-compare(schema, b, a) + 0);
        const sameText = contentText(a) === contentText(b);
        if (compare(schema, a, b) === 0) expect(sameText).toBe(true);
        const sorted = [a, b, c].sort((x, y) => compare(schema, x, y));
        expect(compare(schema, sorted[0], sorted[2])).toBeLessThanOrEqual(0);
        expect(compare(schema, sorted[0], sorted[1])).toBeLessThanOrEqual(0);
      }),
      runs(200),
    );
  });
});
