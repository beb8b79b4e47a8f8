/**
 * Step 7: what is here already, without a routine. In: a key of a map. Out: its value, or that it is to be looked for in the
 * ordinary way, which reads what is missing and makes every error.
 */

import { hashModulo } from "../codec/hash-modulo.ts";
import { hashKey } from "../codec/key-hash.ts";
import { type ChildRef, checkDepth } from "../format/bounds.ts";
import { Chunk } from "../format/chunk.ts";
import type { SyncSource } from "../source/source.ts";
import { type BucketReader, bucketCount } from "./map.ts";
import type { CachePlace, ChunkStore } from "./store.ts";

/** Not to be had without a routine. */
export const NOT_HERE: unique symbol = Symbol("parcode.notHere");

const hash = new Uint32Array(2);

/** A chunk that is not in the cache, which has it from now on. @throws as {@link Scope.get}, and what the source throws */
function readNow(store: ChunkStore, ref: ChildRef, depth: number): Chunk {
  const { offset, length } = ref;
  const { context, memory } = store;
  store.checkOpen();
  checkDepth(depth, context.limits, offset);
  let bytes = memory === undefined ? store.bytesAtOpen(ref)?.slice() : memory.subarray(offset, offset + length);
  if (bytes === undefined) {
    bytes = (store.source as SyncSource).readSync({ start: offset, end: offset + length });
    store.countRead(length);
  }
  store.verify(ref, bytes);
  const chunk = new Chunk(bytes, ref, depth, context);
  store.bytesUsed += length;
  store.remember(chunk);
  return chunk;
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

  private bucket(index: number): Chunk | undefined {
    let place = this.places[index];
    if (place?.chunk === undefined) {
      const ref = this.container.child(index);
      place = this.store.placeInCache(ref);
      if (place === undefined && this.readsNow) return readNow(this.store, ref, this.container.depth + 1);
      // The same chunk on another level: a damaged file goes in a circle.
      if (place?.chunk?.depth !== this.container.depth + 1) return undefined;
      if (this.places.length === 0) this.places.length = this.bucketCount;
      this.places[index] = place;
    }
    place.wasUsed = true;
    return place.chunk;
  }
}
