/**
 * Step 3: how much room the structure will need at the front of a file. In: a schema and a value. Out: bytes, estimated
 * from samples, since the structure's size is known when all data has been written, and data begins behind it. The same
 * value gives the same estimate. Nothing is checked here: a value that does not fit is refused where it is encoded.
 */

import { CHILD_REF_BYTES } from "../format/layout.ts";
import { fixedSize } from "../schema/fixed-size.ts";
import { type ChunkContent, contentOf, itemChildren, structLayout } from "../schema/layout.ts";
import { resolve, type SchemaNode } from "../schema/node.ts";
import { DEFAULT_BUCKET_BYTES } from "./buckets.ts";
import type { EncodedMaps } from "./encoded-maps.ts";
import { membersOf, SAMPLES, type Some } from "./sample.ts";

/** The first request for a file (`firstBytes` of an HTTP source): more than that at the front would not come with it. */
export const FIRST_REQUEST_BYTES = 64 * 1024;

/** A file that is complete after the first request needs no front. */
const WHOLE_FILE_BYTES = 60 * 1024;

/** Room for what a sample does not tell. */
const SLACK = 1.125;

/** A shard's or bucket's reference and checksum; where its subtree begins, if it has one; its share of the run table. */
const PART_BYTES = CHILD_REF_BYTES + 8;
const SUBTREE_BYTES = 5;
const RUN_BYTES = 3;
/** A structural chunk's own table count, records and meta byte, and its reference with its checksum in the parent. */
const CHUNK_BYTES = 64;

/** What a number without a fixed size is taken for. */
const VARINT_BYTES = 4;
const VARINTS: ReadonlySet<string> = /* @__PURE__ */ new Set<SchemaNode["kind"]>([
  ...(["u16", "u32", "u64", "u128", "i16", "i32", "i64", "i128", "uint", "int", "char"] as const),
]);

/** What the front has to hold, and how large the file will be, in bytes. */
interface Estimate {
  readonly structure: number;
  readonly data: number;
}

/** What an estimate needs to know about the format. */
export interface FrontOptions {
  readonly shardBytes: number;
  readonly layout: "auto" | "faststart" | "stream";
  readonly extended: boolean;
  /** Maps that have been encoded already, and of which some entries have been chosen then. */
  readonly maps?: EncodedMaps | undefined;
}

/**
 * Bytes to keep free at the front of the file; 0 for none. With layout "auto" small files have no front, and files from
 * iterables, whose size nobody knows.
 * @param headBytes What the head itself takes. A structure that does not fit behind it goes to the end of the file.
 */
export function frontBytes(schema: SchemaNode, value: unknown, headBytes: number, options: FrontOptions): number {
  if (options.layout === "stream" || !options.extended) return 0;
  const estimate = estimateFile(schema, value, options);
  if (estimate === undefined)
    return options.layout === "auto" ? 0 : roomInFront(headBytes, FIRST_REQUEST_BYTES - headBytes);
  if (options.layout === "auto" && estimate.data + estimate.structure < WHOLE_FILE_BYTES) return 0;
  return roomInFront(headBytes, Math.ceil(estimate.structure * SLACK));
}

/** Bytes to keep free for a head and a structure of so many: without the structure where both would not come at once. */
export function roomInFront(headBytes: number, structureBytes: number): number {
  if (headBytes > FIRST_REQUEST_BYTES) return 0;
  return headBytes + structureBytes > FIRST_REQUEST_BYTES ? headBytes : headBytes + structureBytes;
}

function estimateFile(schema: SchemaNode, value: unknown, options: EstimateOptions): Estimate | undefined {
  try {
    return estimateChunk(contentOf(schema).content, value, options);
  } catch {
    // A schema or value that cannot be: who encodes it says so, with its path.
    return undefined;
  }
}

type EstimateOptions = Pick<FrontOptions, "shardBytes" | "maps">;

/** Undefined where a part comes from an iterable. */
function estimateChunk(content: ChunkContent, value: unknown, options: EstimateOptions): Estimate | undefined {
  if (content.kind !== "struct") return estimateContainer(content, value, options);
  let structure = CHUNK_BYTES;
  let data = 0;
  const layout = structLayout(content);
  for (const { name, schema } of layout.inline) structure += encodedBytes(schema, member(value, name));
  for (const { name, content: child } of layout.children) {
    const estimate = estimateChunk(child, member(value, name), options);
    if (estimate === undefined) return undefined;
    structure += estimate.structure;
    data += estimate.data;
  }
  return { structure, data };
}

function estimateContainer(content: ChunkContent, value: unknown, options: EstimateOptions): Estimate | undefined {
  const { shardBytes } = options;
  switch (content.kind) {
    case "typed":
    case "bytes": {
      const data = encodedBytes(content, value);
      return { structure: containerBytes(data, shardBytes, data, PART_BYTES + RUN_BYTES), data };
    }
    case "vec": {
      if (!Array.isArray(value)) return isIterable(value) ? undefined : { structure: 0, data: 0 };
      const data = sampledBytes(content.item, value, value.length, shardBytes);
      return { structure: containerBytes(data, shardBytes, value.length, eachPart(content.item) + RUN_BYTES), data };
    }
    case "hashMap":
    case "sortedMap": {
      if (!(value instanceof Map) && !Array.isArray(value)) {
        return isIterable(value) ? undefined : { structure: 0, data: 0 };
      }
      const perEntry = content.kind === "hashMap" ? 12 : 0;
      const size = Array.isArray(value) ? value.length : value.size;
      const entries = options.maps?.someOf(content, value) ?? membersOf(value as Some, size);
      const ofKeys = sampledBytes(content.key, entries.keys(), size, shardBytes);
      const ofValues = sampledBytes(content.value, entries.values(), size, shardBytes);
      const data = ofKeys + ofValues + perEntry * size;
      const partBytes =
        content.kind === "hashMap" ? (content.bucketBytes ?? DEFAULT_BUCKET_BYTES) : (content.shardBytes ?? shardBytes);
      // A bucket has no run; a shard of a sorted map has one, and a fence: its first key, and where that ends.
      const more = content.kind === "hashMap" || size === 0 ? 0 : RUN_BYTES + ofKeys / size + 4;
      return { structure: containerBytes(data, partBytes, size, eachPart(content.value) + more), data };
    }
    default:
      return { structure: 0, data: encodedBytes(content, value) };
  }
}

/** What the container says about each shard or bucket. */
function eachPart(item: SchemaNode): number {
  return PART_BYTES + (itemChildren(item).length > 0 ? SUBTREE_BYTES : 0);
}

/** Bytes of a container over `items` items of so many bytes. A part ends before the item that does not fit any more. */
function containerBytes(bytes: number, partBytes: number, items: number, each: number): number {
  return partCount(bytes, partBytes, items) * each + CHUNK_BYTES;
}

function partCount(bytes: number, partBytes: number, items: number): number {
  if (items === 0) return 0;
  return Math.min(items, Math.ceil(bytes / Math.max(partBytes - bytes / items, partBytes / 2)));
}

/** Bytes of `count` items or values, their references and chunks included, from the first few of them. */
function sampledBytes(schema: SchemaNode, items: Iterable<unknown>, count: number, shardBytes: number): number {
  const fields = itemChildren(schema);
  const each = fields.length === 0 ? steadyBytes(resolve(schema)) : undefined;
  if (each !== undefined) return each * count;
  let bytes = 0;
  let seen = 0;
  for (const item of Array.isArray(items) ? spaced(items) : items) {
    bytes += encodedBytes(schema, item) + fields.length * (CHILD_REF_BYTES + 8 + 5);
    for (const { name, content } of fields)
      bytes += estimateChunk(content, member(item, name), { shardBytes })?.data ?? 0;
    seen++;
  }
  return seen === 0 ? 0 : (bytes * count) / seen;
}

/** About how many bytes a value takes where it is inline; of long lists, from some of their items. */
function encodedBytes(schema: SchemaNode, value: unknown): number {
  const node = resolve(schema);
  const fixed = fixedSize(node);
  if (fixed !== undefined) return fixed;
  switch (node.kind) {
    case "str":
      return typeof value === "string" ? value.length + 2 : 1;
    case "bytes":
    case "typed":
      return ArrayBuffer.isView(value) ? value.byteLength + 4 : 4;
    case "vec":
    case "array":
      return 3 + (Array.isArray(value) ? itemBytes(node.item, value) : 0);
    case "set": {
      if (!(value instanceof Set)) return 3;
      return 3 + averageOf(value, value.size, (item) => encodedBytes(node.item, item));
    }
    case "map": {
      if (!(value instanceof Map)) return 3;
      const entries = membersOf(value, value.size);
      const ofEntry = ([key, item]: [unknown, unknown]) => encodedBytes(node.key, key) + encodedBytes(node.value, item);
      return 3 + averageOf(entries, value.size, ofEntry);
    }
    case "option":
      return value === null || value === undefined ? 1 : 1 + encodedBytes(node.item, value);
    case "struct":
      return Object.entries(node.fields).reduce(
        (sum, [name, field]) => sum + encodedBytes(field, member(value, name)),
        0,
      );
    case "tuple":
      return node.items.reduce((sum, item, i) => sum + encodedBytes(item, member(value, String(i))), 0);
    case "chunk":
      return encodedBytes(node.inner, value);
    case "variant": {
      const inner = node.variants[String(member(value, "type"))];
      return inner === undefined ? 1 : 1 + encodedBytes(inner, member(value, "value"));
    }
    default:
      return VARINT_BYTES;
  }
}

/**
 * Bytes of a list's items. Items that take the same whatever they are stay untouched: code that loads items of arrays of all
 * kinds, once it is compiled, makes those of numbers into arrays of objects, which are twice as large and slow from then on.
 */
function itemBytes(schema: SchemaNode, items: readonly unknown[]): number {
  const each = steadyBytes(resolve(schema));
  return each === undefined
    ? averageOf(items, items.length, (item) => encodedBytes(schema, item))
    : each * items.length;
}

/** What {@link encodedBytes} says of every value of a kind; undefined where it depends on the value. */
function steadyBytes(node: SchemaNode): number | undefined {
  return fixedSize(node) ?? (VARINTS.has(node.kind) ? VARINT_BYTES : undefined);
}

/** Bytes of `count` members: of some of an array's items, or of all of `items`. */
function averageOf<T>(items: Iterable<T>, count: number, bytesOf: (item: T) => number): number {
  let bytes = 0;
  let seen = 0;
  for (const item of Array.isArray(items) ? spaced<T>(items) : items) {
    bytes += bytesOf(item);
    seen++;
  }
  return seen === 0 ? 0 : (bytes * count) / seen;
}

/** Items of an array from front to back, evenly: those of a sorted list are not alike. */
function* spaced<T>(items: readonly T[]): Generator<T> {
  const step = Math.max(1, Math.floor(items.length / SAMPLES));
  for (let i = step >> 1; i < items.length; i += step) yield items[i] as T;
}

function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function isIterable(value: unknown): boolean {
  return typeof value === "object" && value !== null && (Symbol.iterator in value || Symbol.asyncIterator in value);
}
