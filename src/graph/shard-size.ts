/**
 * Step 3: how much goes into a shard of a typed array. In: elements and a bound. Out: the shard's elements in a writer. The
 * cut depends on the encoded size alone, so that the same values give the same bytes.
 */

import type { ByteWriter } from "../bytes/writer.ts";
import { bytesOf, isStoredAsItLies, writeElement, writeElements } from "../encode/typed.ts";
import { type AnyTypedArray, storedWidth } from "../schema/typed-array.ts";
import type { ElementKind } from "../schema/types.ts";
import type { ChunkParts } from "./assemble.ts";

/** A shard of a typed array. */
export interface TypedShard {
  /** Where its elements end, exclusive. */
  readonly end: number;
  /** Its payload; where that is the array's own memory, with the number of elements apart. */
  readonly parts: Pick<ChunkParts, "payload" | "head">;
}

/**
 * Elements from `start` on that fit into a shard; at least one.
 * @param borrows Whether the payload may be the array's own memory, where elements are stored as they lie.
 */
export function typedShard(
  writer: ByteWriter,
  element: ElementKind,
  array: AnyTypedArray,
  bounds: { readonly start: number; readonly shardBytes: number; readonly borrows: boolean },
): TypedShard {
  const { start, shardBytes } = bounds;
  if (bounds.borrows && isStoredAsItLies(element)) {
    const end = fixedEnd(array, start, array.BYTES_PER_ELEMENT, shardBytes);
    writer.varint(end - start);
    return { end, parts: { head: writer.finish(), payload: bytesOf(array, start, end) } };
  }
  writer.startList();
  const end = fillShard(writer, element, array, start, shardBytes);
  return { end, parts: { payload: writer.finishList(end - start) } };
}

function fillShard(
  writer: ByteWriter,
  element: ElementKind,
  array: AnyTypedArray,
  start: number,
  shardBytes: number,
): number {
  const width = storedWidth(element);
  if (width !== undefined) {
    const end = fixedEnd(array, start, width, shardBytes);
    writeElements(writer, element, array, start, end);
    return end;
  }
  let end = start;
  while (end < array.length) {
    const before = writer.listByteLength;
    writeElement(writer, element, array, end);
    if (end > start && writer.listByteLength > shardBytes) {
      writer.cutList(before);
      break;
    }
    end++;
  }
  return end;
}

/** The end of the shard that begins at `start`, where each element takes so many bytes. */
function fixedEnd(array: AnyTypedArray, start: number, width: number, shardBytes: number): number {
  return Math.min(array.length, start + Math.max(1, Math.floor(shardBytes / width)));
}
