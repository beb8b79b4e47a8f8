/**
 * Bytes that end by themselves: F8 is escaped as F8 FF, the end is F8 01; all of it inverted for descending order. F8 stands in no
 * UTF-8 text, so text is never escaped. Byte strings come out in order, and none is the start of another.
 *
 * @see https://docs.rs/ordcode/0.2.2/ordcode/bytes_esc/index.html
 */

import { mismatch } from "../../bytes/writer.ts";
import { keyFailure, prematureEnd } from "../failure.ts";
import { BufferReader, BufferWriter, type HeadReader, type HeadWriter, readByte } from "./buffer.ts";
import type { EncodingParams } from "./params.ts";

const START = 0xf8;
const ESCAPED = 0xff;
const END = 0x01;
const PIECE_BYTES = 64;

const piece = new Uint8Array(PIECE_BYTES);

function flipOf({ order }: EncodingParams): number {
  return order === "descending" ? 0xff : 0;
}

/** Encoded size of `value`, in bytes: its own, one more for each F8, and two. */
export function size(value: Uint8Array): number {
  let byteLength = value.length + 2;
  for (let i = 0; i < value.length; i++) if (value[i] === START) byteLength++;
  return byteLength;
}

/** Writes `value` with escapes and an end. */
export function write(writer: HeadWriter, value: Uint8Array, params: EncodingParams): void {
  if (!(value instanceof Uint8Array)) throw mismatch("a Uint8Array", value);
  const flip = flipOf(params);
  let used = 0;
  for (let i = 0; i < value.length; i++) {
    const byte = value[i] as number;
    piece[used++] = byte ^ flip;
    if (byte === START) piece[used++] = ESCAPED ^ flip;
    if (used >= PIECE_BYTES - 4) {
      writer.writeHead(piece, 0, used);
      used = 0;
    }
  }
  piece[used++] = START ^ flip;
  piece[used++] = END ^ flip;
  writer.writeHead(piece, 0, used);
}

/** The bytes of `value` with escapes and an end, in an array of their own. */
export function encode(value: Uint8Array, params: EncodingParams): Uint8Array {
  const target = new Uint8Array(size(value));
  write(new BufferWriter(target), value, params);
  return target;
}

/**
 * How many bytes {@link decode} would give, without decoding.
 * @throws {KeyCodingError} `PrematureEndOfInput`: there is no end. `InvalidByteSequenceEscape`: after F8 stands neither FF nor 01.
 */
export function length(bytes: Uint8Array, params: EncodingParams): number {
  const flip = flipOf(params);
  let byteLength = 0;
  for (let at = 0; at < bytes.length; at++) {
    if (((bytes[at] as number) ^ flip) === START) {
      if (++at === bytes.length) break;
      const next = (bytes[at] as number) ^ flip;
      if (next === END) return byteLength;
      if (next !== ESCAPED) throw badEscape(next, at);
    }
    byteLength++;
  }
  throw prematureEnd(1, 0, bytes.length);
}

/**
 * Reads up to the end, and takes it along: what follows is next. (The crate leaves its reader elsewhere.)
 * @returns The bytes without escapes, in an array of their own.
 * @throws {KeyCodingError} as {@link length}
 */
export function read(reader: HeadReader, params: EncodingParams): Uint8Array {
  const flip = flipOf(params);
  const all = reader.remaining;
  // A look ahead would need more of every reader; a byte each is what all can do.
  const bytes: number[] = [];
  for (;;) {
    const byte = take(reader, all) ^ flip;
    if (byte === START) {
      const next = take(reader, all) ^ flip;
      if (next === END) return Uint8Array.from(bytes);
      if (next !== ESCAPED) throw badEscape(next);
    }
    bytes.push(byte);
  }
}

/** Decodes the byte string at the start of `bytes`; what follows is not looked at. @throws {KeyCodingError} as {@link length} */
export function decode(bytes: Uint8Array, params: EncodingParams): Uint8Array {
  return read(new BufferReader(bytes), params);
}

function take(reader: HeadReader, all: number): number {
  if (reader.remaining === 0) throw prematureEnd(1, 0, all);
  return readByte(reader);
}

function badEscape(found: number, at?: number): Error {
  return keyFailure("InvalidByteSequenceEscape", "FF or 01 after F8", found.toString(16).padStart(2, "0"), at);
}

/** `value` without escapes and without an end, inverted for descending order: for the last part of a key. */
export function encodeUnescaped(value: Uint8Array, params: EncodingParams): Uint8Array {
  const flip = flipOf(params);
  return Uint8Array.from(value, (byte) => byte ^ flip);
}

/** The inverse of {@link encodeUnescaped}: all of `bytes` is the value. */
export function decodeUnescaped(bytes: Uint8Array, params: EncodingParams): Uint8Array {
  return encodeUnescaped(bytes, params);
}
