/**
 * Primitives of ordcode: fixed width, the sign bit of signed integers flipped under all parameters, floats made comparable where they
 * are big-endian. In: a value of a primitive schema. Out: its bytes, at the head of a writer; and back.
 *
 * @see https://docs.rs/ordcode/0.2.2/ordcode/primitives/index.html
 */

import { doubleFromBits, highBits, lowBits, singleFromBits, singleToBits } from "../../bytes/float-bits.ts";
import { bigFromHalves, IS_LITTLE_ENDIAN, TWO_POW_32 } from "../../bytes/varint.ts";
import { highHalf, lowHalf, splitBig } from "../../bytes/varint-write.ts";
import { mismatch, requireChar } from "../../bytes/writer.ts";
import { keyFailure } from "../failure.ts";
import type { HeadReader, HeadWriter } from "./buffer.ts";
import type { EncodingParams } from "./params.ts";

/** Kinds of schema whose values have a fixed width. `uint` is u64 and `int` is i64, in numbers. */
export type FixedKind =
  | "u8"
  | "u16"
  | "u32"
  | "u64"
  | "u128"
  | "i8"
  | "i16"
  | "i32"
  | "i64"
  | "i128"
  | "uint"
  | "int"
  | "f32"
  | "f64"
  | "bool"
  | "char";

/** The value of a primitive, by its kind. */
export type FixedValue = number | bigint | boolean | string;

/** Bytes of each. */
export const WIDTHS: { readonly [Kind in FixedKind]: number } = Object.freeze({
  ...{ u8: 1, i8: 1, bool: 1, u16: 2, i16: 2, u32: 4, i32: 4, f32: 4, char: 4 },
  ...{ u64: 8, i64: 8, uint: 8, int: 8, f64: 8, u128: 16, i128: 16 },
});

const SIGN = 0x8000_0000;
const words = new Uint32Array(4);
const scratch = new Uint8Array(16);

/** Writes the lowest `width` bytes of `words`, whose first word is the lowest. */
function emit(writer: HeadWriter, width: number, params: EncodingParams): void {
  const isBig = writesBigEndian(params);
  const flip = params.order === "descending" ? 0xff : 0;
  for (let i = 0; i < width; i++) {
    const byte = ((words[i >> 2] as number) >>> (8 * (i & 3))) ^ flip;
    scratch[isBig ? width - 1 - i : i] = byte;
  }
  writer.writeHead(scratch, 0, width);
}

/** The inverse of {@link emit}. */
function take(reader: HeadReader, width: number, params: EncodingParams): void {
  const at = reader.readHead(width);
  const { bytes } = reader;
  const isBig = writesBigEndian(params);
  const flip = params.order === "descending" ? 0xff : 0;
  words.fill(0);
  for (let i = 0; i < width; i++) {
    const byte = (bytes[isBig ? at + width - 1 - i : at + i] as number) ^ flip;
    words[i >> 2] = (words[i >> 2] as number) | (byte << (8 * (i & 3)));
  }
}

function writesBigEndian({ endianness }: EncodingParams): boolean {
  return endianness === "big" || (endianness === "native" && !IS_LITTLE_ENDIAN);
}

function number(value: unknown, min: number, max: number): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < min || value > max) {
    throw mismatch(`an integer from ${min} to ${max}`, value);
  }
  return value;
}

function float(value: unknown): number {
  if (typeof value !== "number") throw mismatch("a number", value);
  return value;
}

function bigint(value: unknown, bits: number, isSigned: boolean): bigint {
  const isRight =
    typeof value === "bigint" && (isSigned ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value)) === value;
  if (isRight) return value;
  const [min, max] = isSigned ? [`-(2n**${bits - 1}n)`, `2n**${bits - 1}n - 1n`] : ["0n", `2n**${bits}n - 1n`];
  throw mismatch(`a bigint from ${min} to ${max}`, value);
}

function split64(value: bigint, at: number): void {
  splitBig(value);
  words[at] = lowHalf();
  words[at + 1] = highHalf();
}

/** The number as the 64 bits of two's complement. */
function splitNumber(value: number): void {
  words[0] = value >>> 0;
  words[1] = Math.floor(value / TWO_POW_32);
}

const MAX_SAFE = Number.MAX_SAFE_INTEGER;

/** Puts the bits of a value into `words`, the sign bit not yet flipped. */
const SPLITS: { readonly [Kind in FixedKind]: (value: never) => void } = {
  u8: (value: number) => setWord(number(value, 0, 0xff)),
  u16: (value: number) => setWord(number(value, 0, 0xffff)),
  u32: (value: number) => setWord(number(value, 0, 0xffff_ffff)),
  i8: (value: number) => setWord(number(value, -0x80, 0x7f) ^ 0x80),
  i16: (value: number) => setWord(number(value, -0x8000, 0x7fff) ^ 0x8000),
  i32: (value: number) => setWord(number(value, -SIGN, SIGN - 1) ^ SIGN),
  uint: (value: number) => splitNumber(number(value, 0, MAX_SAFE)),
  int: (value: number) => {
    splitNumber(number(value, -MAX_SAFE, MAX_SAFE));
    words[1] = (words[1] as number) ^ SIGN;
  },
  u64: (value: bigint) => split64(bigint(value, 64, false), 0),
  i64: (value: bigint) => {
    split64(bigint(value, 64, true), 0);
    words[1] = (words[1] as number) ^ SIGN;
  },
  u128: (value: bigint) => split128(bigint(value, 128, false)),
  i128: (value: bigint) => {
    split128(bigint(value, 128, true));
    words[3] = (words[3] as number) ^ SIGN;
  },
  f32: (value: number) => setWord(singleToBits(float(value))),
  f64: (value: number) => {
    words[0] = lowBits(float(value));
    words[1] = highBits();
  },
  bool: (value: boolean) => {
    if (typeof value !== "boolean") throw mismatch("true or false", value);
    words[0] = value ? 1 : 0;
  },
  char: (value: string) => setWord(requireChar(value)),
};

function setWord(bits: number): void {
  words[0] = bits;
}

function split128(value: bigint): void {
  split64(value, 0);
  split64(value >> 64n, 2);
}

/** Makes the bits of a float comparable: all of them inverted below zero, the sign alone above. */
function orderFloat(count: number): void {
  const top = words[count - 1] as number;
  const flip = top >>> 31 === 1 ? 0xffff_ffff : 0;
  for (let i = 0; i < count; i++) words[i] = (words[i] as number) ^ flip;
  if (flip === 0) words[count - 1] = top ^ SIGN;
}

function unorderFloat(count: number): void {
  const top = words[count - 1] as number;
  if (top >>> 31 === 1) words[count - 1] = top ^ SIGN;
  else for (let i = 0; i < count; i++) words[i] = ~(words[i] as number);
}

function floatWords(kind: FixedKind): number {
  return kind === "f32" ? 1 : kind === "f64" ? 2 : 0;
}

/**
 * Writes one value of a primitive schema, in as many bytes as {@link WIDTHS} says.
 * @throws {SchemaMismatchError} `value` is not of that kind.
 */
export function writePrimitive(kind: FixedKind, writer: HeadWriter, value: FixedValue, params: EncodingParams): void {
  SPLITS[kind](value as never);
  const floats = floatWords(kind);
  // The crate asks for "big" by name: the machine's own order never gets the transform, even where it is the same.
  if (floats > 0 && params.endianness === "big") orderFloat(floats);
  emit(writer, WIDTHS[kind], params);
}

/**
 * Reads one value of a primitive schema. A bool is true for every byte but 0.
 * @throws {KeyCodingError} `PrematureEndOfInput`; `InvalidUtf8Encoding`: a char that is no Unicode scalar value; `NotCanonical`: a
 * `uint` or `int` that is no safe integer, to be read as u64 or i64.
 */
export function readPrimitive(kind: FixedKind, reader: HeadReader, params: EncodingParams): FixedValue {
  take(reader, WIDTHS[kind], params);
  const floats = floatWords(kind);
  if (floats > 0 && params.endianness === "big") unorderFloat(floats);
  return JOINS[kind]();
}

function signed64(): bigint {
  return BigInt.asIntN(64, bigFromHalves(words[0] as number, (words[1] as number) ^ SIGN));
}

function joined128(flip: number): bigint {
  const high = bigFromHalves(words[2] as number, (words[3] as number) ^ flip);
  return (high << 64n) | bigFromHalves(words[0] as number, words[1] as number);
}

function safe(value: bigint): number {
  const safeValue = Number(value);
  if (Number.isSafeInteger(safeValue)) return safeValue;
  throw keyFailure("NotCanonical", "an integer within ±(2^53 - 1); use u64 or i64 for wider ones", String(value));
}

const JOINS: { readonly [Kind in FixedKind]: () => FixedValue } = {
  u8: () => words[0] as number,
  u16: () => words[0] as number,
  u32: () => words[0] as number,
  i8: () => (((words[0] as number) ^ 0x80) << 24) >> 24,
  i16: () => (((words[0] as number) ^ 0x8000) << 16) >> 16,
  i32: () => (words[0] as number) ^ SIGN,
  u64: () => bigFromHalves(words[0] as number, words[1] as number),
  i64: signed64,
  uint: () => safe(bigFromHalves(words[0] as number, words[1] as number)),
  int: () => safe(signed64()),
  u128: () => joined128(0),
  i128: () => BigInt.asIntN(128, joined128(SIGN)),
  f32: () => singleFromBits(words[0] as number),
  f64: () => doubleFromBits(words[0] as number, words[1] as number),
  bool: () => words[0] !== 0,
  char: () => {
    const code = words[0] as number;
    if (code > 0x10_ffff || (code >= 0xd800 && code <= 0xdfff)) {
      throw keyFailure("InvalidUtf8Encoding", "a Unicode scalar value", `0x${code.toString(16)}`);
    }
    return String.fromCodePoint(code);
  },
};
