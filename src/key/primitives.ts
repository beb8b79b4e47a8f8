/**
 * Parts of a key that are one number, character, text or byte string. In: a value. Out: bytes in the order of the values, none of which
 * is the start of another's, unless it is the last of the key. docs/KEYS.md has the table.
 */

import { doubleFromBits, highBits, lowBits, singleFromBits, singleToBits } from "../bytes/float-bits.ts";
import { ILL_FORMED, utf8Length } from "../bytes/utf8.ts";
import { bigFromHalves, highHalf, lowHalf, splitBig, TWO_POW_32 } from "../bytes/varint.ts";
import { mismatch, requireChar } from "../bytes/writer.ts";
import type { PrimitiveKind } from "../schema/node.ts";
import type { KeyReader } from "./reader.ts";
import { type KeyWriter, loneSurrogate } from "./writer.ts";

/** How values of one schema are written in a key, and read. */
export interface Component {
  /** Bytes of `value`, exactly. Looks at no more of it than is needed. */
  size(value: never): number;
  /** @throws {SchemaMismatchError} without a path */
  write(writer: KeyWriter, value: never): void;
  read(reader: KeyReader): unknown;
  /** Writes what the keys of all values begin with that begin with `value`: text and bytes without their end. Others have no such thing. */
  readonly writeOpen?: (writer: KeyWriter, value: never) => void;
}

const SIGN = 0x8000_0000;
const NAN_SINGLE = 0x7fc0_0000;
const NAN_HIGH = 0x7ff8_0000;
const U64_MAX = 2n ** 64n - 1n;
const I64_MIN = -(2n ** 63n);
const I64_MAX = 2n ** 63n - 1n;
const U128_MAX = 2n ** 128n - 1n;
const I128_MIN = -(2n ** 127n);
const I128_MAX = 2n ** 127n - 1n;

function fixed(byteLength: number, write: Component["write"], read: Component["read"]): Component {
  return { size: () => byteLength, write, read };
}

const u8 = fixed(
  1,
  (w, value: number) => {
    if (typeof value !== "number" || (value & 0xff) !== value) throw mismatch("an integer from 0 to 255", value);
    w.u8(value);
  },
  (r) => r.u8(),
);

const u16 = fixed(
  2,
  (w, value: number) => {
    if (typeof value !== "number" || (value & 0xffff) !== value) throw mismatch("an integer from 0 to 65535", value);
    w.u16(value);
  },
  (r) => r.u16(),
);

const u32 = fixed(
  4,
  (w, value: number) => {
    if (typeof value !== "number" || value >>> 0 !== value) throw mismatch("an integer from 0 to 2^32 - 1", value);
    w.u32(value);
  },
  (r) => r.u32() >>> 0,
);

const i8 = fixed(
  1,
  (w, value: number) => {
    if (typeof value !== "number" || (value << 24) >> 24 !== value)
      throw mismatch("an integer from -128 to 127", value);
    w.u8(value ^ 0x80);
  },
  (r) => ((r.u8() ^ 0x80) << 24) >> 24,
);

const i16 = fixed(
  2,
  (w, value: number) => {
    if (typeof value !== "number" || (value << 16) >> 16 !== value) {
      throw mismatch("an integer from -32768 to 32767", value);
    }
    w.u16(value ^ 0x8000);
  },
  (r) => ((r.u16() ^ 0x8000) << 16) >> 16,
);

const i32 = fixed(
  4,
  (w, value: number) => {
    if (typeof value !== "number" || (value | 0) !== value) throw mismatch("an integer from -2^31 to 2^31 - 1", value);
    w.u32(value ^ SIGN);
  },
  (r) => r.u32() ^ SIGN,
);

const u64 = fixed(
  8,
  (w, value: bigint) => {
    if (typeof value !== "bigint" || value < 0n || value > U64_MAX) {
      throw mismatch("a bigint from 0n to 2n**64n - 1n", value);
    }
    splitBig(value);
    w.u64(highHalf(), lowHalf());
  },
  (r) => bigFromHalves(r.u64(), r.high),
);

const i64 = fixed(
  8,
  (w, value: bigint) => {
    if (typeof value !== "bigint" || value < I64_MIN || value > I64_MAX) {
      throw mismatch("a bigint from -(2n**63n) to 2n**63n - 1n", value);
    }
    splitBig(value);
    w.u64(highHalf() ^ SIGN, lowHalf());
  },
  (r) => BigInt.asIntN(64, bigFromHalves(r.u64(), r.high ^ SIGN)),
);

/** The words of a bigint of 128 bits, highest first; `flip` for the sign bit. */
function write128(w: KeyWriter, value: bigint, flip: number): void {
  splitBig(value >> 64n);
  w.u64(highHalf() ^ flip, lowHalf());
  splitBig(value);
  w.u64(highHalf(), lowHalf());
}

function read128(r: KeyReader, flip: number): bigint {
  const high = bigFromHalves(r.u64(), r.high ^ flip);
  return (high << 64n) | bigFromHalves(r.u64(), r.high);
}

const u128 = fixed(
  16,
  (w, value: bigint) => {
    if (typeof value !== "bigint" || value < 0n || value > U128_MAX) {
      throw mismatch("a bigint from 0n to 2n**128n - 1n", value);
    }
    write128(w, value, 0);
  },
  (r) => read128(r, 0),
);

const i128 = fixed(
  16,
  (w, value: bigint) => {
    if (typeof value !== "bigint" || value < I128_MIN || value > I128_MAX) {
      throw mismatch("a bigint from -(2n**127n) to 2n**127n - 1n", value);
    }
    write128(w, value, SIGN);
  },
  (r) => BigInt.asIntN(128, read128(r, SIGN)),
);

const uint = fixed(
  8,
  (w, value: number) => {
    if (!Number.isSafeInteger(value) || value < 0) throw mismatch("a safe integer from 0 to 2^53 - 1", value);
    w.safeInteger(value, 0);
  },
  (r) => {
    const low = r.u64() >>> 0;
    return requireSafe(r, (r.high >>> 0) * TWO_POW_32 + low);
  },
);

const int = fixed(
  8,
  (w, value: number) => {
    if (!Number.isSafeInteger(value)) throw mismatch("a safe integer within ±(2^53 - 1)", value);
    w.safeInteger(value, SIGN);
  },
  (r) => {
    const low = r.u64() >>> 0;
    return requireSafe(r, (r.high ^ SIGN) * TWO_POW_32 + low);
  },
);

function requireSafe(r: KeyReader, value: number): number {
  if (Number.isSafeInteger(value)) return value;
  const expected = "an integer within ±(2^53 - 1); use u64 or i64 for wider ones";
  throw r.fail("NotCanonical", expected, `about ${value}`, r.position - 8);
}

function notCanonicalNaN(r: KeyReader, byteLength: number): Error {
  return r.fail("NotCanonical", "the NaN that is written", "another one", r.position - byteLength);
}

const f32 = fixed(
  4,
  (w, value: number) => {
    if (typeof value !== "number") throw mismatch("a number", value);
    const bits = Number.isNaN(value) ? NAN_SINGLE : singleToBits(value);
    w.u32(bits ^ ((bits >> 31) | SIGN));
  },
  (r) => {
    const ordered = r.u32();
    const bits = ordered ^ ((~ordered >> 31) | SIGN);
    const value = singleFromBits(bits);
    if (Number.isNaN(value) && bits !== NAN_SINGLE) throw notCanonicalNaN(r, 4);
    return value;
  },
);

const f64 = fixed(
  8,
  (w, value: number) => {
    if (typeof value !== "number") throw mismatch("a number", value);
    if (Number.isNaN(value)) return w.u64(NAN_HIGH ^ SIGN, 0);
    const low = lowBits(value);
    const high = highBits() | 0;
    // Below zero all bits are inverted, since larger magnitudes come first; else the sign alone.
    const all = high >> 31;
    w.u64(high ^ (all | SIGN), low ^ all);
  },
  (r) => {
    const low = r.u64();
    const all = ~r.high >> 31;
    const high = r.high ^ (all | SIGN);
    const value = doubleFromBits(low ^ all, high);
    if (Number.isNaN(value) && (high !== NAN_HIGH || low !== 0)) throw notCanonicalNaN(r, 8);
    return value;
  },
);

const bool = fixed(
  1,
  (w, value: boolean) => {
    if (typeof value !== "boolean") throw mismatch("true or false", value);
    w.u8(value ? 1 : 0);
  },
  (r) => r.flag("a bool"),
);

const unit = fixed(
  0,
  (_, value: null) => {
    if (value !== null) throw mismatch("null", value);
  },
  () => null,
);

const char: Component = {
  size: (value: string) => {
    const code = requireChar(value);
    return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x1_0000 ? 3 : 4;
  },
  write: (w, value: string) => {
    requireChar(value);
    w.text(value, false);
  },
  read: (r) => r.char(),
};

function requireText(value: unknown): asserts value is string {
  if (typeof value !== "string") throw mismatch("a string", value);
}

function requireBytes(value: unknown): asserts value is Uint8Array {
  if (!(value instanceof Uint8Array)) throw mismatch("a Uint8Array", value);
}

function textSize(value: string): number {
  requireText(value);
  const byteLength = utf8Length(value);
  if (byteLength === ILL_FORMED) throw loneSurrogate(value);
  return byteLength;
}

function textZeros(value: string): number {
  let zeros = 0;
  for (let at = value.indexOf("\0"); at >= 0; at = value.indexOf("\0", at + 1)) zeros++;
  return zeros;
}

function byteZeros(value: Uint8Array): number {
  let zeros = 0;
  for (let i = 0; i < value.length; i++) if (value[i] === 0) zeros++;
  return zeros;
}

const str: Component = {
  size: (value: string) => textSize(value) + textZeros(value) + 2,
  write: (w, value: string) => {
    requireText(value);
    w.text(value, true);
    w.end();
  },
  read: (r) => r.text(true),
  writeOpen: (w, value: string) => {
    requireText(value);
    w.text(value, true);
  },
};

const bytes: Component = {
  size: (value: Uint8Array) => {
    requireBytes(value);
    return value.length + byteZeros(value) + 2;
  },
  write: (w, value: Uint8Array) => {
    requireBytes(value);
    w.raw(value, true);
    w.end();
  },
  read: (r) => r.raw(true),
  writeOpen: (w, value: Uint8Array) => {
    requireBytes(value);
    w.raw(value, true);
  },
};

/** At the end of the key: the shorter of two comes first anyway, so there are no escapes and no end. */
const lastStr: Component = {
  size: textSize,
  write: (w, value: string) => {
    requireText(value);
    w.text(value, false);
  },
  read: (r) => r.text(false),
  writeOpen: (w, value: string) => {
    requireText(value);
    w.text(value, false);
  },
};

const lastBytes: Component = {
  size: (value: Uint8Array) => {
    requireBytes(value);
    return value.length;
  },
  write: (w, value: Uint8Array) => {
    requireBytes(value);
    w.raw(value, false);
  },
  read: (r) => r.raw(false),
  writeOpen: (w, value: Uint8Array) => {
    requireBytes(value);
    w.raw(value, false);
  },
};

const PRIMITIVES: { readonly [Kind in PrimitiveKind]: Component } = {
  ...{ u8, u16, u32, u64, u128, i8, i16, i32, i64, i128, uint, int, f32, f64, bool, char, unit, str, bytes },
};

/** The component of a primitive schema. `isLast`: nothing of the key follows. */
export function primitiveComponent(kind: PrimitiveKind, isLast: boolean): Component {
  if (isLast && kind === "str") return lastStr;
  return isLast && kind === "bytes" ? lastBytes : PRIMITIVES[kind];
}
