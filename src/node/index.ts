/**
 * parcode-web/node: files on disk. Schemas, errors and everything else are in the main entry.
 */

export { fileSink, TEMPORARY_FILE_NAME } from "./file-sink.ts";
export { type FileSource, fileSource } from "./file-source.ts";
export { type OpenFileOptions, openFile, openFileSync } from "./open-file.ts";
export { saveFile } from "./save-file.ts";
