/**
 * The bytes of one key as it grows: big-endian numbers, text and bytes with or without an end. In: values that were checked. Out: the
 * bytes, in an array that is reused.
 */

import { MAX_INLINE_DEPTH } from "../bytes/depth.ts";
import { mismatch, tooDeep } from "../bytes/mismatch.ts";
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

  /** Starts a key in `target`, which need not have room for it, or in an array of its own. */
  reset(target: Uint8Array = this.own, offset = 0): void {
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

  /** An unsigned integer of 1, 2 or 4 bytes. */
  integer(bits: number, byteLength: number): void {
    this.reserve(byteLength);
    const { bytes } = this;
    let at = this.position;
    if (byteLength > 2) {
      bytes[at++] = bits >>> 24;
      bytes[at++] = bits >>> 16;
    }
    if (byteLength > 1) bytes[at++] = bits >>> 8;
    bytes[at] = bits;
    this.position = at + 1;
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

  /** The number of a variant: longer ones come later, so numbers are in order. */
  variant(index: number): void {
    const byteLength = index < MARKER_U16 ? 1 : index < 0x1_0000 ? 2 : 4;
    if (byteLength > 1) this.integer(byteLength > 2 ? MARKER_U32 : MARKER_U16, 1);
    this.integer(index, byteLength);
  }

  /** UTF-8. `isEscaped`: each zero is followed by FF, so that an end can follow. */
  text(value: string, isEscaped: boolean): void {
    const { length } = value;
    this.reserve(length);
    const { bytes, position: start } = this;
    // As ASCII without zeros, of which most keys are made, four at once; bits of what is none are found out at the end.
    let bits = 0;
    let i = 0;
    for (; i + 4 <= length; i += 4) {
      const a = value.charCodeAt(i);
      const b = value.charCodeAt(i + 1);
      const c = value.charCodeAt(i + 2);
      const d = value.charCodeAt(i + 3);
      bits |= a | (a - 1) | b | (b - 1) | c | (c - 1) | d | (d - 1);
      const at = start + i;
      bytes[at] = a;
      bytes[at + 1] = b;
      bytes[at + 2] = c;
      bytes[at + 3] = d;
    }
    for (; i < length; i++) {
      const unit = value.charCodeAt(i);
      bits |= unit | (unit - 1);
      bytes[start + i] = unit;
    }
    if (bits >>> 7 === 0) this.position = start + length;
    else this.otherText(value, isEscaped);
  }

  private otherText(value: string, isEscaped: boolean): void {
    // A unit takes at most three bytes.
    this.reserve(value.length * 3);
    const { bytes } = this;
    let at = this.position;
    for (let i = 0; i < value.length; i++) {
      let code = value.charCodeAt(i);
      if (code < 0x80) {
        bytes[at++] = code;
        if (code === 0 && isEscaped) bytes[at++] = ESCAPED_ZERO;
        continue;
      }
      if (code < 0x800) bytes[at++] = 0xc0 | (code >> 6);
      else {
        if (code >= 0xd800 && code <= 0xdfff) {
          const next = value.charCodeAt(++i);
          if (code > 0xdbff || !(next >= 0xdc00 && next <= 0xdfff)) throw loneSurrogate(value);
          code = 0x1_0000 + ((code - 0xd800) << 10) + (next - 0xdc00);
          bytes[at++] = 0xf0 | (code >> 18);
          bytes[at++] = 0x80 | ((code >> 12) & 0x3f);
        } else bytes[at++] = 0xe0 | (code >> 12);
        bytes[at++] = 0x80 | ((code >> 6) & 0x3f);
      }
      bytes[at++] = 0x80 | (code & 0x3f);
    }
    this.position = at;
  }

  /** Bytes as they are, or with FF behind each zero. */
  raw(value: Uint8Array, isEscaped: boolean): void {
    let zeros = 0;
    if (isEscaped) for (let i = 0; i < value.length; i++) if (value[i] === 0) zeros++;
    this.reserve(value.length + zeros);
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
    this.integer(END, 2);
  }

  /** Inverts what was written since `start`, so that it is ordered the other way round. */
  invertFrom(start: number): void {
    const { bytes, position } = this;
    for (let i = start; i < position; i++) bytes[i] = ~(bytes[i] as number);
  }

  /** Ends a key that was begun in `target`: that array if the key fills it, else one of its own. */
  finish(target: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    const { bytes, position } = this;
    if (bytes === target && position === target.length) return target;
    return bytes.slice(0, position) as Uint8Array<ArrayBuffer>;
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
    const { start, position, bytes } = this;
    const end = position + byteLength;
    if (bytes === this.own || end > this.own.length) this.own = new Uint8Array(end * 2);
    this.own.set(bytes.subarray(start, position), start);
    this.bytes = this.own;
  }
}

function loneSurrogate(value: string): Error {
  return mismatch("a string without lone surrogates", value);
}
