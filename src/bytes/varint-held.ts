/** Varints that are expected. In: bytes, and the number that they should be. Out: whether they are. */

import { MARKER_U16, MARKER_U32 } from "./varint.ts";

/** Bytes of the varint of `value`, an integer, 0 <= value < 2^32. */
export function heldBytes(value: number): number {
  if (value < MARKER_U16) return 1;
  return value < 0x10000 ? 3 : 5;
}

/** Whether `bytes`, as many as {@link heldBytes} says, are the varint of `value`. */
export function holdsVarint(bytes: Uint8Array, value: number): boolean {
  const [first, b1 = 0, b2 = 0, b3 = 0, b4 = 0] = bytes;
  if (bytes.length === 1) return first === value;
  if (bytes.length === 3) return first === MARKER_U16 && (b1 | (b2 << 8)) === value;
  return first === MARKER_U32 && (b1 | (b2 << 8) | (b3 << 16) | (b4 << 24)) >>> 0 === value;
}
