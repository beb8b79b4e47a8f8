/**
 * A cursor over one key that never reads past its end. In: bytes that may be hostile. Out: what writer.ts wrote, and nothing else: bytes
 * that no writer writes are refused, so that a value has one key.
 */

import { MAX_INLINE_DEPTH } from "../bytes/depth.ts";
import { MAX_EMPTY_ITEMS } from "../bytes/reader.ts";
import { readUtf8 } from "../bytes/utf8.ts";
import { type KeyCodingError, LimitExceededError } from "../errors.ts";
import { keyFailure, prematureEnd } from "./failure.ts";
import { readShortText } from "./short-text.ts";
import { END, ESCAPED_ZERO, MARKER_U16, MARKER_U32 } from "./writer.ts";

const MAX_CHAR_BYTES = 4;

let scratch = new Uint8Array(256);
const NOTHING = new Uint8Array(0) as Uint8Array;

export class KeyReader {
  private bytes = NOTHING;
  position = 0;
  private end = 0;
  /** All bits set inside of something descending, else none. */
  private flip = 0;
  private depth = 0;
  private emptyItems = 0;
  /** The high half of what {@link u64} read last. */
  high = 0;

  /** Starts at the first of `bytes`, all of which are a key. */
  reset(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.position = 0;
    this.end = bytes.length;
    this.flip = 0;
    this.depth = 0;
    this.emptyItems = 0;
  }

  get remaining(): number {
    return this.end - this.position;
  }

  /** Enters or leaves something that is ordered the other way round. */
  turn(): void {
    this.flip = ~this.flip;
  }

  enter(): void {
    if (++this.depth <= MAX_INLINE_DEPTH) return;
    throw new LimitExceededError(`A recursive value nests deeper than ${MAX_INLINE_DEPTH} levels.`, {
      limit: "MAX_INLINE_DEPTH",
      byteOffset: this.position,
    });
  }

  leave(): void {
    this.depth--;
  }

  /** Counts an item that may have taken no bytes, of which a schema can claim any number. */
  countItem(start: number): void {
    if (this.position !== start || ++this.emptyItems <= MAX_EMPTY_ITEMS) return;
    throw new LimitExceededError(`A key has more than ${MAX_EMPTY_ITEMS} items of no bytes.`, {
      limit: "MAX_EMPTY_ITEMS",
      expected: `<= ${MAX_EMPTY_ITEMS} items`,
      actual: String(this.emptyItems),
    });
  }

  /** 1, 2 or 4 bytes; 4 as a signed number. */
  integer(byteLength: number): number {
    this.need(byteLength);
    if (byteLength > 2) return this.word();
    const { bytes, position, flip } = this;
    this.position = position + byteLength;
    const first = bytes[position] as number;
    if (byteLength === 1) return (first ^ flip) & 0xff;
    return ((first << 8) | (bytes[position + 1] as number)) ^ (flip & 0xffff);
  }

  /** The low half of 64 bits, as a signed number; the high half is in {@link high}. */
  u64(): number {
    this.need(8);
    this.high = this.word();
    return this.word();
  }

  /** The number of a variant, in the fewest bytes. */
  variant(count: number): number {
    const at = this.position;
    const first = this.integer(1);
    const index = first < MARKER_U16 ? first : this.integer(first === MARKER_U16 ? 2 : 4) >>> 0;
    const least = first < MARKER_U16 ? 0 : first === MARKER_U16 ? MARKER_U16 : 0x1_0000;
    if (first > MARKER_U32 || index < least) {
      throw keyFailure("NotCanonical", "the number of a variant in the fewest bytes", `${index} behind ${first}`, at);
    }
    if (index >= count) {
      throw keyFailure("UnknownVariant", `the number of a variant below ${count}`, String(index), at);
    }
    return index;
  }

  /** Text up to its end, or up to the end of the key. */
  text(isEscaped: boolean): string {
    const { bytes, position: start } = this;
    const stop = this.findEnd(isEscaped);
    if (stop >= 0) return readShortText(bytes, start, stop - start) ?? this.utf8(bytes, start, stop, start);
    // In this order: it may need a larger scratch.
    const length = this.unescape();
    return this.utf8(scratch, 0, length, start);
  }

  /** Bytes up to their end, or up to the end of the key, in an array of their own. */
  raw(isEscaped: boolean): Uint8Array {
    if (isEscaped) {
      const length = this.unescape();
      return scratch.slice(0, length);
    }
    const start = this.position;
    this.position = this.end;
    return this.bytes.slice(start, this.end);
  }

  /** One character in UTF-8, which says itself how long it is. */
  char(): string {
    const at = this.position;
    const lead = this.integer(1);
    const byteLength = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : MAX_CHAR_BYTES;
    scratch[0] = lead;
    for (let i = 1; i < byteLength; i++) scratch[i] = this.integer(1);
    return this.utf8(scratch, 0, byteLength, at);
  }

  /** A byte that is 0 or 1. */
  flag(what: string): boolean {
    const found = this.integer(1);
    if (found > 1) throw this.fail("InvalidTagEncoding", `0 or 1 for ${what}`, String(found), 1);
    return found === 1;
  }

  /** Ends a key, which is not kept. @throws {KeyCodingError} There are bytes left. */
  requireEnd(): void {
    this.bytes = NOTHING;
    if (this.position === this.end) return;
    throw keyFailure("BufferUnderflow", "the end", `${this.remaining} more bytes`, this.position);
  }

  /** The error for what was found `back` bytes ago. */
  fail(kind: KeyCodingError["kind"], expected: string, actual: string, back: number): KeyCodingError {
    return keyFailure(kind, expected, actual, this.position - back);
  }

  private word(): number {
    const { bytes, position } = this;
    this.position = position + 4;
    return (
      (((bytes[position] as number) << 24) |
        ((bytes[position + 1] as number) << 16) |
        ((bytes[position + 2] as number) << 8) |
        (bytes[position + 3] as number)) ^
      this.flip
    );
  }

  /** Goes behind the end of text that is read where it is: not inverted, and without zeros. Returns where it ends, or -1 for other text. */
  private findEnd(isEscaped: boolean): number {
    if (this.flip !== 0) return -1;
    const { bytes, end } = this;
    if (!isEscaped) {
      this.position = end;
      return end;
    }
    for (let at = this.position; at + 1 < end; at++) {
      if (bytes[at] !== 0) continue;
      if (bytes[at + 1] !== END) return -1;
      this.position = at + 2;
      return at;
    }
    return -1;
  }

  /** Puts what stands before the end into `scratch`, without escapes, and goes behind it. Returns how many bytes. */
  private unescape(): number {
    if (this.remaining > scratch.length) scratch = new Uint8Array(this.remaining * 2);
    const target = scratch;
    let length = 0;
    for (;;) {
      const byte = this.integer(1);
      target[length] = byte;
      if (byte === 0) {
        const next = this.integer(1);
        if (next === END) return length;
        if (next !== ESCAPED_ZERO) {
          const actual = next.toString(16).padStart(2, "0");
          throw this.fail("InvalidByteSequenceEscape", "00 or FF behind a zero", actual, 1);
        }
      }
      length++;
    }
  }

  private utf8(bytes: Uint8Array, start: number, end: number, at: number): string {
    try {
      return readUtf8(bytes, start, end);
    } catch {
      throw keyFailure("InvalidUtf8Encoding", "text in UTF-8", "bytes that are not", at);
    }
  }

  private need(byteLength: number): void {
    if (byteLength > this.remaining) throw prematureEnd(byteLength, this.remaining, this.position);
  }
}
