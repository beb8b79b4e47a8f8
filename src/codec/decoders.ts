/**
 * Step 4 of the way: the codecs that a reader has without being told of others. In: an id from a chunk's meta byte. Out: what
 * decompresses it, or an error that says which there are.
 */

import { type ErrorDetails, UnknownCodecError } from "../errors.ts";
import type { Decompressor } from "./codec.ts";
import { lz4Decoder } from "./lz4-decode.ts";
import { none } from "./none.ts";

/** What a reader asks of a registry of codecs. */
export interface Decoders {
  /** @throws {UnknownCodecError} */
  byId(id: number, details?: ErrorDetails): Decompressor;
}

/** The one of `codecs` with that id. @throws {UnknownCodecError} */
export function codecById<Known extends Decompressor>(
  codecs: readonly Known[],
  id: number,
  details: ErrorDetails,
): Known {
  const codec = codecs.find((known) => known.id === id);
  if (codec !== undefined) return codec;
  const registered = codecs.map((known) => `${known.id} (${known.name})`).join(", ");
  const writer = details.chunkOffset === undefined ? "the file" : `the chunk at offset ${details.chunkOffset}`;
  throw new UnknownCodecError(
    `No codec is registered for compression id ${id}; there are ${registered}. Register the codec that wrote ${writer}.`,
    { ...details, codecId: id, expected: `one of ${registered}`, actual: String(id) },
  );
}

/** The built-in codecs, for readers. */
export const defaultDecoders: Decoders = {
  byId: (id, details = {}) => codecById([none, lz4Decoder], id, details),
};
