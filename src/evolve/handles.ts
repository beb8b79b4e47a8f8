/** Handles over whatever stands behind them. In: contents. Out: the methods that a handle of the wanted kind has. */

import { type HandlePlace, ValueHandle } from "../mirror/handle.ts";
import { walkAsync, walkSync } from "../mirror/iterate.ts";
import { AsyncRange, type RangeState, SyncRange } from "../mirror/ranges.ts";
import { requireStream } from "../mirror/typed.ts";
import { type KeySpan, prefixSpan, spanOf } from "../read/key-bounds.ts";
import type { LoadOptions, LoadProgressOptions, RangeOptions } from "../schema/handles.ts";
import type { SchemaNode, SortedMapNode } from "../schema/node.ts";
import type { ListContents, MapContents, TypedContents, ValueContents } from "./contents.ts";

/** A view of any chunked value. */
export class ValueView<Contents extends ValueContents = ValueContents> extends ValueHandle {
  readonly #contents: Contents;

  constructor(place: HandlePlace, contents: Contents) {
    super(place);
    this.#contents = contents;
  }

  protected get contents(): Contents {
    return this.#contents;
  }

  override load(options?: LoadProgressOptions): unknown {
    return this.#contents.load(options);
  }
}

export class TypedView extends ValueView<TypedContents> {
  count(options?: LoadOptions): unknown {
    return this.contents.count(options);
  }

  slice(start?: number, end?: number, options?: LoadOptions): unknown {
    return this.contents.slice(start, end, options);
  }

  /** In one piece: bytes that need a view are here already. */
  stream(options?: LoadOptions): ReadableStream<Uint8Array<ArrayBuffer>> {
    requireStream(this.place);
    const pull = async (controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>): Promise<void> => {
      const bytes = (await this.load(options)) as Uint8Array<ArrayBuffer>;
      if (bytes.length > 0) controller.enqueue(bytes);
      controller.close();
    };
    return new ReadableStream({ pull }, { highWaterMark: 0 });
  }
}

class ListView extends ValueView<ListContents> {
  count(options?: LoadOptions): unknown {
    return this.contents.count(options);
  }

  at(index: number, options?: LoadOptions): unknown {
    return this.contents.item(index, options, false);
  }

  atLazy(index: number, options?: LoadOptions): unknown {
    return this.contents.item(index, options, true);
  }

  first(options?: LoadOptions): unknown {
    return this.contents.end("first", options);
  }

  last(options?: LoadOptions): unknown {
    return this.contents.end("last", options);
  }

  slice(start?: number, end?: number, options?: LoadOptions): unknown {
    return this.contents.slice(start, end, options);
  }
}

export class AsyncListView extends ListView {
  values(options?: LoadOptions): AsyncIterableIterator<unknown> {
    return walkAsync(this.contents, options, false);
  }

  lazy(options?: LoadOptions): AsyncIterableIterator<unknown> {
    return walkAsync(this.contents, options, true);
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<unknown> {
    return this.values();
  }
}

export class SyncListView extends ListView {
  values(): Generator<unknown> {
    return walkSync(this.contents, false);
  }

  lazy(): Generator<unknown> {
    return walkSync(this.contents, true);
  }

  [Symbol.iterator](): Generator<unknown> {
    return this.values();
  }
}

class MapView extends ValueView<MapContents> {
  count(options?: LoadOptions): unknown {
    return this.contents.count(options);
  }

  get(key: unknown, options?: LoadOptions): unknown {
    return this.contents.get(key, options, false);
  }

  getLazy(key: unknown, options?: LoadOptions): unknown {
    return this.contents.get(key, options, true);
  }

  has(key: unknown, options?: LoadOptions): unknown {
    return this.contents.has(key, options);
  }

  getMany(keys: Iterable<unknown>, options?: LoadOptions): unknown {
    return this.contents.getMany(keys, options);
  }
}

export class AsyncMapView extends MapView {
  entries(options?: LoadOptions): AsyncIterableIterator<[unknown, unknown]> {
    return walkAsync(this.contents, options, false);
  }

  lazy(options?: LoadOptions): AsyncIterableIterator<[unknown, unknown]> {
    return walkAsync(this.contents, options, true);
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<[unknown, unknown]> {
    return this.entries();
  }
}

export class SyncMapView extends MapView {
  entries(): Generator<[unknown, unknown]> {
    return walkSync(this.contents, false);
  }

  lazy(): Generator<[unknown, unknown]> {
    return walkSync(this.contents, true);
  }

  [Symbol.iterator](): Generator<[unknown, unknown]> {
    return this.entries();
  }
}

/** Ranges of a sorted map, of keys and values of the wanted schema. */
class Ranges {
  private readonly place: HandlePlace;
  private readonly contents: MapContents;

  constructor(place: HandlePlace, contents: MapContents) {
    this.place = place;
    this.contents = contents;
  }

  range(options: KeyRange, lazy: boolean): unknown {
    return this.walk(spanOf(this.key, options), options, lazy);
  }

  prefix(prefix: unknown, options: KeyRange): unknown {
    return this.walk(prefixSpan(this.key, prefix), options, false);
  }

  count(options: KeyRange): unknown {
    return this.contents.countSpan(spanOf(this.key, options), options);
  }

  private get key(): SchemaNode {
    return (this.place.content as SortedMapNode).key;
  }

  private walk(span: KeySpan, options: KeyRange, lazy: boolean): unknown {
    const { runner } = this.place;
    const parts = { options, identity: runner.store.identity };
    const read = (state: RangeState, signal: AbortSignal | undefined): unknown =>
      this.contents.stretch({ ...options, signal }, span, state, lazy);
    return runner.mode === "async" ? new AsyncRange(parts, read) : new SyncRange(parts, read);
  }
}

type KeyRange = RangeOptions<unknown> & LoadOptions;

export class AsyncSortedMapView extends AsyncMapView {
  readonly #ranges = new Ranges(this.place, this.contents);

  first(options?: LoadOptions): unknown {
    return this.contents.end("first", options);
  }

  last(options?: LoadOptions): unknown {
    return this.contents.end("last", options);
  }

  range(options: KeyRange = {}): unknown {
    return this.#ranges.range(options, false);
  }

  rangeLazy(options: KeyRange = {}): unknown {
    return this.#ranges.range(options, true);
  }

  prefix(prefix: unknown, options: KeyRange = {}): unknown {
    return this.#ranges.prefix(prefix, options);
  }

  countRange(options: KeyRange = {}): unknown {
    return this.#ranges.count(options);
  }
}

export class SyncSortedMapView extends SyncMapView {
  readonly #ranges = new Ranges(this.place, this.contents);

  first(): unknown {
    return this.contents.end("first");
  }

  last(): unknown {
    return this.contents.end("last");
  }

  range(options: KeyRange = {}): unknown {
    return this.#ranges.range(options, false);
  }

  rangeLazy(options: KeyRange = {}): unknown {
    return this.#ranges.range(options, true);
  }

  prefix(prefix: unknown, options: KeyRange = {}): unknown {
    return this.#ranges.prefix(prefix, options);
  }

  countRange(options: KeyRange = {}): unknown {
    return this.#ranges.count(options);
  }
}
