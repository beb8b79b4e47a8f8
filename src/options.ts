/**
 * Every option of reading and writing, with its default; and the checks of a reader's. Those of a writer are in write-options.ts,
 * since a reader does not carry what they check with.
 */

import { type Decoders, defaultDecoders } from "./codec/decoders.ts";
import type { CodecRegistry } from "./codec/registry.ts";
import { integer, invalidOption } from "./errors/option.ts";
import { DEFAULT_MAX_CHUNK_BYTES, DEFAULT_MAX_DEPTH } from "./format/bounds.ts";
import { DEFAULT_PLANNING, type ReadPlanning } from "./source/coalesce.ts";
import type { HttpSourceOptions } from "./source/http.ts";
import type { AnyWorker } from "./worker/pool.ts";

/** Options of {@link serializeSync}: what decides the bytes of a file. */
export interface FormatOptions {
  /** Name of the codec of chunks whose schema names none: "none" (default), "lz4" or a registered one. */
  readonly compression?: string;
  /**
   * "native" (default): each value is stored once. "parcode": the Rust crate reads the file, also where that costs a
   * second copy of map values; a schema that the crate cannot read is refused.
   */
  readonly compatibility?: "native" | "parcode";
  /** Upper bound of a shard in bytes, before compression (131,072). One larger item is a shard of its own. */
  readonly shardBytes?: number;
  /** Codecs by name and id; default: "none" and "lz4". See {@link createRegistry}. */
  readonly codecs?: CodecRegistry;
  /**
   * What guards each chunk, so that a reader never takes damaged bytes for a value: "xxh64" (default, 8 bytes a chunk) finds
   * damage; "blake3" (32 bytes a chunk, and some ms for each MB) resists forgery too, and gives a pin for the option `integrity`
   * of `open`; false is none. With `compatibility: "parcode"` the default is false, for a file of nothing but what the crate knows.
   */
  readonly checksums?: "xxh64" | "blake3" | false;
  /**
   * Where the structure lies. "faststart": at the front, behind a head, so that a browser's first request brings it; the sink
   * must be able to write its front last. "stream": at the end. "auto" (default): "faststart" where the sink can, the value is
   * in memory and its file larger than a first request; "stream" otherwise, and with `compatibility: "parcode"`.
   */
  readonly layout?: "auto" | "faststart" | "stream";
  /**
   * Whether the schema's description is stored (true; with `compatibility: "parcode"` false), so that the file is opened without
   * a schema, and with a later one. It takes some bytes for each field, once or twice in the file.
   */
  readonly describe?: boolean;
  /** Strings by name that are stored with the file, and come back as `file.metadata`. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** How far a write has come, in bytes of the value's encoding, before compression. The last report says that all is done. */
export interface WriteProgress {
  /** "check": the value is compared with its schema. "write": chunks go to the sink. */
  readonly phase: "check" | "write";
  readonly bytesDone: number;
  /** Undefined where the value comes from an Iterable or AsyncIterable. */
  readonly bytesTotal: number | undefined;
}

/** Options of calls that can let workers compress and decompress. */
export interface WorkerOptions {
  /**
   * Workers that compress and decompress, so that the calling thread stays free: a number from 1 to 64, "auto" (default:
   * the cores but one, 1 to 4), or false for none. They are started when there is enough to do, shared by all calls that
   * ask for as many, and end when they have been idle for 5 seconds.
   */
  readonly workers?: number | "auto" | false;
  /**
   * Starts a worker that runs `serve()` of `parcode-web/worker/serve`, where a bundler does not find ours. Calls that pass
   * the same function share its workers.
   */
  readonly createWorker?: () => AnyWorker | Promise<AnyWorker>;
}

/** Options of {@link save}. */
export interface SaveOptions extends FormatOptions, WorkerOptions {
  /** Ends the write; it rejects with the signal's reason, and what was there before is still there. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: WriteProgress) => void) | undefined;
}

/** Options of {@link openSync}: what a reader accepts and keeps. */
export interface ReadLimits {
  /** Largest chunk, stored or decompressed, in bytes (256 MiB). */
  readonly maxChunkBytes?: number;
  /** Deepest nesting of chunks below the root (512; at most 1,024). */
  readonly maxDepth?: number;
  /** Budget of the cache of chunks, in bytes (64 MiB). */
  readonly cacheBytes?: number;
  /**
   * Two ranges with at most this many unwanted bytes between them are read as one (32 KiB: at 10 Mbit/s, they take 26 ms, about one
   * round trip of a mobile network).
   */
  readonly maxGapBytes?: number;
  /**
   * Ranges are joined to reads of at most this many bytes (4 MiB: what is lost when a connection breaks, and held at once). Where it is not
   * less, typed arrays and bytes of a Blob come with one read of up to 64 MiB, into the memory that they stay in.
   */
  readonly maxReadBytes?: number;
  /** Codecs by id; default: "none" and "lz4". */
  readonly codecs?: CodecRegistry;
  /** Whether chunks are compared with their checksums before they are used (true). Plain PAR4 files have none. */
  readonly verify?: boolean;
  /**
   * Pins the file, as Subresource Integrity does: "blake3-…", as `save` has reported it. The file must have been written with
   * `checksums: "blake3"`; whatever is read of it later is what was pinned, or an error.
   */
  readonly integrity?: string;
}

/**
 * Options of {@link open}. The ones of HTTP apply where the source is a URL; `budget`, `onEvent` and `measure` wherever
 * something is read: a source that is no URL counts one request for each range.
 */
export interface OpenOptions extends ReadLimits, HttpSourceOptions, Pick<WorkerOptions, "createWorker"> {
  /**
   * Workers that decompress loads of 32 MiB and more, 1 to 64. Default: none, since the calling thread decompresses about
   * as fast as it could copy the bytes for workers; they pay where it must stay free meanwhile.
   */
  readonly workers?: number | false;
  /** Reads that go at once, 1 to 64 (6: as many connections as browsers keep to one server). */
  readonly maxReadsInFlight?: number;
  /** Ends opening; reads that come later take their own signal. */
  readonly signal?: AbortSignal | undefined;
}

const DEFAULT_CACHE_BYTES = 64 * 1024 * 1024;

function checkedPin(integrity: string, verify: boolean | undefined): string {
  if (verify === false) throw invalidOption("verify", "true, since a pin checks everything", "false");
  if (/^blake3-[A-Za-z0-9+/]{43}=$/.test(integrity)) return integrity;
  throw invalidOption(
    "integrity",
    'a pin as save() reports it: "blake3-" and 44 characters of base64',
    `"${integrity}"`,
  );
}

/** What the limits of a reader come to. */
export type Limited = Required<Pick<ReadLimits, "maxChunkBytes" | "maxDepth" | "cacheBytes" | "verify">> &
  Pick<ReadLimits, "integrity"> & { readonly codecs: Decoders; readonly planning: ReadPlanning };

/** What stands for no options at all, as most calls have it. */
export const NO_OPTIONS: Readonly<Record<string, never>> = {};

/** What {@link readLimits} gives for them. */
export const DEFAULT_LIMITS: Limited = {
  maxChunkBytes: DEFAULT_MAX_CHUNK_BYTES,
  maxDepth: DEFAULT_MAX_DEPTH,
  cacheBytes: DEFAULT_CACHE_BYTES,
  planning: DEFAULT_PLANNING,
  codecs: defaultDecoders,
  verify: true,
};

/** Limits of a reader, complete. */
export function readLimits(options: ReadLimits & Pick<OpenOptions, "maxReadsInFlight">): Limited {
  const max = Number.MAX_SAFE_INTEGER;
  return {
    maxChunkBytes: integer("maxChunkBytes", options.maxChunkBytes, DEFAULT_MAX_CHUNK_BYTES, 1, max),
    // Reading descends with the stack, which ends at about 1,600 levels in V8.
    maxDepth: integer("maxDepth", options.maxDepth, DEFAULT_MAX_DEPTH, 1, 1024),
    cacheBytes: integer("cacheBytes", options.cacheBytes, DEFAULT_CACHE_BYTES, 0, max),
    planning: {
      maxGapBytes: integer("maxGapBytes", options.maxGapBytes, DEFAULT_PLANNING.maxGapBytes, 0, max),
      maxReadBytes: integer("maxReadBytes", options.maxReadBytes, DEFAULT_PLANNING.maxReadBytes, 1, max),
      maxReadsInFlight: integer("maxReadsInFlight", options.maxReadsInFlight, DEFAULT_PLANNING.maxReadsInFlight, 1, 64),
    },
    codecs: options.codecs ?? defaultDecoders,
    verify: options.verify ?? true,
    ...(options.integrity === undefined ? {} : { integrity: checkedPin(options.integrity, options.verify) }),
  };
}
