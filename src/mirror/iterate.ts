/**
 * Step 9: iteration, a batch of shards or buckets at a time. In: batches on demand, and what shards weigh. Out: items, one by
 * one. The first items come after one shard. Who goes on behind it is likely to go on: from then on, batches are read while
 * earlier ones are being used, and never more bytes than a multiple of what has been used already.
 */

import type { Reach } from "../read/extent.ts";
import type { LoadOptions } from "../schema/handles.ts";

/** Items of the shards from `start`, at most `count` of them; undefined behind the last. */
export type AsyncBatch<T> = (start: number, count: number, options: LoadOptions) => Promise<readonly T[] | undefined>;
export type SyncBatch<T> = (start: number, count: number) => readonly T[] | undefined;

/** What a walk over shards knows of them once the first was read. */
export interface ShardSizes {
  /** How far to read ahead at most. */
  readonly most: Reach;
  /** Bytes of a shard with all that lies below it, as far as its place in the file tells; undefined where there is none. */
  bytesOf(shard: number): number | undefined;
}

/** Reading ahead starts with this: two shards of the default size, or a few buckets. */
const LEAST_AHEAD = 256 * 1024;

/** Who stops has caused at most this many times the bytes that were used. */
const AHEAD_OF_USED = 4;

/** What is read ahead of a walk that has used so much. */
export function aheadOf(usedBytes: number, most: Reach): Reach {
  const ahead = Math.min(most.ahead, Math.max(LEAST_AHEAD, usedBytes * AHEAD_OF_USED));
  return { ahead, batch: Math.min(most.batch, ahead) };
}

/** A signal for reads of which some will not be wanted when whoever walks stops. */
export class WalkSignal {
  private readonly ended = new AbortController();
  private readonly outer: AbortSignal | undefined;
  private readonly onAbort = (): void => this.ended.abort(this.outer?.reason);

  constructor(options: LoadOptions | undefined) {
    this.outer = options?.signal;
    this.outer?.throwIfAborted();
    this.outer?.addEventListener("abort", this.onAbort);
  }

  get signal(): AbortSignal {
    return this.ended.signal;
  }

  /** The walk has stopped: what is on its way ahead of it is not wanted any more. */
  end(): void {
    this.outer?.removeEventListener("abort", this.onAbort);
    this.ended.abort(new DOMException("The iteration has ended.", "AbortError"));
  }
}

/** `promise`, whose failure is heard of by whoever comes to it; until then it must not count as unheard. */
export function heardLater<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

interface Batch<T> {
  readonly items: Promise<readonly T[] | undefined>;
  readonly bytes: number;
}

/** The batches behind the first shard, read ahead. */
class ReadAhead<T> {
  private readonly read: (start: number, count: number) => Promise<readonly T[] | undefined>;
  private readonly sizes: ShardSizes;
  private readonly queue: Batch<T>[] = [];
  private next = 1;
  private isAtEnd = false;
  private aheadBytes = 0;
  private usedBytes: number;

  constructor(read: ReadAhead<T>["read"], sizes: ShardSizes) {
    this.read = read;
    this.sizes = sizes;
    this.usedBytes = sizes.bytesOf(0) ?? 0;
  }

  /** The next batch, with those behind it on their way; undefined behind the last. */
  async take(): Promise<readonly T[] | undefined> {
    this.fill();
    const batch = this.queue.shift();
    const items = await batch?.items;
    if (batch === undefined || items === undefined) return undefined;
    this.aheadBytes -= batch.bytes;
    this.usedBytes += batch.bytes;
    this.fill();
    return items;
  }

  private fill(): void {
    const reach = aheadOf(this.usedBytes, this.sizes.most);
    while (!this.isAtEnd && (this.queue.length === 0 || this.aheadBytes + reach.batch <= reach.ahead)) {
      const start = this.next;
      let bytes = 0;
      for (;;) {
        const size = this.sizes.bytesOf(this.next);
        if (size === undefined) this.isAtEnd = true;
        if (size === undefined || (this.next > start && bytes + size > reach.batch)) break;
        bytes += size;
        this.next++;
      }
      // Where nothing is known of what comes, reading it tells whether there is more, or what is wrong.
      const count = Math.max(1, this.next - start);
      this.queue.push({ items: heardLater(this.read(start, count)), bytes });
      this.aheadBytes += bytes;
    }
  }
}

async function* batchesOf<T>(
  options: LoadOptions | undefined,
  batch: AsyncBatch<T>,
  sizes: () => ShardSizes,
): AsyncGenerator<readonly T[], void, undefined> {
  const walk = new WalkSignal(options);
  const read = (start: number, count: number) => batch(start, count, { signal: walk.signal });
  try {
    const first = await read(0, 1);
    if (first === undefined) return;
    yield first;
    const ahead = new ReadAhead(read, sizes());
    for (let items = await ahead.take(); items !== undefined; items = await ahead.take()) yield items;
  } finally {
    walk.end();
  }
}

/**
 * What an async generator over the items of batches would do, at a third of its cost for each: an item that is here takes one
 * promise.
 */
class ItemWalk<T> implements AsyncIterableIterator<T, void, undefined> {
  private readonly batches: AsyncGenerator<readonly T[], void, undefined>;
  private items: readonly T[] = [];
  private at = 0;
  /** The call that is being answered, and behind it those that came meanwhile. */
  private turn: Promise<unknown> | undefined;

  constructor(batches: AsyncGenerator<readonly T[], void, undefined>) {
    this.batches = batches;
  }

  next(): Promise<IteratorResult<T, void>> {
    if (this.turn === undefined && this.at < this.items.length) {
      return Promise.resolve({ value: this.items[this.at++] as T, done: false });
    }
    return this.inTurn(() => this.advance());
  }

  return(): Promise<IteratorResult<T, void>> {
    return this.inTurn(async () => {
      this.items = [];
      await this.batches.return();
      return { value: undefined, done: true };
    });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  private async advance(): Promise<IteratorResult<T, void>> {
    while (this.at >= this.items.length) {
      const { value, done } = await this.batches.next();
      this.items = done === true ? [] : value;
      this.at = 0;
      if (done === true) return { value: undefined, done: true };
    }
    return { value: this.items[this.at++] as T, done: false };
  }

  private inTurn<R>(step: () => Promise<R>): Promise<R> {
    const turn = this.turn === undefined ? step() : this.turn.then(step, step);
    this.turn = turn;
    const clear = (): void => {
      if (this.turn === turn) this.turn = undefined;
    };
    turn.then(clear, clear);
    return turn;
  }
}

/** The items of a walk, one by one. Nothing is read before the first is asked for. */
export function iterateAsync<T>(
  options: LoadOptions | undefined,
  batch: AsyncBatch<T>,
  sizes: () => ShardSizes,
): AsyncIterableIterator<T, void, undefined> {
  return new ItemWalk(batchesOf(options, batch, sizes));
}

/** Shards in the largest batch of a walk without promises: 1 MiB at 128 KiB each, where a read's own cost no longer shows. */
const MAX_SYNC_BATCH = 8;

export function* iterateSync<T>(batch: SyncBatch<T>): Generator<T, void, undefined> {
  let start = 0;
  for (let count = 1; ; count = Math.min(count * 2, MAX_SYNC_BATCH)) {
    const items = batch(start, count);
    if (items === undefined) return;
    yield* items;
    start += count;
  }
}

/** What can be walked over: a handle, or what stands for one. */
export interface Walked {
  /** Items of at most `count` shards from `start`, or a promise of them; undefined behind the last. */
  batch(options: LoadOptions | undefined, start: number, count: number, lazy: boolean): unknown;
  shardSizes(lazy: boolean): ShardSizes;
}

/** All of it, with promises. @param lazy Whether items are given without what lies below them. */
export function walkAsync<T>(
  walked: Walked,
  options: LoadOptions | undefined,
  lazy: boolean,
): AsyncIterableIterator<T> {
  const batch = (start: number, count: number, own: LoadOptions) => walked.batch(own, start, count, lazy);
  return iterateAsync(options, batch as AsyncBatch<T>, () => walked.shardSizes(lazy));
}

/** All of it, without promises. @param lazy As for {@link walkAsync}. */
export function walkSync<T>(walked: Walked, lazy: boolean): Generator<T, void, undefined> {
  return iterateSync(((start, count) => walked.batch(undefined, start, count, lazy)) as SyncBatch<T>);
}
