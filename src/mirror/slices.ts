/** Step 9: shards and buckets that a handle reads without loading all, and what slices of them are. */

import type { ChildRef } from "../format/bounds.ts";
import type { Chunk } from "../format/chunk.ts";
import type { Routine } from "../read/drive.ts";
import { reach } from "../read/reach.ts";
import type { Scope } from "../read/scope.ts";

/**
 * One round trip costs as much as these bytes: where a shard or bucket and all that lies below it are no more, they come
 * with one read.
 */
export const ALONG_BYTES = 64 * 1024;

/**
 * Reads chunks without their descendants.
 * @param deep How many bytes of them to read along with a chunk, where some will be wanted next.
 */
export function* fetchChunks(scope: Scope, refs: readonly ChildRef[], depth: number, deep = 0): Routine<Chunk[]> {
  const tasks = refs.map((ref) => ({ ref, depth }));
  yield* reach(scope, tasks, "structs", deep);
  return refs.map((ref) => scope.get(ref, depth));
}

/** Start and end of a slice of `length` items, as Array.prototype.slice counts them. */
export function sliceBounds(start: number | undefined, end: number | undefined, length: number): [number, number] {
  const bound = (value: number | undefined, fallback: number): number => {
    if (value === undefined) return fallback;
    const whole = Math.trunc(value) || 0;
    return whole < 0 ? Math.max(0, length + whole) : Math.min(whole, length);
  };
  const from = bound(start, 0);
  return [from, Math.max(from, bound(end, length))];
}
