/**
 * UTF-8, the way of a writer, strict: a lone surrogate is no text. How long a text is, and its bytes. In: strings. Out: bytes. See utf8.ts
 * for the way back.
 */

const encoder = new TextEncoder();

/** Below this many characters an ASCII loop beats TextEncoder.encodeInto. */
const SHORT_TEXT = 48;

/** Returned by {@link utf8Length} for a string that is no valid text. */
export const ILL_FORMED = -1;

/** Bytes of `text` in UTF-8, or {@link ILL_FORMED} if it has a lone surrogate. */
export function utf8Length(text: string): number {
  let byteLength = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    if (unit < 0x800) byteLength += 1;
    else if (unit < 0xd800 || unit > 0xdfff) byteLength += 2;
    else {
      const next = text.charCodeAt(i + 1);
      if (unit > 0xdbff || !(next >= 0xdc00 && next <= 0xdfff)) return ILL_FORMED;
      byteLength += 2;
      i++;
    }
  }
  return byteLength;
}

/** Writes `text`, whose {@link utf8Length} is `byteLength`, to `target` from `offset`. The room must be there. */
export function writeUtf8(text: string, byteLength: number, target: Uint8Array, offset: number): void {
  if (byteLength === text.length && byteLength < SHORT_TEXT) {
    for (let i = 0; i < byteLength; i++) target[offset + i] = text.charCodeAt(i);
  } else {
    encoder.encodeInto(text, target.subarray(offset, offset + byteLength));
  }
}

/** Bytes of `text` as UTF-8. Lone surrogates must have been refused before. */
export function encodeUtf8(text: string): Uint8Array {
  return encoder.encode(text);
}
