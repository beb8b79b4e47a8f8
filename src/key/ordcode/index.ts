/**
 * The encoding of the Rust crate ordcode, byte for byte: `ordcode.encode(schema, value, ordcode.AscendingOrder)`. For files and
 * databases shared with Rust; where only order matters, `orderedKey` keeps it in all cases, and this does not.
 *
 * @see https://docs.rs/ordcode/0.2.2/ordcode/
 */

export {
  BufferReader,
  BufferWriter,
  type HeadReader,
  type HeadWriter,
  invert,
  ReadFromTail,
  type TwoEndedReader,
  type TwoEndedWriter,
  WriteToHead,
  WriteToTail,
} from "./buffer.ts";
/** Bytes that end by themselves, in order: `bytesEsc.encode(bytes, AscendingOrder)`. */
export * as bytesEsc from "./bytes-esc.ts";
export { decode, decodeFrom, encode, encodeExact, encodeInto, encodeTo, size } from "./coding.ts";
export {
  AscendingOrder,
  DescendingOrder,
  type EncodingParams,
  type Endianness,
  FORMAT_VERSION,
  headDiscriminants,
  headLengths,
  type LengthEncoder,
  NativeBinary,
  type Order,
  PortableBinary,
  type SerializerParams,
  tailLengths,
} from "./params.ts";
export { type FixedKind, type FixedValue, readPrimitive, WIDTHS, writePrimitive } from "./primitives.ts";
export { u32 as varint32, u64 as varint64, type Varint } from "./varint.ts";
