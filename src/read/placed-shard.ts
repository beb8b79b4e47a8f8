/** Step 7: shards whose elements are to be where they belong before anything has looked at them. In: their bytes. Out: whether they may stay. */

import { holdsVarint } from "../bytes/varint-held.ts";
import { matchesChecksum } from "../codec/checksum-pieces.ts";
import type { ChildRef } from "../format/bounds.ts";
import type { RunTable } from "../format/runs.ts";
import type { Scope } from "./scope.ts";

/** Shards in one piece, each as long as its elements need. */
export interface PlacedList {
  readonly refs: readonly ChildRef[];
  readonly table: RunTable;
  /** Bytes of an element. */
  readonly width: number;
}

/** What is around a shard's elements. */
export interface ShardEnds {
  readonly ref: ChildRef;
  readonly count: number;
  /** The number of its elements, as a varint. */
  readonly head: Uint8Array;
  /** Its meta byte. */
  readonly tail: Uint8Array;
}

/** Whether a shard is what its parent says, and its elements nothing but elements. `pieces` are all of it. */
export function isAsExpected(scope: Scope, shard: ShardEnds, pieces: readonly Uint8Array[]): boolean {
  const { checksum } = scope.store.context;
  const { ref, count, head, tail } = shard;
  if (checksum !== undefined && ref.checksum !== undefined && !matchesChecksum(checksum, pieces, ref.checksum)) {
    return false;
  }
  // Anything but 0: it is compressed, extended, has children, or is damaged.
  return tail[0] === 0 && holdsVarint(head, count);
}
