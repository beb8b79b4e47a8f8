/** A buffer that is used again and again, for integers of fixed width and short texts. In: values that were checked. Out: bytes. */

import { writeUtf8 } from "./utf8-write.ts";
import { TWO_POW_32 } from "./varint.ts";

/** Longer contents make it grow. */
const INITIAL_BYTES = 1024;

export class FixedWriter {
  private bytes = new Uint8Array(INITIAL_BYTES);
  private length = 0;

  /** Starts anew. */
  reset(): void {
    this.length = 0;
  }

  /** A view of what was written; valid until the next write. */
  peek(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }

  byte(value: number): void {
    this.reserve(1);
    this.bytes[this.length++] = value;
  }

  fixedU16(value: number): void {
    this.fixed(value, 2);
  }

  fixedU32(value: number): void {
    this.fixed(value, 4);
  }

  /** A fixed 64-bit integer, 0 <= value < 2^53. */
  fixedU64(value: number): void {
    this.fixedHalves(value >>> 0, Math.floor(value / TWO_POW_32));
  }

  /** A fixed 64-bit integer from its halves. */
  fixedHalves(low: number, high: number): void {
    this.fixed(low, 4);
    this.fixed(high, 4);
  }

  /** Bytes as they are. */
  raw(value: Uint8Array): void {
    this.reserve(value.length);
    this.bytes.set(value, this.length);
    this.length += value.length;
  }

  /** Text without a length; `byteLength` is its `utf8Length`. */
  text(value: string, byteLength: number): void {
    this.reserve(byteLength);
    writeUtf8(value, byteLength, this.bytes, this.length);
    this.length += byteLength;
  }

  private fixed(value: number, width: number): void {
    this.reserve(width);
    for (let shift = 0; shift < 8 * width; shift += 8) this.bytes[this.length++] = value >>> shift;
  }

  private reserve(byteLength: number): void {
    const end = this.length + byteLength;
    if (end <= this.bytes.length) return;
    const grown = new Uint8Array(2 * end);
    grown.set(this.peek());
    this.bytes = grown;
  }
}
