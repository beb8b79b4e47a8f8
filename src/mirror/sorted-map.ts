/** Step 9: the handle to a map in key order: a list of entries in which keys are found by binary search. */

import { IndexOutOfRangeError, prefixPath } from "../errors.ts";
import type { Chunk } from "../format/chunk.ts";
import type { RunTable } from "../format/runs.ts";
import type { Routine } from "../read/drive.ts";
import {
  getShard,
  type ItemReader,
  isPlainList,
  itemReaderOf,
  listTable,
  shardItem,
  shardItems,
} from "../read/list.ts";
import { splitEntry } from "../read/load.ts";
import { itemTasks, reach } from "../read/reach.ts";
import type { Scope } from "../read/scope.ts";
import { keyText, requireFit } from "../schema/check.ts";
import { comparerOf } from "../schema/compare.ts";
import type { LoadOptions } from "../schema/handles.ts";
import { ENTRY_KEY, entryStruct, itemChildren } from "../schema/layout.ts";
import { resolve, type SortedMapNode } from "../schema/node.ts";
import { fetchChunks, ValueHandle } from "./handle.ts";
import { iterateAsync, iterateSync } from "./iterate.ts";
import { lazyItems } from "./make.ts";

interface OpenSortedMap {
  readonly container: Chunk;
  readonly table: RunTable;
  readonly items: ItemReader;
}

/** An entry that was found: its shard, and its index in it. */
interface FoundItem {
  readonly shard: number;
  readonly index: number;
}

class SortedMapHandle extends ValueHandle<SortedMapNode> {
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
      const values: unknown[] = [];
      for (const key of keys) {
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

  private end(options: LoadOptions | undefined, place: (table: RunTable) => FoundItem): unknown {
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
    const found = yield* this.find(scope, map, key);
    return found === undefined ? undefined : yield* this.entry(scope, map, found, lazy);
  }

  /** Place of a key. Reads one shard for each halving of the shards; those of earlier searches are cached. */
  private *find(scope: Scope, map: OpenSortedMap, key: unknown): Routine<FoundItem | undefined> {
    const { content } = this.place;
    try {
      requireFit(content.key, key);
    } catch (error) {
      throw prefixPath(keyText(key), error);
    }
    const compare = comparerOf(content.key);
    const keyAt = (chunk: Chunk, shard: number, index: number): unknown =>
      (shardItem(scope, map.items, chunk, map.table.itemsIn(shard), index, true) as Record<string, unknown>)[ENTRY_KEY];
    let low = 0;
    let high = map.table.shardCount - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      const chunk = yield* this.shard(scope, map, middle);
      if (compare(keyAt(chunk, middle, 0), key) <= 0) low = middle;
      else high = middle - 1;
    }
    if (map.table.total === 0) return undefined;
    const chunk = yield* this.shard(scope, map, low);
    let first = 0;
    let last = map.table.itemsIn(low) - 1;
    while (first <= last) {
      const index = (first + last) >> 1;
      const order = compare(keyAt(chunk, low, index), key);
      if (order === 0) return { shard: low, index };
      if (order < 0) first = index + 1;
      else last = index - 1;
    }
    return undefined;
  }

  /** Key and value at a place. */
  private *entry(scope: Scope, map: OpenSortedMap, place: FoundItem, lazy: boolean): Routine<[unknown, unknown]> {
    const chunk = yield* this.shard(scope, map, place.shard);
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

  private *shard(scope: Scope, map: OpenSortedMap, index: number): Routine<Chunk> {
    if (isPlainList(map.container)) return map.container;
    const [chunk] = yield* fetchChunks(scope, [map.container.child(index)], map.container.depth + 1);
    return chunk as Chunk;
  }

  private *open(scope: Scope): Routine<OpenSortedMap> {
    const container = yield* this.chunk(scope);
    const items = itemReaderOf(entryStruct(this.place.content));
    return { container, table: listTable(container, items.leastBytes), items };
  }
}

type Entries = readonly [unknown, unknown][] | undefined;

/** A sorted map whose methods give promises. */
export class AsyncSortedMapHandle extends SortedMapHandle {
  entries(options?: LoadOptions): AsyncGenerator<[unknown, unknown]> {
    return iterateAsync((start, count) => this.batch(options, start, count, false) as Promise<Entries>);
  }

  lazy(options?: LoadOptions): AsyncGenerator<[unknown, unknown]> {
    return iterateAsync((start, count) => this.batch(options, start, count, true) as Promise<Entries>);
  }

  [Symbol.asyncIterator](): AsyncGenerator<[unknown, unknown]> {
    return this.entries();
  }
}

/** A sorted map whose methods give values. */
export class SyncSortedMapHandle extends SortedMapHandle {
  entries(): Generator<[unknown, unknown]> {
    return iterateSync((start, count) => this.batch(undefined, start, count, false) as Entries);
  }

  lazy(): Generator<[unknown, unknown]> {
    return iterateSync((start, count) => this.batch(undefined, start, count, true) as Entries);
  }

  [Symbol.iterator](): Generator<[unknown, unknown]> {
    return this.entries();
  }
}
