/**
 * A cursor over one payload that never reads past its end. In: bytes that may be hostile. Out: the primitives of
 * bincode 2, or {@link CorruptChunkError} with the byte offset in the payload.
 */

import { CorruptChunkError, LimitExceededError } from "../errors/base.ts";
import { MAX_INLINE_DEPTH } from "./depth.ts";
import { doubleFromBits, singleFromBits } from "./float-bits.ts";
import { readShortAscii, readUtf8 } from "./utf8.ts";
import {
  bigFromHalves,
  bigFromZigzagHalves,
  MARKER_U16,
  MARKER_U32,
  MARKER_U64,
  MARKER_U128,
  TWO_POW_32,
  unzigzag32,
  unzigzagBig,
} from "./varint.ts";

/**
 * Items that take no bytes (`unit`, an empty struct) are not bounded by the payload: eight bytes can claim 2^64 of them.
 * 2^20 in one call keeps them below 64 MiB of memory, empty objects too.
 */
export const MAX_EMPTY_ITEMS = 2 ** 20;

/** Counts the items of no bytes that one call reads, over all its payloads: many small lists are a large one. */
export interface EmptyItemCounter {
  emptyItems: number;
}

export class ByteReader {
  readonly bytes: Uint8Array;
  /** Next byte to read. */
  position: number;
  /** The first byte behind those that may be read. */
  readonly end: number;
  private high = 0;
  private depth = 0;
  private counter: EmptyItemCounter | undefined;

  constructor(bytes: Uint8Array, start = 0, end = bytes.length, counter?: EmptyItemCounter) {
    this.bytes = bytes;
    this.position = start;
    this.end = end;
    this.counter = counter;
  }

  /** Bytes not yet read. */
  get remaining(): number {
    return this.end - this.position;
  }

  /** Back to where a value began. */
  rewind(position: number): void {
    this.position = position;
    this.depth = 0;
  }

  u8(): number {
    if (this.position >= this.end) throw this.truncated(1);
    return this.bytes[this.position++] as number;
  }

  i8(): number {
    return (this.u8() << 24) >> 24;
  }

  bool(): boolean {
    const byte = this.u8();
    if (byte > 1) throw this.invalid("0 or 1 for a bool", byte);
    return byte === 1;
  }

  unit(): null {
    return null;
  }

  u16(): number {
    return this.upTo32(MARKER_U16, "u16");
  }

  u32(): number {
    const { bytes, position } = this;
    if (position + 4 < this.end) {
      const first = bytes[position] as number;
      if (first < MARKER_U16) {
        this.position = position + 1;
        return first;
      }
      if (first === MARKER_U32) {
        this.position = position + 5;
        return this.u32At(position + 1);
      }
    }
    return this.wide(MARKER_U32, "u32");
  }

  i16(): number {
    return unzigzag32(this.upTo32(MARKER_U16, "i16"));
  }

  i32(): number {
    return unzigzag32(this.upTo32(MARKER_U32, "i32"));
  }

  u64(): bigint {
    const low = this.low64("u64");
    return this.high === 0 ? BigInt(low) : bigFromHalves(low, this.high);
  }

  i64(): bigint {
    return bigFromZigzagHalves(this.low64("i64"), this.high);
  }

  /** A u64 that must be a safe integer. */
  uint(): number {
    const at = this.position;
    const low = this.low64("u64");
    if (this.high === 0) return low;
    if (this.high >= 0x200000) throw this.unsafe(bigFromHalves(low, this.high), at);
    return this.high * TWO_POW_32 + low;
  }

  /** An i64 that must be a safe integer. */
  int(): number {
    const at = this.position;
    const low = this.low64("i64");
    if (this.high === 0) return low & 1 ? -(low >>> 1) - 1 : low >>> 1;
    const value = bigFromZigzagHalves(low, this.high);
    if (value > 9007199254740991n || value < -9007199254740991n) throw this.unsafe(value, at);
    return Number(value);
  }

  u128(): bigint {
    if (this.position < this.end && this.bytes[this.position] === MARKER_U128) {
      this.need(17);
      this.position++;
      const lowest = this.fixedU64();
      return (this.fixedU64() << 64n) | lowest;
    }
    return bigFromHalves(this.low64("u128"), this.high);
  }

  i128(): bigint {
    return unzigzagBig(this.u128());
  }

  f32(): number {
    return singleFromBits(this.fixedU32());
  }

  f64(): number {
    const at = this.skip(8);
    return doubleFromBits(this.u32At(at), this.u32At(at + 4));
  }

  /** One character in its UTF-8 form, without a length. */
  char(): string {
    const at = this.position;
    const lead = this.u8();
    if (lead < 0x80) return String.fromCharCode(lead);
    const byteLength = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    this.position = at;
    return this.text(byteLength, "a char");
  }

  str(): string {
    const byteLength = this.length(1);
    const text = readShortAscii(this.bytes, this.position, byteLength);
    if (text === undefined) return this.text(byteLength, "a string");
    this.position += byteLength;
    return text;
  }

  /** Goes past a string if it is `text`, and that is short and ASCII; else stays where it is. Nothing is allocated. */
  skipText(text: string): boolean {
    const { bytes, position } = this;
    const { length } = text;
    if (length >= MARKER_U16 || position + length >= this.end || bytes[position] !== length) return false;
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(i);
      if (unit > 0x7f || bytes[position + 1 + i] !== unit) return false;
    }
    this.position = position + 1 + length;
    return true;
  }

  /** A copy of the bytes behind a length. */
  byteString(): Uint8Array {
    return this.take(this.length(1)).slice();
  }

  /** A view of the next `byteLength` bytes; valid as long as the payload is. */
  take(byteLength: number): Uint8Array {
    this.need(byteLength);
    const start = this.position;
    this.position += byteLength;
    return this.bytes.subarray(start, this.position);
  }

  /** A count of items of at least `itemBytes` bytes each; more items than the payload can hold are refused. */
  length(itemBytes: number): number {
    const at = this.position;
    if (at < this.end) {
      const first = this.bytes[at] as number;
      if (first < MARKER_U16 && itemBytes > 0 && first * itemBytes < this.end - at) {
        this.position = at + 1;
        return first;
      }
    }
    return this.longLength(itemBytes, at);
  }

  private longLength(itemBytes: number, at: number): number {
    const low = this.low64("a length");
    const { high } = this;
    const count = high * TWO_POW_32 + low;
    if (itemBytes === 0) return this.emptyItems(count, at);
    if (count * itemBytes > this.remaining) {
      const most = Math.floor(this.remaining / itemBytes);
      throw this.fail(at, `a length of at most ${most}`, String(bigFromHalves(low, high)));
    }
    return count;
  }

  /** Counts items that take no bytes; returns their number. @throws {LimitExceededError} There are too many in one call. */
  emptyItems(count: number, at = this.position): number {
    this.counter ??= { emptyItems: 0 };
    this.counter.emptyItems += count;
    if (this.counter.emptyItems <= MAX_EMPTY_ITEMS) return count;
    const actual = String(this.counter.emptyItems);
    throw new LimitExceededError(
      `Lists claim ${actual} items of no bytes; at most ${MAX_EMPTY_ITEMS} are read at once.`,
      {
        limit: "MAX_EMPTY_ITEMS",
        byteOffset: at,
        expected: `<= ${MAX_EMPTY_ITEMS} items`,
        actual,
      },
    );
  }

  /** The tag of an Option: whether a value follows. */
  some(): boolean {
    const tag = this.u8();
    if (tag > 1) throw this.invalid("0 or 1 for an Option's tag", tag);
    return tag === 1;
  }

  /** The index of an enum's variant, below `count`. */
  variant(count: number): number {
    const at = this.position;
    const index = this.u32();
    if (index >= count) throw this.fail(at, `a variant index below ${count}`, String(index));
    return index;
  }

  /** Fixed-width integers of the file's own structures. */
  fixedU32(): number {
    return this.u32At(this.skip(4));
  }

  fixedU64(): bigint {
    const at = this.skip(8);
    return bigFromHalves(this.u32At(at), this.u32At(at + 4));
  }

  /** Enters one level of a recursive type; bounded, since bytes of a hostile file decide how deep it goes. */
  enter(): void {
    if (++this.depth > MAX_INLINE_DEPTH) {
      throw new LimitExceededError(`A recursive value nests deeper than ${MAX_INLINE_DEPTH} levels.`, {
        limit: "MAX_INLINE_DEPTH",
        byteOffset: this.position,
      });
    }
  }

  leave(): void {
    this.depth--;
  }

  /** The low half of an integer of up to 64 bits; the high half is in {@link takeHigh} until the next read. */
  low64(type: string): number {
    this.high = 0;
    if (this.position < this.end) {
      const first = this.bytes[this.position] as number;
      if (first < MARKER_U16) {
        this.position++;
        return first;
      }
    }
    return this.wide(MARKER_U64, type);
  }

  takeHigh(): number {
    return this.high;
  }

  /** A varint of at most 32 bits, `widest` being its marker. Where five bytes are there, none of them is past the end. */
  private upTo32(widest: number, type: string): number {
    const at = this.position;
    if (at + 4 < this.end) {
      const first = this.bytes[at] as number;
      if (first < MARKER_U16) {
        this.position = at + 1;
        return first;
      }
      if (first === MARKER_U32 && widest === MARKER_U32) {
        this.position = at + 5;
        return this.u32At(at + 1);
      }
    }
    return this.wide(widest, type);
  }

  /** A varint with a marker byte. Non-minimal ones are accepted up to the type's width, as the crate accepts them. */
  private wide(widest: number, type: string): number {
    const marker = this.u8();
    if (marker < MARKER_U16) return marker;
    if (marker > widest) {
      const found = marker === 255 ? "the reserved marker 255" : `a varint of ${8 << (marker - 250)} bits`;
      throw this.fail(this.position - 1, `an integer of type ${type}`, found);
    }
    if (marker === MARKER_U16) {
      const at = this.skip(2);
      return (this.bytes[at] as number) | ((this.bytes[at + 1] as number) << 8);
    }
    if (marker === MARKER_U32) return this.fixedU32();
    const at = this.skip(8);
    this.high = this.u32At(at + 4);
    return this.u32At(at);
  }

  /** Goes past `byteLength` bytes, which must be there, and returns where they start. */
  private skip(byteLength: number): number {
    const { position } = this;
    if (position + byteLength > this.end) throw this.truncated(byteLength);
    this.position = position + byteLength;
    return position;
  }

  /** Four bytes, little-endian, which are known to be there. */
  private u32At(at: number): number {
    const { bytes } = this;
    const lower = (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
    return (lower | ((bytes[at + 2] as number) << 16) | ((bytes[at + 3] as number) << 24)) >>> 0;
  }

  private text(byteLength: number, what: string): string {
    this.need(byteLength);
    const start = this.position;
    try {
      const text = readUtf8(this.bytes, start, start + byteLength);
      this.position += byteLength;
      return text;
    } catch (cause) {
      throw this.fail(start, `${what} in UTF-8`, "bytes that are not", cause);
    }
  }

  private need(byteLength: number): void {
    if (byteLength > this.remaining) throw this.truncated(byteLength);
  }

  private truncated(needed: number): CorruptChunkError {
    const { remaining } = this;
    const expected = needed === 1 ? "1 more byte" : `${needed} more bytes`;
    return this.fail(this.position, expected, remaining === 0 ? "the end" : `${remaining} up to the end`);
  }

  private invalid(expected: string, byte: number): CorruptChunkError {
    return this.fail(this.position - 1, expected, String(byte));
  }

  private unsafe(value: bigint, at: number): CorruptChunkError {
    return this.fail(at, "an integer within ±(2^53 - 1); use u64 or i64 for wider ones", String(value));
  }

  /** The error for bytes at `at` that are not what was expected. */
  fail(at: number, expected: string, actual: string, cause?: unknown): CorruptChunkError {
    return new CorruptChunkError(`Expected ${expected}, found ${actual}, at byte ${at} of the payload.`, {
      byteOffset: at,
      expected,
      actual,
      cause,
    });
  }
}
