/** Step 4: whether compression is worth it. In: a payload and the codec it asks for. Out: what is stored. */

import type { Codec } from "./codec.ts";

/** A smaller payload gains nothing from compression that its descriptions would not eat up again. */
export const MIN_COMPRESSED_BYTES = 64;

/** Stored form of a payload: `payload` itself where compression does not make it smaller, which means codec 0. */
export function encodeChunk(payload: Uint8Array, codec: Codec): Uint8Array {
  if (codec.id === 0 || payload.length < MIN_COMPRESSED_BYTES) return payload;
  const stored = codec.encode(payload);
  return stored.length < payload.length ? stored : payload;
}
