/**
 * Step 7: the chunks of one open file. Holds what all reads share: the source, the limits, the structure that was read
 * at open, and the cache of chunks that were read since.
 */

import { usePayload } from "../codec/decode-chunk.ts";
import type { Decoders } from "../codec/decoders.ts";
import { ClosedError, isParcodeError } from "../errors.ts";
import type { ChildRef, Limits } from "../format/bounds.ts";
import { Chunk, type ChunkContext } from "../format/chunk.ts";
import { type Checksum, hex, verifyChecksum } from "../format/integrity.ts";
import type { ReadPlanning } from "../source/coalesce.ts";
import type { Meter } from "../source/meter.ts";
import type { ByteRange, Source, SyncSource } from "../source/source.ts";
import type { ReadWorkers } from "./decompress.ts";
import { ReadQueue } from "./read-queue.ts";

/** Bytes of the file that are kept in memory. */
export interface Segment {
  readonly start: number;
  readonly bytes: Uint8Array;
}

export interface StoreOptions {
  readonly source: Source;
  readonly byteLength: number;
  /** Where the part of the file ends in which chunks lie. */
  readonly dataEnd: number;
  readonly limits: Limits;
  /** What guards the file's chunks, if that is to be checked. */
  readonly checksum: Checksum | undefined;
  readonly codecs: Decoders;
  /** The checksum of its root, where it has one: what tells this file from others. */
  readonly identity: Uint8Array | undefined;
  /** Budget of the chunk cache, in bytes. */
  readonly cacheBytes: number;
  /** How its reads are planned. */
  readonly planning: ReadPlanning;
  /** Decompresses large loads elsewhere. */
  readonly workers?: ReadWorkers | undefined;
  /** Knows the budget, which all reads of a call must fit into before the first is made. */
  readonly meter?: Meter | undefined;
}

/** Hears of what is about to be read. Reads of calls in one turn are planned together, but for those that are made as they are. */
export type OnPlan = (reads: readonly ByteRange[], areAsTheyAre: boolean) => void;

/** A chunk's place in the cache. One that was used gets a second turn: cheaper than to keep all in the order of their use. */
export interface CachePlace {
  /** Undefined once it had to make room, or the file was closed. */
  chunk: Chunk | undefined;
  wasUsed: boolean;
}

/** What reading has cost, in requests to the source and in bytes. */
export interface ReadStats {
  /** Reads that went to the source: HTTP requests, slices of a Blob, reads of a file. */
  readonly requests: number;
  /** Bytes that came from the source. */
  readonly bytesRequested: number;
  /** Bytes of chunks that were looked at. The rest came along, since one read costs more than a few bytes. */
  readonly bytesUsed: number;
  /** Chunks that were wanted and already there. */
  readonly cacheHits: number;
  /** Of the requests, those that repeated one that had failed for the moment. */
  readonly retries: number;
  /** Chunks whose bytes were not what was written, and were asked for once more past all caches. */
  readonly reloads: number;
}

export class ChunkStore {
  readonly source: Source;
  readonly byteLength: number;
  readonly planning: ReadPlanning;
  readonly context: ChunkContext;
  readonly workers: ReadWorkers | undefined;
  /** What was read at open: the end of the file or its front, and its structure. */
  segments: readonly Segment[] = [];
  requests = 0;
  bytesRequested = 0;
  bytesUsed = 0;
  cacheHits = 0;
  reloads = 0;
  readonly meter: Meter | undefined;
  /** Called with what is about to be read, for each step of a call. What it throws ends the call. */
  onPlan: OnPlan | undefined;
  private readonly options: StoreOptions;
  private readonly pinned = new Map<number, Chunk>();
  private readonly cached = new Map<number, CachePlace>();
  private readonly cacheBytes: number;
  private cachedBytes = 0;
  private queue: ReadQueue | undefined;
  private closed = false;
  /** Chunks in memory that were compared with their checksums: they are made anew at every call. */
  private readonly verified = new Set<number>();

  constructor(options: StoreOptions) {
    this.options = options;
    this.source = options.source;
    this.workers = options.workers;
    this.meter = options.meter;
    this.planning = options.planning;
    this.byteLength = options.byteLength;
    this.cacheBytes = options.cacheBytes;
    this.context = {
      dataEnd: options.dataEnd,
      checksum: options.checksum,
      limits: options.limits,
      decompress: (id, stored, max, chunkOffset) => options.codecs.byId(id, { chunkOffset }).decode(stored, max),
      lend: (id, stored, max, chunkOffset, use) =>
        usePayload(options.codecs.byId(id, { chunkOffset }), stored, max, use),
    };
  }

  /** Where calls with promises get their bytes from. */
  get reads(): ReadQueue {
    if (this.queue === undefined) {
      const beforeRead = (): void => this.checkOpen();
      const onRead = (byteLength: number): void => this.countRead(byteLength);
      this.queue = new ReadQueue(this.source, { beforeRead, onRead }, this.planning);
    }
    return this.queue;
  }

  /** What tells this file from others, as far as it says so itself. */
  get identity(): string {
    const { identity } = this.options;
    return identity === undefined ? `${this.byteLength}` : hex(identity).slice(0, 16);
  }

  /** All bytes, where the source has them in memory. */
  get memory(): Uint8Array | undefined {
    return (this.source as Partial<SyncSource>).bytes;
  }

  /** @throws {ClosedError} The file was closed. @throws {SourceChangedError} Its memory was given away. */
  checkOpen(): void {
    if (this.closed) throw new ClosedError(`${this.source.name} was closed; open it again to read from it.`);
    void this.memory;
  }

  /**
   * Compares a chunk's bytes with its checksum, before anything else looks at them.
   * @throws {ChecksumMismatchError} They are not what was written.
   */
  verify(ref: ChildRef, bytes: Uint8Array): void {
    const { checksum } = this.context;
    if (checksum === undefined || ref.checksum === undefined) return;
    if (this.memory === undefined) return verifyChecksum(checksum, bytes, ref, ref.checksum);
    if (this.verified.has(ref.offset)) return;
    verifyChecksum(checksum, bytes, ref, ref.checksum);
    this.verified.add(ref.offset);
  }

  /** Counts a read that went to the source. */
  countRead(byteLength: number): void {
    this.requests++;
    this.bytesRequested += byteLength;
  }

  /** A chunk that is here already, without I/O. */
  find(ref: ChildRef): Chunk | undefined {
    const pinned = this.pinned.get(ref.offset);
    if (pinned !== undefined && pinned.length === ref.length) return pinned;
    const place = this.placeInCache(ref);
    if (place !== undefined) place.wasUsed = true;
    return place?.chunk;
  }

  /**
   * A structural chunk that came at open, which is then kept for as long as the file is open. Undefined if it did not come, or is not
   * as it was written: a routine reads it, once more where that may help, and makes the error.
   */
  findStructural(ref: ChildRef, depth: number): Chunk | undefined {
    const { offset, length } = ref;
    const known = this.pinned.get(offset);
    if (known?.length === length && known.depth === depth) return known;
    if (this.closed || depth > this.context.limits.maxDepth) return undefined;
    try {
      const { memory } = this;
      const bytes = memory === undefined ? this.bytesAtOpen(ref) : memory.subarray(offset, offset + length);
      if (bytes === undefined) return undefined;
      this.verify(ref, bytes);
      const chunk = new Chunk(bytes, ref, depth, this.context);
      // What does not decompress is not kept: the routine is to say so.
      void chunk.payload;
      this.bytesUsed += length;
      if (memory === undefined) this.pinned.set(offset, chunk);
      return chunk;
    } catch (error) {
      if (isParcodeError(error)) return undefined;
      throw error;
    }
  }

  /** Bytes of a chunk that came at open. */
  bytesAtOpen({ offset, length }: ChildRef): Uint8Array | undefined {
    for (const { start, bytes } of this.segments) {
      if (offset >= start && offset + length <= start + bytes.length) {
        return bytes.subarray(offset - start, offset - start + length);
      }
    }
    return undefined;
  }

  /** The place of a chunk in the cache, for whoever comes back to it. */
  placeInCache(ref: ChildRef): CachePlace | undefined {
    const place = this.cached.get(ref.offset);
    return place?.chunk?.length === ref.length ? place : undefined;
  }

  /** The same file with what is here of it, to try out what a call would read. It is not to be closed. */
  copy(onPlan: OnPlan): ChunkStore {
    this.checkOpen();
    const copy = new ChunkStore({ ...this.options, workers: undefined, meter: undefined });
    copy.segments = this.segments;
    for (const chunk of this.pinned.values()) copy.pin(chunk);
    for (const { chunk } of this.cached.values()) if (chunk !== undefined) copy.remember(chunk);
    copy.onPlan = onPlan;
    return copy;
  }

  /** Keeps a chunk for as long as the file is open: structure. */
  pin(chunk: Chunk): void {
    this.pinned.set(chunk.offset, chunk);
  }

  /** Keeps a chunk until its room is needed for others. It must own its bytes. */
  remember(chunk: Chunk): void {
    const cost = costOf(chunk);
    if (cost > this.cacheBytes || this.closed) return;
    this.forget(chunk.offset);
    this.cached.set(chunk.offset, { chunk, wasUsed: true });
    this.cachedBytes += cost;
    for (const [offset, oldest] of this.cached) {
      if (this.cachedBytes <= this.cacheBytes) break;
      if (!oldest.wasUsed) this.forget(offset);
      else {
        // Behind the others: whoever has not been used when it comes round again goes.
        oldest.wasUsed = false;
        this.cached.delete(offset);
        this.cached.set(offset, oldest);
      }
    }
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.drop();
    await this.source.close?.();
  }

  closeSync(): void {
    if (this.closed) return;
    this.drop();
    void this.source.close?.();
  }

  stats(): ReadStats {
    const { requests, bytesRequested, bytesUsed, cacheHits, reloads } = this;
    const { traffic } = this.source;
    const own = { bytesUsed, cacheHits, retries: traffic?.retries ?? 0, reloads };
    if (traffic === undefined) return { requests, bytesRequested, ...own };
    return { requests: traffic.requests, bytesRequested: traffic.bytesReceived, ...own };
  }

  private drop(): void {
    this.closed = true;
    this.workers?.close();
    for (const place of this.cached.values()) place.chunk = undefined;
    this.cached.clear();
    this.pinned.clear();
    this.cachedBytes = 0;
    this.segments = [];
    this.verified.clear();
  }

  private forget(offset: number): void {
    const cached = this.cached.get(offset);
    if (cached?.chunk === undefined) return;
    this.cached.delete(offset);
    this.cachedBytes -= costOf(cached.chunk);
    cached.chunk = undefined;
  }
}

/** Memory of a cached chunk: its stored bytes, and its payload where that is not among them. */
function costOf(chunk: Chunk): number {
  return chunk.length + (chunk.codecId === 0 ? 0 : chunk.payload.length);
}
