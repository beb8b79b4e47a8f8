/** The LZ4 block decoder. Twin of src/codec/lz4-block.ts: takes what it takes, and refuses what it refuses. */

const TOKEN_MAX: usize = 15;
const LENGTH_BYTE_MAX: usize = 255;
const MIN_MATCH: usize = 4;
const OFFSET_BYTES: usize = 2;

/** Bytes copied at a time; a closer match repeats within them. */
const STRIDE: usize = 16;

/** No length is that large, and a sum of length bytes beyond it could run over. */
const LENGTH_LIMIT: usize = 0x7fffffff;

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
  let from = source;
  let to = target;
  while (from < sourceEnd) {
    const token = <usize>load<u8>(from++);
    let length = token >> 4;
    if (length < TOKEN_MAX && from + length + OFFSET_BYTES <= sourceEnd && to + length <= targetEnd) {
      v128.store(to, v128.load(from));
      from += length;
      to += length;
    } else {
      if (length === TOKEN_MAX) {
        let byte: usize;
        do {
          if (from >= sourceEnd) return -1;
          byte = load<u8>(from++);
          length += byte;
        } while (byte === LENGTH_BYTE_MAX && length < LENGTH_LIMIT);
      }
      if (length > sourceEnd - from || length > targetEnd - to) return -1;
      copyLiterals(from, to, length);
      from += length;
      to += length;
      if (from === sourceEnd) return <i32>(to - target);
      if (sourceEnd - from < OFFSET_BYTES) return -1;
    }
    const offset = <usize>load<u16>(from);
    from += OFFSET_BYTES;
    // Offset 0 wraps around, and is refused with those that begin before the payload.
    if (offset - 1 >= to - target) return -1;
    length = (token & TOKEN_MAX) + MIN_MATCH;
    if (length === TOKEN_MAX + MIN_MATCH) {
      let byte: usize;
      do {
        if (from >= sourceEnd) return -1;
        byte = load<u8>(from++);
        length += byte;
      } while (byte === LENGTH_BYTE_MAX && length < LENGTH_LIMIT);
    }
    if (length > targetEnd - to) return -1;
    copyMatch(to, offset, length);
    to += length;
  }
  return -1;
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
