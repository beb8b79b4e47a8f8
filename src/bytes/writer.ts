/**
 * A growing buffer of payloads, written one behind the other into large slabs. In: values. Out: the primitives of
 * bincode 2; a value that is not of the type throws {@link SchemaMismatchError} (without a path: whoever walks the
 * value knows it).
 */

import { requireChar } from "./char.ts";
import { MAX_INLINE_DEPTH } from "./depth.ts";
import { mismatch, tooDeep } from "./mismatch.ts";
import { ILL_FORMED, utf8Length, writeUtf8 } from "./utf8-write.ts";
import { MARKER_U16, MARKER_U32, MARKER_U64, MARKER_U128, TWO_POW_32 } from "./varint.ts";
import { highHalf, lowHalf, splitBig, splitZigzagBig, zigzag32, zigzagBig } from "./varint-write.ts";

export { requireChar } from "./char.ts";
export { describeValue, withArticle } from "./describe-value.ts";
export { mismatch, tooDeep } from "./mismatch.ts";

/** Payloads are cut from slabs of this size, so that a small chunk costs no allocation of its own. */
const SLAB_BYTES = 256 * 1024;

/** A list's length is only known when it is complete: this many bytes are kept free in front of its items. */
const MAX_LENGTH_BYTES = 9;

const U64_MAX = 2n ** 64n - 1n;
const I64_MIN = -(2n ** 63n);
const I64_MAX = 2n ** 63n - 1n;
const U128_MAX = 2n ** 128n - 1n;
const I128_MIN = -(2n ** 127n);
const I128_MAX = 2n ** 127n - 1n;

/** Up to this length a text is taken for ASCII: its characters become bytes, and a look at them afterwards says if that was right. */
const SHORT_TEXT = 48;

export class ByteWriter {
  /** The slab, and the next byte to write in it: for generated encoders, which have asked for {@link room}. */
  bytes: Uint8Array;
  position = 0;
  view: DataView;
  private start = 0;
  private depth = 0;

  constructor(initialBytes: number = SLAB_BYTES) {
    this.bytes = new Uint8Array(initialBytes);
    this.view = new DataView(this.bytes.buffer);
  }

  /** Enters one level of a recursive type. As deep as a reader goes, and no deeper. */
  enter(): void {
    if (++this.depth > MAX_INLINE_DEPTH) throw tooDeep();
  }

  leave(): void {
    this.depth--;
  }

  /** Bytes written since the last {@link finish}. */
  get byteLength(): number {
    return this.position - this.start;
  }

  /** What was written since the last call. The bytes are the caller's for good: the slab moves on. */
  finish(): Uint8Array {
    const payload = this.bytes.subarray(this.start, this.position);
    this.start = this.position;
    return payload;
  }

  /** Drops what was written since the last {@link finish}. */
  reset(): void {
    this.position = this.start;
  }

  /** A view of what was written since the last {@link finish}; valid until the next write. */
  peek(): Uint8Array {
    return this.bytes.subarray(this.start, this.position);
  }

  /** Starts a list whose length is not known yet. End it with {@link finishList}. */
  startList(): void {
    this.reserve(MAX_LENGTH_BYTES);
    this.position += MAX_LENGTH_BYTES;
  }

  /** Bytes of the items written since {@link startList}. */
  get listByteLength(): number {
    return this.position - this.start - MAX_LENGTH_BYTES;
  }

  /** Takes back the items' bytes from `listByteLength` on, and returns a copy of them. */
  cutList(listByteLength: number): Uint8Array {
    const from = this.start + MAX_LENGTH_BYTES + listByteLength;
    const cut = this.bytes.slice(from, this.position);
    this.position = from;
    return cut;
  }

  /** Puts the length in front of the items, without a gap. The payload is a view, valid until the next write. */
  finishList(count: number): Uint8Array {
    const end = this.position;
    this.position = this.start;
    this.varint(count);
    const from = this.start + MAX_LENGTH_BYTES - (this.position - this.start);
    this.bytes.copyWithin(from, this.start, this.position);
    this.position = this.start;
    return this.bytes.subarray(from, end);
  }

  u8(value: number): void {
    if (typeof value !== "number" || (value & 0xff) !== value) throw mismatch("an integer from 0 to 255", value);
    this.byte(value);
  }

  i8(value: number): void {
    if (typeof value !== "number" || (value << 24) >> 24 !== value)
      throw mismatch("an integer from -128 to 127", value);
    this.byte(value & 0xff);
  }

  bool(value: boolean): void {
    if (typeof value !== "boolean") throw mismatch("a boolean", value);
    this.byte(value ? 1 : 0);
  }

  unit(value: null): void {
    if (value !== null) throw mismatch("null", value);
  }

  u16(value: number): void {
    if (typeof value !== "number" || (value & 0xffff) !== value) throw mismatch("an integer from 0 to 65535", value);
    this.varint(value);
  }

  i16(value: number): void {
    if (typeof value !== "number" || (value << 16) >> 16 !== value) {
      throw mismatch("an integer from -32768 to 32767", value);
    }
    this.varint(zigzag32(value));
  }

  u32(value: number): void {
    if (typeof value !== "number" || value >>> 0 !== value) throw mismatch("an integer from 0 to 2^32 - 1", value);
    this.varint(value);
  }

  i32(value: number): void {
    if (typeof value !== "number" || (value | 0) !== value) throw mismatch("an integer from -2^31 to 2^31 - 1", value);
    this.varint(zigzag32(value));
  }

  u64(value: bigint): void {
    if (typeof value !== "bigint" || value < 0n || value > U64_MAX)
      throw mismatch("a bigint from 0n to 2n**64n - 1n", value);
    splitBig(value);
    this.varintHalves(lowHalf(), highHalf());
  }

  i64(value: bigint): void {
    if (typeof value !== "bigint" || value < I64_MIN || value > I64_MAX) {
      throw mismatch("a bigint from -(2n**63n) to 2n**63n - 1n", value);
    }
    splitZigzagBig(value);
    this.varintHalves(lowHalf(), highHalf());
  }

  uint(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0) throw mismatch("a safe integer from 0 to 2^53 - 1", value);
    this.varint(value);
  }

  int(value: number): void {
    if (!Number.isSafeInteger(value)) throw mismatch("a safe integer within ±(2^53 - 1)", value);
    // 2 × value may exceed 2^53, where doubles have gaps, so the folding is done on halves.
    const magnitude = value < 0 ? -value - 1 : value;
    const low = magnitude >>> 0;
    const high = (magnitude - low) / TWO_POW_32;
    this.varintHalves(((low << 1) | (value < 0 ? 1 : 0)) >>> 0, ((high << 1) | (low >>> 31)) >>> 0);
  }

  u128(value: bigint): void {
    if (typeof value !== "bigint" || value < 0n || value > U128_MAX) {
      throw mismatch("a bigint from 0n to 2n**128n - 1n", value);
    }
    this.varint128(value);
  }

  i128(value: bigint): void {
    if (typeof value !== "bigint" || value < I128_MIN || value > I128_MAX) {
      throw mismatch("a bigint from -(2n**127n) to 2n**127n - 1n", value);
    }
    this.varint128(zigzagBig(value));
  }

  f32(value: number): void {
    if (typeof value !== "number") throw mismatch("a number", value);
    this.reserve(4);
    this.view.setFloat32(this.position, value, true);
    this.position += 4;
  }

  f64(value: number): void {
    if (typeof value !== "number") throw mismatch("a number", value);
    this.reserve(8);
    this.view.setFloat64(this.position, value, true);
    this.position += 8;
  }

  char(value: string): void {
    this.raw(charBytes(value));
  }

  str(value: string): void {
    if (typeof value !== "string") throw mismatch("a string", value);
    const { length } = value;
    if (length <= SHORT_TEXT) {
      this.reserve(length + 1);
      const { bytes } = this;
      const start = this.position + 1;
      let units = 0;
      for (let i = 0; i < length; i++) {
        const unit = value.charCodeAt(i);
        units |= unit;
        bytes[start + i] = unit;
      }
      if (units < 0x80) {
        bytes[start - 1] = length;
        this.position = start + length;
        return;
      }
    }
    const byteLength = utf8Length(value);
    if (byteLength === ILL_FORMED) throw mismatch("a string without lone surrogates", value);
    this.varint(byteLength);
    this.text(value, byteLength);
  }

  byteString(value: Uint8Array): void {
    if (!(value instanceof Uint8Array)) throw mismatch("a Uint8Array", value);
    this.varint(value.length);
    this.raw(value);
  }

  /** Bytes as they are. */
  raw(value: Uint8Array): void {
    this.reserve(value.length);
    this.bytes.set(value, this.position);
    this.position += value.length;
  }

  /** Text without a length; `byteLength` is its {@link utf8Length}. */
  text(value: string, byteLength: number): void {
    this.reserve(byteLength);
    writeUtf8(value, byteLength, this.bytes, this.position);
    this.position += byteLength;
  }

  byte(value: number): void {
    this.reserve(1);
    this.bytes[this.position++] = value;
  }

  /** An unsigned integer below 2^53 in the fewest bytes. */
  varint(value: number): void {
    this.reserve(MAX_LENGTH_BYTES);
    if (value < MARKER_U16) {
      this.bytes[this.position++] = value;
    } else if (value < 0x10000) {
      this.bytes[this.position] = MARKER_U16;
      this.view.setUint16(this.position + 1, value, true);
      this.position += 3;
    } else if (value < TWO_POW_32) {
      this.bytes[this.position] = MARKER_U32;
      this.view.setUint32(this.position + 1, value, true);
      this.position += 5;
    } else {
      this.varintHalves(value >>> 0, Math.floor(value / TWO_POW_32));
    }
  }

  fixedU16(value: number): void {
    this.reserve(2);
    this.view.setUint16(this.position, value, true);
    this.position += 2;
  }

  fixedU32(value: number): void {
    this.reserve(4);
    this.view.setUint32(this.position, value, true);
    this.position += 4;
  }

  /** A fixed 64-bit integer from its halves. */
  fixedHalves(low: number, high: number): void {
    this.fixedU32(low);
    this.fixedU32(high);
  }

  /** A fixed 64-bit integer, 0 <= value < 2^53. */
  fixedU64(value: number): void {
    this.fixedHalves(value >>> 0, Math.floor(value / TWO_POW_32));
  }

  private varintHalves(low: number, high: number): void {
    if (high === 0) return this.varint(low);
    this.reserve(MAX_LENGTH_BYTES);
    this.bytes[this.position] = MARKER_U64;
    this.view.setUint32(this.position + 1, low, true);
    this.view.setUint32(this.position + 5, high, true);
    this.position += 9;
  }

  private varint128(value: bigint): void {
    if (value <= U64_MAX) {
      splitBig(value);
      return this.varintHalves(lowHalf(), highHalf());
    }
    this.byte(MARKER_U128);
    this.reserve(16);
    this.view.setBigUint64(this.position, value & U64_MAX, true);
    this.view.setBigUint64(this.position + 8, value >> 64n, true);
    this.position += 16;
  }

  /** Room for `byteLength` bytes from `position` on, which is where the caller has come to. Returns the slab, which may be another. */
  room(position: number, byteLength: number): Uint8Array {
    this.position = position;
    this.reserve(byteLength);
    return this.bytes;
  }

  /** Makes room for `byteLength` more bytes; what was written since the last finish moves along to a new slab. */
  private reserve(byteLength: number): void {
    if (this.position + byteLength > this.bytes.length) this.grow(byteLength);
  }

  private grow(byteLength: number): void {
    const pending = this.bytes.subarray(this.start, this.position);
    const capacity = Math.max(SLAB_BYTES, (pending.length + byteLength) * 2);
    const slab = new Uint8Array(capacity);
    slab.set(pending);
    this.bytes = slab;
    this.view = new DataView(slab.buffer);
    this.position = pending.length;
    this.start = 0;
  }
}

/** The UTF-8 bytes of one character: a string of one code point that is no surrogate. */
export function charBytes(value: string): Uint8Array {
  requireChar(value);
  const bytes = new Uint8Array(utf8Length(value));
  writeUtf8(value, bytes.length, bytes, 0);
  return bytes;
}
