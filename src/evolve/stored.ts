/**
 * What is in the file, where a view of it is wanted. In: the handle to it, as the file has it, and a plan. Out: what it gives,
 * converted; nothing is read that the handle would not read.
 */

import { prefixPath } from "../errors.ts";
import type { ContainerHandle } from "../mirror/container-handle.ts";
import type { ShardSizes } from "../mirror/iterate.ts";
import { isStructMirror, loadMirror } from "../mirror/load-mirror.ts";
import type { RangeBatch, RangeState } from "../mirror/ranges.ts";
import type { From, KeySpan } from "../read/key-bounds.ts";
import { requireFit } from "../schema/check.ts";
import type { LoadOptions, LoadProgressOptions, RangeOptions } from "../schema/handles.ts";
import { keyText } from "../schema/value-text.ts";
import {
  after,
  type Given,
  type ListContents,
  type MapContents,
  type TypedContents,
  type ValueContents,
} from "./contents.ts";
import { type Convert, converterOf } from "./convert.ts";
import { type ToStored, toStoredKey } from "./keys.ts";
import type { Part, Plan } from "./plan.ts";
import type { StoredPlace, Viewer } from "./viewer.ts";

/** The handle of any kind, of which a view uses what its kind has. */
type Method = (...args: unknown[]) => Given<never>;
type StoredHandle = Readonly<Record<string, Method | undefined>>;

export class StoredValue implements ValueContents {
  protected readonly place: StoredPlace;
  protected readonly viewer: Viewer;
  protected readonly convert: Convert;

  constructor(viewer: Viewer, place: StoredPlace) {
    this.viewer = viewer;
    this.place = place;
    this.convert = converterOf(place.plan, true);
  }

  load(options?: LoadProgressOptions): Given<unknown> {
    const { inner } = this.place;
    const { mode } = this.viewer.runner;
    const value = isStructMirror(inner) ? loadMirror(inner, mode, options) : this.call("load", options);
    // A mirror shares its inline fields with what it loads.
    return after(value, isStructMirror(inner) ? converterOf(this.place.plan, false) : this.convert);
  }

  protected call<T>(name: string, ...args: readonly unknown[]): Given<T> {
    const handle = this.place.inner as StoredHandle;
    return (handle[name] as Method).apply(handle, [...args]);
  }

  count(options?: LoadOptions): Given<number> {
    return this.call("count", options);
  }

  shardSizes(lazy: boolean): ShardSizes {
    return (this.place.inner as ContainerHandle).shardSizes(lazy);
  }
}

export class StoredTyped extends StoredValue implements TypedContents {
  slice(start: number | undefined, end: number | undefined, options?: LoadOptions): Given<unknown> {
    return after(this.call("slice", start, end, options), this.convert);
  }
}

export class StoredList extends StoredValue implements ListContents {
  private readonly itemPlan: Plan;
  private readonly item_: Convert;

  constructor(viewer: Viewer, place: StoredPlace, { plan }: Part) {
    super(viewer, place);
    this.itemPlan = plan;
    this.item_ = converterOf(plan, true);
  }

  item(index: number, options: LoadOptions | undefined, lazy: boolean): Given<unknown> {
    if (!lazy || this.itemPlan.wanted.kind !== "struct") return after(this.call("at", index, options), this.item_);
    return after(this.call("atLazy", index, options), (item) =>
      after(this.viewer.views(this.itemPlan, [item], this.pathOf(index), options), ([view]) => view),
    );
  }

  end(which: "first" | "last", options?: LoadOptions): Given<unknown> {
    return after(this.call(which, options), (item) => (item === undefined ? undefined : this.item_(item)));
  }

  slice(start: number | undefined, end: number | undefined, options?: LoadOptions): Given<unknown[]> {
    return after(this.call<unknown[]>("slice", start, end, options), (items) => items.map((item) => this.item_(item)));
  }

  batch(options: LoadOptions | undefined, start: number, count: number, lazy: boolean): Given<unknown[] | undefined> {
    const isLazy = lazy && this.itemPlan.wanted.kind === "struct";
    return after(this.call<unknown[] | undefined>("batch", options, start, count, isLazy), (items) => {
      if (items === undefined) return undefined;
      if (!isLazy) return items.map((item) => this.item_(item));
      return this.viewer.views(this.itemPlan, items, this.place.path, options);
    });
  }

  private pathOf(index: number): string {
    return `${this.place.path}[${index}]`;
  }
}

type Entry = [unknown, unknown];

export class StoredMap extends StoredValue implements MapContents {
  private readonly valuePlan: Plan;
  private readonly key: Convert;
  private readonly value: Convert;
  private readonly toStored: ToStored;
  /** Whether lazy access gives mirrors. A map in one piece has plain values. */
  private readonly hasMirrors: boolean;

  constructor(viewer: Viewer, place: StoredPlace, keys: Plan, values: Plan) {
    super(viewer, place);
    this.valuePlan = values;
    this.key = converterOf(keys, true);
    this.value = converterOf(values, true);
    this.toStored = toStoredKey(keys);
    this.hasMirrors = place.plan.wanted.kind !== "map" && values.wanted.kind === "struct";
  }

  get(key: unknown, options: LoadOptions | undefined, lazy: boolean): Given<unknown> {
    const isLazy = lazy && this.hasMirrors;
    return after(this.storedKeys([key], options), ([stored]) => {
      if (stored === undefined) return undefined;
      return after(this.call(isLazy ? "getLazy" : "get", stored, options), (value) => {
        if (value === undefined) return undefined;
        if (!isLazy) return this.value(value);
        const path = this.place.path + keyText(key);
        return after(this.viewer.views(this.valuePlan, [value], path, options), ([view]) => view);
      });
    });
  }

  has(key: unknown, options?: LoadOptions): Given<boolean> {
    return after(
      this.storedKeys([key], options),
      ([stored]) => stored !== undefined && this.call("has", stored, options),
    );
  }

  getMany(keys: Iterable<unknown>, options?: LoadOptions): Given<unknown[]> {
    return after(this.storedKeys([...keys], options), (stored) => {
      const asked = stored.filter((key) => key !== undefined);
      return after(this.call<unknown[]>("getMany", asked, options), (values) => {
        let next = 0;
        return stored.map((key) => {
          const value = key === undefined ? undefined : values[next++];
          return value === undefined ? undefined : this.value(value);
        });
      });
    });
  }

  end(which: "first" | "last", options?: LoadOptions): Given<Entry | undefined> {
    return after(this.call<Entry | undefined>(which, options), (entry) =>
      entry === undefined ? undefined : [this.key(entry[0]), this.value(entry[1])],
    );
  }

  batch(options: LoadOptions | undefined, start: number, count: number, lazy: boolean): Given<Entry[] | undefined> {
    const isLazy = lazy && this.hasMirrors;
    return after(this.call<Entry[] | undefined>("batch", options, start, count, isLazy), (entries) =>
      entries === undefined ? undefined : this.converted(entries, isLazy, options),
    );
  }

  stretch(
    options: RangeOptions<unknown> & LoadOptions,
    span: KeySpan,
    state: RangeState,
    lazy: boolean,
  ): Given<RangeBatch> {
    const isLazy = lazy && this.hasMirrors;
    const batch = this.call<RangeBatch>("stretch", options, this.storedSpan(span), state, isLazy);
    return after(batch, ({ first, entries }) =>
      after(this.converted(entries, isLazy, options), (wanted) => ({ first, entries: wanted })),
    );
  }

  countSpan(span: KeySpan, options?: LoadOptions): Given<number> {
    return this.call("countSpan", this.storedSpan(span), options);
  }

  /** Wanted keys are in the order of the file's. */
  private storedSpan({ start, end }: KeySpan): KeySpan {
    const over = (from: From | undefined): From | undefined => from && ((key) => from(this.key(key)));
    return { start: over(start), end: over(end) };
  }

  private converted(
    entries: readonly (readonly [unknown, unknown])[],
    isLazy: boolean,
    options: LoadOptions | undefined,
  ): Given<Entry[]> {
    if (!isLazy) return entries.map(([key, value]): Entry => [this.key(key), this.value(value)]);
    const values = entries.map(([, value]) => value);
    return after(this.viewer.views(this.valuePlan, values, this.place.path, options), (views) =>
      entries.map(([key], i): Entry => [this.key(key), views[i]]),
    );
  }

  /** The file's keys of those that are asked for; undefined for one that it cannot have. */
  private storedKeys(keys: readonly unknown[], options: LoadOptions | undefined): Given<unknown[]> {
    const { key: schema } = this.place.plan.wanted as Extract<Plan["wanted"], { kind: "map" }>;
    const { toStored } = this;
    return this.viewer.runner.run(this.place.path, { signal: options?.signal }, function* () {
      return keys.map((key) => {
        try {
          requireFit(schema, key);
        } catch (error) {
          throw prefixPath(keyText(key), error);
        }
        return toStored(key);
      });
    });
  }
}
