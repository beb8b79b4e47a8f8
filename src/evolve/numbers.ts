/** Which kinds of number hold all values of which others, and how one becomes the other. */

import type { SchemaNode } from "../schema/node.ts";
import { type AnyTypedArray, typedArrayClass } from "../schema/typed-array.ts";
import type { ElementKind } from "../schema/types.ts";

/** Kinds of number. */
export type NumberKind = ElementKind | "u128" | "i128";

type Kind = SchemaNode["kind"];

/** Kinds that are bigints; the others are numbers. */
const BIGINTS: ReadonlySet<Kind> = new Set<Kind>(["u64", "u128", "i64", "i128"]);

const INTEGERS_IN_F64 = ["u8", "u16", "u32", "i8", "i16", "i32", "uint", "int"] as const;

/**
 * Each kind, and those whose stored bytes it reads as they are: varints are as long as their value, whatever their type. A
 * u64 that uint() cannot hold is refused when it is read, as in every file.
 */
const READS: { readonly [K in NumberKind]: readonly Kind[] } = {
  u8: ["u8"],
  u16: ["u16"],
  u32: ["u16", "u32"],
  u64: ["u16", "u32", "uint", "u64"],
  u128: ["u16", "u32", "uint", "u64", "u128"],
  uint: ["u16", "u32", "uint", "u64"],
  i8: ["i8"],
  i16: ["i16"],
  i32: ["i16", "i32"],
  i64: ["i16", "i32", "int", "i64"],
  i128: ["i16", "i32", "int", "i64", "i128"],
  int: ["i16", "i32", "int", "i64"],
  f32: ["f32"],
  f64: ["f64"],
};

/** Each kind, and the others whose values it can hold, all of them. */
const HOLDS: { readonly [K in NumberKind]: readonly Kind[] } = {
  u8: [],
  u16: ["u8"],
  u32: ["u8"],
  u64: ["u8"],
  u128: ["u8"],
  uint: ["u8"],
  i8: [],
  i16: ["i8", "u8"],
  i32: ["i8", "u8", "u16"],
  i64: ["i8", "u8", "u16", "u32", "uint"],
  i128: ["i8", "u8", "u16", "u32", "uint", "u64"],
  int: ["i8", "u8", "u16", "u32", "uint"],
  f32: [],
  f64: ["f32", ...INTEGERS_IN_F64],
};

/** Kinds with the same hash and order as well as the same bytes, so that keys of one are keys of the other. */
const SAME_KEYS: readonly (readonly [Kind, Kind])[] = [
  ["u64", "uint"],
  ["i64", "int"],
];

export function isNumberKind(kind: Kind): kind is NumberKind {
  return kind in READS;
}

/** Whether a reader of `wanted` reads the stored bytes of a `stored`. */
export function readsNumber(stored: Kind, wanted: NumberKind): boolean {
  return READS[wanted].includes(stored);
}

/** Whether the values of `stored` can be had as `wanted`. */
export function holdsNumber(stored: Kind, wanted: NumberKind): boolean {
  return READS[wanted].includes(stored) || HOLDS[wanted].includes(stored);
}

/** Whether a key of `stored` is, in bytes, hash and order, one of `wanted`. */
export function readsKey(stored: Kind, wanted: Kind): boolean {
  return (
    stored === wanted || SAME_KEYS.some(([a, b]) => (stored === a && wanted === b) || (stored === b && wanted === a))
  );
}

/** Whether the numbers of two kinds are of one type in JavaScript, so that there is nothing to do. */
export function isSameNumber(stored: NumberKind, wanted: NumberKind): boolean {
  return BIGINTS.has(stored) === BIGINTS.has(wanted);
}

/** A value of `wanted` from one of `stored`, which it holds. */
export function convertNumber(value: unknown, wanted: NumberKind): unknown {
  if (BIGINTS.has(wanted)) return typeof value === "bigint" ? value : BigInt(value as number);
  return typeof value === "bigint" ? Number(value) : value;
}

/** All integers of a kind, from least to greatest. */
const RANGES: { readonly [kind in Kind]?: readonly [bigint, bigint] } = {
  u8: [0n, 0xffn],
  u16: [0n, 0xffffn],
  u32: [0n, 0xffffffffn],
  u64: [0n, 2n ** 64n - 1n],
  u128: [0n, 2n ** 128n - 1n],
  uint: [0n, BigInt(Number.MAX_SAFE_INTEGER)],
  i8: [-0x80n, 0x7fn],
  i16: [-0x8000n, 0x7fffn],
  i32: [-0x80000000n, 0x7fffffffn],
  i64: [-(2n ** 63n), 2n ** 63n - 1n],
  i128: [-(2n ** 127n), 2n ** 127n - 1n],
  int: [BigInt(-Number.MAX_SAFE_INTEGER), BigInt(Number.MAX_SAFE_INTEGER)],
};

/**
 * The number of kind `stored` that becomes `value`, or undefined if there is none. −0 is 0 as in a Map, but not where order
 * counts, which tells the two apart.
 */
export function storedNumber(value: unknown, stored: NumberKind, isOrdered: boolean): unknown {
  const range = RANGES[stored];
  if (range === undefined) {
    return stored === "f64" || Object.is(Math.fround(value as number), value) ? value : undefined;
  }
  if (typeof value === "number" && !Number.isInteger(value)) return undefined;
  if (isOrdered && Object.is(value, -0)) return undefined;
  const whole = BigInt(value as number | bigint);
  if (whole < range[0] || whole > range[1]) return undefined;
  return BIGINTS.has(stored) ? whole : Number(whole);
}

/** A typed array of `wanted` from one whose elements it holds; the same one where the class is the same. */
export function convertElements(array: AnyTypedArray, wanted: ElementKind): AnyTypedArray {
  const arrayClass = typedArrayClass(wanted);
  if (array instanceof arrayClass) return array;
  const target = new arrayClass(array.length);
  if (isBigArray(target) === isBigArray(array)) (target as Float64Array).set(array as Float64Array);
  else for (let i = 0; i < array.length; i++) target[i] = convertNumber(array[i], wanted) as never;
  return target;
}

function isBigArray(array: AnyTypedArray): boolean {
  return array instanceof BigUint64Array || array instanceof BigInt64Array;
}
