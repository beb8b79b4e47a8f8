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

/** Inverse of {@link zigzag32}. */
export function unzigzag32(folded: number): number {
  return (folded >>> 1) ^ -(folded & 1);
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
