/** Step 7: what a call would read. In: a call, over a copy of the file that reads nothing. Out: the ranges that it asks for first. */

import { planReads } from "../source/coalesce.ts";
import type { ByteRange } from "../source/source.ts";
import type { ChunkStore } from "./store.ts";

/** What an access would cost now. */
export interface ReadPlan {
  /** Reads of the source: over HTTP, requests. */
  readonly requests: number;
  readonly bytes: number;
  readonly ranges: readonly ByteRange[];
}

/** Ends a call where it would begin to read. */
class WouldRead extends Error {
  override readonly name = "WouldRead";
}

/** Runs `access` over a copy of the file, up to the first bytes that are not here. */
export async function planOf(store: ChunkStore, access: (copy: ChunkStore) => unknown): Promise<ReadPlan> {
  const wanted: ByteRange[] = [];
  const asTheyAre: ByteRange[] = [];
  const copy = store.copy((reads, areAsTheyAre) => {
    (areAsTheyAre ? asTheyAre : wanted).push(...reads);
    throw new WouldRead("This would be read.");
  });
  try {
    await begun(await access(copy));
  } catch (error) {
    if (!(error instanceof WouldRead)) throw error;
  }
  const planned = planReads(wanted, store.planning).map(({ range }) => range);
  const ranges = [...planned, ...asTheyAre.map(({ start, end }) => ({ start, end }))];
  const bytes = ranges.reduce((sum, { start, end }) => sum + end - start, 0);
  return { requests: ranges.length, bytes, ranges };
}

/** Of what is iterated, the first step. */
async function begun(result: unknown): Promise<void> {
  if (typeof result !== "object" || result === null || !(Symbol.asyncIterator in result)) return;
  await (result as AsyncIterable<unknown>)[Symbol.asyncIterator]().next();
}
