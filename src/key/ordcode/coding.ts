/** ordcode's calls: a schema, a value and parameters, with buffers of ours or of the caller's. */

import { completePath, prefixPath } from "../../errors.ts";
import { nodeOf } from "../../schema/node.ts";
import type { Infer, Schema } from "../../schema/types.ts";
import {
  BufferReader,
  BufferWriter,
  InvertingReader,
  InvertingWriter,
  invert,
  type TwoEndedReader,
  type TwoEndedWriter,
} from "./buffer.ts";
import { type Codec, codecOf, type Pass } from "./codec.ts";
import { AscendingOrder, type SerializerParams } from "./params.ts";

function codecFor(schema: Schema): Codec {
  return codecOf(nodeOf(schema, "ordcode needs a schema"));
}

function passOf(params: SerializerParams): Pass {
  return { params: params.inversionOf ?? params, depth: 0, emptyItems: 0 };
}

/** Runs a call, and gives an error the whole path of the value concerned. */
function withPath<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw completePath("", prefixPath("", error));
  }
}

/**
 * Encoded size of `value`, in bytes, exactly. Costs a walk over the value; nothing is encoded.
 * @throws {SchemaMismatchError} `value` is not of the schema; `path` says where.
 */
export function size<S extends Schema>(
  schema: S,
  value: Readonly<Infer<S>>,
  params: SerializerParams = AscendingOrder,
): number {
  return withPath(() => codecFor(schema).size(value as never, passOf(params)));
}

/**
 * The bytes of `value`, in an array of their own, of exactly their size.
 * @throws {SchemaMismatchError} `value` is not of the schema; `path` says where.
 */
export function encode<S extends Schema>(
  schema: S,
  value: Readonly<Infer<S>>,
  params: SerializerParams = AscendingOrder,
): Uint8Array<ArrayBuffer> {
  const target = new Uint8Array(size(schema, value, params));
  encodeInto(schema, value, target, params);
  return target;
}

/** Kept from call to call. A getter of a value that encodes in turn gets one of its own. */
let idle: BufferWriter | undefined;
const nowhere = new Uint8Array(0);

/**
 * Writes `value` to the start of `target`, which may be larger than it is, and is used from both ends meanwhile.
 * @returns The number of bytes written.
 * @throws {SchemaMismatchError} `value` is not of the schema. `target` then has part of it.
 * @throws {KeyCodingError} `BufferOverflow`: `target` is too small; {@link size} says what is needed.
 */
export function encodeInto<S extends Schema>(
  schema: S,
  value: Readonly<Infer<S>>,
  target: Uint8Array,
  params: SerializerParams = AscendingOrder,
): number {
  const writer = idle ?? new BufferWriter(nowhere);
  idle = undefined;
  writer.reset(target);
  try {
    codecFor(schema).write(writer, value as never, passOf(params));
    const byteLength = writer.finish();
    if (params.inversionOf !== undefined) invert(target, 0, byteLength);
    return byteLength;
  } catch (error) {
    throw completePath("", prefixPath("", error));
  } finally {
    writer.reset(nowhere);
    idle = writer;
  }
}

/**
 * As {@link encodeInto}, for a `target` of exactly the size.
 * @throws {KeyCodingError} `BufferOverflow` or `BufferUnderflow`: `target` is too small or too large.
 */
export function encodeExact<S extends Schema>(
  schema: S,
  value: Readonly<Infer<S>>,
  target: Uint8Array,
  params: SerializerParams = AscendingOrder,
): void {
  const writer = new BufferWriter(target);
  withPath(() => codecFor(schema).write(writer, value as never, passOf(params)));
  writer.requireFull();
  if (params.inversionOf !== undefined) invert(target);
}

/**
 * Writes `value` to a writer of the caller's.
 * @throws {SchemaMismatchError} `value` is not of the schema. The writer then has part of it. @throws what the writer throws
 */
export function encodeTo<S extends Schema>(
  schema: S,
  value: Readonly<Infer<S>>,
  writer: TwoEndedWriter,
  params: SerializerParams = AscendingOrder,
): void {
  const target = params.inversionOf === undefined ? writer : new InvertingWriter(writer);
  withPath(() => codecFor(schema).write(target, value as never, passOf(params)));
}

/**
 * The value whose encoding `bytes` is, all of it.
 * @throws {KeyCodingError} `bytes` is no encoding of the schema; `kind` says why. `BufferUnderflow`: there are more bytes than its value
 * has; the crate leaves them unread, as {@link decodeFrom} does.
 * @throws {LimitExceededError} More than 2^22 items of no bytes, or a recursive value deeper than 512 levels.
 */
export function decode<S extends Schema>(
  schema: S,
  bytes: Uint8Array,
  params: SerializerParams = AscendingOrder,
): Infer<S> {
  const reader = new BufferReader(bytes);
  const value = decodeFrom(schema, reader, params);
  reader.requireEmpty();
  return value;
}

/**
 * Reads one value from a reader of the caller's; what is left, in the middle, stays there.
 * @throws {KeyCodingError} The bytes are no encoding of the schema. @throws {LimitExceededError} as {@link decode} @throws what the
 * reader throws
 */
export function decodeFrom<S extends Schema>(
  schema: S,
  reader: TwoEndedReader,
  params: SerializerParams = AscendingOrder,
): Infer<S> {
  const source = params.inversionOf === undefined ? reader : new InvertingReader(reader);
  return codecFor(schema).read(source, passOf(params)) as Infer<S>;
}
