/**
 * Step 4 of the way: the TypeScript twin of lz4-wasm's compressor, for where WebAssembly is refused. In: a payload. Out: the
 * very bytes that lz4-wasm 0.9.2 makes of it, so that a file does not depend on where it was written. So every constant
 * and every choice below is a part of the output; the tests compare the two, byte for byte.
 *
 * @see https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md
 */

import { LENGTH_BYTE_MAX, LOOP_BYTES, MIN_MATCH, OFFSET_BYTES, SIZE_PREFIX_BYTES, TOKEN_MAX } from "./lz4-block.ts";

/** No match begins in a block's last 12 bytes (block format, end conditions), so a shorter payload has none. */
const MATCH_FREE_BYTES = 12;

/** A match ends at least 6 bytes before the end: one more than the format asks for, as lz4-wasm has it. */
const LITERAL_TAIL_BYTES = 6;

/** What the two bytes of a match offset can say. */
const MAX_OFFSET = 0xffff;

/** Knuth's multiplier, 2^32 / golden ratio: the hash is as many upper bits of the product as the table needs. */
const HASH_MULTIPLIER = 2654435761;

/** The search moves on by one byte for 32 misses, by two for the next 32, and so on until it finds a match. */
const MISSES_PER_STEP_BITS = 5;

/**
 * The table of positions has half as many slots as the payload has bytes, rounded up to a power of two: 2^7 to 2^13, and 2^12
 * from 64 KiB on (lz4-wasm's table is 16 KiB, of u16 below and of u32 above).
 */
const MIN_SLOT_BITS = 7;
const MAX_SLOT_BITS = 13;
const WIDE_SLOT_BITS = 12;
const WIDE_FROM_BYTES = 0x10000;

/** The last position of each hash; all calls use it in turn. Unset is 0, which is a position too: lz4-wasm takes it for one. */
let positions: Int32Array | undefined;

/**
 * The stored form of `payload`: its length as u32, little-endian, then an LZ4 block.
 *
 * CPU: about 0.12 GB/s on text in V8. Memory: for the time of the call, the worst case of the output.
 * @param payload At most 0x7e000000 bytes, the format's own limit.
 */
export function encodeSizedBlock(payload: Uint8Array): Uint8Array {
  const writer = new BlockWriter(payload);
  encodeBlock(payload, writer);
  return writer.finish();
}

/** Finds the matches of `source`, from front to back. */
function encodeBlock(source: Uint8Array, writer: BlockWriter): void {
  const lastMatchStart = source.length - MATCH_FREE_BYTES;
  if (lastMatchStart < 1) return;
  const bits = slotBits(source.length);
  const shift = 32 - bits;
  positions ??= new Int32Array(1 << MAX_SLOT_BITS);
  const table = positions.fill(0, 0, 1 << bits);
  let literalStart = 0;
  let from = 1; // Every slot holds position 0 already, and no match can begin there.
  for (;;) {
    let candidate = 0;
    let next = from;
    for (let attempts = 1 << MISSES_PER_STEP_BITS; ; attempts++) {
      from = next;
      if (from > lastMatchStart) return;
      next += attempts >>> MISSES_PER_STEP_BITS;
      const word = readWord(source, from);
      const slot = Math.imul(word, HASH_MULTIPLIER) >>> shift;
      candidate = table[slot] as number;
      table[slot] = from;
      if (from - candidate <= MAX_OFFSET && readWord(source, candidate) === word) break;
    }
    const offset = from - candidate;
    while (from > literalStart && from > offset && source[from - 1] === source[from - offset - 1]) from--;
    const end = matchEnd(source, from + MIN_MATCH, offset);
    writer.sequence(from, offset, end);
    from = end;
    literalStart = end;
    table[Math.imul(readWord(source, end - 2), HASH_MULTIPLIER) >>> shift] = end - 2;
  }
}

function slotBits(byteLength: number): number {
  if (byteLength >= WIDE_FROM_BYTES) return WIDE_SLOT_BITS;
  const bits = 31 - Math.clz32(byteLength - 1);
  return Math.min(Math.max(bits, MIN_SLOT_BITS), MAX_SLOT_BITS);
}

function readWord(source: Uint8Array, from: number): number {
  const low = (source[from] as number) | ((source[from + 1] as number) << 8);
  const high = (source[from + 2] as number) | ((source[from + 3] as number) << 8);
  return low | (high << 16);
}

/** Where the bytes from `from` on end to be those `offset` bytes before. */
function matchEnd(source: Uint8Array, from: number, offset: number): number {
  const limit = source.length - LITERAL_TAIL_BYTES;
  let end = from;
  while (end < limit && source[end] === source[end - offset]) end++;
  return end;
}

/** Writes the sequences of one block behind the payload's length. */
class BlockWriter {
  readonly #source: Uint8Array;
  readonly #target: Uint8Array;
  /** Up to here `source` is written. */
  #from = 0;
  #to = SIZE_PREFIX_BYTES;

  constructor(source: Uint8Array) {
    this.#source = source;
    // Worst case: literals only, with a length byte for every 255 of them, one for the rest, and a token.
    this.#target = new Uint8Array(SIZE_PREFIX_BYTES + source.length + Math.floor(source.length / LENGTH_BYTE_MAX) + 2);
    for (let index = 0; index < SIZE_PREFIX_BYTES; index++) this.#target[index] = source.length >>> (8 * index);
  }

  /** Literals up to `start`, then the match `source[start, end)`. */
  sequence(start: number, offset: number, end: number): void {
    const target = this.#target;
    const extra = end - start - MIN_MATCH;
    this.#literals(start, Math.min(extra, TOKEN_MAX));
    target[this.#to] = offset;
    target[this.#to + 1] = offset >>> 8;
    this.#to += OFFSET_BYTES;
    if (extra >= TOKEN_MAX) this.#length(extra - TOKEN_MAX);
    this.#from = end;
  }

  /** The rest as literals; a block ends with some, if only with none. The bytes are the caller's own. */
  finish(): Uint8Array {
    this.#literals(this.#source.length, 0);
    return this.#target.slice(0, this.#to);
  }

  #literals(end: number, tokenOfMatch: number): void {
    const source = this.#source;
    const target = this.#target;
    let from = this.#from;
    const length = end - from;
    target[this.#to++] = (Math.min(length, TOKEN_MAX) << 4) | tokenOfMatch;
    if (length >= TOKEN_MAX) this.#length(length - TOKEN_MAX);
    let to = this.#to;
    this.#to = to + length;
    if (length > LOOP_BYTES) target.set(source.subarray(from, end), to);
    else while (from < end) target[to++] = source[from++] as number;
  }

  /** As many maximal bytes as fit into `rest`, then what is left, which may be 0. */
  #length(rest: number): void {
    const fullBytes = Math.floor(rest / LENGTH_BYTE_MAX);
    this.#target.fill(LENGTH_BYTE_MAX, this.#to, this.#to + fullBytes);
    this.#to += fullBytes;
    this.#target[this.#to++] = rest % LENGTH_BYTE_MAX;
  }
}
