/**
 * How ordcode writes: order, endianness, and the encoders of lengths and discriminants. Presets are objects; a program can make its own.
 *
 * @see https://docs.rs/ordcode/0.2.2/ordcode/params/index.html
 */

import type { TwoEndedReader, TwoEndedWriter } from "./buffer.ts";
import { ReadFromTail } from "./buffer.ts";
import { lengthSize, readLength, u32, writeLength, writeTailLength } from "./varint.ts";

/** Which way the bytes of a primitive are ordered. "unordered" writes what "ascending" writes. */
export type Order = "ascending" | "descending" | "unordered";

/** Byte order of numbers. Only "big" gives bytes in the order of the numbers; "native" is the machine's. */
export type Endianness = "big" | "little" | "native";

/** What primitives and `bytesEsc` need to know. */
export interface EncodingParams {
  readonly order: Order;
  readonly endianness: Endianness;
}

/** Writes lengths or discriminants, at either end of the buffer. */
export interface LengthEncoder {
  /** Encoded size, in bytes. */
  size(value: number): number;
  write(writer: TwoEndedWriter, value: number): void;
  /** @throws {KeyCodingError} The bytes are no length. */
  read(reader: TwoEndedReader): number;
}

/** What values of a schema need. */
export interface SerializerParams extends EncodingParams {
  /** For the number of bytes of text and bytes, and of items in lists, sets and maps. */
  readonly lengthEncoder: LengthEncoder;
  /** For the number of a variant. */
  readonly discriminantEncoder: LengthEncoder;
  /** The encoding is that of these parameters, with every bit inverted; everything else here is for primitives. */
  readonly inversionOf?: SerializerParams;
}

/** Lengths as varints at the tail of the buffer. */
export const tailLengths: LengthEncoder = Object.freeze({
  size: lengthSize,
  write: writeTailLength,
  read: (reader: TwoEndedReader) => readLength(new ReadFromTail(reader)),
});

/** Lengths as varints in front of what they measure. */
export const headLengths: LengthEncoder = Object.freeze({
  size: lengthSize,
  write: (writer: TwoEndedWriter, value: number) => writeLength(writer, value),
  read: (reader: TwoEndedReader) => readLength(reader),
});

/** Discriminants as varints of 32 bits in front of the variant's value. */
export const headDiscriminants: LengthEncoder = Object.freeze({
  size: u32.size,
  write: (writer: TwoEndedWriter, value: number) => u32.write(writer, value),
  read: (reader: TwoEndedReader) => u32.read(reader),
});

/** Big-endian, lengths at the tail: the crate's default. Bytes are in the order of values only within limits: docs/KEYS.md. */
export const AscendingOrder: SerializerParams = Object.freeze({
  order: "ascending",
  endianness: "big",
  lengthEncoder: tailLengths,
  discriminantEncoder: headDiscriminants,
});

/** {@link AscendingOrder} with every bit inverted, lengths too (the crate: `Order::Descending`, and `DescendingOrder`). */
export const DescendingOrder: SerializerParams = Object.freeze({
  order: "descending",
  endianness: "big",
  lengthEncoder: tailLengths,
  discriminantEncoder: headDiscriminants,
  inversionOf: AscendingOrder,
});

/** Big-endian, lengths in front. Not ordered as soon as there is a length. */
export const PortableBinary: SerializerParams = Object.freeze({
  order: "ascending",
  endianness: "big",
  lengthEncoder: headLengths,
  discriminantEncoder: headDiscriminants,
});

/** The machine's own byte order, which is little-endian wherever this runs today, lengths in front. Not ordered. */
export const NativeBinary: SerializerParams = Object.freeze({
  order: "unordered",
  endianness: "native",
  lengthEncoder: headLengths,
  discriminantEncoder: headDiscriminants,
});

/** Version of the encoding, as the crate's `FormatVersion` has it for every preset, and for primitives. */
export const FORMAT_VERSION = 1;
