/** UTF-8, the way of a reader, strict: what Rust's `String` would not take is refused. In: bytes. Out: strings. */

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Up to this many ASCII bytes String.fromCharCode beats TextDecoder, which costs 100–400 ns a call. */
const SHORT_ASCII = 24;

/**
 * Room for the characters of a text of each short length. All at once, String.fromCharCode makes one flat string; pieces put
 * together would be a tree, which is flattened when it becomes the key of a map.
 */
const ROOMS: readonly number[][] = Array.from({ length: SHORT_ASCII + 1 }, (_, length) => new Array(length).fill(0));

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
