/** Bytes for tests, the same in every run. */

/** `byteLength` bytes without a short period, so that bytes from a wrong offset are seen to be wrong. */
export function patternBytes(byteLength: number, seed = 1): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(byteLength);
  let state = (Math.imul(seed, 0x9e3779b9) | 1) >>> 0;
  for (let index = 0; index < byteLength; index++) {
    // xorshift32
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[index] = state;
  }
  return bytes;
}

/** Whether two arrays hold the same bytes; much faster than a deep comparison, and its failure fits on a line. */
export function firstDifference(actual: Uint8Array, expected: Uint8Array): string | undefined {
  if (actual.byteLength !== expected.byteLength) return `${actual.byteLength} bytes instead of ${expected.byteLength}`;
  for (let index = 0; index < expected.byteLength; index++) {
    if (actual[index] !== expected[index]) return `byte ${index} is ${actual[index]} instead of ${expected[index]}`;
  }
  return undefined;
}
