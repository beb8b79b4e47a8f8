/**
 * Fences: the first key of each shard of a sorted map, in its container, so that the shard of a key is found without
 * reading any. The keys stand as in the shards; whoever looks for one decodes those that a binary search passes.
 */

import { ByteReader } from "../bytes/reader.ts";
import { ByteWriter } from "../bytes/writer.ts";
import { corrupt } from "./bounds.ts";
import type { ExtensionRecord } from "./extension.ts";
import { EXTENSION_FENCES, FENCE_END_BYTES } from "./layout.ts";

/** Collects the keys; `keys` is written to by the caller, one key after the other. */
export class FenceWriter {
  readonly keys = new ByteWriter(1024);
  private readonly ends: number[] = [];

  /** Ends the key that was written last. */
  endKey(): void {
    this.ends.push(this.keys.byteLength);
  }

  /** The record, or undefined where there is nothing to choose from. */
  record(): ExtensionRecord | undefined {
    if (this.ends.length < 2) return undefined;
    const writer = new ByteWriter(this.ends.length * FENCE_END_BYTES + this.keys.byteLength);
    for (const end of this.ends) writer.fixedU32(end);
    writer.raw(this.keys.finish());
    return { tag: EXTENSION_FENCES, bytes: writer.finish() };
  }
}

/** The fences of a container. */
export class Fences {
  private readonly bytes: Uint8Array;
  private readonly ends: Uint32Array;

  /** @throws {CorruptChunkError} There are not as many as shards, or they do not fill the record in order. */
  constructor(bytes: Uint8Array, shardCount: number, chunkOffset: number) {
    const start = shardCount * FENCE_END_BYTES;
    if (bytes.length < start) throw corrupt(chunkOffset, `fences of ${shardCount} shards`, `${bytes.length} bytes`);
    const reader = new ByteReader(bytes);
    this.bytes = bytes.subarray(start);
    this.ends = new Uint32Array(shardCount);
    let previous = 0;
    for (let shard = 0; shard < shardCount; shard++) {
      const end = reader.fixedU32();
      if (end < previous || end > this.bytes.length) {
        throw corrupt(chunkOffset, `fences within ${this.bytes.length} bytes, in order`, `one that ends at ${end}`);
      }
      this.ends[shard] = end;
      previous = end;
    }
  }

  /** The bytes of the first key of a shard. */
  keyOf(shard: number): Uint8Array {
    return this.bytes.subarray(shard === 0 ? 0 : this.ends[shard - 1], this.ends[shard]);
  }
}
