/**
 * A list's container: how many items, and how many in which shard. In: a container's payload. Out: a table in which an
 * index is found by binary search, without a memory of its own for repeated runs.
 */

import { ByteReader } from "../bytes/reader.ts";
import { TWO_POW_32 } from "../bytes/varint.ts";
import { ByteWriter } from "../bytes/writer.ts";
import { corrupt } from "./bounds.ts";

/** Where an item is: which shard, and which of its items. */
export interface ItemPlace {
  readonly shard: number;
  readonly index: number;
}

interface Run {
  /** Items before this run, and shards before it. */
  readonly firstItem: number;
  readonly firstShard: number;
  readonly itemCount: number;
  readonly repeat: number;
}

/** Smallest encoded run: two varints. */
const MIN_RUN_BYTES = 2;

export class RunTable {
  /** Items in the list. */
  readonly total: number;
  /** Shards named by the runs. */
  readonly shardCount: number;
  private readonly runs: readonly Run[];

  private constructor(runs: readonly Run[], total: number, shardCount: number) {
    this.runs = runs;
    this.total = total;
    this.shardCount = shardCount;
  }

  /**
   * Reads a container's payload; trailing bytes are ignored, as the crate ignores them.
   * @throws {CorruptChunkError} The total is not the sum of the runs, or there are more shards than children.
   */
  static read(payload: Uint8Array, childCount: number, chunkOffset: number): RunTable {
    const reader = new ByteReader(payload);
    const low = reader.fixedU32();
    const claimed = reader.fixedU32() * TWO_POW_32 + low;
    const runCount = reader.length(MIN_RUN_BYTES);
    const runs: Run[] = [];
    let total = 0;
    let shardCount = 0;
    for (let i = 0; i < runCount; i++) {
      const itemCount = reader.u32();
      const repeat = reader.u32();
      runs.push({ firstItem: total, firstShard: shardCount, itemCount, repeat });
      total += itemCount * repeat;
      shardCount += repeat;
    }
    if (claimed !== total) throw corrupt(chunkOffset, `runs of ${claimed} items in all`, `runs of ${total}`);
    if (shardCount > childCount) throw corrupt(chunkOffset, `${shardCount} shards`, `${childCount} children`);
    return new RunTable(runs, total, shardCount);
  }

  /** The table of a list that is stored as one plain payload, without shards. */
  static single(total: number): RunTable {
    return new RunTable([{ firstItem: 0, firstShard: 0, itemCount: total, repeat: 1 }], total, 1);
  }

  /** Place of item `index`, 0 <= index < total. */
  locate(index: number): ItemPlace {
    const run = this.last((candidate) => candidate.firstItem <= index);
    const inRun = index - run.firstItem;
    const shard = Math.floor(inRun / run.itemCount);
    return { shard: run.firstShard + shard, index: inRun - shard * run.itemCount };
  }

  /** Items in shard `shard`. */
  itemsIn(shard: number): number {
    return this.last((candidate) => candidate.firstShard <= shard).itemCount;
  }

  /** Index of the first item of shard `shard`. */
  firstItemOf(shard: number): number {
    const run = this.last((candidate) => candidate.firstShard <= shard);
    return run.firstItem + (shard - run.firstShard) * run.itemCount;
  }

  /** The last run that holds a condition that is true for a front of the runs, and has items where it can. */
  private last(holds: (run: Run) => boolean): Run {
    let low = 0;
    let high = this.runs.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (holds(this.runs[middle] as Run)) low = middle;
      else high = middle - 1;
    }
    return this.runs[low] as Run;
  }
}

/** Containers are small and many; their writer is reused. */
const scratch = /* @__PURE__ */ new ByteWriter(256);

/** A container's payload, from the number of items in each shard. A view, valid until the next call. */
export function writeRuns(shardItems: readonly number[]): Uint8Array {
  const runs: { itemCount: number; repeat: number }[] = [];
  let total = 0;
  for (const itemCount of shardItems) {
    total += itemCount;
    const last = runs[runs.length - 1];
    if (last !== undefined && last.itemCount === itemCount) last.repeat++;
    else runs.push({ itemCount, repeat: 1 });
  }
  scratch.reset();
  scratch.fixedU64(total);
  scratch.varint(runs.length);
  for (const run of runs) {
    scratch.varint(run.itemCount);
    scratch.varint(run.repeat);
  }
  return scratch.peek();
}
