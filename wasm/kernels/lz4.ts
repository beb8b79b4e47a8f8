/** The LZ4 block decoder. Twin of src/codec/lz4-block.ts: takes what it takes, and refuses what it refuses. */

const TOKEN_MAX: usize = 15;
const LENGTH_BYTE_MAX: u32 = 255;
const MIN_MATCH: usize = 4;
const OFFSET_BYTES: usize = 2;

/** Bytes copied at a time; a closer match repeats within them. */
const STRIDE: usize = 16;

/** Bytes copied at a time where a match is short: it may begin so close, since each copy sees what the one before has stored. */
const WORD: usize = 8;

/** What one sequence takes with its token alone: up to 14 literals and a match of up to 18 bytes, of which 18 are copied. */
const SHORT_SOURCE_BYTES: usize = 16;
const SHORT_TARGET_BYTES: usize = 32;

/** A length of more bytes than this is longer than the memory. */
const MAX_LENGTH_BYTES: usize = 1 << 23;

/** From here on a native copy beats a loop, whose start costs less; measured in V8. */
const NATIVE_COPY_BYTES: usize = 512;
const NATIVE_FILL_BYTES: usize = 64;

/** For each offset below 16, which bytes of a match's beginning 16 bytes of it are. Offset 0 is refused before. */
// biome-ignore format: a row for each offset
const REPEATS = memory.data<u8>([
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1,
  0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0,
  0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3,
  0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0,
  0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5, 0, 1, 2, 3,
  0, 1, 2, 3, 4, 5, 6, 0, 1, 2, 3, 4, 5, 6, 0, 1,
  0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7,
  0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 1, 2, 3, 4, 5, 6,
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5,
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0, 1, 2, 3, 4,
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0, 1, 2, 3,
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0, 1, 2,
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 0, 1,
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 0,
]);

/** For each offset below 16, after how many of those 16 bytes they begin anew: its largest multiple up to 16. */
const REPEAT_BYTES = memory.data<u8>([0, 16, 16, 15, 16, 15, 12, 14, 16, 9, 10, 11, 12, 13, 14, 15]);

/**
 * Decodes the block at [source, sourceEnd) to `target` and returns the number of bytes it holds, or -1 if it is damaged
 * or holds more than fits before `targetEnd`. SLACK bytes behind both ends must be in the memory.
 */
export function decodeBlock(source: usize, sourceEnd: usize, target: usize, targetEnd: usize): i32 {
  const roomyFrom = sourceEnd - SHORT_SOURCE_BYTES;
  const roomyTo = targetEnd - SHORT_TARGET_BYTES;
  let from = source;
  let to = target;
  while (from < sourceEnd) {
    const token = <usize>load<u8>(from);
    let length = token >> 4;
    let offset: usize;
    if (length < TOKEN_MAX && from < roomyFrom && to <= roomyTo) {
      // The next token's place waits for this one: as little as can be is done in between.
      const next = from + 1 + OFFSET_BYTES;
      v128.store(to, v128.load(from, 1));
      offset = load<u16>(from + length, 1);
      from = next + length;
      to += length;
      if (offset - 1 >= to - target) return -1;
      length = (token & TOKEN_MAX) + MIN_MATCH;
      if (length < TOKEN_MAX + MIN_MATCH && offset >= WORD) {
        // By words: a match is often of bytes just stored, and the processor forwards 8 of them sooner than 16.
        store<u64>(to, load<u64>(to - offset));
        store<u64>(to, load<u64>(to - offset, WORD), WORD);
        store<u16>(to, load<u16>(to - offset, 2 * WORD), 2 * WORD);
        to += length;
        continue;
      }
    } else {
      from++;
      if (length === TOKEN_MAX) {
        const behind = lengthEnd(from, sourceEnd);
        if (behind === 0) return -1;
        length += lengthOf(from, behind);
        from = behind;
      }
      if (length > sourceEnd - from || length > targetEnd - to) return -1;
      copyLiterals(from, to, length);
      from += length;
      to += length;
      if (from === sourceEnd) return <i32>(to - target);
      if (sourceEnd - from < OFFSET_BYTES) return -1;
      offset = load<u16>(from);
      from += OFFSET_BYTES;
      // Offset 0 wraps around, and is refused with those that begin before the payload.
      if (offset - 1 >= to - target) return -1;
      length = (token & TOKEN_MAX) + MIN_MATCH;
    }
    if (length === TOKEN_MAX + MIN_MATCH) {
      const behind = lengthEnd(from, sourceEnd);
      if (behind === 0) return -1;
      length += lengthOf(from, behind);
      from = behind;
    }
    if (length > targetEnd - to) return -1;
    copyMatch(to, offset, length);
    to += length;
  }
  return -1;
}

/** Where the length bytes at `from` end, or 0 if they are cut off. */
function lengthEnd(from: usize, end: usize): usize {
  while (from < end) {
    if (load<u8>(from++) < LENGTH_BYTE_MAX) return from;
  }
  return 0;
}

/** The sum of the length bytes at [from, behind): only the last one is below the maximum. */
function lengthOf(from: usize, behind: usize): usize {
  const count = min(behind - from, MAX_LENGTH_BYTES);
  return (count - 1) * LENGTH_BYTE_MAX + <usize>load<u8>(behind - 1);
}

function copyLiterals(from: usize, to: usize, length: usize): void {
  if (length > NATIVE_COPY_BYTES) {
    memory.copy(to, from, length);
    return;
  }
  for (let at: usize = 0; at < length; at += STRIDE) v128.store(to + at, v128.load(from + at));
}

function copyMatch(to: usize, offset: usize, length: usize): void {
  const start = to - offset;
  if (offset >= STRIDE) {
    v128.store(to, v128.load(start));
    if (length <= STRIDE) return;
    if (length > NATIVE_COPY_BYTES && offset >= length) {
      memory.copy(to, start, length);
      return;
    }
    for (let at = STRIDE; at < length; at += STRIDE) v128.store(to + at, v128.load(start + at));
  } else if (offset === 1 && length > NATIVE_FILL_BYTES) {
    memory.fill(to, load<u8>(start), length);
  } else {
    const repeated = v128.swizzle(v128.load(start), v128.load(REPEATS + offset * STRIDE));
    const step = <usize>load<u8>(REPEAT_BYTES + offset);
    for (let at: usize = 0; at < length; at += step) v128.store(to + at, repeated);
  }
}
