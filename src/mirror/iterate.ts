/**
 * Step 9: iteration, a batch of shards or buckets at a time. Batches grow, so that the first items come after one shard
 * and a long scan needs few reads. Who goes on behind the first batch is likely to go on: from then on, the next batch is
 * read while the last one is being used.
 */

import type { LoadOptions } from "../schema/handles.ts";

/** Shards in the largest batch: 1 MiB at 128 KiB each, where a read's own cost no longer shows. */
export const MAX_BATCH = 8;

/** Items of the shards from `start`, at most `count` of them; undefined behind the last. */
export type AsyncBatch<T> = (start: number, count: number, options: LoadOptions) => Promise<readonly T[] | undefined>;
export type SyncBatch<T> = (start: number, count: number) => readonly T[] | undefined;

export async function* iterateAsync<T>(
  options: LoadOptions | undefined,
  batch: AsyncBatch<T>,
): AsyncGenerator<T, void, undefined> {
  const signal = options?.signal;
  const ended = new AbortController();
  const onAbort = (): void => ended.abort(signal?.reason);
  signal?.addEventListener("abort", onAbort);
  const read = (start: number, count: number) => {
    const items = batch(start, count, { signal: ended.signal });
    // Whoever comes to it hears of a failure; until then it must not count as unheard.
    items.catch(() => undefined);
    return items;
  };
  try {
    signal?.throwIfAborted();
    let start = 0;
    let count = 1;
    let ahead: Promise<readonly T[] | undefined> | undefined;
    for (;;) {
      const items = await (ahead ?? read(start, count));
      if (items === undefined) return;
      const isFirst = start === 0;
      start += count;
      count = Math.min(count * 2, MAX_BATCH);
      ahead = isFirst ? undefined : read(start, count);
      yield* items;
    }
  } finally {
    signal?.removeEventListener("abort", onAbort);
    // The loop has stopped: what is on its way ahead of it is not wanted any more.
    ended.abort(new DOMException("The iteration has ended.", "AbortError"));
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
