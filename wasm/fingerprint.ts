/**
 * Loader of hash-wasm, for fingerprints of whole files. In: the name of a hash. Out: a hasher that takes bytes piece by piece.
 * The package is imported when it is asked for, so that nobody pays for it who does not take fingerprints.
 */

import type { IHasher } from "hash-wasm";
import { WebAssemblyUnavailableError } from "../src/errors.ts";

/** Hashes that a fingerprint can be: SHA-256 and BLAKE3 (256 bits) tell forgeries, CRC-32 only accidents. */
export type FingerprintHash = "sha256" | "blake3" | "crc32";

/** A hash under way. */
export interface FingerprintHasher {
  update(bytes: Uint8Array): void;
  /** Lower-case hexadecimal digits, the most significant first. Ends the hash. */
  digest(): string;
}

/**
 * Starts a hash.
 * @throws {WebAssemblyUnavailableError} The page's policy or the engine refuses WebAssembly, or hash-wasm could not be loaded.
 */
export async function createFingerprintHasher(hash: FingerprintHash): Promise<FingerprintHasher> {
  const create = await loadFactory(hash);
  let hasher: IHasher;
  try {
    hasher = await create();
  } catch (cause) {
    throw new WebAssemblyUnavailableError(
      `A ${hash} fingerprint needs WebAssembly, which is refused here. Allow it with 'wasm-unsafe-eval' in the script-src of the page's Content-Security-Policy, or take the fingerprint elsewhere.`,
      { expected: "WebAssembly", actual: cause instanceof Error ? cause.message : String(cause), cause },
    );
  }
  hasher.init();
  return { update: (bytes) => void hasher.update(bytes), digest: () => hasher.digest("hex") };
}

/** Writes the BLAKE3 of `bytes[start, end)`, 32 bytes, to `out`, from `at` on. */
export type Digest = (bytes: Uint8Array, start: number, end: number, out: Uint8Array, at: number) => void;

/** BLAKE3 over many pieces, one call each; undefined where WebAssembly is refused or hash-wasm cannot be loaded. */
export async function loadBlake3Digest(): Promise<Digest | undefined> {
  let hasher: IHasher;
  try {
    hasher = await (await loadFactory("blake3"))();
  } catch {
    return undefined;
  }
  return (bytes, start, end, out, at) => {
    hasher.init();
    hasher.update(bytes.subarray(start, end));
    out.set(hasher.digest("binary"), at);
  };
}

async function loadFactory(hash: FingerprintHash): Promise<() => Promise<IHasher>> {
  try {
    const { createBLAKE3, createCRC32, createSHA256 } = await import("hash-wasm");
    return { sha256: () => createSHA256(), blake3: () => createBLAKE3(), crc32: () => createCRC32() }[hash];
  } catch (cause) {
    throw new WebAssemblyUnavailableError(
      `A ${hash} fingerprint needs the package hash-wasm, which could not be loaded. Install it, or let the bundler include it.`,
      { expected: "hash-wasm", actual: cause instanceof Error ? cause.message : String(cause), cause },
    );
  }
}
