/** What every type is in bytes, written out by hand from the tables of the format: one line each for every kind of byte. */
import {
  array,
  bool,
  bytes,
  char,
  chunk,
  f32,
  f64,
  hashMap,
  i8,
  i16,
  i32,
  i64,
  i128,
  int,
  map,
  option,
  recursive,
  type Schema,
  set,
  sortedMap,
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

const Chain: Schema = struct({ head: u8, tail: option(recursive(() => Chain)) });

const Shape = variant({ Point: unit, Circle: f32, Rect: struct({ w: u8, h: u8 }), Line: tuple([u8, u8]) });

const ff = (count: number): string => "ff".repeat(count);
const zero = (count: number): string => "00".repeat(count);

/** Schema, value, bytes. */
type Known = readonly [schema: Schema, value: unknown, hex: string];

const TABLE: readonly Known[] = [
  [u8, 0, "00"],
  [u8, 251, "fb"],
  [u8, 255, "ff"],
  [i8, -1, "ff"],
  [i8, -128, "80"],
  [i8, 127, "7f"],
  [bool, false, "00"],
  [bool, true, "01"],
  [unit, null, ""],

  [u16, 250, "fa"],
  [u16, 251, "fbfb00"],
  [u16, 65_535, "fbffff"],
  [u32, 250, "fa"],
  [u32, 65_535, "fbffff"],
  [u32, 65_536, "fc00000100"],
  [u32, 2 ** 32 - 1, "fcffffffff"],
  [u64, 250n, "fa"],
  [u64, 251n, "fbfb00"],
  [u64, 2n ** 32n - 1n, "fcffffffff"],
  [u64, 2n ** 32n, "fd0000000001000000"],
  [u64, 2n ** 53n + 1n, "fd0100000000002000"],
  [u64, 2n ** 63n, "fd0000000000000080"],
  [u64, 2n ** 64n - 1n, `fd${ff(8)}`],
  [u128, 250n, "fa"],
  [u128, 2n ** 64n - 1n, `fd${ff(8)}`],
  [u128, 2n ** 64n, `fe${zero(8)}01${zero(7)}`],
  [u128, 2n ** 127n, `fe${zero(15)}80`],
  [u128, 2n ** 128n - 1n, `fe${ff(16)}`],
  [uint, 250, "fa"],
  [uint, 2 ** 32, "fd0000000001000000"],
  [uint, 2 ** 53 - 1, "fdffffffffffff1f00"],

  // Zigzag: 0, −1, 1, −2 … are 0, 1, 2, 3 …
  [i16, 0, "00"],
  [i16, -1, "01"],
  [i16, 1, "02"],
  [i16, 125, "fa"],
  [i16, -126, "fbfb00"],
  [i16, 32_767, "fbfeff"],
  [i16, -32_768, "fbffff"],
  [i32, -1, "01"],
  [i32, 125, "fa"],
  [i32, 32_768, "fc00000100"],
  [i32, 2 ** 31 - 1, "fcfeffffff"],
  [i32, -(2 ** 31), "fcffffffff"],
  [i64, -1n, "01"],
  [i64, 125n, "fa"],
  [i64, -126n, "fbfb00"],
  [i64, 2n ** 31n, "fd0000000001000000"],
  [i64, 2n ** 63n - 1n, `fdfe${ff(7)}`],
  [i64, -(2n ** 63n), `fd${ff(8)}`],
  [i128, -1n, "01"],
  [i128, -(2n ** 63n), `fd${ff(8)}`],
  [i128, 2n ** 63n, `fe${zero(8)}01${zero(7)}`],
  [i128, 2n ** 127n - 1n, `fefe${ff(15)}`],
  [i128, -(2n ** 127n), `fe${ff(16)}`],
  [int, -1, "01"],
  [int, 2 ** 31, "fd0000000001000000"],
  [int, 2 ** 53 - 1, "fdfeffffffffff3f00"],
  [int, -(2 ** 53 - 1), "fdfdffffffffff3f00"],

  [f32, 1, "0000803f"],
  [f32, -0, "00000080"],
  [f32, Number.NaN, "0000c07f"],
  [f32, Number.POSITIVE_INFINITY, "0000807f"],
  [f64, 1, "000000000000f03f"],
  [f64, -0, `${zero(7)}80`],
  [f64, Number.NaN, "000000000000f87f"],
  [f64, 5e-324, `01${zero(7)}`],

  [char, "a", "61"],
  [char, "é", "c3a9"],
  [char, "漢", "e6bca2"],
  [char, "𝄞", "f09d849e"],
  [str, "", "00"],
  [str, "aé漢𝄞", "0a61c3a9e6bca2f09d849e"],
  [str, "\ufeff", "03efbbbf"],
  [str, "a".repeat(250), `fa${"61".repeat(250)}`],
  [str, "a".repeat(251), `fbfb00${"61".repeat(251)}`],
  [bytes, new Uint8Array([1, 255]), "0201ff"],

  [vec(u16), [], "00"],
  [vec(u16), [1, 300], "0201fb2c01"],
  [vec(unit), [null, null], "02"],
  [array(u16, 2), [1, 300], "01fb2c01"],
  [array(u8, 0), [], ""],
  [tuple([u8, str]), [7, "x"], "070178"],
  [tuple([]), [], ""],
  [struct({ b: u8, a: str }), { a: "x", b: 7 }, "070178"],
  [struct({}), {}, ""],
  [set(str), new Set(["b", "a"]), "0201620161"],
  [
    map(str, u8),
    new Map([
      ["b", 1],
      ["a", 2],
    ]),
    "02016201016102",
  ],
  [typed(f32), new Float32Array([1, -0]), "020000803f00000080"],
  [typed(u8), new Uint8Array([1, 255]), "0201ff"],
  [typed(i8), new Int8Array([1, -1]), "0201ff"],
  [typed(u16), new Uint16Array([250, 251]), "02fafbfb00"],
  [typed(i32), new Int32Array([-1, 2 ** 31 - 1]), "0201fcfeffffff"],
  [typed(u64), new BigUint64Array([1n, 2n ** 63n]), "0201fd0000000000000080"],
  [typed(i64), new BigInt64Array([-1n, -(2n ** 63n)]), `0201fd${ff(8)}`],
  [typed(uint), new Float64Array([1, 2 ** 32]), "0201fd0000000001000000"],
  [typed(int), new Float64Array([-1, 2 ** 31]), "0201fd0000000001000000"],
  [typed(f64), new Float64Array([1]), "01000000000000f03f"],
  [option(u16), null, "00"],
  [option(u16), 300, "01fb2c01"],
  [Shape, { type: "Point" }, "00"],
  [Shape, { type: "Circle", value: 1 }, "010000803f"],
  [Shape, { type: "Rect", value: { w: 3, h: 4 } }, "020304"],
  [Shape, { type: "Line", value: [3, 4] }, "030304"],
  [Chain, { head: 1, tail: { head: 2, tail: null } }, "01010200"],
  // Inside a value that is inline, placements do not count.
  [
    struct({ a: chunk(u8), m: hashMap(u8, u8), s: sortedMap(u8, u8) }),
    { a: 5, m: new Map([[1, 2]]), s: new Map([[3, 4]]) },
    "05010102010304",
  ],
];

/** Varints that are longer than they need to be, which readers accept up to the width of the type. */
const LONG_FORMS: readonly Known[] = [
  [u16, 5, "fb0500"],
  [u32, 5, "fb0500"],
  [u32, 5, "fc05000000"],
  [u64, 5n, "fc05000000"],
  [u64, 5n, `fd05${zero(7)}`],
  [u128, 5n, `fd05${zero(7)}`],
  [u128, 5n, `fe05${zero(15)}`],
  [uint, 5, `fd05${zero(7)}`],
  [i16, -3, "fb0500"],
  [i32, -3, "fc05000000"],
  [i64, -3n, `fd05${zero(7)}`],
  [i128, -3n, `fe05${zero(15)}`],
  [int, -3, `fd05${zero(7)}`],
  [int, -3, "fc05000000"],
  [str, "a", `fd01${zero(7)}61`],
  [vec(u8), [9], "fb010009"],
  [typed(u64), new BigUint64Array([5n]), "01fc05000000"],
  [Shape, { type: "Point" }, "fc00000000"],
];

export interface KnownBytes {
  readonly title: string;
  readonly node: SchemaNode;
  readonly value: unknown;
  readonly bytes: Uint8Array;
}

export function fromHex(hex: string): Uint8Array {
  return new Uint8Array((hex.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16)));
}

const known = ([schema, value, hex]: Known): KnownBytes => {
  const text = typeof value === "bigint" ? `${value}n` : Object.is(value, -0) ? "-0" : JSON.stringify(value, plain);
  const title = `${schema.kind} ${text?.slice(0, 40)} ⇄ ${hex.slice(0, 40)}`;
  return { title, node: schema as SchemaNode, value, bytes: fromHex(hex) };
};

function plain(_name: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}

export const knownBytes: readonly KnownBytes[] = TABLE.map(known);
export const longForms: readonly KnownBytes[] = LONG_FORMS.map(known);
