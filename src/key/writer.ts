/**
 * The bytes of one key as it grows: big-endian numbers, text and bytes with or without an end. In: values that were checked. Out: the
 * bytes, in an array that is reused.
 */

import { MAX_INLINE_DEPTH } from "../bytes/depth.ts";
import { TWO_POW_32 } from "../bytes/varint.ts";
import { mismatch, tooDeep } from "../bytes/writer.ts";
import { bufferOverflow } from "./failure.ts";

/** Keys are short: few ever make it grow. */
const INITIAL_BYTES = 1024;

/** Variants below this number take one byte. */
export const MARKER_U16 = 0xfb;
export const MARKER_U32 = 0xfc;

/** Second byte behind a zero: a zero of the value, or the end. An end comes before whatever else may stand there. */
export const ESCAPED_ZERO = 0xff;
export const END = 0x00;

export class KeyWriter {
  private own = new Uint8Array(INITIAL_BYTES);
  private bytes: Uint8Array = this.own;
  private start = 0;
  /** Next byte to write. */
  position = 0;
  private depth = 0;

  /** Starts a key in an array of its own. */
  reset(): void {
    this.bytes = this.own;
    this.start = 0;
    this.position = 0;
    this.depth = 0;
  }

  /** Starts a key in an array of the caller's. What turns out not to fit there goes elsewhere for the time being. */
  resetInto(target: Uint8Array, offset: number): void {
    this.bytes = target;
    this.start = offset;
    this.position = offset;
    this.depth = 0;
  }

  enter(): void {
    if (++this.depth > MAX_INLINE_DEPTH) throw tooDeep();
  }

  leave(): void {
    this.depth--;
  }

  u8(bits: number): void {
    this.reserve(1);
    this.bytes[this.position++] = bits;
  }

  u16(bits: number): void {
    this.reserve(2);
    const { bytes, position } = this;
    bytes[position] = bits >>> 8;
    bytes[position + 1] = bits;
    this.position = position + 2;
  }

  u32(bits: number): void {
    this.reserve(4);
    const { bytes, position } = this;
    bytes[position] = bits >>> 24;
    bytes[position + 1] = bits >>> 16;
    bytes[position + 2] = bits >>> 8;
    bytes[position + 3] = bits;
    this.position = position + 4;
  }

  u64(high: number, low: number): void {
    this.reserve(8);
    const { bytes, position } = this;
    bytes[position] = high >>> 24;
    bytes[position + 1] = high >>> 16;
    bytes[position + 2] = high >>> 8;
    bytes[position + 3] = high;
    bytes[position + 4] = low >>> 24;
    bytes[position + 5] = low >>> 16;
    bytes[position + 6] = low >>> 8;
    bytes[position + 7] = low;
    this.position = position + 8;
  }

  /** A safe integer as 64 bits of two's complement; `flip` is 2^31 where the sign bit is to be flipped. */
  safeInteger(value: number, flip: number): void {
    this.u64(Math.floor(value / TWO_POW_32) ^ flip, value >>> 0);
  }

  /** The number of a variant: longer ones come later, so numbers are in order. */
  variant(index: number): void {
    if (index < MARKER_U16) return this.u8(index);
    if (index < 0x1_0000) {
      this.u8(MARKER_U16);
      this.u16(index);
    } else {
      this.u8(MARKER_U32);
      this.u32(index);
    }
  }

  /** UTF-8. `isEscaped`: each zero is followed by FF, so that an end can follow. */
  text(value: string, isEscaped: boolean): void {
    // A unit takes at most three bytes.
    this.reserve(value.length * 3);
    const { bytes } = this;
    const start = this.position;
    const { length } = value;
    let i = 0;
    for (; i < length; i++) {
      const unit = value.charCodeAt(i);
      // ASCII but for zero, of which most keys are made.
      if ((unit - 1) >>> 0 >= 0x7f) break;
      bytes[start + i] = unit;
    }
    this.position = i === length ? start + i : this.otherText(value, i, start + i, isEscaped);
  }

  /** The rest of a text from its unit `i` on, written from byte `at` on, where there is room. Returns where it ends. */
  private otherText(value: string, from: number, to: number, isEscaped: boolean): number {
    const { bytes } = this;
    let at = to;
    for (let i = from; i < value.length; i++) {
      const unit = value.charCodeAt(i);
      if (unit < 0x80) {
        bytes[at++] = unit;
        if (unit === 0 && isEscaped) bytes[at++] = ESCAPED_ZERO;
      } else if (unit < 0x800) {
        bytes[at] = 0xc0 | (unit >> 6);
        bytes[at + 1] = 0x80 | (unit & 0x3f);
        at += 2;
      } else if (unit < 0xd800 || unit > 0xdfff) {
        bytes[at] = 0xe0 | (unit >> 12);
        bytes[at + 1] = 0x80 | ((unit >> 6) & 0x3f);
        bytes[at + 2] = 0x80 | (unit & 0x3f);
        at += 3;
      } else {
        const next = value.charCodeAt(++i);
        if (unit > 0xdbff || !(next >= 0xdc00 && next <= 0xdfff)) throw loneSurrogate(value);
        const code = 0x1_0000 + ((unit - 0xd800) << 10) + (next - 0xdc00);
        bytes[at] = 0xf0 | (code >> 18);
        bytes[at + 1] = 0x80 | ((code >> 12) & 0x3f);
        bytes[at + 2] = 0x80 | ((code >> 6) & 0x3f);
        bytes[at + 3] = 0x80 | (code & 0x3f);
        at += 4;
      }
    }
    return at;
  }

  /** Bytes as they are, or with FF behind each zero. */
  raw(value: Uint8Array, isEscaped: boolean): void {
    this.reserve(value.length * 2);
    const { bytes } = this;
    let at = this.position;
    for (let i = 0; i < value.length; i++) {
      const byte = value[i] as number;
      bytes[at++] = byte;
      if (byte === 0 && isEscaped) bytes[at++] = ESCAPED_ZERO;
    }
    this.position = at;
  }

  /** The end of escaped text or bytes. */
  end(): void {
    this.reserve(2);
    this.bytes[this.position] = 0;
    this.bytes[this.position + 1] = END;
    this.position += 2;
  }

  /** Inverts what was written since `start`, so that it is ordered the other way round. */
  invertFrom(start: number): void {
    const { bytes, position } = this;
    for (let i = start; i < position; i++) bytes[i] = ~(bytes[i] as number);
  }

  /** The key in an array of its own. */
  copy(): Uint8Array<ArrayBuffer> {
    return this.own.slice(0, this.position);
  }

  /** Ends a key in an array of the caller's. Returns its size. @throws {KeyCodingError} It does not fit. */
  finishInto(target: Uint8Array): number {
    const { bytes, start, position } = this;
    if (bytes !== target) {
      if (position > target.length) throw bufferOverflow(position - start, Math.max(0, target.length - start));
      target.set(bytes.subarray(start, position), start);
    }
    return position - start;
  }

  private reserve(byteLength: number): void {
    if (this.position + byteLength > this.bytes.length) this.grow(byteLength);
  }

  private grow(byteLength: number): void {
    const { start, position } = this;
    const grown = new Uint8Array((position + byteLength) * 2);
    grown.set(this.bytes.subarray(start, position), start);
    if (this.bytes === this.own) this.own = grown;
    this.bytes = grown;
  }
}

/** The error for text that has no UTF-8. */
export function loneSurrogate(value: string): Error {
  return mismatch("a string without lone surrogates", value);
}
