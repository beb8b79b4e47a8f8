/** Step 9: the handle to a list. Reads the shards that hold what is asked for, and nothing else. */

import { IndexOutOfRangeError, prefixPath } from "../errors.ts";
import type { Chunk } from "../format/chunk.ts";
import type { RunTable } from "../format/runs.ts";
import type { Routine } from "../read/drive.ts";
import { getShard, type ItemReader, itemReaderOf, listTable, shardItem, shardItems } from "../read/list.ts";
import { isPlainList } from "../read/locate.ts";
import { itemTasks, reach } from "../read/reach.ts";
import type { Scope } from "../read/scope.ts";
import type { LoadOptions } from "../schema/handles.ts";
import { itemChildren } from "../schema/layout.ts";
import type { ItemNode } from "../schema/node.ts";
import { ContainerHandle } from "./container-handle.ts";
import { walkAsync, walkSync } from "./iterate.ts";
import { ALONG_BYTES, fetchChunks, lazyItems, sliceBounds } from "./slices.ts";

/** A list that was found, and how to read it. */
interface OpenList {
  readonly container: Chunk;
  readonly table: RunTable;
  readonly items: ItemReader;
}

class VecHandle extends ContainerHandle<ItemNode> {
  count(options?: LoadOptions): unknown {
    const self = this;
    return this.look(options, function* (scope): Routine<number> {
      return (yield* self.open(scope)).table.total;
    });
  }

  at(index: number, options?: LoadOptions): unknown {
    return this.item(index, options, false);
  }

  atLazy(index: number, options?: LoadOptions): unknown {
    return this.item(index, options, true);
  }

  first(options?: LoadOptions): unknown {
    return this.item(0, options, false, true);
  }

  last(options?: LoadOptions): unknown {
    return this.item(-1, options, false, true);
  }

  slice(start?: number, end?: number, options?: LoadOptions): unknown {
    const self = this;
    return this.look(options, function* (scope): Routine<unknown[]> {
      const list = yield* self.open(scope);
      const [from, to] = sliceBounds(start, end, list.table.total);
      if (to <= from) return [];
      return yield* self.sliceItems(scope, list, from, to);
    });
  }

  /** Items `from` to `to`, at least one, with their own chunks, and not with those of their neighbours in the shard. */
  private *sliceItems(scope: Scope, list: OpenList, from: number, to: number): Routine<unknown[]> {
    const { container, table, items } = list;
    const start = table.locate(from).shard;
    const end = table.locate(to - 1).shard + 1;
    if (!isPlainList(container)) yield* fetchChunks(scope, container.children(start, end), container.depth + 1);
    const found: { readonly value: unknown; readonly chunk: Chunk; readonly first: number }[] = [];
    for (let shard = start; shard < end; shard++) {
      const chunk = getShard(scope, container, shard);
      const span = { first: table.firstItemOf(shard), count: table.itemsIn(shard) };
      const values = shardItems(scope, items, chunk, span, true);
      const last = Math.min(values.length, to - span.first);
      for (let i = Math.max(0, from - span.first); i < last; i++) {
        found.push({ value: values[i], chunk, first: i * items.childCount });
      }
    }
    if (items.childCount === 0) return found.map(({ value }) => value);
    const fields = itemChildren(this.place.content.item);
    yield* reach(
      scope,
      found.flatMap(({ chunk, first }) => itemTasks(chunk, fields, first)),
      "all",
    );
    return found.map(({ value, chunk, first }, i) => {
      try {
        return items.complete(scope, value, chunk, first);
      } catch (error) {
        throw prefixPath(`[${from + i}]`, error);
      }
    });
  }

  /** One item; -1 is the last. `optional` gives undefined where the list is empty. */
  private item(index: number, options: LoadOptions | undefined, lazy: boolean, optional = false): unknown {
    const self = this;
    return this.look(options, function* (scope): Routine<unknown> {
      const list = yield* self.open(scope);
      const { total } = list.table;
      if (optional && total === 0) return undefined;
      const wanted = optional && index < 0 ? total - 1 : index;
      if (!Number.isInteger(wanted) || wanted < 0 || wanted >= total) {
        throw new IndexOutOfRangeError(index, total, { path: "" });
      }
      try {
        return yield* self.locatedItem(scope, list, wanted, lazy);
      } catch (error) {
        throw prefixPath(`[${wanted}]`, error);
      }
    });
  }

  private *locatedItem(scope: Scope, list: OpenList, index: number, lazy: boolean): Routine<unknown> {
    const { container, table, items } = list;
    const { shard, index: inShard } = table.locate(index);
    const deep = lazy || items.childCount === 0 ? 0 : ALONG_BYTES;
    if (!isPlainList(container)) yield* fetchChunks(scope, [container.child(shard)], container.depth + 1, deep);
    const chunk = getShard(scope, container, shard);
    const count = table.itemsIn(shard);
    const value = shardItem(scope, items, chunk, count, inShard, true);
    const first = inShard * items.childCount;
    const { item } = this.place.content;
    if (lazy) {
      const lazyItem = { value, first, path: `${this.place.path}[${index}]` };
      return (yield* lazyItems(this.place.runner, scope, item, chunk, [lazyItem]))[0];
    }
    if (items.childCount === 0) return value;
    yield* reach(scope, itemTasks(chunk, itemChildren(item), first, ""), "all");
    return items.complete(scope, value, chunk, first);
  }

  /** Items of some shards, one list each. */
  private *shards(scope: Scope, list: OpenList, start: number, end: number, lazy: boolean): Routine<unknown[][]> {
    const { container, table, items } = list;
    const { item } = this.place.content;
    if (!isPlainList(container)) {
      const refs = container.children(start, end);
      const fields = lazy ? [] : itemChildren(item);
      const tasks = refs.map((ref) => ({ ref, depth: container.depth + 1, fields }));
      yield* reach(scope, tasks, lazy ? "structs" : "all");
    }
    const groups: unknown[][] = [];
    for (let shard = start; shard < end; shard++) {
      const chunk = getShard(scope, container, shard);
      const span = { first: table.firstItemOf(shard), count: table.itemsIn(shard) };
      const values = shardItems(scope, items, chunk, span, lazy);
      if (!lazy) groups.push(values);
      else {
        const { path } = this.place;
        const lazyValues = values.map((value, i) => ({
          value,
          first: i * items.childCount,
          path: `${path}[${span.first + i}]`,
        }));
        groups.push(yield* lazyItems(this.place.runner, scope, item, chunk, lazyValues));
      }
    }
    return groups;
  }

  /** Items of at most `count` shards from `start`; undefined behind the last. */
  batch(options: LoadOptions | undefined, start: number, count: number, lazy: boolean): unknown {
    const self = this;
    return this.run({ signal: options?.signal }, function* (scope): Routine<unknown[] | undefined> {
      const list = yield* self.open(scope);
      if (start >= list.table.shardCount || list.table.total === 0) return undefined;
      const end = Math.min(start + count, list.table.shardCount);
      return joined(yield* self.shards(scope, list, start, end, lazy));
    });
  }

  private *open(scope: Scope): Routine<OpenList> {
    const container = yield* this.chunk(scope);
    const items = itemReaderOf(this.place.content.item);
    return { container, table: listTable(container, items.leastBytes), items };
  }
}

/** Groups in one call of concat: a call has no room for more arguments than some ten thousand. */
const JOINED_AT_ONCE = 1024;

/** Items of all groups, at a thirtieth of what `flat` costs. */
function joined(groups: readonly unknown[][]): unknown[] {
  let items: unknown[] = [];
  for (let i = 0; i < groups.length; i += JOINED_AT_ONCE) items = items.concat(...groups.slice(i, i + JOINED_AT_ONCE));
  return items;
}

/** A list whose methods give promises. */
export class AsyncVecHandle extends VecHandle {
  values(options?: LoadOptions): AsyncIterableIterator<unknown> {
    return walkAsync(this, options, false);
  }

  lazy(options?: LoadOptions): AsyncIterableIterator<unknown> {
    return walkAsync(this, options, true);
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<unknown> {
    return this.values();
  }
}

/** A list whose methods give values. */
export class SyncVecHandle extends VecHandle {
  values(): Generator<unknown> {
    return walkSync(this, false);
  }

  lazy(): Generator<unknown> {
    return walkSync(this, true);
  }

  [Symbol.iterator](): Generator<unknown> {
    return this.values();
  }
}
