/**
 * Step 3: how much goes into a shard of a typed array. In: elements and a bound. Out: the shard's elements in a writer. The
 * cut depends on the encoded size alone, so that the same values give the same bytes.
 */

import type { ByteWriter } from "../bytes/writer.ts";
import { writeElement, writeElements } from "../encode/typed.ts";
import { type AnyTypedArray, storedWidth } from "../schema/typed-array.ts";
import type { ElementKind } from "../schema/types.ts";

/** Elements from `start` on that fit into a shard, written to `writer`; returns the end. At least one. */
export function fillShard(
  writer: ByteWriter,
  element: ElementKind,
  array: AnyTypedArray,
  start: number,
  shardBytes: number,
): number {
  const width = storedWidth(element);
  if (width !== undefined) {
    const end = Math.min(array.length, start + Math.max(1, Math.floor(shardBytes / width)));
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
