/**
 * Step 7: typed arrays and bytes. In: a list's container and shards. Out: one array, into which each shard is decoded in its
 * place, out of the codec's own memory where that is possible.
 */

import { ByteReader } from "../bytes/reader.ts";
import { readTyped, readTypedInto } from "../decode/typed.ts";
import { corrupt } from "../format/bounds.ts";
import type { Chunk } from "../format/chunk.ts";
import type { RunTable } from "../format/runs.ts";
import { type AnyTypedArray, typedArrayClass } from "../schema/typed-array.ts";
import type { ElementKind } from "../schema/types.ts";
import { decodedPart } from "./decoded-part.ts";
import { getShard, listTable, type ShardSpan } from "./list.ts";
import { inChunk, isPlainList } from "./locate.ts";
import type { Scope } from "./scope.ts";

/**
 * How much larger than what is stored a typed array may become before its shards have been looked at: a u64 of one byte
 * takes eight. Behind a wilder claim there is compression, or nothing.
 */
const PLAUSIBLE_RATIO = 8;
/** What is allocated on any claim. */
const HARMLESS_BYTES = 1024 * 1024;

/** Elements of a typed list: `start` (inclusive) to `end` (exclusive), from the shards that hold them. */
export function typedSlice(
  scope: Scope,
  element: ElementKind,
  container: Chunk,
  start: number,
  end: number,
): AnyTypedArray {
  const table = typedTable(container, element);
  const arrayClass = typedArrayClass(element);
  const length = Math.max(0, end - start);
  if (length === 0) return new arrayClass(0);
  const from = table.locate(start).shard;
  const to = table.locate(end - 1).shard + 1;
  const whole = length === table.total ? takeWhole(scope, element, container) : undefined;
  if (whole !== undefined) return whole;
  const ahead = length === table.total ? takeArray(scope, element, container) : undefined;
  const target = ahead ?? roomFor(scope, element, container, { from, to, length });
  const parts: AnyTypedArray[] = [];
  for (let index = from; index < to; index++) {
    const span = { first: table.firstItemOf(index) - start, count: table.itemsIn(index) };
    const part = typedShard(scope, element, container, index, span, target);
    if (part === undefined) continue;
    const wanted = part.subarray(Math.max(0, -span.first), Math.min(span.count, length - span.first)) as AnyTypedArray;
    if (target === undefined) parts.push(wanted);
    else if (isPlacedIn(target, wanted, Math.max(0, span.first))) continue;
    else (target as Float64Array).set(wanted as Float64Array, Math.max(0, span.first));
  }
  return target ?? joined(arrayClass, length, parts);
}

/** An array for elements of the shards `from` (inclusive) to `to` (exclusive), unless their number is too wild a claim. */
function roomFor(
  scope: Scope,
  element: ElementKind,
  container: Chunk,
  { from, to, length }: { readonly from: number; readonly to: number; readonly length: number },
): AnyTypedArray | undefined {
  const arrayClass = typedArrayClass(element);
  const stored = Math.min(storedBytes(container, from, to), scope.store.byteLength);
  const plausible = PLAUSIBLE_RATIO * stored + HARMLESS_BYTES;
  return length * arrayClass.BYTES_PER_ELEMENT <= plausible ? new arrayClass(length) : undefined;
}

/** An array with all elements of this list, of its own. */
function takeWhole(scope: Scope, element: ElementKind, container: Chunk): AnyTypedArray | undefined {
  const known = scope.arrays.get(container.offset);
  if (known?.isWhole !== true || known.kind !== element) return undefined;
  if (known.isTaken) return known.array?.slice();
  scope.arrays.set(container.offset, { ...known, isTaken: true });
  return known.array;
}

/** The array in which shards of this list were decoded ahead. Each is given once: no two values share one. */
function takeArray(scope: Scope, element: ElementKind, container: Chunk): AnyTypedArray | undefined {
  const known = scope.arrays.get(container.offset);
  scope.arrays.delete(container.offset);
  return known?.kind === element ? known.array : undefined;
}

function isPlacedIn(target: AnyTypedArray, part: AnyTypedArray, first: number): boolean {
  return part.buffer === target.buffer && part.byteOffset === target.byteOffset + first * target.BYTES_PER_ELEMENT;
}

/** Elements of a shard ahead of its list's: in their place in the array of the whole list, where that is there to be had. */
export function shardAhead(
  scope: Scope,
  element: ElementKind,
  container: Chunk,
  index: number,
  shard: Chunk,
): AnyTypedArray {
  const table = typedTable(container, element);
  const { total, shardCount } = table;
  let known = scope.arrays.get(container.offset);
  if (known?.kind !== element || (known.array !== undefined && known.array.length !== total)) {
    const array = roomFor(scope, element, container, { from: 0, to: shardCount, length: total });
    known = { kind: element, array, isWhole: false, isTaken: false };
    scope.arrays.set(container.offset, known);
  }
  const { array } = known;
  return shard.usePayload((payload) => {
    const reader = new ByteReader(payload);
    // A container may have more children than shards; those have no place.
    if (array === undefined || index >= shardCount) return readTyped(reader, element);
    const first = table.firstItemOf(index);
    const count = table.itemsIn(index);
    readTypedInto(reader, element, array, first, count);
    return array.subarray(first, first + count);
  });
}

function storedBytes(container: Chunk, from: number, to: number): number {
  if (isPlainList(container)) return container.length;
  let bytes = 0;
  for (let index = from; index < to; index++) bytes += container.child(index).length;
  return bytes;
}

/** The elements of a shard, or undefined where they went into `target`, in which element `span.first` is its first. */
function typedShard(
  scope: Scope,
  element: ElementKind,
  container: Chunk,
  index: number,
  span: ShardSpan,
  target: AnyTypedArray | undefined,
): AnyTypedArray | undefined {
  let part = decodedPart(scope, element, container, index) as AnyTypedArray | undefined;
  if (part === undefined) {
    const shard = getShard(scope, container, index);
    if (shard !== container) scope.visit(shard);
    const into = span.first >= 0 && span.first + span.count <= (target?.length ?? 0) ? target : undefined;
    try {
      part = shard.usePayload((payload) => {
        const reader = new ByteReader(payload);
        if (into === undefined) return readTyped(reader, element);
        readTypedInto(reader, element, into, span.first, span.count);
        return undefined;
      });
      if (part === undefined) return undefined;
    } catch (error) {
      throw inChunk(shard, error);
    }
  }
  if (part.length === span.count) return part;
  const { offset } = isPlainList(container) ? container : container.child(index);
  throw corrupt(offset, `a shard of ${span.count} items`, `one of ${part.length}`);
}

function joined(
  arrayClass: ReturnType<typeof typedArrayClass>,
  length: number,
  parts: readonly AnyTypedArray[],
): AnyTypedArray {
  const whole = new arrayClass(length);
  let at = 0;
  for (const part of parts) {
    (whole as Float64Array).set(part as Float64Array, at);
    at += part.length;
  }
  return whole;
}

/** The table of a typed list. */
export function typedTable(container: Chunk, element: ElementKind): RunTable {
  return listTable(container, element === "f32" ? 4 : element === "f64" ? 8 : 1);
}
