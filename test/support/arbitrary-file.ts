/**
 * A file taken apart by a reader of its own, as short as the format allows, so that tests of the writer do not lean on
 * the library's reader. In: bytes of a well-formed file. Out: the tree of its chunks.
 */
import { lz4 } from "../../src/codec/lz4.ts";
import { type ChunkContent, contentOf, entryStruct, itemChildren, structLayout } from "../../src/schema/layout.ts";
import type { SchemaNode } from "../../src/schema/node.ts";

export interface RawChunk {
  readonly offset: number;
  readonly length: number;
  readonly compressionId: number;
  readonly extended: boolean;
  /** Decompressed, without the extension block. */
  readonly payload: Uint8Array;
  /** Records of the extension block, by tag. */
  readonly records: ReadonlyMap<number, Uint8Array>;
  readonly children: readonly RawChunk[];
}

export interface RawFile {
  readonly version: number;
  readonly root: RawChunk;
  /** Where the footer, or the trailer in front of it, begins. */
  readonly end: number;
  /** Records of the trailer, by tag; undefined where there is none. */
  readonly trailer: ReadonlyMap<number, Uint8Array> | undefined;
  /** Every chunk, parents before their children. */
  readonly chunks: readonly RawChunk[];
}

export function takeApart(bytes: Uint8Array): RawFile {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const footer = bytes.length - 26;
  if (new TextDecoder().decode(bytes.subarray(footer, footer + 4)) !== "PAR4") throw new Error("No footer.");
  const u64 = (at: number): number => Number(view.getBigUint64(at, true));
  const chunks: RawChunk[] = [];
  const read = (offset: number, length: number): RawChunk => {
    const meta = view.getUint8(offset + length - 1);
    const hasChildren = (meta & 1) === 1;
    const childCount = hasChildren ? view.getUint32(offset + length - 5, true) : 0;
    const table = offset + length - (hasChildren ? 5 + 16 * childCount : 1);
    const compressionId = (meta >> 1) & 7;
    const stored = bytes.subarray(offset, table);
    const children: RawChunk[] = [];
    const whole = compressionId === 1 ? lz4.decode(stored, 2 ** 30) : stored;
    const extended = (meta & 16) !== 0;
    const { plain, records } = extended ? splitRecords(whole) : { plain: whole, records: new Map() };
    const chunk: RawChunk = {
      offset,
      length,
      compressionId,
      extended,
      payload: plain,
      records,
      children,
    };
    chunks.push(chunk);
    for (let i = 0; i < childCount; i++) children.push(read(u64(table + 16 * i), u64(table + 16 * i + 8)));
    return chunk;
  };
  const root = read(u64(footer + 6), u64(footer + 14));
  const hasTrailer = footer >= 12 && new TextDecoder().decode(bytes.subarray(footer - 4, footer)) === "PARX";
  const end = hasTrailer ? footer - 12 - view.getUint32(footer - 12, true) : footer;
  const trailer = hasTrailer ? recordsOf(bytes.subarray(end, footer - 12)) : undefined;
  return { version: view.getUint16(footer + 4, true), root, end, trailer, chunks };
}

function splitRecords(payload: Uint8Array): { plain: Uint8Array; records: Map<number, Uint8Array> } {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const start = payload.length - 4 - view.getUint32(payload.length - 4, true);
  return { plain: payload.subarray(0, start), records: recordsOf(payload.subarray(start, payload.length - 4)) };
}

function recordsOf(bytes: Uint8Array): Map<number, Uint8Array> {
  const records = new Map<number, Uint8Array>();
  for (let at = 0; at < bytes.length; ) {
    const tag = readVarint(bytes, at);
    const size = readVarint(bytes, tag.end);
    at = size.end + size.value;
    records.set(tag.value, bytes.subarray(size.end, at));
  }
  return records;
}

/** A list or map in a file: its container, and its shards or buckets. */
export interface RawContainer {
  readonly content: ChunkContent;
  readonly container: RawChunk;
  /** Bound that the schema sets, in bytes. */
  readonly bytes: number | undefined;
  readonly parts: readonly RawChunk[];
}

/** Every list, typed array and map in a file that has parts. */
export function containersOf(schema: SchemaNode, root: RawChunk): RawContainer[] {
  const found: RawContainer[] = [];
  const visit = (node: SchemaNode, chunk: RawChunk): void => {
    const { content } = contentOf(node);
    const fields = fieldsOf(content);
    switch (content.kind) {
      case "struct":
        structLayout(content).children.forEach((field, i) => {
          visit(field.content, chunk.children[i] as RawChunk);
        });
        return;
      case "vec":
      case "typed":
      case "bytes":
      case "hashMap":
      case "sortedMap": {
        const bytes = content.kind === "hashMap" ? content.bucketBytes : shardBytesOf(content);
        found.push({ content, container: chunk, bytes, parts: chunk.children });
        for (const part of chunk.children) {
          part.children.forEach((child, i) => {
            visit(fields[i % fields.length] as SchemaNode, child);
          });
        }
      }
    }
  };
  visit(schema, root);
  return found;
}

function shardBytesOf(content: ChunkContent): number | undefined {
  return content.kind === "sortedMap" ? content.shardBytes : undefined;
}

/** What the children of each item of a list or map are. */
function fieldsOf(content: ChunkContent): readonly SchemaNode[] {
  switch (content.kind) {
    case "vec":
      return itemChildren(content.item).map((field) => field.content);
    case "hashMap":
      return itemChildren(content.value).map((field) => field.content);
    case "sortedMap":
      return itemChildren(entryStruct(content)).map((field) => field.content);
    default:
      return [];
  }
}

/** A varint of a payload, and where it ends. */
export function readVarint(payload: Uint8Array, at: number): { value: number; end: number } {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const marker = view.getUint8(at);
  if (marker < 251) return { value: marker, end: at + 1 };
  if (marker === 251) return { value: view.getUint16(at + 1, true), end: at + 3 };
  if (marker === 252) return { value: view.getUint32(at + 1, true), end: at + 5 };
  return { value: Number(view.getBigUint64(at + 1, true)), end: at + 9 };
}
