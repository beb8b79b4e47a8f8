/**
 * Step 7: what is here already, without a routine. In: a key of a map. Out: its value, or that it is to be looked for in the
 * ordinary way, which reads what is missing and makes every error.
 */

import { hashModulo } from "../codec/hash-modulo.ts";
import { hashKey } from "../codec/key-hash.ts";
import { type ChildRef, checkDepth } from "../format/bounds.ts";
import { Chunk } from "../format/chunk.ts";
import type { ByteRange, SyncSource } from "../source/source.ts";
import { type BucketReader, bucketCount } from "./map.ts";
import type { CachePlace, ChunkStore } from "./store.ts";

/** Not to be had without a routine. */
export const NOT_HERE: unique symbol = Symbol("parcode.notHere");

const hash = new Uint32Array(2);

/** Bytes of a chunk that are here without being in the cache. */
function bytesHere(store: ChunkStore, ref: ChildRef): Uint8Array | undefined {
  const { offset, length } = ref;
  const { memory } = store;
  return memory === undefined ? store.bytesAtOpen(ref)?.slice() : memory.subarray(offset, offset + length);
}

/** The chunk of these bytes, which the cache has from now on. @throws as {@link Scope.get} */
function kept(store: ChunkStore, ref: ChildRef, depth: number, bytes: Uint8Array): Chunk {
  checkDepth(depth, store.context.limits, ref.offset);
  store.verify(ref, bytes);
  const chunk = new Chunk(bytes, ref, depth, store.context);
  store.bytesUsed += ref.length;
  store.remember(chunk);
  return chunk;
}

function readNow(store: ChunkStore, { offset, length }: ChildRef): Uint8Array {
  store.checkOpen();
  const bytes = (store.source as SyncSource).readSync({ start: offset, end: offset + length });
  store.countRead(length);
  return bytes;
}

/** Lookups in the buckets of one map: those that are in the cache, and without promises all. */
export class DirectMap {
  private readonly store: ChunkStore;
  private readonly container: Chunk;
  private readonly reader: BucketReader;
  private readonly bucketCount: number;
  /** Buckets that were found in the cache, by number. */
  private readonly places: (CachePlace | undefined)[] = [];

  private readonly readsNow: boolean;

  /**
   * @param readsNow Whether the store's source is one to be read without promises.
   * @throws {CorruptChunkError} It is no container of buckets.
   */
  constructor(store: ChunkStore, container: Chunk, reader: BucketReader, readsNow: boolean) {
    this.readsNow = readsNow;
    this.store = store;
    this.container = container;
    this.reader = reader;
    this.bucketCount = bucketCount(container);
  }

  /** The value of a key; undefined if the map does not have it. */
  get(key: unknown): unknown {
    try {
      hashKey(this.reader.map.key, key, hash);
      const low = hash[0] as number;
      const high = hash[1] as number;
      const bucket = this.bucket(hashModulo(low, high, this.bucketCount));
      // Memory that was transferred or closed is found out by asking for it.
      if (bucket === undefined || this.store.memory?.length === 0) return NOT_HERE;
      return this.reader.valueOf(bucket, key, low, high);
    } catch {
      return NOT_HERE;
    }
  }

  /**
   * Whether {@link load} may be asked: not where there is a way past caches, by which a routine asks once more for what is damaged, nor
   * where reads are only planned.
   */
  get loads(): boolean {
    return this.store.onPlan === undefined && this.store.source.refresh === undefined;
  }

  /** The value of a key, with its bucket read if it is not here: together with what other calls of this turn want. */
  async load(key: unknown): Promise<unknown> {
    const { store, container, reader } = this;
    try {
      hashKey(reader.map.key, key, hash);
      const low = hash[0] as number;
      const high = hash[1] as number;
      const ref = container.child(hashModulo(low, high, this.bucketCount));
      const bytes = bytesHere(store, ref) ?? (await this.read({ start: ref.offset, end: ref.offset + ref.length }));
      const depth = container.depth + 1;
      const known = store.placeInCache(ref)?.chunk;
      const bucket = known?.depth === depth ? known : kept(store, ref, depth, bytes);
      return reader.valueOf(bucket, key, low, high);
    } catch {
      return NOT_HERE;
    }
  }

  private read(range: ByteRange): Promise<Uint8Array> {
    const { store } = this;
    store.meter?.admit([range], store.source.name);
    return store.reads.read(range, undefined);
  }

  private bucket(index: number): Chunk | undefined {
    let place = this.places[index];
    if (place?.chunk === undefined) {
      const ref = this.container.child(index);
      place = this.store.placeInCache(ref);
      if (place === undefined && this.readsNow) {
        const { store } = this;
        return kept(store, ref, this.container.depth + 1, bytesHere(store, ref) ?? readNow(store, ref));
      }
      // The same chunk on another level: a damaged file goes in a circle.
      if (place?.chunk?.depth !== this.container.depth + 1) return undefined;
      if (this.places.length === 0) this.places.length = this.bucketCount;
      this.places[index] = place;
    }
    place.wasUsed = true;
    return place.chunk;
  }
}
