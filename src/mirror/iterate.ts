/**
 * Step 9: iteration, a batch of shards or buckets at a time. Batches grow, so that the first items come after one shard
 * and a long scan needs few reads.
 */

/** Shards in the largest batch: 1 MiB at 128 KiB each, where a read's own cost no longer shows. */
const MAX_BATCH = 8;

/** Items of the shards from `start`, at most `count` of them; undefined behind the last. */
export type AsyncBatch<T> = (start: number, count: number) => Promise<readonly T[] | undefined>;
export type SyncBatch<T> = (start: number, count: number) => readonly T[] | undefined;

export async function* iterateAsync<T>(batch: AsyncBatch<T>): AsyncGenerator<T, void, undefined> {
  let start = 0;
  for (let count = 1; ; count = Math.min(count * 2, MAX_BATCH)) {
    const items = await batch(start, count);
    if (items === undefined) return;
    yield* items;
    start += count;
  }
}

export function* iterateSync<T>(batch: SyncBatch<T>): Generator<T, void, undefined> {
  let start = 0;
  for (let count = 1; ; count = Math.min(count * 2, MAX_BATCH)) {
    const items = batch(start, count);
    if (items === undefined) return;
    yield* items;
    start += count;
  }
}
