/**
 * Step 4: BLAKE3 as the checksum of chunks: where XXH64 finds damage, this resists forgery too. In: stored bytes. Out: 32
 * bytes. Loaded where a file has it, or is to have it.
 */

import { loadBlake3Digest } from "../../wasm/fingerprint.ts";
import type { Checksum } from "../format/integrity.ts";
import { EXTENSION_CHILD_DIGESTS } from "../format/layout.ts";
import { blake3Twin } from "./blake3-twin.ts";

/** BLAKE3 without WebAssembly and without promises; some 0.18 GB/s. */
export const plainBlake3: Checksum = {
  name: "blake3",
  byteLength: 32,
  recordTag: EXTENSION_CHILD_DIGESTS,
  write: blake3Twin,
};

/** BLAKE3 by hash-wasm, some 0.75 GB/s; by its twin where WebAssembly is refused. */
export async function loadBlake3(): Promise<Checksum> {
  const write = await loadBlake3Digest();
  return write === undefined ? plainBlake3 : { ...plainBlake3, write };
}

/** The pin of a file: the digest of its trailer's records, among which is the root chunk's, as for Subresource Integrity. */
export function pinOf(checksum: Checksum, records: Uint8Array): string {
  const digest = new Uint8Array(checksum.byteLength);
  checksum.write(records, 0, records.length, digest, 0);
  return `${checksum.name}-${btoa(String.fromCharCode(...digest))}`;
}
