/** Looks for a hash among those of a bucket. Twin of `find` in src/format/bucket.ts. */

const HASH_BYTES: usize = 8;

/** The index of the first of `count` hashes at `at` that has these halves, or -1. SLACK bytes behind them must be in the memory. */
export function findHash(at: usize, count: i32, low: u32, high: u32): i32 {
  const wanted = i64x2.splat(((<i64>high) << 32) | <i64>low);
  for (let index = 0; index < count; index += 4, at += 4 * HASH_BYTES) {
    const first = i64x2.eq(v128.load(at), wanted);
    const second = i64x2.eq(v128.load(at, 16), wanted);
    if (v128.any_true(v128.or(first, second))) {
      const found = index + <i32>ctz(i64x2.bitmask(first) | (i64x2.bitmask(second) << 2));
      return found < count ? found : -1;
    }
  }
  return -1;
}
