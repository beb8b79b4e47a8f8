/** Step 9: the handle to a map in key order: a list of entries in which keys are found by binary search. */

import { IndexOutOfRangeError, prefixPath } from "../errors.ts";
import type { Chunk } from "../format/chunk.ts";
import { Fences } from "../format/fences.ts";
import { EXTENSION_FENCES } from "../format/layout.ts";
import type { RunTable } from "../format/runs.ts";
import type { Routine } from "../read/drive.ts";
import { type From, type KeySpan, prefixSpan, spanOf } from "../read/key-bounds.ts";
import { getShard, itemReaderOf, listTable, shardItem, shardItems } from "../read/list.ts";
import { splitEntry } from "../read/load-list.ts";
import { isPlainList } from "../read/locate.ts";
import { itemTasks, reach } from "../read/reach.ts";
import type { Scope } from "../read/scope.ts";
import {
  type EntryPlace,
  fetchShards,
  firstFrom,
  firstOf,
  keyAt,
  type OpenSortedMap,
  placesIn,
  type RangeEntry,
  shardBefore,
  shardOf,
  shardsOf,
} from "../read/sorted.ts";
import { requireFit } from "../schema/check.ts";
import { comparerOf } from "../schema/compare.ts";
import type { KeyRangeOptions, LoadOptions, PrefixOptions, RangeOptions } from "../schema/handles.ts";
import { entryStruct, itemChildren } from "../schema/layout.ts";
import { resolve, type SortedMapNode } from "../schema/node.ts";
import { keyText } from "../schema/value-text.ts";
import { ContainerHandle } from "./container-handle.ts";
import { walkAsync, walkSync } from "./iterate.ts";
import { AsyncRange, fitsInto, type RangeBatch, type RangeState, SyncRange } from "./ranges.ts";
import { ALONG_BYTES, lazyItems } from "./slices.ts";

class SortedMapHandle extends ContainerHandle<SortedMapNode> {
  #fences: Fences | undefined;

  count(options?: LoadOptions): unknown {
    const self = this;
    return this.look(options, function* (scope): Routine<number> {
      return (yield* self.open(scope)).table.total;
    });
  }

  get(key: unknown, options?: LoadOptions): unknown {
    const self = this;
    return this.look(options, function* (scope): Routine<unknown> {
      return (yield* self.lookUp(scope, yield* self.open(scope), key, false))?.[1];
    });
  }

  getLazy(key: unknown, options?: LoadOptions): unknown {
    const self = this;
    return this.look(options, function* (scope): Routine<unknown> {
      return (yield* self.lookUp(scope, yield* self.open(scope), key, true))?.[1];
    });
  }

  has(key: unknown, options?: LoadOptions): unknown {
    const self = this;
    return this.look(options, function* (scope): Routine<boolean> {
      return (yield* self.find(scope, yield* self.open(scope), key)) !== undefined;
    });
  }

  getMany(keys: Iterable<unknown>, options?: LoadOptions): unknown {
    const self = this;
    return this.look(options, function* (scope): Routine<unknown[]> {
      const map = yield* self.open(scope);
      const wanted = [...keys];
      if (map.fences !== undefined && map.table.total > 0) {
        const shards = new Set<number>();
        for (const key of wanted) shards.add(yield* shardBefore(scope, map, self.from(key)));
        yield* fetchShards(scope, map, [...shards], map.items.childCount === 0 ? 0 : ALONG_BYTES);
      }
      const values: unknown[] = [];
      for (const key of wanted) {
        scope.nextValue();
        values.push((yield* self.lookUp(scope, map, key, false))?.[1]);
      }
      return values;
    });
  }

  first(options?: LoadOptions): unknown {
    return this.end(options, () => ({ shard: 0, index: 0 }));
  }

  last(options?: LoadOptions): unknown {
    return this.end(options, (table) => table.locate(table.total - 1));
  }

  private end(options: LoadOptions | undefined, place: (table: RunTable) => EntryPlace): unknown {
    const self = this;
    return this.look(options, function* (scope): Routine<unknown> {
      const map = yield* self.open(scope);
      return map.table.total === 0 ? undefined : yield* self.entry(scope, map, place(map.table), false);
    });
  }

  private *lookUp(
    scope: Scope,
    map: OpenSortedMap,
    key: unknown,
    lazy: boolean,
  ): Routine<[unknown, unknown] | undefined> {
    const found = yield* this.find(scope, map, key, lazy || map.items.childCount === 0 ? 0 : ALONG_BYTES);
    return found === undefined ? undefined : yield* this.entry(scope, map, found, lazy);
  }

  /** Place of a key. */
  private *find(scope: Scope, map: OpenSortedMap, key: unknown, deep = 0): Routine<EntryPlace | undefined> {
    const index = yield* firstFrom(scope, map, this.from(key), deep);
    if (index === map.table.total) return undefined;
    const place = map.table.locate(index);
    const chunk = yield* shardOf(scope, map, place.shard);
    return comparerOf(this.place.content.key)(keyAt(scope, map, chunk, place), key) === 0 ? place : undefined;
  }

  /** True from a key on. @throws {SchemaMismatchError} It is no key of this map. */
  private from(key: unknown): From {
    const { content } = this.place;
    try {
      requireFit(content.key, key);
    } catch (error) {
      throw prefixPath(keyText(key), error);
    }
    const compare = comparerOf(content.key);
    return (other) => compare(other, key) >= 0;
  }

  range(options: RangeOptions<unknown> & LoadOptions = {}): unknown {
    return this.walk(spanOf(this.place.content.key, options), options, false);
  }

  rangeLazy(options: RangeOptions<unknown> & LoadOptions = {}): unknown {
    return this.walk(spanOf(this.place.content.key, options), options, true);
  }

  prefix(prefix: unknown, options: PrefixOptions & LoadOptions = {}): unknown {
    return this.walk(prefixSpan(this.place.content.key, prefix), options, false);
  }

  countRange(options: KeyRangeOptions<unknown> & LoadOptions = {}): unknown {
    return this.countSpan(spanOf(this.place.content.key, options), options);
  }

  /** How many entries are in a span of the file's keys. */
  countSpan({ start, end }: KeySpan, options: LoadOptions | undefined): unknown {
    const self = this;
    return this.look(options, function* (scope): Routine<number> {
      const map = yield* self.open(scope);
      const first = start === undefined ? 0 : yield* firstFrom(scope, map, start);
      const last = end === undefined ? map.table.total : yield* firstFrom(scope, map, end);
      return Math.max(0, last - first);
    });
  }

  private walk(span: KeySpan, options: RangeOptions<unknown> & LoadOptions, lazy: boolean): unknown {
    const { runner } = this.place;
    const parts = { options, identity: runner.store.identity };
    const read = (state: RangeState, signal: AbortSignal | undefined): unknown =>
      this.stretch({ ...options, signal }, span, state, lazy);
    return runner.mode === "async" ? new AsyncRange(parts, read) : new SyncRange(parts, read);
  }

  /** What a range over a span of the file's keys reads next: a {@link RangeBatch}. */
  stretch(options: RangeOptions<unknown> & LoadOptions, span: KeySpan, state: RangeState, lazy: boolean): unknown {
    return this.look({ signal: options.signal }, (scope) => this.readRange(scope, span, options, state, lazy));
  }

  /** The next entries of a range: those of a few shards, or fewer. */
  private *readRange(
    scope: Scope,
    span: KeySpan,
    { reverse = false, limit = Number.POSITIVE_INFINITY }: RangeOptions<unknown>,
    state: RangeState,
    lazy: boolean,
  ): Routine<RangeBatch> {
    const map = yield* this.open(scope);
    state.next ??= yield* firstOf(scope, map, span, reverse);
    const first = state.next;
    const left = limit - state.taken;
    const nothing = { first, entries: [] };
    state.isDone = left <= 0 || first < 0 || first >= map.table.total;
    if (state.isDone) return nothing;
    const fits = fitsInto(state, this.shardSizes(lazy));
    const { shards, isLast } = yield* shardsOf(scope, map, span, { first, left, reverse, fits });
    const places = yield* placesIn(scope, map, span, { shards, first, left, reverse });
    const end = reverse ? (shards.at(-1) as number) - 1 : (shards.at(-1) as number) + 1;
    const isAtEnd = end < 0 || end >= map.table.shardCount;
    state.taken += places.found.length;
    state.next = first + (reverse ? -1 : 1) * places.found.length;
    state.isDone = places.isBeyond || isLast || isAtEnd || state.taken >= limit;
    return { first, entries: yield* this.entriesAt(scope, map, places.found, lazy) };
  }

  private *entriesAt(
    scope: Scope,
    map: OpenSortedMap,
    found: readonly RangeEntry[],
    lazy: boolean,
  ): Routine<[unknown, unknown][]> {
    const { content } = this.place;
    const { childCount } = map.items;
    if (!lazy && childCount > 0) {
      const fields = itemChildren(entryStruct(content));
      const tasks = found.flatMap(({ chunk, index }) => itemTasks(chunk, fields, index * childCount));
      yield* reach(scope, tasks, "all");
    }
    const entries: [unknown, unknown][] = [];
    for (const { chunk, index, item } of found) {
      if (lazy) entries.push((yield* this.lazyEntries(scope, chunk, [item], index))[0] as [unknown, unknown]);
      else entries.push(splitEntry(content, map.items.complete(scope, item, chunk, index * childCount)));
    }
    return entries;
  }

  /** Key and value at a place. */
  private *entry(scope: Scope, map: OpenSortedMap, place: EntryPlace, lazy: boolean): Routine<[unknown, unknown]> {
    const chunk = yield* shardOf(scope, map, place.shard);
    const count = map.table.itemsIn(place.shard);
    if (place.index >= count) throw new IndexOutOfRangeError(place.index, count);
    const item = shardItem(scope, map.items, chunk, count, place.index, true);
    const first = place.index * map.items.childCount;
    if (lazy) return (yield* this.lazyEntries(scope, chunk, [item], place.index))[0] as [unknown, unknown];
    if (map.items.childCount > 0) {
      yield* reach(scope, itemTasks(chunk, itemChildren(entryStruct(this.place.content)), first), "all");
    }
    return splitEntry(this.place.content, map.items.complete(scope, item, chunk, first));
  }

  private *lazyEntries(
    scope: Scope,
    chunk: Chunk,
    items: readonly unknown[],
    index: number,
  ): Routine<[unknown, unknown][]> {
    const { content, runner, path } = this.place;
    const entries = items.map((item) => splitEntry(content, item));
    const childCount = itemChildren(content.value).length;
    const values = entries.map(([key, value], i) => ({
      value,
      first: (index + i) * childCount,
      path: path + keyText(key),
    }));
    if (resolve(content.value).kind !== "struct") return entries;
    const mirrors = yield* lazyItems(runner, scope, content.value, chunk, values);
    return entries.map(([key], i) => [key, mirrors[i]]);
  }

  /** Entries of at most `count` shards from `start`; undefined behind the last. */
  batch(options: LoadOptions | undefined, start: number, count: number, lazy: boolean): unknown {
    const self = this;
    return this.run({ signal: options?.signal }, function* (scope): Routine<[unknown, unknown][] | undefined> {
      const map = yield* self.open(scope);
      const end = Math.min(start + count, map.table.shardCount);
      if (start >= end || map.table.total === 0) return undefined;
      if (!isPlainList(map.container)) {
        const depth = map.container.depth + 1;
        const fields = lazy ? [] : itemChildren(entryStruct(self.place.content));
        const tasks = map.container.children(start, end).map((ref) => ({ ref, depth, fields }));
        yield* reach(scope, tasks, lazy ? "structs" : "all");
      }
      const entries: [unknown, unknown][] = [];
      for (let shard = start; shard < end; shard++) {
        const chunk = getShard(scope, map.container, shard);
        const span = { first: map.table.firstItemOf(shard), count: map.table.itemsIn(shard) };
        const items = shardItems(scope, map.items, chunk, span, lazy);
        // One by one: a shard may have more entries than a call can have arguments.
        if (lazy) for (const entry of yield* self.lazyEntries(scope, chunk, items, 0)) entries.push(entry);
        else for (const item of items) entries.push(splitEntry(self.place.content, item));
      }
      return entries;
    });
  }

  private *open(scope: Scope): Routine<OpenSortedMap> {
    const container = yield* this.chunk(scope);
    const items = itemReaderOf(entryStruct(this.place.content));
    const table = listTable(container, items.leastBytes);
    const record = container.record(EXTENSION_FENCES);
    if (record !== undefined) this.#fences ??= new Fences(record, table.shardCount, container.offset);
    return { container, table, items, key: this.place.content.key, fences: this.#fences };
  }
}

/** A sorted map whose methods give promises. */
export class AsyncSortedMapHandle extends SortedMapHandle {
  entries(options?: LoadOptions): AsyncIterableIterator<[unknown, unknown]> {
    return walkAsync(this, options, false);
  }

  lazy(options?: LoadOptions): AsyncIterableIterator<[unknown, unknown]> {
    return walkAsync(this, options, true);
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<[unknown, unknown]> {
    return this.entries();
  }
}

/** A sorted map whose methods give values. */
export class SyncSortedMapHandle extends SortedMapHandle {
  entries(): Generator<[unknown, unknown]> {
    return walkSync(this, false);
  }

  lazy(): Generator<[unknown, unknown]> {
    return walkSync(this, true);
  }

  [Symbol.iterator](): Generator<[unknown, unknown]> {
    return this.entries();
  }
}
