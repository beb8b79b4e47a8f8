/**
 * Values that are here already, where a handle is wanted: of a field that the file has inline, or does not have. In: plain
 * values of the wanted schema. Out: what a handle's view gives; copies, since each load of a chunk gives a value of its own.
 */

import { IndexOutOfRangeError, prefixPath } from "../errors.ts";
import type { ShardSizes } from "../mirror/iterate.ts";
import type { RangeBatch, RangeState } from "../mirror/ranges.ts";
import type { Runner } from "../mirror/runner.ts";
import { sliceBounds } from "../mirror/slices.ts";
import type { Routine } from "../read/drive.ts";
import { NEAR } from "../read/extent.ts";
import type { From, KeySpan } from "../read/key-bounds.ts";
import { requireFit } from "../schema/check.ts";
import { comparerOf } from "../schema/compare.ts";
import { copyOf } from "../schema/copy.ts";
import { sameContent } from "../schema/equal.ts";
import type { LoadOptions, RangeOptions } from "../schema/handles.ts";
import type { SchemaNode } from "../schema/node.ts";
import type { AnyTypedArray } from "../schema/typed-array.ts";
import { keyText } from "../schema/value-text.ts";
import type { Given, ListContents, MapContents, TypedContents, ValueContents } from "./contents.ts";

/** Gives lazy views of plain values. */
export type Lazily = (schema: SchemaNode, value: unknown, path: string) => unknown;

/** A routine that has all it needs. */
// biome-ignore lint/correctness/useYield: there is nothing to wait for.
export function* atOnce<T>(get: () => T): Routine<T> {
  return get();
}

/** A value that is here. */
export class HeldValue implements ValueContents {
  protected readonly runner: Runner;
  protected readonly path: string;
  private readonly value: unknown;

  constructor(runner: Runner, path: string, value: unknown) {
    this.runner = runner;
    this.path = path;
    this.value = value;
  }

  load(options?: LoadOptions): Given<unknown> {
    return this.give(options, () => copyOf(this.value));
  }

  shardSizes(): ShardSizes {
    return IN_ONE_BATCH;
  }

  /** What `get` gives, as a call that reads would: with a promise where there are some, and not after the file was closed. */
  protected give<T>(options: LoadOptions | undefined, get: () => T): Given<T> {
    return this.runner.run(this.path, { signal: options?.signal }, () => atOnce(get));
  }
}

/** All of it comes with the first batch. */
const IN_ONE_BATCH: ShardSizes = { most: NEAR, bytesOf: () => undefined };

export class HeldTyped extends HeldValue implements TypedContents {
  private readonly array: AnyTypedArray;

  constructor(runner: Runner, path: string, array: AnyTypedArray) {
    super(runner, path, array);
    this.array = array;
  }

  count(options?: LoadOptions): Given<number> {
    return this.give(options, () => this.array.length);
  }

  slice(start: number | undefined, end: number | undefined, options?: LoadOptions): Given<unknown> {
    return this.give(options, () => this.array.slice(start, end));
  }
}

export class HeldList extends HeldValue implements ListContents {
  private readonly items: readonly unknown[];
  private readonly schema: SchemaNode;
  private readonly lazily: Lazily;

  constructor(runner: Runner, path: string, items: readonly unknown[], schema: SchemaNode, lazily: Lazily) {
    super(runner, path, items);
    this.items = items;
    this.schema = schema;
    this.lazily = lazily;
  }

  count(options?: LoadOptions): Given<number> {
    return this.give(options, () => this.items.length);
  }

  item(index: number, options: LoadOptions | undefined, lazy: boolean): Given<unknown> {
    return this.give(options, () => {
      const { length } = this.items;
      if (!Number.isInteger(index) || index < 0 || index >= length) {
        throw new IndexOutOfRangeError(index, length, { path: "" });
      }
      return this.itemAt(index, lazy);
    });
  }

  end(which: "first" | "last", options?: LoadOptions): Given<unknown> {
    return this.give(options, () => copyOf(this.items.at(which === "first" ? 0 : -1)));
  }

  slice(start: number | undefined, end: number | undefined, options?: LoadOptions): Given<unknown[]> {
    return this.give(options, () => {
      const [from, to] = sliceBounds(start, end, this.items.length);
      return this.items.slice(from, to).map(copyOf);
    });
  }

  batch(options: LoadOptions | undefined, start: number, _count: number, lazy: boolean): Given<unknown[] | undefined> {
    return this.give(options, () => (start > 0 ? undefined : this.items.map((_, i) => this.itemAt(i, lazy))));
  }

  private itemAt(index: number, lazy: boolean): unknown {
    const item = this.items[index];
    return lazy ? this.lazily(this.schema, item, `${this.path}[${index}]`) : copyOf(item);
  }
}

type Entry = [unknown, unknown];

export class HeldMap extends HeldValue implements MapContents {
  private readonly all: readonly (readonly [unknown, unknown])[];
  private readonly keySchema: SchemaNode;
  private readonly valueSchema: SchemaNode;
  private readonly lazily: Lazily;

  constructor(
    runner: Runner,
    path: string,
    map: ReadonlyMap<unknown, unknown>,
    node: { readonly kind: string; readonly key: SchemaNode; readonly value: SchemaNode },
    lazily: Lazily,
  ) {
    const entries = [...map];
    const compare = node.kind === "sortedMap" ? comparerOf(node.key) : undefined;
    if (compare !== undefined) entries.sort(([a], [b]) => compare(a, b));
    super(runner, path, compare === undefined ? map : new Map(entries));
    this.all = entries;
    this.keySchema = node.key;
    this.valueSchema = node.value;
    this.lazily = lazily;
  }

  count(options?: LoadOptions): Given<number> {
    return this.give(options, () => this.all.length);
  }

  get(key: unknown, options: LoadOptions | undefined, lazy: boolean): Given<unknown> {
    return this.give(options, () => this.valueAt(this.find(key), lazy));
  }

  has(key: unknown, options?: LoadOptions): Given<boolean> {
    return this.give(options, () => this.find(key) !== undefined);
  }

  getMany(keys: Iterable<unknown>, options?: LoadOptions): Given<unknown[]> {
    return this.give(options, () => Array.from(keys, (key) => this.valueAt(this.find(key), false)));
  }

  end(which: "first" | "last", options?: LoadOptions): Given<Entry | undefined> {
    return this.give(options, () => copyOf(this.all.at(which === "first" ? 0 : -1)) as Entry | undefined);
  }

  batch(options: LoadOptions | undefined, start: number, _count: number, lazy: boolean): Given<Entry[] | undefined> {
    return this.give(options, () =>
      start > 0 ? undefined : this.all.map((entry): Entry => [copyOf(entry[0]), this.valueAt(entry, lazy)]),
    );
  }

  stretch(
    { reverse = false, limit = Number.POSITIVE_INFINITY, signal }: RangeOptions<unknown> & LoadOptions,
    span: KeySpan,
    state: RangeState,
    lazy: boolean,
  ): Given<RangeBatch> {
    return this.give({ signal }, () => {
      const [from, to] = this.bounds(span);
      const first = state.next ?? (reverse ? to - 1 : from);
      const entries: Entry[] = [];
      for (let i = first; i >= from && i < to && entries.length < limit; i += reverse ? -1 : 1) {
        const entry = this.all[i] as Entry;
        entries.push([copyOf(entry[0]), this.valueAt(entry, lazy)]);
      }
      state.isDone = true;
      return { first, entries };
    });
  }

  countSpan(span: KeySpan, options?: LoadOptions): Given<number> {
    return this.give(options, () => {
      const [from, to] = this.bounds(span);
      return Math.max(0, to - from);
    });
  }

  /** Where a span begins and ends in the entries. */
  private bounds(span: KeySpan): [number, number] {
    const find = (from: From | undefined): number => this.all.findIndex(([key]) => from?.(key));
    const end = find(span.end);
    const start = span.start === undefined ? 0 : find(span.start);
    return [start < 0 ? this.all.length : start, end < 0 ? this.all.length : end];
  }

  private valueAt(entry: readonly [unknown, unknown] | undefined, lazy: boolean): unknown {
    if (entry === undefined) return undefined;
    return lazy ? this.lazily(this.valueSchema, entry[1], this.path + keyText(entry[0])) : copyOf(entry[1]);
  }

  private find(key: unknown): readonly [unknown, unknown] | undefined {
    try {
      requireFit(this.keySchema, key);
    } catch (error) {
      throw prefixPath(keyText(key), error);
    }
    return this.all.find(([known]) => sameContent(known, key));
  }
}
