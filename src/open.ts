/**
 * The way of reading, from top to bottom: find the footer, read the structure, hand out a mirror. In: a source and a
 * schema. Out: an open file, of which nothing but its structure has been read.
 */

import type { Executor } from "./codec/executor.ts";
import { InvalidOptionError, SourceUnavailableError } from "./errors.ts";
import type { Limits } from "./format/bounds.ts";
import { footerStart, readFooter } from "./format/footer.ts";
import { FOOTER_BYTES } from "./format/layout.ts";
import { type AsyncFile, ParcodeFile, type SyncFile } from "./mirror/file.ts";
import { executorOf, type OpenOptions, type ReadLimits, readLimits } from "./options.ts";
import { ChunkStore } from "./read/store.ts";
import { nodeOf } from "./schema/node.ts";
import type { Infer, Mirror, Schema, SyncMirror } from "./schema/types.ts";
import { untilAborted } from "./source/abort.ts";
import { blobSource } from "./source/blob.ts";
import { httpSource } from "./source/http.ts";
import { memorySource } from "./source/memory.ts";
import type { Source, SyncSource } from "./source/source.ts";

/**
 * The end of a file that is read at open. Our files have their structure there, in front of the footer, so for most
 * files one read brings everything but data; 64 KiB cost about one round trip.
 */
const TAIL_BYTES = 64 * 1024;

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
  const opened = await sourceOf(source, options);
  try {
    const byteLength = opened.byteLength ?? (await untilAborted(opened.size({ signal }), signal));
    const start = Math.max(0, byteLength - TAIL_BYTES);
    footerStart(byteLength, opened.name);
    const tail = await untilAborted(opened.read({ start, end: byteLength }, { signal }), signal);
    const { store, footer } = openStore(
      opened,
      byteLength,
      tail,
      limits,
      executorOf({ ...options, workers: options.workers ?? false }, limits.codecs),
    );
    return await ParcodeFile.open({ store, footer, node, signal });
  } catch (error) {
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
  const footerAt = footerStart(byteLength, opened.name);
  const start = opened.bytes === undefined ? Math.max(0, byteLength - TAIL_BYTES) : footerAt;
  const tail = opened.readSync({ start, end: byteLength });
  const { store, footer } = openStore(opened, byteLength, tail, limits);
  return ParcodeFile.openSync({ store, footer, node });
}

function openStore(
  source: Source,
  byteLength: number,
  tail: Uint8Array,
  options: Required<ReadLimits>,
  executor?: Executor,
) {
  const limits: Limits = options;
  const store = new ChunkStore({ ...options, source, byteLength, limits, executor });
  store.requests++;
  store.bytesRequested += tail.length;
  if (store.memory === undefined) store.tail = { start: byteLength - tail.length, bytes: tail };
  const footer = readFooter(tail.subarray(tail.length - FOOTER_BYTES), byteLength, limits, source.name);
  return { store, footer };
}

async function sourceOf(source: OpenSource, options: OpenOptions): Promise<Source> {
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
