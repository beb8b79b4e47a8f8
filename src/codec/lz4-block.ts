/**
 * Step 4 of the way: the LZ4 decoder in TypeScript, twin of the kernel. In: stored bytes of anyone's making. Out: the payload, or a typed error: no claim in
 * the bytes is allocated, copied or walked to before it was checked.
 *
 *     stored   := payload length u32 · block
 *     block    := sequence* · last literals
 *     sequence := token u8 · [length bytes] · literals · match offset u16 · [length bytes]
 *
 * @see https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md
 */

import { CorruptChunkError, LimitExceededError } from "../errors.ts";

/** The payload's length in front of the block, little-endian. */
export const SIZE_PREFIX_BYTES = 4;

/** A match is that many bytes longer than its token says. */
export const MIN_MATCH = 4;

/** The value of a token's half after which length bytes follow. */
export const TOKEN_MAX = 15;

/** The value of a length byte after which another follows. */
export const LENGTH_BYTE_MAX = 255;

/** Bytes that a match offset takes. */
export const OFFSET_BYTES = 2;

/** No byte of a block stands for more than 255 bytes of payload. */
const MAX_RATIO = 255;

/** What the unrolled copies may write: 16 bytes of literals and 20 of a match, wherever the real lengths end. */
const SHORT_LITERAL_BYTES = 16;
const SHORT_MATCH_BYTES = 20;

/** Up to here a loop over bytes is faster than a native copy; measured in V8. */
export const LOOP_BYTES = 48;

/**
 * The payload of `stored`. A block that yields less than its prefix declares is taken as it is, as the crate does.
 *
 * CPU: about 0.4 GB/s on text in V8. Memory: the declared length, once.
 * @param maxByteLength The reader's `maxChunkBytes`.
 * @throws {CorruptChunkError} The prefix claims more than the block can hold, or the block is damaged. Retrying does not help.
 * @throws {LimitExceededError} The prefix declares more than `maxByteLength`.
 */
export function decodeSizedBlock(stored: Uint8Array, maxByteLength: number): Uint8Array {
  const target = new Uint8Array(declaredByteLength(stored, maxByteLength));
  const byteLength = decodeBlock(stored, SIZE_PREFIX_BYTES, stored.length, target);
  return byteLength === target.length ? target : target.subarray(0, byteLength);
}

/**
 * The payload's length as `stored` declares it, checked before anything is allocated. The block may hold less.
 * @throws {CorruptChunkError} @throws {LimitExceededError}
 */
export function declaredByteLength(stored: Uint8Array, maxByteLength: number): number {
  const declared = readSizePrefix(stored);
  const blockLength = stored.length - SIZE_PREFIX_BYTES;
  if (declared > blockLength * MAX_RATIO) {
    throw new CorruptChunkError(
      `LZ4: ${blockLength} bytes cannot hold the declared ${declared} bytes. The chunk is damaged; other chunks stay readable.`,
      { expected: `at most ${blockLength * MAX_RATIO} bytes declared`, actual: `${declared} bytes` },
    );
  }
  if (declared > maxByteLength) {
    throw new LimitExceededError(
      `LZ4: a payload of ${declared} bytes exceeds maxChunkBytes (${maxByteLength}). Raise the option if the file is trusted.`,
      { limit: "maxChunkBytes", expected: `at most ${maxByteLength} bytes`, actual: `${declared} bytes` },
    );
  }
  return declared;
}

function readSizePrefix(stored: Uint8Array): number {
  if (stored.length < SIZE_PREFIX_BYTES) throw corrupt("the length in front of the block is cut off", stored.length);
  const low = (stored[0] as number) | ((stored[1] as number) << 8);
  const high = (stored[2] as number) | ((stored[3] as number) << 8);
  return (low | (high << 16)) >>> 0;
}

/**
 * Decodes the block `source[start, end)` to the front of `target` and returns the number of bytes it holds. Bytes of
 * `target` behind them may have been written too.
 * @throws {CorruptChunkError} The block is damaged, or holds more than `target.length` bytes.
 */
export function decodeBlock(source: Uint8Array, start: number, end: number, target: Uint8Array): number {
  const roomyFrom = end - SHORT_LITERAL_BYTES - OFFSET_BYTES;
  const roomyTo = target.length - SHORT_LITERAL_BYTES - SHORT_MATCH_BYTES;
  let from = start;
  let to = 0;
  for (;;) {
    if (from >= end) throw corrupt("the block ends where a token is due", from);
    const token = source[from++] as number;
    let literalLength = token >>> 4;
    let matchLength = (token & TOKEN_MAX) + MIN_MATCH;
    if (literalLength < TOKEN_MAX && matchLength < TOKEN_MAX + MIN_MATCH && from <= roomyFrom && to <= roomyTo) {
      copyShortLiterals(source, from, target, to, literalLength);
      from += literalLength;
      to += literalLength;
      const offset = (source[from] as number) | ((source[from + 1] as number) << 8);
      if (offset === 0 || offset > to) throw badOffset(offset, from);
      from += OFFSET_BYTES;
      copyShortMatch(target, to, to - offset, matchLength);
      to += matchLength;
      continue;
    }
    if (literalLength === TOKEN_MAX) {
      const more = readLength(source, from, end);
      literalLength += more;
      from += lengthBytes(more);
    }
    if (literalLength > end - from) throw corrupt("literals run past the end of the block", from);
    if (literalLength > target.length - to) throw overflow(target.length, from);
    copyLiterals(source, from, target, to, literalLength);
    from += literalLength;
    to += literalLength;
    if (from === end) return to;
    if (end - from < OFFSET_BYTES) throw corrupt("a match offset is cut off", from);
    const offset = (source[from] as number) | ((source[from + 1] as number) << 8);
    if (offset === 0 || offset > to) throw badOffset(offset, from);
    from += OFFSET_BYTES;
    if (matchLength === TOKEN_MAX + MIN_MATCH) {
      const more = readLength(source, from, end);
      matchLength += more;
      from += lengthBytes(more);
    }
    if (matchLength > target.length - to) throw overflow(target.length, from);
    copyMatch(target, to, offset, matchLength);
    to += matchLength;
  }
}

/** The sum of the length bytes at `from`. */
function readLength(source: Uint8Array, from: number, end: number): number {
  let sum = 0;
  for (let position = from; position < end; position++) {
    const byte = source[position] as number;
    sum += byte;
    if (byte !== LENGTH_BYTE_MAX) return sum;
  }
  throw corrupt("a length is cut off", end);
}

/** How many length bytes have that sum: only the last one is below the maximum. */
function lengthBytes(sum: number): number {
  return Math.floor(sum / LENGTH_BYTE_MAX) + 1;
}

function copyLiterals(source: Uint8Array, from: number, target: Uint8Array, to: number, length: number): void {
  if (length > LOOP_BYTES) {
    target.set(source.subarray(from, from + length), to);
    return;
  }
  for (let index = 0; index < length; index++) target[to + index] = source[from + index] as number;
}

/** Copies `length` bytes that begin `offset` bytes before `to`. Where the two overlap, the copied bytes repeat. */
function copyMatch(target: Uint8Array, to: number, offset: number, length: number): void {
  const start = to - offset;
  if (length <= LOOP_BYTES) {
    for (let index = 0; index < length; index++) target[to + index] = target[start + index] as number;
    return;
  }
  // What was copied is material for the next copy, so that each may be as long as all before it.
  let copied = 0;
  while (copied < length) {
    const run = Math.min(offset + copied, length - copied);
    target.copyWithin(to + copied, start, start + run);
    copied += run;
  }
}

function copyShortLiterals(source: Uint8Array, from: number, target: Uint8Array, to: number, length: number): void {
  copy4(source, from, target, to);
  if (length <= 4) return;
  copy4(source, from + 4, target, to + 4);
  if (length <= 8) return;
  copy4(source, from + 8, target, to + 8);
  if (length <= 12) return;
  copy4(source, from + 12, target, to + 12);
}

/** In ascending order byte by byte, so overlaps come out right. */
function copyShortMatch(target: Uint8Array, to: number, start: number, length: number): void {
  copy4(target, start, target, to);
  copy4(target, start + 4, target, to + 4);
  if (length <= 8) return;
  copy4(target, start + 8, target, to + 8);
  if (length <= 12) return;
  copy4(target, start + 12, target, to + 12);
  if (length <= 16) return;
  copy4(target, start + 16, target, to + 16);
}

function copy4(source: Uint8Array, from: number, target: Uint8Array, to: number): void {
  target[to] = source[from] as number;
  target[to + 1] = source[from + 1] as number;
  target[to + 2] = source[from + 2] as number;
  target[to + 3] = source[from + 3] as number;
}

function badOffset(offset: number, position: number): CorruptChunkError {
  return corrupt(
    offset === 0 ? "a match has offset 0" : `a match of offset ${offset} begins before the payload`,
    position,
  );
}

function overflow(byteLength: number, position: number): CorruptChunkError {
  return corrupt(`the block holds more than the declared ${byteLength} bytes`, position);
}

function corrupt(what: string, position: number): CorruptChunkError {
  return new CorruptChunkError(
    `LZ4: ${what}, at byte ${position} of the stored bytes. The chunk is damaged; other chunks stay readable.`,
    { expected: "an undamaged LZ4 block", actual: what },
  );
}
