/** Step 4: a payload for a moment only. In: stored bytes and their codec. Out: whatever the caller makes of the payload. */

import type { Decompressor } from "./codec.ts";

/** Gives the payload to `use`, without a copy where the codec can; the bytes are valid until `use` returns. @throws as `decode` and `use` */
export function usePayload<T>(
  codec: Decompressor,
  stored: Uint8Array,
  maxByteLength: number,
  use: (payload: Uint8Array) => T,
): T {
  if (codec.withPayload === undefined) return use(codec.decode(stored, maxByteLength));
  return codec.withPayload(stored, maxByteLength, use);
}
