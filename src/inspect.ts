/**
 * parcode-web/inspect: what is in a file, seen from outside. In: where the file is. Out: the tree of its chunks, without
 * their values and without a schema, a fingerprint of its bytes, or how well its server answers.
 */

import { FINGERPRINT_HASHES, type FingerprintHash, fingerprintOf } from "./codec/fingerprint.ts";
import { InvalidOptionError } from "./errors.ts";
import { type OpenSource, open, sourceOf } from "./open.ts";
import type { OpenOptions } from "./options.ts";
import type { ChunkTree } from "./read/tree.ts";
import { piecesOf } from "./source/pieces.ts";

export type { FingerprintHash } from "./codec/fingerprint.ts";
export { type DiagnoseOptions, type Diagnosis, diagnose } from "./doctor/diagnose.ts";
export type { FileFacts } from "./doctor/file.ts";
export type { CheckName, Finding, FindingLevel } from "./doctor/finding.ts";
export { HOST_NAMES, type HostConfiguration, type HostName, hostConfiguration } from "./doctor/hosts.ts";
export type { OpenSource } from "./open.ts";
export type { OpenOptions } from "./options.ts";
export type { ChunkGuess, ChunkInfo, ChunkTree } from "./read/tree.ts";

/**
 * The tree of chunks of a file: opens it, walks it, closes it. `String(tree)` is the text of the Rust crate's inspector.
 *
 * I/O: every chunk is read, since what a chunk is stands at its end; no value is decoded.
 * @param options As for `open`; `signal` ends the walk too.
 * @throws {NotAParcodeFileError} @throws {CorruptChunkError} @throws {SourceUnavailableError} @throws as `open`
 */
export async function inspect(source: OpenSource, options: OpenOptions = {}): Promise<ChunkTree> {
  const file = await open(source, undefined, options);
  try {
    return await file.inspect({ signal: options.signal });
  } finally {
    await file.close();
  }
}

/** Options of {@link fingerprint}: those of `open` that say how to reach a file, and a word on how far it is. */
export interface FingerprintOptions extends OpenOptions {
  /** Called after each piece of 4 MiB that was hashed, with the bytes so far and in all. */
  readonly onProgress?: ((progress: { bytesDone: number; bytesTotal: number }) => void) | undefined;
}

/**
 * One hash over all bytes of a file, as `sha256-` and its digits in lower-case hexadecimal: the same for the same bytes,
 * wherever they lie. Any file will do, damaged ones too; nothing is decoded.
 *
 * I/O: every byte is read, 4 MiB at a time. Memory: two such pieces. The hashes come with a package of their own, which is loaded
 * at the first call, and need WebAssembly.
 * @param source As for `open`. A source that the caller made is closed afterwards, as `open` and `close()` would.
 * @throws {WebAssemblyUnavailableError} A policy or an engine refuses WebAssembly, or hash-wasm is not there. Not retryable.
 * @throws {InvalidOptionError} There is no such hash. `option` is "hash".
 * @throws {SourceUnavailableError} Retryable where it says so. @throws {SourceChangedError} The file changed meanwhile.
 */
export async function fingerprint(
  source: OpenSource,
  hash: FingerprintHash,
  options: FingerprintOptions = {},
): Promise<string> {
  if (!FINGERPRINT_HASHES.includes(hash)) {
    throw new InvalidOptionError(
      `There is no fingerprint ${JSON.stringify(hash)}; there are ${FINGERPRINT_HASHES.join(", ")}.`,
      {
        option: "hash",
        expected: `one of ${FINGERPRINT_HASHES.join(", ")}`,
        actual: JSON.stringify(hash),
      },
    );
  }
  const opened = await sourceOf(source, options);
  try {
    return await fingerprintOf(piecesOf(opened, options), hash);
  } finally {
    await opened.close?.();
  }
}
