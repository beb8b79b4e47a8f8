/** What writers ask of integers: how many bytes one takes, its zigzag form, its halves. The way back is in varint.ts. */

import { IS_LITTLE_ENDIAN, MARKER_U16, TWO_POW_32 } from "./varint.ts";

/** One 64-bit slot seen as two 32-bit halves, as in varint.ts. */
const slot = new BigUint64Array(1);
const signedSlot = new BigInt64Array(slot.buffer);
const halves = new Uint32Array(slot.buffer);
const LOW = IS_LITTLE_ENDIAN ? 0 : 1;
const HIGH = 1 - LOW;

/** Encoded size of an unsigned integer, in bytes. `value` is an integer, 0 <= value < 2^64. */
export function varintSize(value: number): number {
  if (value < MARKER_U16) return 1;
  if (value < 0x10000) return 3;
  return value < TWO_POW_32 ? 5 : 9;
}

/** Encoded size of an unsigned bigint up to 128 bits, in bytes. */
export function bigVarintSize(value: bigint): number {
  if (value < 0x1_0000_0000n) return varintSize(Number(value));
  return value <= 0xffff_ffff_ffff_ffffn ? 9 : 17;
}

/** Zigzag of a signed integer of at most 32 bits: 0, -1, 1, -2 … become 0, 1, 2, 3 … as an unsigned 32-bit number. */
export function zigzag32(value: number): number {
  return ((value << 1) ^ (value >> 31)) >>> 0;
}

/** Zigzag of a signed bigint, without a bound on its width. */
export function zigzagBig(value: bigint): bigint {
  return value < 0n ? -(value << 1n) - 1n : value << 1n;
}

/** Splits a bigint, taken modulo 2^64, into halves: read them with {@link lowHalf} and {@link highHalf} at once. */
export function splitBig(value: bigint): void {
  slot[0] = value;
}

/** Splits the zigzag form of a signed 64-bit bigint. */
export function splitZigzagBig(value: bigint): void {
  signedSlot[0] = value;
  const low = halves[LOW] as number;
  const high = halves[HIGH] as number;
  const sign = high >> 31;
  halves[LOW] = (low << 1) ^ sign;
  halves[HIGH] = ((high << 1) | (low >>> 31)) ^ sign;
}

/** Low 32 bits of what was split last. */
export function lowHalf(): number {
  return halves[LOW] as number;
}

/** High 32 bits of what was split last. */
export function highHalf(): number {
  return halves[HIGH] as number;
}
