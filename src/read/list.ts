/**
 * Step 7: lists. In: a container or shard, read. Out: its table, its items. Where items have chunks of their own, those
 * must have been read as well.
 */

import { ByteReader } from "../bytes/reader.ts";
import { TWO_POW_32 } from "../bytes/varint.ts";
import type { Decode } from "../decode/closures.ts";
import { decoderOf, shallowDecoderOf } from "../decode/decode.ts";
import { prefixPath } from "../errors.ts";
import { corrupt } from "../format/bounds.ts";
import type { Chunk } from "../format/chunk.ts";
import { ItemOffsets } from "../format/item-offsets.ts";
import { EXTENSION_ITEM_OFFSETS } from "../format/layout.ts";
import { RunTable } from "../format/runs.ts";
import { fixedSize } from "../schema/fixed-size.ts";
import { itemChildren, structLayout } from "../schema/layout.ts";
import { resolve, type SchemaNode, type StructNode } from "../schema/node.ts";
import { minimumSize } from "../schema/size.ts";
import { completeStruct } from "./load.ts";
import { inChunk, isPlainList } from "./locate.ts";
import type { Scope } from "./scope.ts";

/** The table of a list's container. A plain list counts as one shard, which is the container itself. */
export function listTable(container: Chunk, leastItemBytes: number): RunTable {
  if (container.derived instanceof RunTable) return container.derived;
  const table = readTable(container, leastItemBytes);
  // A plain list is its own shard, whose item starts are worth more than its table.
  if (!isPlainList(container)) container.derived = table;
  return table;
}

function readTable(container: Chunk, leastItemBytes: number): RunTable {
  try {
    if (!isPlainList(container)) return RunTable.read(container.payload, container.childCount, container.offset);
    if (container.payload.length === 0) return RunTable.single(0);
    return RunTable.single(new ByteReader(container.payload).length(leastItemBytes));
  } catch (error) {
    throw inChunk(container, error);
  }
}

/** A shard's chunk; its depth is one below the container, unless it is the container. */
export function getShard(scope: Scope, container: Chunk, index: number): Chunk {
  return isPlainList(container) ? container : scope.get(container.child(index), container.depth + 1);
}

/** How the items of a list are decoded. */
export interface ItemReader {
  /** Smallest item in the file. */
  readonly leastBytes: number;
  /** Reads an item's payload. Taken once where many are read. */
  readonly read: Decode;
  /** The same for one item, or a few. */
  readOne(reader: ByteReader): unknown;
  /** The same at a place, with errors that know the path. */
  decode(payload: Uint8Array, start: number): unknown;
  /** Adds what lies in the item's own chunks, the first of which is child `first` of the shard. */
  complete(scope: Scope, item: unknown, shard: Chunk, first: number): unknown;
  readonly childCount: number;
  /** Bytes of every item, if they are the same. */
  readonly fixedBytes: number | undefined;
}

const readers = new WeakMap<SchemaNode, ItemReader>();

/** Reader of items that stand in a shard: a struct's chunked fields are children of the shard. */
export function itemReaderOf(schema: SchemaNode): ItemReader {
  const known = readers.get(schema);
  if (known !== undefined) return known;
  const item = resolve(schema);
  const fields = itemChildren(item);
  const decoder = item.kind === "struct" ? shallowDecoderOf(item) : decoderOf(item);
  const reader: ItemReader = {
    leastBytes: item.kind === "struct" ? inlineMinimum(item) : minimumSize(item),
    get read() {
      return decoder.read;
    },
    readOne: (one) => decoder.readOne(one),
    decode: (payload, start) => decoder.decode(payload, start),
    complete: (scope, value, shard, first) => completeStruct(scope, fields, value, shard, first),
    childCount: fields.length,
    fixedBytes: fields.length === 0 ? fixedSize(item) : undefined,
  };
  readers.set(schema, reader);
  return reader;
}

function inlineMinimum(item: StructNode): number {
  return structLayout(item).inline.reduce((total, field) => total + minimumSize(field.schema), 0);
}

/** Which items of the list a shard should have. */
export interface ShardSpan {
  readonly first: number;
  readonly count: number;
}

/** All items of a shard. `lazy` leaves out what lies in the items' own chunks. */
export function shardItems(scope: Scope, items: ItemReader, shard: Chunk, span: ShardSpan, lazy = false): unknown[] {
  const reader = new ByteReader(shard.payload, 0, shard.payload.length, scope.counter);
  const values: unknown[] = [];
  const { read } = items;
  let start = 0;
  try {
    const count = countItems(reader, items, shard, span.count);
    while (values.length < count) {
      start = reader.position;
      values.push(read(reader));
    }
  } catch (error) {
    throw prefixPath(`[${span.first + values.length}]`, inChunk(shard, explainItem(items, shard, start, error)));
  }
  if (lazy || items.childCount === 0) return values;
  for (let i = 0; i < values.length; i++) {
    try {
      items.complete(scope, values[i], shard, i * items.childCount);
    } catch (error) {
      throw prefixPath(`[${span.first + i}]`, error);
    }
  }
  return values;
}

function countItems(reader: ByteReader, items: ItemReader, shard: Chunk, expected: number): number {
  const count = shard.payload.length === 0 ? 0 : readCount(reader, items, shard);
  if (count !== expected) throw corrupt(shard.offset, `a shard of ${expected} items`, `one of ${count}`);
  return count;
}

/** Items that are nothing but chunks take no bytes of the payload; the places of their chunks bound them all the same. */
function readCount(reader: ByteReader, items: ItemReader, shard: Chunk): number {
  if (items.leastBytes > 0 || items.childCount === 0) return reader.length(items.leastBytes);
  const low = reader.low64("a length");
  const count = reader.takeHigh() * TWO_POW_32 + low;
  if (count * items.childCount <= shard.childCount) return count;
  throw corrupt(shard.offset, `${items.childCount} children for each of ${count} items`, String(shard.childCount));
}

/** The error again, from a decoder that knows the path inside the item. */
function explainItem(items: ItemReader, shard: Chunk, start: number, error: unknown): unknown {
  if (start === 0) return error;
  try {
    items.decode(shard.payload, start);
  } catch (explained) {
    return explained;
  }
  return error;
}

/** Decodes item `index` of a shard alone: from the place that is stored, or found by the first call on the shard. */
export function shardItem(
  scope: Scope,
  items: ItemReader,
  shard: Chunk,
  expected: number,
  index: number,
  lazy = false,
): unknown {
  let value: unknown;
  try {
    value = items.decode(shard.payload, startOf(items, shard, expected, index));
  } catch (error) {
    throw inChunk(shard, error);
  }
  return lazy ? value : items.complete(scope, value, shard, index * items.childCount);
}

/** Where each item of a shard starts in its payload, as one reader of items finds it. */
class ItemStarts {
  readonly items: ItemReader;
  readonly starts: Uint32Array;

  constructor(items: ItemReader, shard: Chunk, expected: number) {
    const reader = new ByteReader(shard.payload);
    const { read } = items;
    this.items = items;
    this.starts = new Uint32Array(countItems(reader, items, shard, expected));
    for (let i = 0; i < this.starts.length; i++) {
      this.starts[i] = reader.position;
      read(reader);
    }
  }

  /** Whether they are of this reader and of as many items: a hostile file may use one chunk for two lists. */
  serves(items: ItemReader, expected: number): boolean {
    return this.items === items && this.starts.length === expected;
  }
}

function startOf(items: ItemReader, shard: Chunk, expected: number, index: number): number {
  if (items.fixedBytes !== undefined) {
    const reader = new ByteReader(shard.payload);
    countItems(reader, items, shard, expected);
    return reader.position + index * items.fixedBytes;
  }
  let known = shard.derived;
  if (known instanceof ItemOffsets && known.count === expected) return skipTo(items, shard, known, index);
  if (!(known instanceof ItemStarts && known.serves(items, expected))) {
    const record = shard.record(EXTENSION_ITEM_OFFSETS);
    if (record !== undefined) {
      const reader = new ByteReader(shard.payload);
      countItems(reader, items, shard, expected);
      const offsets = new ItemOffsets(record, expected, reader.position, shard.payload.length, shard.offset);
      shard.derived = offsets;
      return skipTo(items, shard, offsets, index);
    }
    known = new ItemStarts(items, shard, expected);
    shard.derived = known;
  }
  return (known as ItemStarts).starts[index] as number;
}

function skipTo(items: ItemReader, shard: Chunk, offsets: ItemOffsets, index: number): number {
  const { item, start } = offsets.before(index);
  const reader = new ByteReader(shard.payload, start);
  for (let i = item; i < index; i++) items.readOne(reader);
  return reader.position;
}
