/** Step 7: errors of a payload, told with the chunk that holds it. */

import { CorruptChunkError, isParcodeError } from "../errors.ts";
import type { Chunk } from "../format/chunk.ts";

/** Adds a chunk's offset to an error of decoding its payload. Other errors stay as they are. */
export function inChunk(chunk: Chunk, error: unknown): unknown {
  if (!isParcodeError(error, "CorruptChunk") || error.chunkOffset !== undefined) return error;
  const { byteOffset, path, expected, actual } = error;
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
