/** Files on disk, opened: `open` and `openSync` over the source of a file. In: a path and a schema. Out: an open file. */

import { installAll } from "../mirror/all-kits.ts";
import type { AsyncFile, SyncFile } from "../mirror/file.ts";
import { placedTypedKit } from "../mirror/kit-typed-placed.ts";
import { install } from "../mirror/kits.ts";
import { open } from "../open.ts";
import { openSync } from "../open-sync.ts";
import type { OpenOptions, ReadLimits } from "../options.ts";
import type { DynamicMirror, SyncDynamicMirror } from "../schema/handles.ts";
import type { Infer, Mirror, Schema, SyncMirror } from "../schema/types.ts";
import { fileSource } from "./file-source.ts";

/** Options of {@link openFile}: those of `open`, without the ones of HTTP. */
export interface OpenFileOptions extends ReadLimits, Pick<OpenOptions, "signal"> {}

/**
 * Opens the file at `path`: `open` of the main entry, for a file on disk. Reads its structure, and no data.
 *
 * The file stays open until `close()`; a writer that replaces it in the meantime, as {@link saveFile} does, leaves this
 * reader with the version that it opened.
 * @param path A path, or a `file:` URL. @param schema What is in the file; without it the file's own description is used.
 * @throws {SourceUnavailableError} Missing, a directory, no permission. @throws as `open`
 */
export function openFile<S extends Schema>(
  path: string | URL,
  schema: S,
  options?: OpenFileOptions,
): Promise<AsyncFile<Mirror<S>, Infer<S>>>;
export function openFile(
  path: string | URL,
  schema?: undefined,
  options?: OpenFileOptions,
): Promise<AsyncFile<DynamicMirror, unknown>>;
export async function openFile(
  path: string | URL,
  schema?: Schema,
  options?: OpenFileOptions,
): Promise<AsyncFile<unknown, unknown>> {
  installKits();
  return await open(fileSource(path), schema as Schema, options);
}

/**
 * Opens the file at `path` without promises: the same mirror, whose methods return values. Each read is a system call
 * that the thread waits for.
 * @throws as {@link openFile}
 */
export function openFileSync<S extends Schema>(
  path: string | URL,
  schema: S,
  options?: ReadLimits,
): SyncFile<SyncMirror<S>, Infer<S>>;
export function openFileSync(
  path: string | URL,
  schema?: undefined,
  options?: ReadLimits,
): SyncFile<SyncDynamicMirror, unknown>;
export function openFileSync(path: string | URL, schema?: Schema, options?: ReadLimits): SyncFile<unknown, unknown> {
  const source = fileSource(path);
  installKits();
  try {
    return openSync(source, schema as Schema, options);
  } catch (error) {
    void source.close();
    throw error;
  }
}

/** All kits came with `openSync`, in the same files: to load them once more would take longer than to open. */
function installKits(): void {
  installAll();
  install("typed", placedTypedKit);
}
