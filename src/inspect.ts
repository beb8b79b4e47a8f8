/**
 * parcode-web/inspect: what is in a file, seen from outside. In: where the file is. Out: the tree of its chunks, without
 * their values and without a schema.
 */

import { type OpenSource, open } from "./open.ts";
import type { OpenOptions } from "./options.ts";
import type { ChunkTree } from "./read/tree.ts";

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
