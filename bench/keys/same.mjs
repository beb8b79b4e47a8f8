// Whether two values are the same: numbers by bits, bytes by bytes, whatever class they come in.

/** @returns {string | undefined} */
export function difference(actual, expected) {
  if (Object.is(actual, expected)) return undefined;
  if (ArrayBuffer.isView(expected)) {
    return ArrayBuffer.isView(actual) && Buffer.compare(Buffer.from(actual), Buffer.from(expected)) === 0
      ? undefined
      : "bytes";
  }
  if (!Array.isArray(expected) || !Array.isArray(actual) || actual.length !== expected.length) return "another value";
  for (let i = 0; i < expected.length; i++) {
    const found = difference(actual[i], expected[i]);
    if (found !== undefined) return found;
  }
  return undefined;
}
