/** What stands behind a view of a handle: the same questions, whether a file is read for them or the answer is here. */

import type { ShardSizes } from "../mirror/iterate.ts";
import type { RangeBatch, RangeState } from "../mirror/ranges.ts";
import type { KeySpan } from "../read/key-bounds.ts";
import type { LoadOptions, LoadProgressOptions, RangeOptions } from "../schema/handles.ts";

/** A value, or a promise of it where the file was opened with promises. */
export type Given<T> = T | Promise<T>;

/** Goes on with a value when it is there. */
export function after<T, R>(value: Given<T>, use: (value: T) => Given<R>): Given<R> {
  return value instanceof Promise ? value.then(use) : use(value);
}

export interface ValueContents {
  load(options?: LoadProgressOptions): Given<unknown>;
}

export interface TypedContents extends ValueContents {
  count(options?: LoadOptions): Given<number>;
  slice(start: number | undefined, end: number | undefined, options?: LoadOptions): Given<unknown>;
}

export interface ListContents extends ValueContents {
  count(options?: LoadOptions): Given<number>;
  item(index: number, options: LoadOptions | undefined, lazy: boolean): Given<unknown>;
  /** Undefined where there is none. */
  end(which: "first" | "last", options?: LoadOptions): Given<unknown>;
  slice(start: number | undefined, end: number | undefined, options?: LoadOptions): Given<unknown[]>;
  /** Items of at most `count` shards from `start`; undefined behind the last. */
  batch(options: LoadOptions | undefined, start: number, count: number, lazy: boolean): Given<unknown[] | undefined>;
  /** Known once the first batch was read. */
  shardSizes(lazy: boolean): ShardSizes;
}

export interface MapContents extends ValueContents {
  count(options?: LoadOptions): Given<number>;
  get(key: unknown, options: LoadOptions | undefined, lazy: boolean): Given<unknown>;
  has(key: unknown, options?: LoadOptions): Given<boolean>;
  getMany(keys: Iterable<unknown>, options?: LoadOptions): Given<unknown[]>;
  end(which: "first" | "last", options?: LoadOptions): Given<[unknown, unknown] | undefined>;
  batch(
    options: LoadOptions | undefined,
    start: number,
    count: number,
    lazy: boolean,
  ): Given<[unknown, unknown][] | undefined>;
  /** Of a sorted map: what a range over a span of wanted keys reads next. */
  stretch(
    options: RangeOptions<unknown> & LoadOptions,
    span: KeySpan,
    state: RangeState,
    lazy: boolean,
  ): Given<RangeBatch>;
  /** Of a sorted map: how many entries are in a span of wanted keys. */
  countSpan(span: KeySpan, options?: LoadOptions): Given<number>;
  /** Known once the first batch was read. */
  shardSizes(lazy: boolean): ShardSizes;
}
