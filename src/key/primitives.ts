/**
 * Parts of a key that are one number, character, text or byte string. In: a value. Out: bytes in the order of the values, none of which
 * is the start of another's, unless it is the last of the key. docs/KEYS.md has the table.
 */

import { mismatch } from "../bytes/mismatch.ts";
import { requireChar } from "../bytes/writer.ts";
import type { Component } from "./component.ts";
import type { KeyReader } from "./reader.ts";
import * as slot from "./slot.ts";
import type { KeyWriter } from "./writer.ts";

const SIGN = 0x8000_0000;
const TWO_POW_32 = 2 ** 32;
const NAN_SINGLE = 0x7fc0_0000;
const NAN_HIGH = 0x7ff8_0000;

/** The component of a primitive schema; undefined for other kinds. `isLast`: nothing of the key follows. */
export function primitiveComponent(kind: string, isLast: boolean): Component | undefined {
  switch (kind) {
    case "str":
      return text(isLast);
    case "bytes":
      return byteString(isLast);
    case "bool":
      return bool;
    case "char":
      return char;
    case "unit":
      return unit;
    case "f32":
      return f32;
    case "f64":
      return f64;
    case "uint":
      return safe(0, 0, "a safe integer from 0 to 2^53 - 1");
    case "int":
      return safe(Number.MIN_SAFE_INTEGER, SIGN, "a safe integer within ±(2^53 - 1)");
    default: {
      const [, sign, bits] = /^([iu])(\d+)$/.exec(kind) ?? [];
      if (bits === undefined) return undefined;
      return Number(bits) > 32 ? big(Number(bits), sign === "i") : integer(Number(bits), sign === "i");
    }
  }
}

/** 8, 16 or 32 bits. */
function integer(bits: number, isSigned: boolean): Component {
  const least = isSigned ? -(2 ** (bits - 1)) : 0;
  const span = 2 ** bits - 1;
  const range = bits < 32 ? `${least} to ${least + span}` : isSigned ? "-2^31 to 2^31 - 1" : "0 to 2^32 - 1";
  const byteLength = bits / 8;
  return {
    room: byteLength,
    write: (w, value: number) => {
      // A bigint cannot be subtracted from.
      const above = typeof value === "number" ? value - least : -1;
      if (above >>> 0 !== above || above > span) {
        throw mismatch(`an integer from ${range}`, value);
      }
      w.integer(above, byteLength);
    },
    read: (r) => (r.integer(byteLength) >>> 0) + least,
  };
}

/** A number in 64 bits. */
function safe(least: number, flip: number, expected: string): Component {
  return {
    room: 8,
    write: (w, value: number) => {
      if (!Number.isSafeInteger(value) || value < least) throw mismatch(expected, value);
      w.u64(Math.floor(value / TWO_POW_32) ^ flip, value >>> 0);
    },
    read: (r) => {
      const low = r.u64() >>> 0;
      const value = (flip === 0 ? r.high >>> 0 : r.high ^ flip) * TWO_POW_32 + low;
      if (Number.isSafeInteger(value)) return value;
      const wanted = "an integer within ±(2^53 - 1); use u64 or i64 for wider ones";
      throw r.fail("NotCanonical", wanted, `about ${value}`, 8);
    },
  };
}

/** 64 or 128 bits. */
function big(bits: number, isSigned: boolean): Component {
  const clip = isSigned ? BigInt.asIntN : BigInt.asUintN;
  const flip = isSigned ? SIGN : 0;
  const range = isSigned ? `-(2n**${bits - 1}n) to 2n**${bits - 1}n - 1n` : `0n to 2n**${bits}n - 1n`;
  const isWide = bits > 64;
  return {
    room: bits / 8,
    write: (w, value: bigint) => {
      if (typeof value !== "bigint" || clip(bits, value) !== value) throw mismatch(`a bigint from ${range}`, value);
      if (isWide) writeBig(w, value >> 64n, flip);
      writeBig(w, value, isWide ? 0 : flip);
    },
    read: (r) => {
      const high = readBig(r, flip);
      return clip(bits, isWide ? (high << 64n) | readBig(r, 0) : high);
    },
  };
}

function writeBig(w: KeyWriter, value: bigint, flip: number): void {
  slot.putBig(value);
  w.u64(slot.highHalf() ^ flip, slot.lowHalf());
}

function readBig(r: KeyReader, flip: number): bigint {
  const low = r.u64();
  slot.putHalves(r.high ^ flip, low);
  return slot.takeBig();
}

function requireNumber(value: unknown): void {
  if (typeof value !== "number") throw mismatch("a number", value);
}

function requireCanonical(r: KeyReader, value: number, isCanonical: boolean, byteLength: number): number {
  if (isCanonical || !Number.isNaN(value)) return value;
  throw r.fail("NotCanonical", "the NaN that is written", "another one", byteLength);
}

const f32: Component = {
  room: 4,
  write: (w, value: number) => {
    requireNumber(value);
    const bits = Number.isNaN(value) ? NAN_SINGLE : slot.bitsOfSingle(value);
    // Below zero all bits are inverted, since larger magnitudes come first; else the sign alone.
    w.integer(bits ^ ((bits >> 31) | SIGN), 4);
  },
  read: (r) => {
    const ordered = r.integer(4);
    const bits = ordered ^ ((~ordered >> 31) | SIGN);
    return requireCanonical(r, slot.singleOfBits(bits), bits === NAN_SINGLE, 4);
  },
};

const f64: Component = {
  room: 8,
  write: (w, value: number) => {
    requireNumber(value);
    slot.putDouble(value);
    if (Number.isNaN(value)) slot.putHalves(NAN_HIGH, 0);
    const high = slot.highHalf();
    const all = high >> 31;
    w.u64(high ^ (all | SIGN), slot.lowHalf() ^ all);
  },
  read: (r) => {
    const low = r.u64();
    const all = ~r.high >> 31;
    const high = r.high ^ (all | SIGN);
    slot.putHalves(high, low ^ all);
    return requireCanonical(r, slot.takeDouble(), high === NAN_HIGH && low === 0, 8);
  },
};

const bool: Component = {
  room: 1,
  write: (w, value: boolean) => {
    if (typeof value !== "boolean") throw mismatch("true or false", value);
    w.integer(Number(value), 1);
  },
  read: (r) => r.flag("a bool"),
};

const unit: Component = {
  room: 0,
  write: (_, value: null) => {
    if (value !== null) throw mismatch("null", value);
  },
  read: () => null,
};

const char: Component = {
  room: () => 1,
  write: (w, value: string) => {
    requireChar(value);
    w.text(value, false);
  },
  read: (r) => r.char(),
};

/** At the end of the key the shorter of two comes first anyway, so there are no escapes and no end. */
function text(isLast: boolean): Component {
  const writeOpen = (w: KeyWriter, value: string): void => {
    if (typeof value !== "string") throw mismatch("a string", value);
    w.text(value, !isLast);
  };
  return {
    room: (value: unknown) => (typeof value === "string" ? value.length : 0) + (isLast ? 0 : 2),
    write: (w, value: string) => {
      writeOpen(w, value);
      if (!isLast) w.end();
    },
    read: (r) => r.text(!isLast),
    writeOpen,
  };
}

function byteString(isLast: boolean): Component {
  const writeOpen = (w: KeyWriter, value: Uint8Array): void => {
    if (!(value instanceof Uint8Array)) throw mismatch("a Uint8Array", value);
    w.raw(value, !isLast);
  };
  return {
    room: (value: unknown) => (value instanceof Uint8Array ? value.length : 0) + (isLast ? 0 : 2),
    write: (w, value: Uint8Array) => {
      writeOpen(w, value);
      if (!isLast) w.end();
    },
    read: (r) => r.raw(!isLast),
    writeOpen,
  };
}
