/**
 * The integer encoding of bincode 2 `standard()`: one byte below 251, else a marker byte and 2, 4, 8 or 16 bytes,
 * little-endian. Signed integers are zigzag-folded first.
 *
 * @see https://docs.rs/bincode/2.0.1/bincode/config/struct.Configuration.html#method.with_variable_int_encoding
 */

/** Marker bytes; below the first one the byte is the value itself. 255 is reserved. */
export const MARKER_U16 = 251;
export const MARKER_U32 = 252;
export const MARKER_U64 = 253;
export const MARKER_U128 = 254;

export const TWO_POW_32 = 2 ** 32;

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

/** Inverse of {@link zigzag32}. */
export function unzigzag32(folded: number): number {
  return (folded >>> 1) ^ -(folded & 1);
}

/** Zigzag of a signed bigint, without a bound on its width. */
export function zigzagBig(value: bigint): bigint {
  return value < 0n ? -(value << 1n) - 1n : value << 1n;
}

/** Inverse of {@link zigzagBig}. */
export function unzigzagBig(folded: bigint): bigint {
  return (folded & 1n) === 0n ? folded >> 1n : -(folded >> 1n) - 1n;
}

/**
 * One 64-bit slot seen as two 32-bit halves and as bigints, to convert between them without bigint arithmetic.
 * The typed arrays use the machine's byte order, so the low half's index depends on it.
 */
const slot = new BigUint64Array(1);
const signedSlot = new BigInt64Array(slot.buffer);
const halves = new Uint32Array(slot.buffer);
slot[0] = 1n;
const LOW = halves[0] === 1 ? 0 : 1;
const HIGH = 1 - LOW;

/** Whether typed arrays have the byte order of the file, so that they can be copied as they are. */
export const IS_LITTLE_ENDIAN = LOW === 0;

/** An unsigned 64-bit bigint from its halves. */
export function bigFromHalves(low: number, high: number): bigint {
  halves[LOW] = low;
  halves[HIGH] = high;
  return slot[0] as bigint;
}

/** A signed 64-bit bigint from the halves of its zigzag form. */
export function bigFromZigzagHalves(low: number, high: number): bigint {
  const sign = -(low & 1);
  halves[LOW] = ((low >>> 1) | (high << 31)) ^ sign;
  halves[HIGH] = (high >>> 1) ^ sign;
  return signedSlot[0] as bigint;
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
