/** Step 9: the handle to a map, sharded or in one chunk. A lookup reads one bucket. */

import { prefixPath } from "../errors.ts";
import type { Chunk } from "../format/chunk.ts";
import { DirectMap, NOT_HERE } from "../read/direct.ts";
import type { Routine } from "../read/drive.ts";
import { isBlob, isLean } from "../read/locate.ts";
import {
  type AnyMapNode,
  BucketReader,
  blobEntries,
  bucketCount,
  bucketOf,
  entriesIn,
  type FoundEntry,
  storedEntryCount,
  wantedKey,
} from "../read/map.ts";
import { itemTasks, reach } from "../read/reach.ts";
import type { Scope } from "../read/scope.ts";
import type { LoadOptions } from "../schema/handles.ts";
import { itemChildren } from "../schema/layout.ts";
import { resolve } from "../schema/node.ts";
import { keyText } from "../schema/value-text.ts";
import { ContainerHandle } from "./container-handle.ts";
import { walkAsync, walkSync } from "./iterate.ts";
import { ALONG_BYTES, fetchChunks, lazyItems } from "./slices.ts";
import { makeMirror } from "./struct.ts";

/** An entry and the bucket that holds it; a blob has no bucket. */
interface Found {
  readonly entry: FoundEntry;
  readonly bucket: Chunk | undefined;
}

/** A map that was found, and how to read it. */
interface OpenMap {
  readonly container: Chunk;
  readonly reader: BucketReader;
}

class MapHandle extends ContainerHandle<AnyMapNode> {
  #entryCount: number | undefined;
  #direct: DirectMap | undefined;

  count(options?: LoadOptions): unknown {
    const self = this;
    return this.run({ signal: options?.signal }, function* (scope): Routine<number> {
      self.#entryCount ??= yield* self.countEntries(scope);
      return self.#entryCount;
    });
  }

  get(key: unknown, options?: LoadOptions): unknown {
    if (options === undefined && (this.#direct !== undefined || this.isDirectNow())) {
      const direct = this.#direct as DirectMap;
      const value = direct.get(key);
      if (value !== NOT_HERE) return this.place.runner.give(value);
      if (this.place.runner.mode === "async" && direct.loads) return this.getDirectly(key);
    }
    return this.getOrdinarily(key, options);
  }

  private getOrdinarily(key: unknown, options?: LoadOptions): unknown {
    const self = this;
    return this.look(options, function* (scope): Routine<unknown> {
      return (yield* self.lookUp(scope, [key], false))[0];
    });
  }

  private async getDirectly(key: unknown): Promise<unknown> {
    const value = await (this.#direct as DirectMap).load(key);
    return value === NOT_HERE ? this.getOrdinarily(key) : value;
  }

  /** Whether keys can be looked up without a routine from the start. What is wrong is left to that. */
  private isDirectNow(): boolean {
    const { content } = this.place;
    const container = this.chunkHere();
    if (container === undefined || isBlob(container)) return false;
    try {
      this.findDirectly(container, new BucketReader(content, isLean(container)));
    } catch {
      return false;
    }
    return this.#direct !== undefined;
  }

  private findDirectly(container: Chunk, reader: BucketReader): void {
    const { store, mode } = this.place.runner;
    if (reader.isDirect) this.#direct = new DirectMap(store, container, reader, mode === "sync");
  }

  getLazy(key: unknown, options?: LoadOptions): unknown {
    const self = this;
    return this.look(options, function* (scope): Routine<unknown> {
      return (yield* self.lookUp(scope, [key], true))[0];
    });
  }

  has(key: unknown, options?: LoadOptions): unknown {
    const self = this;
    return this.look(options, function* (scope): Routine<boolean> {
      const { found } = yield* self.find(scope, [key]);
      return found[0] !== undefined;
    });
  }

  getMany(keys: Iterable<unknown>, options?: LoadOptions): unknown {
    return this.look(options, (scope) => this.lookUp(scope, [...keys], false));
  }

  private *lookUp(scope: Scope, keys: readonly unknown[], lazy: boolean): Routine<unknown[]> {
    const { reader, found } = yield* this.find(scope, keys, lazy ? 0 : ALONG_BYTES);
    if (!lazy) yield* this.reachValues(scope, reader, found);
    const values: unknown[] = [];
    for (const hit of found) {
      scope.nextValue();
      if (hit === undefined) values.push(undefined);
      else if (hit.bucket === undefined) values.push(lazy ? this.lazyInBlob(scope, hit.entry) : hit.entry.value);
      else if (lazy) values.push((yield* this.lazyValues(scope, hit.bucket, [hit.entry]))[0]);
      else values.push(reader.whole(scope, hit.bucket, hit.entry));
    }
    return values;
  }

  /**
   * A value of a map in one chunk, which is wholly inside, as lazily as its type says: the mirror of a struct, unless that has
   * chunked fields, which are no chunks there.
   */
  private lazyInBlob(scope: Scope, { key, value }: Pick<FoundEntry, "key" | "value">): unknown {
    const { runner, path, content } = this.place;
    const node = resolve(content.value);
    if (content.kind !== "hashMap" || node.kind !== "struct" || itemChildren(node).length > 0) return value;
    const chunk = scope.get(this.place.ref, this.place.depth);
    return makeMirror({ runner, scope, node, chunk, first: 0, path: path + keyText(key) }, value);
  }

  /** Entries of keys, in their order; the buckets are read together. */
  private *find(
    scope: Scope,
    keys: readonly unknown[],
    deep = 0,
  ): Routine<{ reader: BucketReader; found: (Found | undefined)[] }> {
    const map = this.place.content;
    const { container, reader } = yield* this.open(scope);
    if (isBlob(container)) {
      const matchers = keys.map((key) => keyed(key, () => this.matcher(key)));
      return { reader, found: findInBlob(map, container, matchers) };
    }
    const wanted = keys.map((key) => keyed(key, () => wantedKey(map, key)));
    const depth = container.depth + 1;
    const refs = wanted.map((key) => container.child(bucketOf(container, key)));
    const buckets = yield* fetchChunks(scope, refs, depth, deep);
    const found = wanted.map((key, i) => {
      const bucket = buckets[i] as Chunk;
      const entry = reader.find(bucket, key);
      return entry === undefined ? undefined : { entry, bucket };
    });
    return { reader, found };
  }

  /** What tells a key from others in a map of one chunk. @throws {SchemaMismatchError} It is no key of the map. */
  protected matcher(key: unknown): (key: unknown) => boolean {
    return wantedKey(this.place.content, key).matches;
  }

  /** Reads the chunks of values that are not inside their bucket. */
  private *reachValues(scope: Scope, reader: BucketReader, found: readonly (Found | undefined)[]): Routine<void> {
    if (!reader.lean) return;
    const tasks = found.flatMap((hit) =>
      hit?.bucket === undefined
        ? []
        : itemTasks(hit.bucket, reader.fields, hit.entry.firstChild, keyText(hit.entry.key)),
    );
    if (tasks.length > 0) yield* reach(scope, tasks, "all");
  }

  private lazyValues(scope: Scope, bucket: Chunk, entries: readonly FoundEntry[]): Routine<unknown[]> {
    const { runner, path, content } = this.place;
    const items = entries.map(({ key, value, firstChild }) => ({
      value,
      first: firstChild,
      path: path + keyText(key),
    }));
    // The values of a map in one chunk are wholly inside, whatever their type: there is nothing to be lazy about.
    return lazyItems(runner, scope, content.value, bucket, items);
  }

  /** Entries of at most `count` buckets from `start`; undefined behind the last. */
  batch(options: LoadOptions | undefined, start: number, count: number, lazy: boolean): unknown {
    const self = this;
    return this.run({ signal: options?.signal }, function* (scope): Routine<[unknown, unknown][] | undefined> {
      const { container, reader } = yield* self.open(scope);
      if (isBlob(container)) {
        if (start > 0) return undefined;
        const entries = [...blobEntries(self.place.content, container)];
        return lazy ? entries.map(([key, value]) => [key, self.lazyInBlob(scope, { key, value })]) : entries;
      }
      const end = Math.min(start + count, bucketCount(container));
      if (start >= end) return undefined;
      const depth = container.depth + 1;
      const fields = lazy || !reader.lean ? [] : reader.fields;
      const refs = container.children(start, end);
      yield* reach(
        scope,
        refs.map((ref) => ({ ref, depth, fields })),
        lazy ? "structs" : "all",
      );
      const result: [unknown, unknown][] = [];
      for (const ref of refs) {
        const bucket = scope.get(ref, depth);
        const entries = [...reader.entries(scope, bucket)];
        const values = lazy
          ? yield* self.lazyValues(scope, bucket, entries)
          : entries.map((entry) => reader.whole(scope, bucket, entry));
        for (let i = 0; i < entries.length; i++) result.push([(entries[i] as FoundEntry).key, values[i]]);
      }
      return result;
    });
  }

  private *countEntries(scope: Scope): Routine<number> {
    const { container } = yield* this.open(scope);
    if (isBlob(container)) return blobEntries(this.place.content, container).size;
    const stored = storedEntryCount(container);
    if (stored !== undefined) return stored;
    let total = 0;
    const count = bucketCount(container);
    for (let bucket = 0; bucket < count; bucket += COUNTED_TOGETHER) {
      const refs = container.children(bucket, Math.min(count, bucket + COUNTED_TOGETHER));
      for (const chunk of yield* fetchChunks(scope.part(), refs, container.depth + 1)) total += entriesIn(chunk);
    }
    return total;
  }

  private *open(scope: Scope): Routine<OpenMap> {
    const container = yield* this.chunk(scope);
    const reader = new BucketReader(this.place.content, isLean(container));
    if (this.#direct === undefined && !isBlob(container)) this.findDirectly(container, reader);
    return { container, reader };
  }
}

/** Buckets read at once to count entries where the container does not say their number: 4 MiB at 32 KiB each. */
const COUNTED_TOGETHER = 128;

/** Runs a check of a key, whose errors get the key as their path. */
function keyed<T>(key: unknown, check: () => T): T {
  try {
    return check();
  } catch (error) {
    throw prefixPath(keyText(key), error);
  }
}

/** Entries of a map in one chunk, by what tells each wanted key from others. */
function findInBlob(
  map: AnyMapNode,
  container: Chunk,
  matchers: readonly ((key: unknown) => boolean)[],
): (Found | undefined)[] {
  const entries = [...blobEntries(map, container)];
  return matchers.map((matches) => {
    const entry = entries.find(([key]) => matches(key));
    return entry === undefined
      ? undefined
      : { entry: { key: entry[0], value: entry[1], firstChild: 0 }, bucket: undefined };
  });
}

/** A map whose methods give promises. */
export class AsyncMapHandle extends MapHandle {
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

/** A map whose methods give values. */
export class SyncMapHandle extends MapHandle {
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
