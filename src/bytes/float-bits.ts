/**
 * Floats as their bits and back, through one shared slot: no DataView, no allocation. In: a number, or halves. Out: halves, or a
 * number. The bits of a NaN are the engine's: most keep those that were read, none has to.
 */

import { IS_LITTLE_ENDIAN } from "./varint.ts";

const double = new Float64Array(1);
const doubleHalves = new Uint32Array(double.buffer);
const single = new Float32Array(1);
const singleBits = new Uint32Array(single.buffer);
const LOW = IS_LITTLE_ENDIAN ? 0 : 1;
const HIGH = 1 - LOW;

/** The bits of a 64-bit float: low half; the high half is in {@link highBits} until the next call. */
export function lowBits(value: number): number {
  double[0] = value;
  return doubleHalves[LOW] as number;
}

/** High 32 bits of the double that {@link lowBits} was given last. */
export function highBits(): number {
  return doubleHalves[HIGH] as number;
}

/** A 64-bit float from its bits. */
export function doubleFromBits(low: number, high: number): number {
  doubleHalves[LOW] = low;
  doubleHalves[HIGH] = high;
  return double[0] as number;
}

/** The bits of the 32-bit float nearest to `value`. */
export function singleToBits(value: number): number {
  single[0] = value;
  return singleBits[0] as number;
}

/** A 32-bit float from its bits. */
export function singleFromBits(bits: number): number {
  singleBits[0] = bits;
  return single[0] as number;
}
