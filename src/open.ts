/**
 * The way of reading, from top to bottom: find the footer, read the structure, hand out a mirror. In: a source and a
 * schema. Out: an open file, of which nothing but its structure has been read.
 */

import { isDescribedBy } from "./describe/agree.ts";
import { InvalidOptionError, isParcodeError, SourceUnavailableError } from "./errors.ts";
import type { Checksum } from "./format/integrity.ts";
import { type AsyncFile, type Described, describedBy, type FileTools, ParcodeFile } from "./mirror/file.ts";
import { loadKits } from "./mirror/load-kits.ts";
import { DEFAULT_LIMITS, type Limited, NO_OPTIONS, type OpenOptions, readLimits } from "./options.ts";
import { part } from "./part.ts";
import type { ReadWorkers } from "./read/decompress.ts";
import { nearFront, type Opening, type OpeningCost, openRanges } from "./read/opening.ts";
import { type Guard, guardOf, needsBlake3 } from "./read/pin.ts";
import { ChunkStore } from "./read/store.ts";
import type { DynamicMirror, LoadOptions } from "./schema/handles.ts";
import { nodeOf, type SchemaNode } from "./schema/node.ts";
import type { Infer, Mirror, Schema } from "./schema/types.ts";
import { untilAborted } from "./source/abort.ts";
import { meteredHttpSource } from "./source/http.ts";
import { memorySource } from "./source/memory.ts";
import { isMetered, Meter } from "./source/meter.ts";
import type { ByteRange, Source, SyncSource } from "./source/source.ts";

/** What {@link open} can read from. A string is a URL. */
export type OpenSource = URL | string | Blob | ArrayBuffer | Uint8Array | FileSystemFileHandle | Source;

/**
 * Opens a file. Reads its structure, and no data: structs and the containers of lists and maps.
 *
 * I/O over HTTP: one request, of the first 64 KiB, for files that are smaller or have their structure there; else one or two
 * more, for the end of the file and for a structure that is not in it. From storage of the machine: one read of the front, 64 KiB or
 * 32 where it needs no promise, for files that have their structure there; one more for others.
 * @param schema What is wanted of the file. Where the file's own description says something else, fields are matched by name; see
 * docs/CHANGING-A-SCHEMA.md. Without it, the file's own description is used, if it has one, and the mirror has the
 * same fields and methods, with values of type `unknown`; if it has none, `inspect()` and `verify()` work.
 * @throws {SchemaIncompatibleError} The file was written with another schema, and some of it cannot be read as this one; the message
 * lists what.
 * @throws {NotAParcodeFileError} @throws {UnsupportedVersionError} @throws {CorruptChunkError} @throws {LimitExceededError}
 * @throws {SourceUnavailableError} Missing, forbidden or out of reach; `retryable` tells which.
 * @throws {RangeNotSupportedError} The server does not answer range requests; see `onNoRange`.
 * @throws {BudgetExceededError} Opening would cost more than `budget` allows; nothing beyond it was requested.
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
): Promise<AsyncFile<DynamicMirror, unknown>>;
export async function open(
  source: OpenSource,
  schema?: Schema,
  options: OpenOptions = NO_OPTIONS,
): Promise<AsyncFile<unknown, unknown>> {
  const node = schema === undefined ? undefined : nodeOf(schema);
  // What its mirrors need is on its way while the file is.
  if (node !== undefined) loadKits(node).catch(() => undefined);
  const { store, opening, pin } = await openChunks(source, options);
  try {
    const given = node === undefined ? await described(opening) : await agreed(opening, node);
    const reopen = ({ signal }: LoadOptions) => open(source, schema as Schema, { ...options, signal });
    return await ParcodeFile.open({ store, opening, pin, reopen, ...given, tools, signal: options.signal });
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** A file whose end was found, as chunks. @throws as {@link open} */
export async function openChunks(
  source: OpenSource,
  options: OpenOptions = NO_OPTIONS,
): Promise<{ store: ChunkStore; opening: Opening; pin: string | undefined }> {
  const limits = options === NO_OPTIONS ? DEFAULT_LIMITS : readLimits(options);
  const { signal } = options;
  signal?.throwIfAborted();
  const workers = await workersOf(options);
  const meter = isMetered(options) ? await fullMeterOf(options) : new Meter();
  const opened = await sourceOf(source, options, meter);
  try {
    const byteLength = opened.byteLength ?? (await untilAborted(opened.size({ signal }), signal));
    const { opening, cost } = await findOpening(opened, byteLength, limits, signal);
    const { records } = opening;
    const blake3 = records !== undefined && needsBlake3(opening, limits) ? await blake3Of(records.bytes) : undefined;
    const { checksum, pin } = guardOf(opening, limits, blake3);
    const store = openStore({ source: opened, byteLength, opening, limits, cost, checksum, workers, meter });
    return { store, opening, pin };
  } catch (error) {
    workers?.close();
    await opened.close?.();
    throw error;
  }
}

/** Workers, where the caller wants some. What starts them is loaded for that. */
async function workersOf(options: OpenOptions): Promise<ReadWorkers | undefined> {
  const { workers = false } = options;
  if (workers === false) return undefined;
  return (await part(import("./read-workers.ts"))).readWorkersOf({ ...options, workers });
}

/**
 * Finds the end or head of a file. Where what came is damaged and the source knows a way past the caches, looks there once
 * more: they may hold something else than the file.
 */
async function findOpening(
  source: Source,
  byteLength: number,
  limits: Limited,
  signal: AbortSignal | undefined,
): Promise<{ opening: Opening; cost: OpeningCost }> {
  const { name, front } = source;
  const { bytes: memory } = source as Partial<SyncSource>;
  const nearBytes = nearFront(source);
  const search = (cost: OpeningCost, first: Uint8Array | undefined, read: (range: ByteRange) => Promise<Uint8Array>) =>
    openRanges({ byteLength, limits, name, front: first, memory, nearBytes }, async (range) =>
      counted(cost, await untilAborted(read(range), signal)),
    );
  const cost = { requests: 0, bytes: front?.length ?? 0 };
  try {
    return { opening: await search(cost, front, (range) => source.read(range, { signal })), cost };
  } catch (error) {
    const isDamage = isParcodeError(error) && DAMAGE.has(error.code);
    if (!isDamage || source.refresh === undefined) throw error;
    const refresh = (range: ByteRange) => (source.refresh as NonNullable<Source["refresh"]>)(range, { signal });
    const again = front === undefined ? undefined : await refresh({ start: 0, end: front.length });
    return { opening: await search(cost, again, refresh), cost };
  }
}

const DAMAGE: ReadonlySet<string> = new Set(["ChecksumMismatch", "CorruptChunk"]);

/** What is seldom done with a file as a whole is loaded then. */
async function tools(): Promise<FileTools> {
  return (await part(import("./file-tools.ts"))).fileTools;
}

/** The schema that the file says it has. Loaded when it is asked for: most files are opened with theirs. */
async function described({ records }: Opening): Promise<Described> {
  if (records?.schema === undefined) return { node: undefined };
  const { readDescription } = await part(import("./describe/read.ts"));
  return describedBy(records.schema, readDescription);
}

/** How the file is read with the caller's schema. What it takes where the file says another one is loaded there. */
async function agreed({ records }: Opening, node: SchemaNode): Promise<Described> {
  if (records?.schema === undefined || isDescribedBy(node, records.schema)) return { node };
  const { evolve } = await part(import("./evolve/evolve.ts"));
  return evolve(records.schema, node);
}

/** BLAKE3 and the file's pin: loaded where a file has it. */
async function blake3Of(records: Uint8Array): Promise<Guard> {
  const { loadBlake3, pinOf } = await part(import("./codec/blake3.ts"));
  const checksum = await loadBlake3();
  return { checksum, pin: pinOf(checksum, records) };
}

/** Adds a read to what opening has cost. */
export function counted(cost: OpeningCost, bytes: Uint8Array): Uint8Array {
  cost.requests++;
  cost.bytes += bytes.length;
  return bytes;
}

/** What a file's chunks are read with. */
export interface StoreParts {
  readonly source: Source;
  readonly byteLength: number;
  readonly opening: Opening;
  readonly limits: Limited;
  /** What finding the end has cost. */
  readonly cost: OpeningCost;
  readonly checksum: Checksum | undefined;
  readonly workers?: ReadWorkers | undefined;
  readonly meter?: Meter | undefined;
}

/** The chunks of a file whose end was found. */
export function openStore(parts: StoreParts): ChunkStore {
  const { source, byteLength, opening, limits, cost, checksum, workers, meter } = parts;
  const { dataEnd, segments, root } = opening;
  const { codecs, cacheBytes, planning } = limits;
  const identity = root.checksum;
  const file = { source, byteLength, dataEnd, checksum, identity, workers, meter };
  const store = new ChunkStore({ ...file, limits, codecs, cacheBytes, planning });
  store.segments = segments;
  store.requests = cost.requests;
  store.bytesRequested = cost.bytes;
  return store;
}

/**
 * The source of what a caller gives, with its reads counted by `meter`; where the bytes are in memory, nothing is.
 * @throws {InvalidOptionError} It is none of those.
 */
export async function sourceOf(source: OpenSource, options: OpenOptions, given?: Meter): Promise<Source> {
  const meter = given ?? (isMetered(options) ? await fullMeterOf(options) : new Meter());
  if (typeof source === "string" || source instanceof URL) return meteredHttpSource(source, options, meter);
  const plain = await plainSourceOf(source);
  if (!isMetered(options) || "bytes" in plain) return plain;
  return (await part(import("./source/metered.ts"))).meteredSource(plain, meter);
}

/** What bounds reads and tells of them is loaded for those who ask for it. */
async function fullMeterOf(options: OpenOptions): Promise<Meter> {
  return (await part(import("./source/metered.ts"))).fullMeter(options);
}

async function plainSourceOf(source: Exclude<OpenSource, string | URL>): Promise<Source> {
  if (source instanceof Uint8Array || isArrayBuffer(source)) return memorySource(source);
  if (typeof source === "object" && source !== null) {
    if ("read" in source && "size" in source) return source;
    if ("getFile" in source) return blobSource(await fileOf(source), source.name);
    if (source instanceof Blob) return blobSource(source);
  }
  throw new InvalidOptionError("open() needs a URL, Blob, ArrayBuffer, Uint8Array, FileSystemFileHandle or Source.", {
    option: "source",
    actual: String(source),
  });
}

/** Most files are read by URL, so what reads a Blob is loaded for it. */
async function blobSource(blob: Blob, name?: string): Promise<Source> {
  return (await part(import("./source/blob.ts"))).blobSource(blob, name);
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
export function isArrayBuffer(source: unknown): source is ArrayBuffer {
  return source instanceof ArrayBuffer || Object.prototype.toString.call(source) === "[object ArrayBuffer]";
}
