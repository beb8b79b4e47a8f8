/** Step 7: errors of a payload, told with the chunk that holds it. */

import { CorruptChunkError, isParcodeError, LimitExceededError } from "../errors.ts";
import type { Chunk } from "../format/chunk.ts";

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
