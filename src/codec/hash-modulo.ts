/** Step 4 of the way: which bucket a hash leads to. */

/**
 * The remainder of the hash `hi · 2^32 + lo`, exactly.
 * @param divisor `1 <= divisor <= 2^32`.
 */
export function hashModulo(lo: number, hi: number, divisor: number): number {
  if (divisor <= 0x10000) {
    // A remainder below 2^16, shifted by 16, is a u32: machines divide those faster than numbers.
    const upper = ((((hi >>> 0) % divisor) << 16) | (lo >>> 16)) >>> 0;
    return ((((upper % divisor) << 16) | (lo & 0xffff)) >>> 0) % divisor;
  }
  // 16 bits at a time: a remainder below 2^32, shifted by 16, is below 2^48, which a number holds exactly.
  const upper = (hi >>> 0) % divisor;
  const middle = (upper * 0x10000 + (lo >>> 16)) % divisor;
  return (middle * 0x10000 + (lo & 0xffff)) % divisor;
}
