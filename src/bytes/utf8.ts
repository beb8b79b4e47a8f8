/**
 * UTF-8 both ways, strict: a lone surrogate is no text and is refused, as Rust's `String` refuses it.
 * In: strings or bytes. Out: bytes or strings.
 */

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/**
 * Up to this many ASCII bytes a loop over String.fromCharCode beats TextDecoder, which costs 100–400 ns a call. The
 * crossover lies between 16 bytes (Node) and 48 (Chromium).
 */
const SHORT_ASCII = 24;

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

/**
 * Text of the bytes `start` (inclusive) to `end` (exclusive).
 * @throws {TypeError} The bytes are not UTF-8.
 */
export function readUtf8(bytes: Uint8Array, start: number, end: number): string {
  if (end - start <= SHORT_ASCII) {
    const text = readShortAscii(bytes, start, end);
    if (text !== undefined) return text;
  }
  return decoder.decode(bytes.subarray(start, end));
}

function readShortAscii(bytes: Uint8Array, start: number, end: number): string | undefined {
  let text = "";
  let i = start;
  for (; i + 4 <= end; i += 4) {
    const a = bytes[i] as number;
    const b = bytes[i + 1] as number;
    const c = bytes[i + 2] as number;
    const d = bytes[i + 3] as number;
    if ((a | b | c | d) > 0x7f) return undefined;
    text += String.fromCharCode(a, b, c, d);
  }
  for (; i < end; i++) {
    const a = bytes[i] as number;
    if (a > 0x7f) return undefined;
    text += String.fromCharCode(a);
  }
  return text;
}

/** Bytes of `text` as UTF-8. Lone surrogates must have been refused before. */
export function encodeUtf8(text: string): Uint8Array {
  return encoder.encode(text);
}
