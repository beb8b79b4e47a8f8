/** The smallest type for numbers. In: their bounds. Out: a schema that holds each of them exactly, and the array for many. */

import { f32, f64, i8, i16, i32, int, u8, u16, u32, uint } from "parcode-web";
import type { NumberShape } from "./shape.ts";

const WHOLE = [
  { element: u8, arrayClass: Uint8Array, min: 0, max: 2 ** 8 - 1, bytes: 1 },
  { element: i8, arrayClass: Int8Array, min: -(2 ** 7), max: 2 ** 7 - 1, bytes: 1 },
  { element: u16, arrayClass: Uint16Array, min: 0, max: 2 ** 16 - 1, bytes: 2 },
  { element: i16, arrayClass: Int16Array, min: -(2 ** 15), max: 2 ** 15 - 1, bytes: 2 },
  { element: u32, arrayClass: Uint32Array, min: 0, max: 2 ** 32 - 1, bytes: 4 },
  { element: i32, arrayClass: Int32Array, min: -(2 ** 31), max: 2 ** 31 - 1, bytes: 4 },
  { element: uint, arrayClass: Float64Array, min: 0, max: Number.MAX_SAFE_INTEGER, bytes: 6 },
  { element: int, arrayClass: Float64Array, min: -Number.MAX_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER, bytes: 6 },
] as const;
const SINGLE = { element: f32, arrayClass: Float32Array, bytes: 4 } as const;
const DOUBLE = { element: f64, arrayClass: Float64Array, bytes: 8 } as const;

export type NumberType = (typeof WHOLE)[number] | typeof SINGLE | typeof DOUBLE;

/** Whole numbers get the smallest integer type, others a float of 32 bits where that is exact, and of 64 where it is not. */
export function numberOf({ whole, single, min, max }: NumberShape): NumberType {
  const integer = whole ? WHOLE.find((type) => min >= type.min && max <= type.max) : undefined;
  return integer ?? (single ? SINGLE : DOUBLE);
}

/** About how many bytes one of them takes. */
export function sizeOf(numbers: NumberShape): number {
  return numberOf(numbers).bytes;
}
