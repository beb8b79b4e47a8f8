/**
 * UTF-8 both ways, strict: a lone surrogate is no text and is refused, as Rust's `String` refuses it.
 * In: strings or bytes. Out: bytes or strings.
 */

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** Up to this many ASCII bytes String.fromCharCode beats TextDecoder, which costs 100–400 ns a call. */
const SHORT_ASCII = 24;

/**
 * Room for the characters of a text of each short length. All at once, String.fromCharCode makes one flat string; pieces put
 * together would be a tree, which is flattened when it becomes the key of a map.
 */
const ROOMS: readonly number[][] = Array.from({ length: SHORT_ASCII + 1 }, (_, length) => new Array(length).fill(0));

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
  return readShortAscii(bytes, start, end - start) ?? decoder.decode(bytes.subarray(start, end));
}

/** Text of `byteLength` bytes from `start` on, which must be there; undefined where they are many, or not ASCII. */
export function readShortAscii(bytes: Uint8Array, start: number, byteLength: number): string | undefined {
  if (byteLength > SHORT_ASCII) return undefined;
  const room = ROOMS[byteLength] as number[];
  let all = 0;
  for (let i = 0; i < byteLength; i++) {
    const byte = bytes[start + i] as number;
    all |= byte;
    room[i] = byte;
  }
  return all < 0x80 ? String.fromCharCode.apply(null, room) : undefined;
}

/** Bytes of `text` as UTF-8. Lone surrogates must have been refused before. */
export function encodeUtf8(text: string): Uint8Array {
  return encoder.encode(text);
}
