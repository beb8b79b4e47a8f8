/**
 * Bulk decoding of bincode's varints, as src/bytes/reader.ts reads them one by one. Each kernel decodes up to `count` elements
 * from [from, end) to `to`, and returns how many it decoded; the next byte is left in RESULT. It stops in front of
 * whatever it may not take: a cut off element, a marker too wide for the type, a number that is no safe integer.
 * SLACK bytes behind the input must be in the memory.
 */

import { RESULT } from "./memory.ts";

const MARKER_U16: u32 = 251;
const MARKER_U32: u32 = 252;
const MARKER_U64: u32 = 253;

/** Elements that are looked at together: if all take one byte, they are widened at once. */
const GROUP: usize = 16;

const SAFE_MAX: i64 = 9007199254740991;

export function decodeU16(from: usize, end: usize, to: usize, count: usize): usize {
  return decode<u16, u16>(from, end, to, count);
}

export function decodeI16(from: usize, end: usize, to: usize, count: usize): usize {
  return decode<i16, i16>(from, end, to, count);
}

export function decodeU32(from: usize, end: usize, to: usize, count: usize): usize {
  return decode<u32, u32>(from, end, to, count);
}

export function decodeI32(from: usize, end: usize, to: usize, count: usize): usize {
  return decode<i32, i32>(from, end, to, count);
}

export function decodeU64(from: usize, end: usize, to: usize, count: usize): usize {
  return decode<u64, u64>(from, end, to, count);
}

export function decodeI64(from: usize, end: usize, to: usize, count: usize): usize {
  return decode<i64, i64>(from, end, to, count);
}

/** u64 as f64. */
export function decodeUint(from: usize, end: usize, to: usize, count: usize): usize {
  return decode<u64, f64>(from, end, to, count);
}

/** i64 as f64. */
export function decodeInt(from: usize, end: usize, to: usize, count: usize): usize {
  return decode<i64, f64>(from, end, to, count);
}

/** Integers of type T in the input, elements of type E in the output. */
function decode<T, E>(start: usize, end: usize, target: usize, count: usize): usize {
  let from = start;
  let to = target;
  const toEnd = target + count * sizeof<E>();
  while (to < toEnd) {
    if (toEnd - to >= GROUP * sizeof<E>() && end - from >= GROUP) {
      const bytes = v128.load(from);
      if (!v128.any_true(i8x16.ge_u(bytes, i8x16.splat(<i8>MARKER_U16)))) {
        widen<T, E>(bytes, to);
        from += GROUP;
        to += GROUP * sizeof<E>();
        continue;
      }
    }
    const groupEnd = min(toEnd, to + GROUP * sizeof<E>());
    for (; to < groupEnd; to += sizeof<E>()) {
      if (from >= end) return stop(from, to - target, sizeof<E>());
      const first = <u32>load<u8>(from);
      let folded: u64 = first;
      let byteLength: usize = 1;
      if (first >= MARKER_U16) {
        if (first === MARKER_U16) {
          folded = load<u16>(from, 1);
          byteLength = 3;
        } else if (first === MARKER_U32 && sizeof<T>() >= 4) {
          folded = load<u32>(from, 1);
          byteLength = 5;
        } else if (first === MARKER_U64 && sizeof<T>() === 8) {
          folded = load<u64>(from, 1);
          byteLength = 9;
        } else {
          return stop(from, to - target, sizeof<E>());
        }
        if (byteLength > end - from) return stop(from, to - target, sizeof<E>());
      }
      if (isFloat<E>()) {
        const value = isSigned<T>() ? unfold(folded) : <i64>folded;
        // As unsigned numbers the negative ones are the largest.
        if (<u64>(value + (isSigned<T>() ? SAFE_MAX : 0)) > <u64>(isSigned<T>() ? 2 * SAFE_MAX : SAFE_MAX)) {
          return stop(from, to - target, sizeof<E>());
        }
        store<f64>(to, <f64>value);
      } else {
        store<E>(to, <E>(isSigned<T>() ? unfold(folded) : <i64>folded));
      }
      from += byteLength;
    }
  }
  return stop(from, to - target, sizeof<E>());
}

function stop(from: usize, byteLength: usize, width: usize): usize {
  store<u32>(RESULT, <u32>from);
  return byteLength / width;
}

/** Inverse of zigzag. */
function unfold(folded: u64): i64 {
  return <i64>(folded >> 1) ^ -(<i64>(folded & 1));
}

/** Stores 16 one-byte elements. */
function widen<T, E>(bytes: v128, to: usize): void {
  if (isSigned<T>()) {
    const ones = v128.and(bytes, i8x16.splat(1));
    const values = v128.xor(i8x16.shr_u(bytes, 1), i8x16.neg(ones));
    widen16<E>(i16x8.extend_low_i8x16_s(values), to);
    widen16<E>(i16x8.extend_high_i8x16_s(values), to + 8 * sizeof<E>());
  } else {
    widen16<E>(i16x8.extend_low_i8x16_u(bytes), to);
    widen16<E>(i16x8.extend_high_i8x16_u(bytes), to + 8 * sizeof<E>());
  }
}

/** Stores 8 elements of 16 bits. Those of unsigned types are small enough to count as signed. */
function widen16<E>(values: v128, to: usize): void {
  if (sizeof<E>() === 2) {
    v128.store(to, values);
  } else {
    widen32<E>(i32x4.extend_low_i16x8_s(values), to);
    widen32<E>(i32x4.extend_high_i16x8_s(values), to + 4 * sizeof<E>());
  }
}

/** Stores 4 elements of 32 bits. */
function widen32<E>(values: v128, to: usize): void {
  if (sizeof<E>() === 4) {
    v128.store(to, values);
  } else if (isFloat<E>()) {
    v128.store(to, f64x2.convert_low_i32x4_s(values));
    v128.store(to + 16, f64x2.convert_low_i32x4_s(v128.shuffle<i64>(values, values, 1, 1)));
  } else {
    v128.store(to, i64x2.extend_low_i32x4_s(values));
    v128.store(to + 16, i64x2.extend_high_i32x4_s(values));
  }
}
