/**
 * The way of reading, from top to bottom: find the footer, read the structure, hand out a mirror. In: a source and a
 * schema. Out: an open file, of which nothing but its structure has been read.
 */

import { checksumOf } from "./codec/checksum.ts";
import type { Executor } from "./codec/executor.ts";
import { InvalidOptionError, SourceUnavailableError } from "./errors.ts";
import { type AsyncFile, ParcodeFile, type SyncFile } from "./mirror/file.ts";
import { executorOf, type OpenOptions, type ReadLimits, readLimits } from "./options.ts";
import { driveRanges, driveRangesSync, findEnd, type Opening } from "./read/opening.ts";
import { ChunkStore } from "./read/store.ts";
import { nodeOf } from "./schema/node.ts";
import type { Infer, Mirror, Schema, SyncMirror } from "./schema/types.ts";
import { untilAborted } from "./source/abort.ts";
import { blobSource } from "./source/blob.ts";
import { httpSource } from "./source/http.ts";
import { memorySource } from "./source/memory.ts";
import type { Source, SyncSource } from "./source/source.ts";

/** What {@link open} can read from. A string is a URL. */
export type OpenSource = URL | string | Blob | ArrayBuffer | Uint8Array | FileSystemFileHandle | Source;

/**
 * Opens a file. Reads its structure, and no data: structs and the containers of lists and maps.
 *
 * I/O over HTTP: one request for a file of up to 64 KiB, else one more for its end; more only where the structure is
 * larger or lies elsewhere.
 * @param schema What is in the file. Without it, `inspect()` and `verify()` work, and `root` says that it is needed.
 * @throws {NotAParcodeFileError} @throws {UnsupportedVersionError} @throws {CorruptChunkError} @throws {LimitExceededError}
 * @throws {SourceUnavailableError} Missing, forbidden or out of reach; `retryable` tells which.
 * @throws {RangeNotSupportedError} The server does not answer range requests; see `onNoRange`.
 */
export function open<S extends Schema>(
  source: OpenSource,
  schema: S,
  options?: OpenOptions,
): Promise<AsyncFile<Mirror<S>, Infer<S>>>;
export function open(
  source: OpenSource,
  schema?: undefined,
  options?: OpenOptions,
): Promise<AsyncFile<undefined, unknown>>;
export async function open(
  source: OpenSource,
  schema?: Schema,
  options: OpenOptions = {},
): Promise<AsyncFile<unknown, unknown>> {
  const limits = readLimits(options);
  const node = schema === undefined ? undefined : nodeOf(schema);
  const { signal } = options;
  signal?.throwIfAborted();
  const executor = executorOf({ ...options, workers: options.workers ?? false }, limits.codecs);
  const opened = await sourceOf(source, options);
  try {
    const byteLength = opened.byteLength ?? (await untilAborted(opened.size({ signal }), signal));
    const { front } = opened;
    const { found: opening, reads } = await driveRanges(
      findEnd({ byteLength, limits, name: opened.name, front }),
      (range) => untilAborted(opened.read(range, { signal }), signal),
    );
    const store = openStore(opened, byteLength, opening, limits, reads, executor);
    return await ParcodeFile.open({ store, opening, node, signal });
  } catch (error) {
    executor?.close();
    await opened.close?.();
    throw error;
  }
}

/**
 * Opens a file without promises: the same mirror, whose methods return values.
 * @param source Bytes, or a source with `readSync`.
 * @throws as {@link open}
 */
export function openSync<S extends Schema>(
  source: ArrayBuffer | Uint8Array | SyncSource,
  schema: S,
  options?: ReadLimits,
): SyncFile<SyncMirror<S>, Infer<S>>;
export function openSync(
  source: ArrayBuffer | Uint8Array | SyncSource,
  schema?: undefined,
  options?: ReadLimits,
): SyncFile<undefined, unknown>;
export function openSync(
  source: ArrayBuffer | Uint8Array | SyncSource,
  schema?: Schema,
  options: ReadLimits = {},
): SyncFile<unknown, unknown> {
  const limits = readLimits(options);
  const node = schema === undefined ? undefined : nodeOf(schema);
  const opened = source instanceof Uint8Array || isArrayBuffer(source) ? memorySource(source) : requireSync(source);
  const { byteLength } = opened;
  const inMemory = opened.bytes !== undefined;
  const search = findEnd({ byteLength, limits, name: opened.name, inMemory });
  const { found: opening, reads } = driveRangesSync(search, (range) => opened.readSync(range));
  const store = openStore(opened, byteLength, opening, limits, reads);
  return ParcodeFile.openSync({ store, opening, node });
}

function openStore(
  source: Source,
  byteLength: number,
  opening: Opening,
  options: Required<ReadLimits>,
  reads: number,
  executor?: Executor,
): ChunkStore {
  const { dataEnd, segments, records } = opening;
  const checksum = options.verify ? checksumOf(records?.rootChecksum) : undefined;
  const store = new ChunkStore({ ...options, source, byteLength, dataEnd, limits: options, checksum, executor });
  store.segments = segments;
  store.requests = reads;
  store.bytesRequested = segments.reduce((total, { bytes }) => total + bytes.length, 0);
  return store;
}

/** The source of what a caller gives. @throws {InvalidOptionError} It is none of those. */
export async function sourceOf(source: OpenSource, options: OpenOptions): Promise<Source> {
  if (typeof source === "string" || source instanceof URL) return httpSource(source, options);
  if (source instanceof Blob) return blobSource(source);
  if (source instanceof Uint8Array || isArrayBuffer(source)) return memorySource(source);
  if (typeof source === "object" && source !== null) {
    if ("getFile" in source) return blobSource(await fileOf(source), source.name);
    if ("read" in source && "size" in source) return source;
  }
  throw new InvalidOptionError("open() needs a URL, Blob, ArrayBuffer, Uint8Array, FileSystemFileHandle or Source.", {
    option: "source",
    actual: String(source),
  });
}

async function fileOf(handle: FileSystemFileHandle): Promise<File> {
  try {
    return await handle.getFile();
  } catch (cause) {
    throw new SourceUnavailableError(
      `The file ${handle.name} cannot be read: is it still there, and may this page read it?`,
      {
        retryable: false,
        cause,
      },
    );
  }
}

/** Also of another realm, whose ArrayBuffer is another class. */
function isArrayBuffer(source: unknown): source is ArrayBuffer {
  return source instanceof ArrayBuffer || Object.prototype.toString.call(source) === "[object ArrayBuffer]";
}

function requireSync(source: SyncSource): SyncSource {
  if (typeof source?.readSync === "function" && typeof source.byteLength === "number") return source;
  throw new InvalidOptionError(
    "openSync() needs bytes, or a source with readSync(); open() takes every other source.",
    {
      option: "source",
      actual: String(source),
    },
  );
}
