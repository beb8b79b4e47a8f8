/** Step 7: what a chunk is to its children, and errors of a payload, told with the chunk that holds it. */

import { CorruptChunkError, isParcodeError, LimitExceededError, SchemaIncompatibleError } from "../errors.ts";
import type { Chunk } from "../format/chunk.ts";
import { EXTENSION_LEAN, VEC_TOTAL_BYTES } from "../format/layout.ts";
import { type ChunkField, structLayout } from "../schema/layout.ts";
import type { StructNode } from "../schema/node.ts";

/** Adds a chunk's offset to an error of decoding its payload. Other errors stay as they are. */
export function inChunk(chunk: Chunk, error: unknown): unknown {
  if (!isParcodeError(error) || error.chunkOffset !== undefined) return error;
  const { byteOffset, path, expected, actual } = error;
  if (error.code === "LimitExceeded") {
    const details = { chunkOffset: chunk.offset, byteOffset, path, expected, actual, cause: error };
    const message = `The chunk at offset ${chunk.offset} holds too much: ${error.message}`;
    return new LimitExceededError(message, { ...details, limit: error.limit });
  }
  if (error.code !== "CorruptChunk") return error;
  const message = `The chunk at offset ${chunk.offset} is damaged: ${error.message.replace(/^E/, "e")}`;
  return new CorruptChunkError(message, {
    chunkOffset: chunk.offset,
    byteOffset,
    path,
    expected,
    actual,
    cause: error,
  });
}

/**
 * The chunked fields of a struct that is a chunk, each with its child.
 * @throws {SchemaIncompatibleError} There is another number of children: the file was written with another schema.
 */
export function structChildren(struct: StructNode, chunk: Chunk): readonly ChunkField[] {
  const { children } = structLayout(struct);
  if (children.length === chunk.childCount) return children;
  throw otherChildren(children, chunk);
}

function otherChildren(children: readonly ChunkField[], chunk: Chunk): SchemaIncompatibleError {
  const names = children.map((field) => field.name).join(", ");
  const expected = children.length === 0 ? "no chunked fields" : `${children.length} chunked fields (${names})`;
  return new SchemaIncompatibleError(
    `The schema has a struct with ${expected}, the file's chunk at offset ${chunk.offset} has ${chunk.childCount} children: it was written with another schema.`,
    { chunkOffset: chunk.offset, expected, actual: `${chunk.childCount} children` },
  );
}

/** A payload that is too short for a container is the list itself, as one plain value; the crate reads it so. */
export function isPlainList(container: Chunk): boolean {
  return container.payload.length < VEC_TOTAL_BYTES;
}

/** A map without buckets is one plain value, or empty. */
export function isBlob(container: Chunk): boolean {
  return container.childCount === 0;
}

/** Whether values' chunked fields are children of the buckets only. The crate stores them inside as well. */
export function isLean(container: Chunk): boolean {
  return container.record(EXTENSION_LEAN) !== undefined;
}
