/**
 * Step 3: items → shards and their container. In: items one by one. Out: a shard each time the bytes are full, which
 * depends on the items alone. A shard closes before the item that would make it larger than the bound; its child table
 * counts, since it is read along with it.
 */

import type { ByteWriter } from "../bytes/writer.ts";
import type { Codec } from "../codec/codec.ts";
import { itemOffsetsRecord } from "../format/item-offsets.ts";
import { CHILD_REF_BYTES } from "../format/layout.ts";
import { writeRuns } from "../format/runs.ts";
import type { ChunkAssembler, Place } from "./assemble.ts";
import type { Part } from "./routine.ts";

/** How the items of one list are written. */
export interface ItemWriter {
  /** Appends an item's payload. */
  encode(writer: ByteWriter, item: unknown): void;
  /** Whether the items' places in a shard are to be stored, since they do not follow from their number. */
  readonly varies: boolean;
  /** Children of each item. */
  readonly childCount: number;
  /** Appends an item's children and adds their places to `places`; what it returns is the rest of that. */
  addChildren(item: unknown, places: Place[]): Part<undefined>;
}

/** Where a list goes. */
export interface ListTarget {
  readonly assembler: ChunkAssembler;
  readonly codec: Codec;
  readonly shardBytes: number;
  /** Writer for the payloads; the list's own until it is finished. */
  readonly writer: ByteWriter;
}

export class ListBuilder {
  private readonly assembler: ChunkAssembler;
  private readonly codec: Codec;
  private readonly shardBytes: number;
  private readonly writer: ByteWriter;
  private readonly items: ItemWriter;
  private readonly shards: Place[] = [];
  private readonly shardItems: number[] = [];
  /** Where the items of the open shard end, from the first one's start. */
  private readonly ends: number[] = [];
  private children: Place[] = [];
  /** Items in the open shard, and in those before it. */
  private count = 0;
  private closed = 0;

  constructor(target: ListTarget, items: ItemWriter) {
    this.assembler = target.assembler;
    this.codec = target.codec;
    this.shardBytes = target.shardBytes;
    this.writer = target.writer;
    this.items = items;
    target.writer.startList();
  }

  /** Items taken so far, the open shard included. */
  get length(): number {
    return this.closed + this.count;
  }

  /** Whether the item that was taken last is the first of its shard. */
  get isShardStart(): boolean {
    return this.count === 1;
  }

  /** Takes the next item. What it returns is to be completed before the next one comes. */
  push(item: unknown): Part<undefined> {
    const { writer, shardBytes } = this;
    const before = writer.listByteLength;
    this.items.encode(writer, item);
    const tableBytes = (this.count + 1) * this.items.childCount * CHILD_REF_BYTES;
    if (this.count > 0 && writer.listByteLength + tableBytes > shardBytes) {
      const last = writer.cutList(before);
      this.endShard();
      writer.raw(last);
    }
    this.ends[this.count] = writer.listByteLength;
    this.count++;
    return this.items.childCount > 0 ? this.items.addChildren(item, this.children) : undefined;
  }

  /** Closes the last shard and returns the container's payload and children. */
  finish(): { readonly payload: Uint8Array; readonly children: readonly Place[] } {
    if (this.count > 0) this.endShard();
    this.writer.reset();
    return { payload: writeRuns(this.shardItems), children: this.shards };
  }

  private endShard(): void {
    const { assembler, codec, writer } = this;
    const payload = writer.finishList(this.count);
    const offsets = this.items.varies ? itemOffsetsRecord(this.ends, this.count, payload.length) : undefined;
    const records = offsets === undefined ? [] : [offsets];
    this.shards.push(assembler.add({ payload, codec, children: this.children, records }));
    this.shardItems.push(this.count);
    this.children = [];
    this.closed += this.count;
    this.count = 0;
    writer.startList();
  }
}
