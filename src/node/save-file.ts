/** Files on disk, written: `save` into the sink of a file. In: a path, a schema, a value. Out: the file, and a report. */

import type { SaveOptions } from "../options.ts";
import { type SaveReport, save } from "../save.ts";
import type { Input, Schema } from "../schema/types.ts";
import { fileSink } from "./file-sink.ts";

/**
 * Writes `value` as the file at `path`: `save` of the main entry, for a file on disk.
 *
 * The directory must exist. The file is written beside its place and renamed when it is whole and on disk; after an error,
 * an abort or a crash what was there before is still there.
 * @param path A path, or a `file:` URL.
 * @throws {SinkFailedError} Disk full, no such directory, no permission. @throws as `save`
 */
export function saveFile<S extends Schema>(
  path: string | URL,
  schema: S,
  value: Input<S>,
  options?: SaveOptions,
): Promise<SaveReport> {
  return save(fileSink(path), schema, value, options);
}
