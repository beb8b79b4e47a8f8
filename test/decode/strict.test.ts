/** Bytes that are not what the schema says: each a typed error that names place, path, expectation and finding. */
import { describe, expect, test } from "vitest";
import { MAX_INLINE_DEPTH } from "../../src/bytes/depth.ts";
import { MAX_EMPTY_ITEMS } from "../../src/bytes/reader.ts";
import { type Decode, decodeClosure } from "../../src/decode/closures.ts";
import { Decoder } from "../../src/decode/decode.ts";
import { generateDecoder } from "../../src/decode/generate.ts";
import type { CorruptChunkError, LimitExceededError } from "../../src/errors.ts";
import {
  array,
  bool,
  bytes,
  char,
  f32,
  f64,
  i8,
  i16,
  i32,
  i64,
  i128,
  int,
  isParcodeError,
  map,
  option,
  recursive,
  type Schema,
  set,
  str,
  struct,
  tuple,
  typed,
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
import type { SchemaNode } from "../../src/schema/node.ts";
import { fromHex } from "../bytes/known-bytes.ts";
import { thrownBy } from "../support/rejection.ts";

/** Both decoders, each with the closures that find the path. */
const DECODERS = [
  ["closures", (node: SchemaNode) => madeDecoder(node, decodeClosure)],
  ["generated code", (node: SchemaNode) => madeDecoder(node, generateDecoder)],
] as const;

function madeDecoder(node: SchemaNode, make: (node: SchemaNode) => Decode): Decoder {
  const made = new Decoder(
    () => make(node),
    () => decodeClosure(node),
  );
  // For a few values it would take the closures, whatever it could make.
  expect(made.read).toBeTypeOf("function");
  return made;
}

const Shape = variant({ Point: unit, Circle: f32, Named: struct({ name: str }) });
const zeros = (count: number): string => "00".repeat(count);

/** What is read, bytes, where it goes wrong, path, what was expected, what was found. */
type Case = readonly [
  what: string,
  schema: Schema,
  hex: string,
  at: number,
  path: string | undefined,
  expected: string | RegExp,
  actual: string | RegExp,
];

const TRUNCATED = /^(the end|\d+ up to the end)$/;

const CASES: readonly Case[] = [
  ["a bool of 2", bool, "02", 0, undefined, "0 or 1 for a bool", "2"],
  ["a bool of 255 in a tuple", tuple([u8, bool]), "05ff", 1, "[1]", "0 or 1 for a bool", "255"],
  ["an option's tag of 2", option(u8), "0207", 0, undefined, "0 or 1 for an Option's tag", "2"],
  ["an option's tag in a struct", struct({ a: u8, b: option(u8) }), "05fb00", 1, ".b", /Option's tag/, "251"],
  ["a variant behind the last", Shape, "03", 0, undefined, "a variant index below 3", "3"],
  ["a wide variant behind the last", Shape, "fcffffffff", 0, undefined, /below 3/, "4294967295"],
  ["a variant index of 64 bits", Shape, `fd${zeros(8)}`, 0, undefined, /u32/, "a varint of 64 bits"],
  ["inside a variant", Shape, "0201ff", 2, ".value.name", "a string in UTF-8", "bytes that are not"],

  ["a u16 of 32 bits", u16, "fc00000000", 0, undefined, "an integer of type u16", "a varint of 32 bits"],
  ["a u32 of 64 bits", u32, `fd${zeros(8)}`, 0, undefined, "an integer of type u32", "a varint of 64 bits"],
  ["a u64 of 128 bits", u64, `fe${zeros(16)}`, 0, undefined, "an integer of type u64", "a varint of 128 bits"],
  ["an i16 of 32 bits", i16, "fc00000000", 0, undefined, "an integer of type i16", "a varint of 32 bits"],
  ["an i32 of 64 bits", i32, `fd${zeros(8)}`, 0, undefined, "an integer of type i32", "a varint of 64 bits"],
  ["an i64 of 128 bits", i64, `fe${zeros(16)}`, 0, undefined, "an integer of type i64", "a varint of 128 bits"],
  ["an int of 128 bits", int, `fe${zeros(16)}`, 0, undefined, "an integer of type i64", "a varint of 128 bits"],
  ...[u16, u32, u64, u128, uint, i16, i32, i64, i128, int].map(
    (schema): Case => [
      `${schema.kind} of marker 255`,
      schema,
      `ff${zeros(16)}`,
      0,
      undefined,
      /integer/,
      "the reserved marker 255",
    ],
  ),
  ["a length of marker 255", str, "ff", 0, undefined, /a length/, "the reserved marker 255"],
  ["a length of 128 bits", vec(u8), `fe${zeros(16)}`, 0, undefined, /a length/, "a varint of 128 bits"],

  ["a uint of 2^53", uint, "fd0000000000002000", 0, undefined, /2\^53 - 1.*use u64/, "9007199254740992"],
  ["a uint of 2^64 − 1", uint, `fd${"ff".repeat(8)}`, 0, undefined, /2\^53 - 1/, "18446744073709551615"],
  ["an int of 2^53", int, "fd0000000000004000", 0, undefined, /2\^53 - 1.*use u64 or i64/, "9007199254740992"],
  ["an int of −2^53", int, "fdffffffffffff3f00", 0, undefined, /2\^53 - 1/, "-9007199254740992"],
  ["an int of −2^63", int, `fd${"ff".repeat(8)}`, 0, undefined, /2\^53 - 1/, "-9223372036854775808"],
  ["a uint in a typed array", typed(uint), "0205fd0000000000002000", 2, undefined, /2\^53 - 1/, "9007199254740992"],

  ["text that is not UTF-8", str, "02c328", 1, undefined, "a string in UTF-8", "bytes that are not"],
  ["a surrogate in UTF-8", str, "03eda080", 1, undefined, "a string in UTF-8", "bytes that are not"],
  ["an overlong form", str, "02c080", 1, undefined, "a string in UTF-8", "bytes that are not"],
  ["text beyond U+10FFFF", str, "04f4908080", 1, undefined, "a string in UTF-8", "bytes that are not"],
  ["text cut inside a character", str, "02e6bc", 1, undefined, "a string in UTF-8", "bytes that are not"],
  ["a long text that is not UTF-8", str, `64${"61".repeat(99)}ff`, 1, undefined, "a string in UTF-8", /bytes/],
  ["a char that is a continuation byte", char, "80ff", 0, undefined, "a char in UTF-8", "bytes that are not"],
  ["a char of byte 0xff", char, "ffffffff", 0, undefined, "a char in UTF-8", "bytes that are not"],
  ["a char that is a surrogate", char, "eda080", 0, undefined, "a char in UTF-8", "bytes that are not"],
  ["a char that ends early", char, "f09f", 0, undefined, "4 more bytes", "2 up to the end"],

  ["a string beyond the payload", str, "0561", 0, undefined, "a length of at most 1", "5"],
  ["bytes beyond the payload", bytes, "03ffff", 0, undefined, "a length of at most 2", "3"],
  ["a list beyond the payload", vec(u32), "0400", 0, undefined, "a length of at most 1", "4"],
  ["a list of 2^63 items", vec(u8), `fd${zeros(7)}80`, 0, undefined, "a length of at most 0", "9223372036854775808"],
  [
    "a string of 2^63 bytes",
    struct({ s: str }),
    `fd${zeros(7)}80`,
    0,
    ".s",
    "a length of at most 0",
    "9223372036854775808",
  ],
  ["a list of wide items", vec(tuple([f64, f64])), `02${zeros(31)}`, 0, undefined, "a length of at most 1", "2"],
  ["a map beyond the payload", map(u8, u8), "020101", 0, undefined, "a length of at most 1", "2"],
  ["a set beyond the payload", set(u8), "01", 0, undefined, "a length of at most 0", "1"],
  ["floats beyond the payload", typed(f32), `02${zeros(7)}`, 0, undefined, "a length of at most 1", "2"],
  ["a typed array cut in an element", typed(u16), "02fbff", 2, undefined, "2 more bytes", TRUNCATED],

  ["nothing for a u8", u8, "", 0, undefined, "1 more byte", "the end"],
  ["half a u32", u32, "fc0000", 1, undefined, "4 more bytes", "2 up to the end"],
  ["half an f64", f64, zeros(7), 0, undefined, "8 more bytes", TRUNCATED],
  ["half a u128", u128, `fe${zeros(9)}`, 0, undefined, "17 more bytes", TRUNCATED],
  ["an array cut short", array(u8, 3), "0102", 2, "[2]", "1 more byte", TRUNCATED],

  ["deep in lists", vec(vec(bool)), "0202010102000700", 6, "[1][1]", "0 or 1 for a bool", "7"],
  ["deep in structs", struct({ a: struct({ b: tuple([u8, i8, bool]) }) }), "010203", 2, ".a.b[2]", /bool/, "3"],
  ["a field whose name is no identifier", struct({ "my field": bool }), "09", 0, '["my field"]', /bool/, "9"],
  ["the value of a map's entry", map(str, bool), "0201610101620a", 6, "{1}", /bool/, "10"],
  ["the key of a map's entry", map(bool, u8), "01020a", 1, "{0}", /bool/, "2"],
  ["a member of a set", set(bool), "020102", 2, "[1]", /bool/, "2"],
];

describe.each(DECODERS)("%s", (_name, decoder) => {
  test.each(CASES)("%s", (_what, schema, hex, at, path, expected, actual) => {
    const error: CorruptChunkError = thrownBy(() => decoder(schema as SchemaNode).decode(fromHex(hex)));
    expect(isParcodeError(error, "CorruptChunk"), String(error)).toBe(true);
    expect({ at: error.byteOffset, path: error.path }).toEqual({ at, path });
    expect(error.expected).toMatch(expected);
    expect(error.actual).toMatch(actual);
    expect(error.message).toContain(`at byte ${at} of the payload`);
    expect(error.retryable).toBe(false);
  });

  test("places count from the start of the payload, wherever the value starts", () => {
    const error: CorruptChunkError = thrownBy(() =>
      decoder(tuple([u8, bool]) as SchemaNode).decode(fromHex("ffff0102"), 2),
    );
    expect({ at: error.byteOffset, path: error.path }).toEqual({ at: 3, path: "[1]" });
  });

  test("bytes behind the value are ignored, as the crate ignores them", () => {
    expect(decoder(u8 as SchemaNode).decode(fromHex("05ff"))).toBe(5);
  });

  const Chain: Schema = struct({ tail: option(recursive(() => Chain)) });
  const chain = (levels: number): Uint8Array => new Uint8Array(levels + 1).fill(1, 0, levels);

  test("a value of 512 levels is read", () => {
    let value = decoder(Chain as SchemaNode).decode(chain(MAX_INLINE_DEPTH)) as { tail: unknown } | null;
    let levels = 0;
    while (value !== null) {
      value = value.tail as typeof value;
      levels++;
    }
    expect(levels).toBe(MAX_INLINE_DEPTH + 1);
  });

  test("a bomb of nested values is refused long before the stack ends", () => {
    for (const levels of [MAX_INLINE_DEPTH + 1, 1_000_000]) {
      const error: LimitExceededError = thrownBy(() => decoder(Chain as SchemaNode).decode(chain(levels)));
      expect(isParcodeError(error, "LimitExceeded"), String(error)).toBe(true);
      expect(error.limit).toBe("MAX_INLINE_DEPTH");
      expect(error.message).toContain("512 levels");
      expect(error.byteOffset).toBe(MAX_INLINE_DEPTH + 1);
      expect(error.path).toBe(".tail".repeat(MAX_INLINE_DEPTH + 1));
    }
  });

  test("the depth of one value is not that of the next", () => {
    const list = vec(Chain) as SchemaNode;
    const payload = new Uint8Array([3, ...chain(500), ...chain(500), ...chain(500)]);
    expect((decoder(list).decode(payload) as unknown[]).length).toBe(3);
  });

  test("items of no bytes are bounded, since the payload does not bound them", () => {
    for (const [schema, path] of [
      [vec(unit), undefined],
      [set(struct({})), undefined],
      [struct({ all: map(unit, array(u8, 0)) }), ".all"],
      [vec(array(tuple([unit]), 7)), undefined],
    ] as const) {
      const error: LimitExceededError = thrownBy(() =>
        decoder(schema as SchemaNode).decode(fromHex(`fd${zeros(7)}80`)),
      );
      expect(isParcodeError(error, "LimitExceeded"), String(error)).toBe(true);
      expect({ limit: error.limit, at: error.byteOffset, path: error.path }).toEqual({
        limit: "MAX_EMPTY_ITEMS",
        at: 0,
        path,
      });
      expect(Number(error.actual)).toBe(2 ** 63);
      expect(error.expected).toContain(String(MAX_EMPTY_ITEMS));
    }
    expect((decoder(vec(unit) as SchemaNode).decode(fromHex("fce8030000")) as unknown[]).length).toBe(1000);
  });
});
