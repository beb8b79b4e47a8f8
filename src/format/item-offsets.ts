/**
 * Where items of varying size start in a shard, so that one of them is decoded without those in front of it. Not of every
 * item: the places of small ones would cost as much as the items.
 */

import { ByteReader } from "../bytes/reader.ts";
import { ByteWriter } from "../bytes/writer.ts";
import { corrupt } from "./bounds.ts";
import type { ExtensionRecord } from "./extension.ts";
import { EXTENSION_ITEM_OFFSETS } from "./layout.ts";

/** A place (4 bytes) for each so many bytes of payload, rounded up to whole items: some 3 % of the shard at most. */
const BYTES_PER_PLACE = 128;

/**
 * The record for a shard of `count` items, or undefined where it would name the first one only.
 * @param ends Where each item ends, from the start of the first.
 */
export function itemOffsetsRecord(
  ends: readonly number[],
  count: number,
  payloadLength: number,
): ExtensionRecord | undefined {
  let stride = 1;
  while (stride * payloadLength < BYTES_PER_PLACE * count) stride *= 2;
  if (count <= stride) return undefined;
  const first = payloadLength - (ends[count - 1] as number);
  const writer = new ByteWriter(8 + 4 * Math.ceil(count / stride));
  writer.varint(stride);
  for (let item = 0; item < count; item += stride) {
    writer.fixedU32(item === 0 ? first : first + (ends[item - 1] as number));
  }
  return { tag: EXTENSION_ITEM_OFFSETS, bytes: writer.finish() };
}

/** The places of a shard's items, read back. */
export class ItemOffsets {
  /** Items from one place to the next. */
  readonly stride: number;
  readonly count: number;
  private readonly starts: Uint32Array;

  /**
   * @param first Where the first item starts.
   * @throws {CorruptChunkError} There are not as many places as `count` items have, or they do not ascend from `first` to the
   * payload's end.
   */
  constructor(bytes: Uint8Array, count: number, first: number, payloadLength: number, chunkOffset: number) {
    const reader = new ByteReader(bytes);
    this.count = count;
    this.stride = reader.u32();
    const places = reader.remaining / 4;
    if (this.stride === 0 || places !== Math.ceil(count / this.stride)) {
      throw corrupt(chunkOffset, `places of ${count} items, one for each ${this.stride}`, String(places));
    }
    this.starts = new Uint32Array(places);
    let least = first;
    for (let i = 0; i < places; i++) {
      const start = reader.fixedU32();
      if (start < least || start > payloadLength || (i === 0 && start !== first)) {
        const expected =
          i === 0 ? `the first item at ${first}` : `item ${i * this.stride} at ${least} to ${payloadLength}`;
        throw corrupt(chunkOffset, expected, `one at ${start}`);
      }
      this.starts[i] = start;
      least = start;
    }
  }

  /** The last item at or in front of `index` whose place is known, and the place. */
  before(index: number): { readonly item: number; readonly start: number } {
    const place = Math.floor(index / this.stride);
    return { item: place * this.stride, start: this.starts[place] as number };
  }
}
