/**
 * Step 4, beside the way: one hash over all bytes of a file. In: its bytes, from any source, a piece at a time. Out: a text
 * that names the hash and its value.
 */

import { createFingerprintHasher, type FingerprintHash } from "../../wasm/fingerprint.ts";

export type { FingerprintHash } from "../../wasm/fingerprint.ts";

/** All hashes there are. */
export const FINGERPRINT_HASHES: readonly FingerprintHash[] = ["sha256", "blake3", "crc32"];

/** `sha256-…` of the pieces, one after the other; each is done with before the next is asked for. */
export async function fingerprintOf(pieces: AsyncIterable<Uint8Array>, hash: FingerprintHash): Promise<string> {
  const hasher = await createFingerprintHasher(hash);
  for await (const piece of pieces) hasher.update(piece);
  return `${hash}-${hasher.digest()}`;
}
