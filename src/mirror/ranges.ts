/**
 * Step 9: a stretch of a sorted map, entry by entry. In: a span of keys and a direction. Out: entries, from as few shards
 * as hold them, and where to go on later.
 */

import { InvalidOptionError } from "../errors.ts";
import type { LoadOptions, RangeOptions } from "../schema/handles.ts";
import { aheadOf, heardLater, type ShardSizes, WalkSignal } from "./iterate.ts";

/** Where a range stands: numbers of entries in the whole map. */
export interface RangeState {
  /** The next entry; undefined until the first has been looked for. */
  next: number | undefined;
  /** Entries given so far. */
  taken: number;
  isDone: boolean;
  /** Bytes of the shards read so far. */
  usedBytes: number;
}

/** Entries of one read, with the number of the first; numbers go down where the range is reversed. */
export interface RangeBatch {
  readonly first: number;
  readonly entries: readonly (readonly [unknown, unknown])[];
}

/** A range that can be read. */
export interface RangeParts {
  readonly options: RangeOptions<unknown> & LoadOptions;
  /** What tells a cursor of this file from one of another. */
  readonly identity: string;
}

class RangeCursor {
  protected readonly parts: RangeParts;
  private last: number | undefined;

  constructor(parts: RangeParts) {
    this.parts = parts;
    checkLimit(parts.options.limit);
  }

  /** Where to go on behind the entry that was given last; undefined before the first. */
  get cursor(): string | undefined {
    if (this.last === undefined) return undefined;
    return `${this.parts.options.reverse === true ? "r" : "f"}${this.last.toString(36)}.${this.parts.identity}`;
  }

  protected begin(): RangeState {
    return { next: this.resumed(), taken: 0, isDone: false, usedBytes: 0 };
  }

  protected *give(batch: RangeBatch): Generator<[unknown, unknown]> {
    const step = this.parts.options.reverse === true ? -1 : 1;
    for (let i = 0; i < batch.entries.length; i++) {
      this.last = batch.first + step * i;
      yield batch.entries[i] as [unknown, unknown];
    }
  }

  /** The number of the entry behind the one that the cursor names. */
  private resumed(): number | undefined {
    const { cursor, reverse = false } = this.parts.options;
    if (cursor === undefined) return undefined;
    const [, direction, number = "", identity] = /^([fr])([0-9a-z]{1,11})\.(.*)$/.exec(cursor) ?? [];
    if (direction === undefined || identity !== this.parts.identity || (direction === "r") !== reverse) {
      const expected = "a cursor that a range of this file, in this direction, has given";
      throw new InvalidOptionError(`The option cursor must be ${expected}, found "${cursor}".`, {
        option: "cursor",
        expected,
        actual: cursor,
      });
    }
    return Number.parseInt(number, 36) + (reverse ? -1 : 1);
  }
}

function checkLimit(limit: number | undefined): void {
  if (limit === undefined || (Number.isSafeInteger(limit) && limit >= 0)) return;
  throw new InvalidOptionError(`The option limit must be a number of entries, found ${limit}.`, {
    option: "limit",
    expected: "an integer from 0",
    actual: String(limit),
  });
}

/** Says of one shard after the other whether it is part of the next read: one at first, then as much as was used. */
export function fitsInto(state: RangeState, sizes: ShardSizes): (shard: number) => boolean {
  const room = state.usedBytes === 0 ? 0 : aheadOf(state.usedBytes, sizes.most).batch;
  let bytes = 0;
  return (shard) => {
    const size = sizes.bytesOf(shard) ?? 0;
    if (bytes > 0 && bytes + size > room) return false;
    bytes += size;
    state.usedBytes += size;
    return true;
  };
}

/** Reads the next batch of a range, and moves its state on. */
type ReadRange = (state: RangeState, signal: AbortSignal | undefined) => unknown;

/** A range of a map whose methods give promises. */
export class AsyncRange extends RangeCursor implements AsyncIterable<[unknown, unknown]> {
  private readonly read: (state: RangeState, signal: AbortSignal) => Promise<RangeBatch>;

  constructor(parts: RangeParts, read: ReadRange) {
    super(parts);
    this.read = read as AsyncRange["read"];
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<[unknown, unknown]> {
    const walk = new WalkSignal(this.parts.options);
    const state = this.begin();
    try {
      let batch = await this.read(state, walk.signal);
      for (let isFirst = true; ; isFirst = false) {
        const isLast = state.isDone;
        const ahead = isFirst || isLast ? undefined : heardLater(this.read(state, walk.signal));
        for (const entry of this.give(batch)) yield entry;
        if (isLast) return;
        batch = await (ahead ?? this.read(state, walk.signal));
      }
    } finally {
      walk.end();
    }
  }

  async toArray(): Promise<[unknown, unknown][]> {
    const entries: [unknown, unknown][] = [];
    for await (const entry of this) entries.push(entry);
    return entries;
  }
}

/** A range of a map whose methods give values. */
export class SyncRange extends RangeCursor implements Iterable<[unknown, unknown]> {
  private readonly read: (state: RangeState, signal: undefined) => RangeBatch;

  constructor(parts: RangeParts, read: ReadRange) {
    super(parts);
    this.read = read as SyncRange["read"];
  }

  *[Symbol.iterator](): Generator<[unknown, unknown]> {
    for (const state = this.begin(); !state.isDone; ) yield* this.give(this.read(state, undefined));
  }

  toArray(): [unknown, unknown][] {
    return [...this];
  }
}
