/**
 * Step 7: what one call has read so far. In: wanted chunks. Out: chunks, fetched in few reads; the bytes that came along
 * serve the next wants of the same call and go with it.
 */

import type { EmptyItemCounter } from "../bytes/reader.ts";
import { type ChildRef, checkDepth, corrupt } from "../format/bounds.ts";
import { Chunk, readFrame } from "../format/chunk.ts";
import { CODEC_NONE } from "../format/layout.ts";
import type { AnyTypedArray } from "../schema/typed-array.ts";
import { planReads } from "../source/coalesce.ts";
import type { ByteRange } from "../source/source.ts";
import type { Compressed } from "./decompress.ts";
import type { Want } from "./drive.ts";
import { Repair } from "./repair.ts";
import type { ChunkStore, Segment } from "./store.ts";
import type { WindowRoom } from "./windows.ts";

/**
 * Children lie right in front of their container, so a read of a container takes this much in front of it along: for a
 * short list that is the list itself. 16 KiB are a fraction of what one more round trip costs.
 */
const LOOK_BEHIND_BYTES = 16 * 1024;

export interface ScopeOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: { bytesDone: number; bytesTotal: number }) => void) | undefined;
  /** Whether chunks are worth keeping for later calls. A scan keeps none, so that it does not drive out the rest. */
  readonly keep?: boolean;
  /** Whether enough is read that workers are worth asking. */
  readonly parallel?: boolean;
  /** Whether it reads without promises. */
  readonly sync?: boolean;
  /** Where a window of a load may read to, since all that is made of it is copied. */
  readonly room?: WindowRoom | undefined;
}

/** The value of a shard or bucket, and as what it was decoded: a hostile file may use one chunk for two lists. */
export interface DecodedPart {
  readonly kind: unknown;
  readonly value: unknown;
}

/** Entries of a bucket that was decoded before its map is put together. */
export interface DecodedBucket {
  readonly entries: Map<unknown, unknown>;
  /** How many there were, of equal keys too. */
  readonly found: number;
}

/** A map that is filled before its container is looked at: with the entries of its first `buckets`. */
export interface MapAhead extends DecodedBucket {
  readonly kind: unknown;
  readonly buckets: number;
  /** Whether a value has it already. */
  readonly isTaken: boolean;
}

/** The array of a whole list, before its container is looked at. */
export interface ArrayAhead {
  /** As what it is being filled. */
  readonly kind: unknown;
  /** None: the claim is too wild. */
  readonly array: AnyTypedArray | undefined;
  /** Whether all elements are in it; otherwise its list's shards say which are. */
  readonly isWhole: boolean;
  /** Whether a value has it already. */
  readonly isTaken: boolean;
}

export class Scope {
  readonly store: ChunkStore;
  readonly signal: AbortSignal | undefined;
  /** Values of shards that were decoded before their list is put together, by the shard's offset. */
  readonly decoded = new Map<number, DecodedPart>();
  /** Arrays of whole lists, by the container's offset. */
  readonly arrays = new Map<number, ArrayAhead>();
  /** Maps that are being filled ahead, by the container's offset. */
  readonly maps = new Map<number, MapAhead>();
  readonly options: ScopeOptions;
  private readonly parent: Scope | undefined;
  private readonly chunks = new Map<number, Chunk>();
  private segments: Segment[] = [];
  private readonly repair: Repair;
  /** Payloads that workers have decompressed, of chunks that were not looked at yet. */
  private readonly payloads = new Map<number, Uint8Array>();
  /** Items of no bytes that were decoded for this call. */
  readonly counter: EmptyItemCounter;
  private visitedBytes = 0;
  private bytesDone = 0;
  private bytesTotal = 0;

  constructor(store: ChunkStore, options: ScopeOptions = {}, parent?: Scope) {
    store.checkOpen();
    this.parent = parent;
    this.counter = parent?.counter ?? { emptyItems: 0 };
    this.store = store;
    this.signal = options.signal;
    this.options = options;
    this.segments.push(...store.segments);
    this.repair = new Repair(store);
  }

  /** A scope for a part of the same call, whose chunks are dropped earlier. */
  part(parallel = false, room?: WindowRoom, signal = this.signal): Scope {
    room?.reset();
    return new Scope(this.store, { signal, parallel, room }, this);
  }

  /** Whether a read costs no round trip and nobody else shares its bytes. */
  get readsAtOnce(): boolean {
    return this.options.sync === true;
  }

  /** Whether a chunk can be had without I/O. */
  has(ref: ChildRef): boolean {
    return this.isHere(ref) && (this.known(ref) !== undefined || this.repair.isIntact(ref, this.segmentOf(ref)));
  }

  /** The same for bytes of which it is not known whether they are the right ones. */
  private isHere(ref: ChildRef): boolean {
    return this.store.memory !== undefined || this.known(ref) !== undefined || this.segmentOf(ref) !== undefined;
  }

  /** A chunk that was wanted before. */
  get(ref: ChildRef, depth: number): Chunk {
    const known = this.known(ref);
    if (known?.depth === depth) return known;
    checkDepth(depth, this.store.context.limits, ref.offset);
    // The same chunk on another level: a damaged file goes in a circle, and must come to the end of the levels.
    if (known !== undefined) return known.atDepth(depth);
    const bytes = this.bytesOf(ref);
    if (!this.repair.hasVerified(ref)) this.store.verify(ref, bytes);
    const chunk = new Chunk(bytes, ref, depth, this.store.context, this.payloads.get(ref.offset));
    this.payloads.delete(ref.offset);
    this.store.bytesUsed += ref.length;
    if (this.store.memory === undefined) this.chunks.set(ref.offset, chunk);
    if (this.options.keep === true) this.store.remember(chunk);
    return chunk;
  }

  /** Keeps all chunks read so far for as long as the file is open. */
  pin(): void {
    for (const chunk of this.chunks.values()) this.store.pin(chunk);
  }

  /**
   * Counts a chunk that a load has used up. Chunks form a tree, so those of one load are never more bytes than the file;
   * a hostile file that refers to one chunk again and again is found out here, before it fills the memory.
   */
  visit(chunk: ChildRef): void {
    if (this.parent !== undefined) return this.parent.visit(chunk);
    this.visitedBytes += chunk.length;
    if (this.visitedBytes > this.store.byteLength) {
      throw corrupt(chunk.offset, "chunks that form a tree", "chunks that are referred to again and again");
    }
  }

  /** Starts counting anew, for a call that gives several values: they may be the same one. */
  nextValue(): void {
    this.visitedBytes = 0;
  }

  /** Reads what is not here yet. */
  async fetch(wants: readonly Want[], deep = 0): Promise<void> {
    const { source } = this.store;
    const isDear = source.readSync === undefined;
    const reads = this.plan(wants, isDear ? LOOK_BEHIND_BYTES : 0, isDear ? deep : 0);
    this.admit(reads);
    await this.readAll(reads);
    this.signal?.throwIfAborted();
    const doubtful = wants.filter(({ ref }) => this.known(ref) === undefined).map(({ ref }) => ref);
    for (const segment of await this.repair.mend(doubtful, (ref) => this.segmentOf(ref), this.signal))
      this.segments.push(segment);
    await this.decompressAhead(wants);
  }

  /** All of what is about to be read or nothing: what half a call costs would be spent for nothing. */
  admit(reads: readonly ByteRange[], areAsTheyAre = false): void {
    if (reads.length === 0) return;
    this.store.onPlan?.(reads, areAsTheyAre);
    this.store.meter?.admit(reads, this.store.source.name);
  }

  /** How far the call will have come. */
  announce(reads: readonly ByteRange[]): void {
    this.progress(
      0,
      reads.reduce((total, { start, end }) => total + end - start, 0),
    );
  }

  private readAll(reads: readonly ByteRange[]): Promise<void> {
    const { reads: queue } = this.store;
    return this.inTurns(reads, async (range, signal) => {
      const room = this.options.room?.take(range.end - range.start);
      if (room === undefined) return this.accept(range, await queue.read(range, signal));
      await queue.fill(range.start, [room], room.length, signal);
      this.accept(range, room);
    });
  }

  /** Some at a time: each call has its turn among others, and one that fails asks for nothing more. */
  private async inTurns<T>(items: readonly T[], work: (item: T, signal: AbortSignal) => Promise<void>): Promise<void> {
    const { signal } = this;
    signal?.throwIfAborted();
    const stop = new AbortController();
    const onAbort = (): void => stop.abort(signal?.reason);
    signal?.addEventListener("abort", onAbort);
    let next = 0;
    const worker = async (): Promise<void> => {
      for (let item = items[next++]; item !== undefined; item = items[next++]) await work(item, stop.signal);
    };
    try {
      await Promise.all(Array.from({ length: Math.min(this.store.planning.maxReadsInFlight, items.length) }, worker));
    } catch (error) {
      next = items.length;
      stop.abort(error);
      throw error;
    } finally {
      signal?.removeEventListener("abort", onAbort);
    }
  }

  private async decompressAhead(wants: readonly Want[]): Promise<void> {
    const { workers, context } = this.store;
    if (workers === undefined || this.options.parallel !== true) return;
    const chunks = wants.flatMap(({ ref }) => (this.known(ref) === undefined ? this.compressed(ref) : []));
    const ahead = await workers.decompressAhead(chunks, context.limits.maxChunkBytes, this.signal);
    for (const [offset, payload] of ahead) this.payloads.set(offset, payload);
  }

  /** The stored payload of a chunk, if it is compressed. What is wrong with the chunk is said where it is looked at. */
  private compressed(ref: ChildRef): Compressed[] {
    const bytes = this.bytesOf(ref);
    try {
      const { codecId, storedLength } = readFrame(bytes, ref);
      return codecId === CODEC_NONE ? [] : [{ offset: ref.offset, codecId, stored: bytes.subarray(0, storedLength) }];
    } catch {
      return [];
    }
  }

  progress(done: number, total: number): void {
    if (this.parent !== undefined) return this.parent.progress(done, total);
    this.bytesDone += done;
    this.bytesTotal += total;
    this.options.onProgress?.({ bytesDone: this.bytesDone, bytesTotal: this.bytesTotal });
  }

  /** The reads that bring what is not here yet of `wants`. @param lookBehind Bytes to take along in front of a container. */
  plan(wants: readonly Want[], lookBehind: number, deep: number): ByteRange[] {
    const ranges: ByteRange[] = [];
    for (const want of wants) {
      if (this.isHere(want.ref)) {
        this.store.cacheHits++;
        continue;
      }
      const { offset, length } = want.ref;
      ranges.push({ start: this.startOf(want, lookBehind, deep), end: offset + length });
    }
    if (ranges.length === 0) return [];
    const reads = planReads(ranges, this.store.planning).map((read) => read.range);
    this.announce(reads);
    return reads;
  }

  /** Where the read of a chunk begins: in front of its descendants, where they are worth it. */
  private startOf({ ref, container }: Want, lookBehind: number, deep: number): number {
    const { offset, start } = ref;
    if (start !== undefined && offset - start <= deep) return this.firstUnread(start, offset);
    if (container !== true) return offset;
    return this.firstUnread(Math.max(offset - lookBehind, start ?? 0), offset);
  }

  /** The first byte from `start` on that no read of this call brought, with all behind it up to `end`. */
  private firstUnread(start: number, end: number): number {
    let first = Math.max(0, start);
    for (const segment of this.segments) {
      if (segment.start < end) first = Math.max(first, Math.min(end, segment.start + segment.bytes.length));
    }
    return first;
  }

  /** Takes what a planned read has brought. */
  accept(range: ByteRange, bytes: Uint8Array): void {
    this.segments.push({ start: range.start, bytes });
    this.progress(bytes.length, 0);
  }

  /** All bytes of a chunk that was read in this call. */
  bytesOf(ref: ChildRef): Uint8Array {
    const { memory } = this.store;
    if (memory !== undefined) return memory.subarray(ref.offset, ref.offset + ref.length);
    const segment = this.segmentOf(ref);
    if (segment === undefined) {
      throw corrupt(ref.offset, "one parent for each chunk", "a chunk with several, of which one says otherwise");
    }
    const start = ref.offset - segment.start;
    // A chunk that is kept must not keep the whole read alive with it.
    const { bytes } = segment;
    return this.options.keep === true && bytes.length > 2 * ref.length
      ? bytes.slice(start, start + ref.length)
      : bytes.subarray(start, start + ref.length);
  }

  private known(ref: ChildRef): Chunk | undefined {
    const chunk = this.chunks.get(ref.offset);
    if (chunk?.length === ref.length) return chunk;
    const cached = this.store.find(ref);
    // Kept for this call, which counts on it from now on: the cache may need its room for the next chunk.
    if (cached !== undefined) this.chunks.set(ref.offset, cached);
    return cached;
  }

  /** The read that brought a chunk; the latest are the likeliest. */
  private segmentOf(ref: ChildRef): Segment | undefined {
    for (let i = this.segments.length - 1; i >= 0; i--) {
      const segment = this.segments[i] as Segment;
      if (ref.offset >= segment.start && ref.offset + ref.length <= segment.start + segment.bytes.length)
        return segment;
    }
    return undefined;
  }
}
