/**
 * Varints of ordcode: the number of trailing zero bits of the first byte says how many bytes follow, so the width is known at once.
 * In: an unsigned integer of 32 or 64 bits. Out: 1 to 5, or 1 to 9 bytes, little-endian.
 *
 * The two widths agree below 2^28. A u32 from there on is F0 and its four bytes, which the 64-bit decoder reads as another number.
 * Encodings that are longer than they need to be are read, as the crate's release build reads them.
 *
 * @see https://docs.rs/ordcode/0.2.2/ordcode/varint/index.html
 */

import { bigFromHalves, TWO_POW_32 } from "../../bytes/varint.ts";
import { highHalf, lowHalf, splitBig } from "../../bytes/varint-write.ts";
import { mismatch } from "../../bytes/writer.ts";
import { keyFailure } from "../failure.ts";
import {
  BufferReader,
  BufferWriter,
  type HeadReader,
  type HeadWriter,
  readByte,
  type TwoEndedWriter,
} from "./buffer.ts";

/** First byte of a u32 of 28 bits and more; the four bytes of the number follow. */
const WIDE_U32 = 0xf0;
const MAX_U32_BYTES = 5;
const MAX_U64_BYTES = 9;
const U64_MAX = 2n ** 64n - 1n;

const scratch = new Uint8Array(MAX_U64_BYTES);

/** Varints of one width. `Value` is number for 32 bits, bigint for 64. */
export interface Varint<Value> {
  /** Encoded size of `value`, in bytes. */
  size(value: Value): number;
  /** Size of the whole encoding, in bytes, by its first byte. */
  sizeFromFirstByte(firstByte: number): number;
  /** @throws {SchemaMismatchError} `value` is no unsigned integer of this width. */
  write(writer: HeadWriter, value: Value): void;
  /** @throws {KeyCodingError} `PrematureEndOfInput`, or `InvalidVarintEncoding`: wider than the type. */
  read(reader: HeadReader): Value;
  /** The bytes of `value`, in an array of their own. @throws {SchemaMismatchError} as {@link write} */
  encode(value: Value): Uint8Array;
  /** The varint at the start of `bytes`, and its size. @throws {KeyCodingError} as {@link read} */
  decode(bytes: Uint8Array): { value: Value; byteLength: number };
}

/** Size by the first byte: its trailing zero bits, and one. */
export function sizeFromFirstByte(firstByte: number): number {
  return firstByte === 0 ? MAX_U64_BYTES : 32 - Math.clz32(firstByte & -firstByte);
}

function bitsOf(low: number, high: number): number {
  return high === 0 ? 32 - Math.clz32(low) : 64 - Math.clz32(high);
}

/** Encoded size of a u64 by its halves. */
function sizeOfHalves(low: number, high: number): number {
  const bits = bitsOf(low, high);
  if (bits > 56) return MAX_U64_BYTES;
  return bits <= 7 ? 1 : Math.ceil(bits / 7);
}

function fill(offset: number, low: number, high: number): void {
  for (let i = 0; i < 4; i++) {
    scratch[offset + i] = low >>> (8 * i);
    if (offset + 4 + i < MAX_U64_BYTES) scratch[offset + 4 + i] = high >>> (8 * i);
  }
}

/** The first byte alone, then the rest: at a tail the first byte comes to lie behind the others. */
function flush(writer: HeadWriter, byteLength: number): void {
  writer.writeHead(scratch, 0, 1);
  if (byteLength > 1) writer.writeHead(scratch, 1, byteLength);
}

/** Puts a varint of 64 bits into `scratch`. Returns its size. */
function encodeHalves(low: number, high: number): number {
  const byteLength = sizeOfHalves(low, high);
  if (byteLength === MAX_U64_BYTES) {
    scratch[0] = 0;
    fill(1, low, high);
  } else {
    const marker = 1 << (byteLength - 1);
    fill(0, (low << byteLength) | marker, (high << byteLength) | (low >>> (32 - byteLength)));
  }
  return byteLength;
}

let readHigh = 0;

/** The low half of a varint of 64 bits; the high half is in `readHigh` until the next call. */
function readHalves(reader: HeadReader): number {
  const first = readByte(reader);
  const byteLength = sizeFromFirstByte(first);
  const rest = byteLength - 1;
  const at = reader.readHead(rest);
  const { bytes } = reader;
  let low = byteLength === MAX_U64_BYTES ? 0 : first;
  let high = 0;
  const shift = byteLength === MAX_U64_BYTES ? 0 : 1;
  for (let i = 0; i < rest; i++) {
    const place = i + shift;
    if (place < 4) low |= (bytes[at + i] as number) << (8 * place);
    else high |= (bytes[at + i] as number) << (8 * (place - 4));
  }
  if (byteLength === MAX_U64_BYTES) {
    readHigh = high >>> 0;
    return low >>> 0;
  }
  readHigh = high >>> byteLength;
  return ((low >>> byteLength) | (high << (32 - byteLength))) >>> 0;
}

/** Encoded size of a length, in bytes. `value` is a safe integer of at least 0. */
export function lengthSize(value: number): number {
  return sizeOfHalves(value >>> 0, Math.floor(value / TWO_POW_32));
}

/** Writes a length as a u64, which it is on a 64-bit target. */
export function writeLength(writer: HeadWriter, value: number): void {
  flush(writer, encodeHalves(value >>> 0, Math.floor(value / TWO_POW_32)));
}

/** The same at the tail, where the first byte is the last. */
export function writeTailLength(writer: TwoEndedWriter, value: number): void {
  const byteLength = encodeHalves(value >>> 0, Math.floor(value / TWO_POW_32));
  writer.writeTail(scratch, 0, 1);
  if (byteLength > 1) writer.writeTail(scratch, 1, byteLength);
}

/** Reads a length; one above 2^53 is not exact, and above what any buffer holds. */
export function readLength(reader: HeadReader): number {
  const low = readHalves(reader);
  return readHigh * TWO_POW_32 + low;
}

function decodeWith<Value>(varint: Varint<Value>, bytes: Uint8Array): { value: Value; byteLength: number } {
  const reader = new BufferReader(bytes);
  const value = varint.read(reader);
  return { value, byteLength: bytes.length - reader.remaining };
}

function encodeWith<Value>(varint: Varint<Value>, value: Value): Uint8Array {
  const target = new Uint8Array(varint.size(value));
  varint.write(new BufferWriter(target), value);
  return target;
}

function requireU32(value: number): void {
  if (typeof value !== "number" || value >>> 0 !== value) throw mismatch("an integer from 0 to 2^32 - 1", value);
}

function requireU64(value: bigint): void {
  if (typeof value !== "bigint" || value < 0n || value > U64_MAX)
    throw mismatch("a bigint from 0n to 2n**64n - 1n", value);
}

/** Varints of 32 bits, as the discriminants of enums are. */
export const u32: Varint<number> = Object.freeze({
  sizeFromFirstByte,
  size(value: number): number {
    requireU32(value);
    return value < 0x1000_0000 ? sizeOfHalves(value, 0) : MAX_U32_BYTES;
  },
  write(writer: HeadWriter, value: number): void {
    requireU32(value);
    if (value < 0x1000_0000) return flush(writer, encodeHalves(value, 0));
    scratch[0] = WIDE_U32;
    fill(1, value, 0);
    flush(writer, MAX_U32_BYTES);
  },
  read(reader: HeadReader): number {
    const first = readByte(reader);
    const byteLength = sizeFromFirstByte(first);
    if (byteLength > MAX_U32_BYTES) {
      throw keyFailure("InvalidVarintEncoding", "a varint of at most 32 bits", `one of ${byteLength} bytes`);
    }
    const at = reader.readHead(byteLength - 1);
    const { bytes } = reader;
    const isWide = byteLength === MAX_U32_BYTES;
    let bits = isWide ? 0 : first;
    for (let i = 0; i < byteLength - 1; i++) bits |= (bytes[at + i] as number) << (8 * (isWide ? i : i + 1));
    return isWide ? bits >>> 0 : bits >>> byteLength;
  },
  encode: (value: number) => encodeWith(u32, value),
  decode: (bytes: Uint8Array) => decodeWith(u32, bytes),
});

/** Varints of 64 bits, as the lengths of lists, text and bytes are. */
export const u64: Varint<bigint> = Object.freeze({
  sizeFromFirstByte,
  size(value: bigint): number {
    requireU64(value);
    splitBig(value);
    return sizeOfHalves(lowHalf(), highHalf());
  },
  write(writer: HeadWriter, value: bigint): void {
    requireU64(value);
    splitBig(value);
    flush(writer, encodeHalves(lowHalf(), highHalf()));
  },
  read(reader: HeadReader): bigint {
    const low = readHalves(reader);
    return bigFromHalves(low, readHigh);
  },
  encode: (value: bigint) => encodeWith(u64, value),
  decode: (bytes: Uint8Array) => decodeWith(u64, bytes),
});
