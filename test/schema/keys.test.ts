/** What Rust's `Hash` would feed a hasher for a key, and which keys are the same. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  array,
  bool,
  bytes,
  char,
  i8,
  i16,
  i32,
  i64,
  i128,
  int,
  isParcodeError,
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
} from "../../src/index.ts";
import { keyBytes, keyMatcher } from "../../src/schema/key.ts";
import type { SchemaNode } from "../../src/schema/node.ts";
import { fromHex } from "../bytes/known-bytes.ts";
import { hashableKeys, runs } from "../support/arbitrary.ts";
import { contentText, valuesOf } from "../support/arbitrary-values.ts";
import { thrownBy } from "../support/rejection.ts";

const Shape = variant({ Point: unit, Circle: u8 });
const Chain: Schema = struct({ head: u8, tail: option(recursive(() => Chain)) });
const zero = (count: number): string => "00".repeat(count);

test.each<[Schema, unknown, string]>([
  [u8, 7, "07"],
  [i8, -1, "ff"],
  [bool, true, "01"],
  [unit, null, ""],
  [u16, 258, "0201"],
  [i16, -2, "feff"],
  [u32, 1, "01000000"],
  [u32, 2 ** 32 - 1, "ffffffff"],
  [i32, -1, "ffffffff"],
  [u64, 2n ** 63n, "0000000000000080"],
  [i64, -1n, "ffffffffffffffff"],
  [uint, 2 ** 53 - 1, "ffffffffffff1f00"],
  [int, -1, "ffffffffffffffff"],
  [u128, 2n ** 64n, `${zero(8)}01${zero(7)}`],
  [i128, -1n, "ff".repeat(16)],
  [char, "a", "61000000"],
  [char, "𝄞", "1ed10100"],
  [str, "", "ff"],
  [str, "aé", "61c3a9ff"],
  [bytes, new Uint8Array([1, 2]), `02${zero(7)}0102`],
  [vec(u16), [1, 2], `02${zero(7)}01000200`],
  [array(u8, 2), [1, 2], `02${zero(7)}0102`],
  [tuple([u8, str]), [1, "a"], "0161ff"],
  [struct({ b: u8, a: str }), { a: "a", b: 1 }, "0161ff"],
  [option(u8), null, zero(8)],
  [option(u8), 5, `01${zero(7)}05`],
  [Shape, { type: "Point" }, zero(8)],
  [Shape, { type: "Circle", value: 9 }, `01${zero(7)}09`],
  [Chain, { head: 1, tail: { head: 2, tail: null } }, `0101${zero(7)}02${zero(8)}`],
])("%o %o", (schema, key, hex) => {
  expect([...keyBytes(schema as SchemaNode, key)]).toEqual([...fromHex(hex)]);
});

test("the bytes of two keys of one type are the same when the keys are, and only then", () => {
  const pairs = hashableKeys.chain((schema) => {
    const values = valuesOf(schema as SchemaNode, 3);
    return fc.tuple(fc.constant(schema as SchemaNode), values, fc.oneof(values, values));
  });
  fc.assert(
    fc.property(pairs, ([schema, a, b]) => {
      const bytes = [...keyBytes(schema, a)];
      const isEqual = contentText(a) === contentText(b);
      expect(String(bytes) === String([...keyBytes(schema, b)])).toBe(isEqual);
      expect(keyMatcher(schema, a)(b)).toBe(isEqual);
      expect(keyMatcher(schema, a)(a)).toBe(true);
    }),
    runs(200),
  );
});

describe("what is no key", () => {
  test.each<[Schema, unknown, string]>([
    [u8, 256, "0 to 255"],
    [u16, -1, "0 to 65535"],
    [i16, 1.5, "-32768 to 32767"],
    [u32, "1", "0 to 4294967295"],
    [u64, 1, "a bigint"],
    [i64, 2n ** 63n, "a bigint"],
    [uint, 2 ** 53, "integer"],
    [char, "ab", "one character"],
    [char, "\ud834", "one character"],
    [str, 5, "a string"],
    [str, "\ud800", "lone surrogate"],
    [bytes, [1], "a Uint8Array"],
    [unit, undefined, "null"],
    [tuple([u8]), [1, 2], "an array of 1"],
    [array(u8, 2), [1], "an array of 2"],
    [vec(u8), "x", "an array"],
    [struct({ a: u8 }), null, "an object"],
    [Shape, { type: "Square" }, "Point"],
  ])("%o %o", (schema, key, words) => {
    const error = thrownBy(() => keyBytes(schema as SchemaNode, key));
    expect(isParcodeError(error, "SchemaMismatch"), String(error)).toBe(true);
    expect(error.message).toContain(words);
    // A key that failed leaves nothing behind for the next one.
    expect([...keyBytes(u8 as SchemaNode, 7)]).toEqual([7]);
  });
});
