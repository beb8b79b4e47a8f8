/**
 * Touches everything a mirror has and compares it with the value that is known to be in the file: every handle's every
 * method, every index and key, the lazy views inside as well. One walk serves both kinds of mirror; `mode` says which.
 */
import { isParcodeError, load, loadSync, type Schema } from "parcode-web";
import { canonical, difference } from "./difference.ts";

/** How much of a long list or map is looked at. What there is more of is evenly spread. */
export interface WalkLimits {
  /** Indices and keys that are looked at one by one. */
  readonly steps: number;
  /** Lazy views of items that are walked themselves. */
  readonly views: number;
}

const THOROUGH: WalkLimits = { steps: 2500, views: 60 };

/** A member of a mirror: what it has depends on its schema. */
type Lazy = any;

/** Walks the mirror of a root. Returns how many comparisons were made. */
export async function walkMirror(
  mode: "async" | "sync",
  mirror: unknown,
  schema: Schema,
  value: unknown,
  limits: WalkLimits = THOROUGH,
): Promise<number> {
  const walker = new Walker(mode, limits);
  await walker.chunk(mirror, schema, value, "root");
  return walker.comparisons;
}

/** What is in a chunk made for this schema. */
export function contentOf(schema: Schema): any {
  let content: any = schema;
  while (content.kind === "chunk" || content.kind === "recursive") {
    content = content.kind === "chunk" ? content.inner : content.get();
  }
  return content;
}

function isChunked(schema: Schema): boolean {
  return schema.kind === "chunk" || schema.kind === "hashMap" || schema.kind === "sortedMap";
}

class Walker {
  comparisons = 0;
  private readonly mode: "async" | "sync";
  private readonly limits: WalkLimits;

  constructor(mode: "async" | "sync", limits: WalkLimits) {
    this.mode = mode;
    this.limits = limits;
  }

  async chunk(lazy: Lazy, schema: Schema, value: any, path: string): Promise<void> {
    const content = contentOf(schema);
    if (content.kind === "struct") return this.struct(lazy, content, value, path);
    this.same(await this.take(lazy.load(), path), value, `${path}.load()`);
    this.same(JSON.parse(JSON.stringify(lazy)).chunk, content.kind, `${path}.toJSON()`);
    switch (content.kind) {
      case "vec":
        return this.list(lazy, content, value, path);
      case "typed":
      case "bytes":
        return this.typed(lazy, value, path);
      case "map":
      case "hashMap":
        return this.map(lazy, content, value, path);
      default:
    }
  }

  private async struct(mirror: Lazy, schema: any, value: any, path: string): Promise<void> {
    const whole = this.mode === "async" ? load(mirror) : loadSync(mirror);
    this.same(await this.take(whole, path), value, `load(${path})`);
    await this.members(mirror, schema, value, path);
  }

  private async members(mirror: Lazy, schema: any, value: any, path: string): Promise<void> {
    for (const [name, field] of Object.entries<Schema>(schema.fields)) {
      if (isChunked(field)) await this.chunk(mirror[name], field, value[name], `${path}.${name}`);
      else this.same(mirror[name], value[name], `${path}.${name}`);
    }
  }

  private async list(list: Lazy, schema: any, value: readonly unknown[], path: string): Promise<void> {
    const { length } = value;
    this.same(await this.take(list.count(), path), length, `${path}.count()`);
    this.same(await this.take(list.first(), path), value[0], `${path}.first()`);
    this.same(await this.take(list.last(), path), value[length - 1], `${path}.last()`);
    for (const index of spread(length, this.limits.steps)) {
      this.same(await this.take(list.at(index), path), value[index], `${path}.at(${index})`);
    }
    for (const index of spread(length, this.limits.views)) {
      const item = await this.take(list.atLazy(index), path);
      await this.view(item, schema.item, value[index], `${path}.atLazy(${index})`);
    }
    for (const index of [length, -1, 0.5, Number.NaN, 2 ** 40]) {
      await this.outOfRange(() => list.at(index), index, length, `${path}.at(${index})`);
      await this.outOfRange(() => list.atLazy(index), index, length, `${path}.atLazy(${index})`);
    }
    await this.slices(list, value, path);
    await this.iterations(list, schema, value, path);
  }

  private async iterations(list: Lazy, schema: any, value: readonly unknown[], path: string): Promise<void> {
    this.same(await this.collect(list), value, `iteration of ${path}`);
    this.same(await this.collect(list.values()), value, `${path}.values()`);
    const views = await this.collect(list.lazy());
    this.same(views.length, value.length, `${path}.lazy()`);
    for (const index of spread(value.length, this.limits.views)) {
      await this.view(views[index], schema.item, value[index], `${path}.lazy()[${index}]`);
    }
    if (contentOf(schema.item).kind !== "struct") this.same(views, value, `${path}.lazy()`);
  }

  /** A lazy view of an item: a mirror where it is a struct, else the value. */
  private async view(view: unknown, schema: Schema, value: unknown, path: string): Promise<void> {
    const content = contentOf(schema);
    if (content.kind === "struct") await this.struct(view, content, value, path);
    else this.same(view, value, path);
  }

  private async typed(handle: Lazy, value: any, path: string): Promise<void> {
    this.same(await this.take(handle.count(), path), value.length, `${path}.count()`);
    await this.slices(handle, value, path);
  }

  private async slices(handle: Lazy, value: any, path: string): Promise<void> {
    const { length } = value;
    const third = Math.floor(length / 3);
    for (const bounds of [
      ...[[], [0], [1], [-1], [-3, -1], [0, length], [1, length - 1], [third, 2 * third], [third, third + 1]],
      ...[
        [length - 2, length + 5],
        [length, length + 1],
        [2, 1],
        [-length - 5, 3],
        [0.9, 2.9],
        [Number.NaN, 2],
      ],
    ]) {
      const slice = await this.take(handle.slice(...bounds), path);
      this.same(slice, value.slice(...bounds), `${path}.slice(${bounds})`);
    }
  }

  private async map(map: Lazy, schema: any, value: Map<unknown, unknown>, path: string): Promise<void> {
    this.same(await this.take(map.count(), path), value.size, `${path}.count()`);
    const keys = [...value.keys()];
    const looked = spread(keys.length, this.limits.steps).map((index) => keys[index]);
    for (const key of looked) {
      const place = `${path}.get(${canonical(key)})`;
      this.same(await this.take(map.get(key), path), value.get(key), place);
      this.same(await this.take(map.has(key), path), true, `${place} has`);
    }
    for (const index of spread(keys.length, this.limits.views)) {
      const view = await this.take(map.getLazy(keys[index]), path);
      await this.valueView(view, schema, value.get(keys[index]), `${path}.getLazy(${canonical(keys[index])})`);
    }
    const many = [...[...looked].reverse(), ...looked.slice(0, 3)];
    const found = await this.take(map.getMany(many), path);
    this.same(
      found,
      many.map((key) => value.get(key)),
      `${path}.getMany()`,
    );
    await this.absent(map, schema, value, path);
    this.same(new Map(await this.collect(map)), value, `iteration of ${path}`);
    this.same(new Map(await this.collect(map.entries())), value, `${path}.entries()`);
    await this.lazyEntries(map, schema, value, path);
  }

  private async lazyEntries(map: Lazy, schema: any, value: Map<unknown, unknown>, path: string): Promise<void> {
    const views = await this.collect(map.lazy());
    this.same(views.length, value.size, `${path}.lazy()`);
    const wanted = new Map([...value].map(([key, member]) => [canonical(key), member]));
    const missing = new Set(wanted.keys());
    for (const [key] of views) missing.delete(canonical(key));
    this.same(missing.size, 0, `keys without an entry in ${path}.lazy()`);
    for (const index of spread(views.length, this.limits.views)) {
      const [key, view] = views[index] as [unknown, unknown];
      await this.valueView(view, schema, wanted.get(canonical(key)), `${path}.lazy()[${canonical(key)}]`);
    }
  }

  /** The values of a map in one chunk are inside it, so that there is nothing to be lazy about. */
  private async valueView(view: unknown, schema: any, value: unknown, path: string): Promise<void> {
    const isMirror = contentOf(schema.value).kind === "struct" && Object.getPrototypeOf(view) !== Object.prototype;
    if (isMirror) await this.struct(view, contentOf(schema.value), value, path);
    else this.same(view, value, path);
  }

  private async absent(map: Lazy, schema: any, value: Map<unknown, unknown>, path: string): Promise<void> {
    const present = new Set([...value.keys()].map(canonical));
    const absent = candidates(schema.key).filter((key) => !present.has(canonical(key)));
    for (const key of absent) {
      const place = `${path}.get(${canonical(key)})`;
      this.same(await this.take(map.get(key), path), undefined, place);
      this.same(await this.take(map.getLazy(key), path), undefined, `${place} lazily`);
      this.same(await this.take(map.has(key), path), false, `${place} has`);
    }
    const none = await this.take(map.getMany(absent), path);
    this.same(
      none,
      absent.map(() => undefined),
      `${path}.getMany() of absent keys`,
    );
    this.same(await this.take(map.getMany([]), path), [], `${path}.getMany([])`);
  }

  /** What a method gave: a promise or not, as the mode says. */
  private async take(result: unknown, path: string): Promise<any> {
    if (result instanceof Promise !== (this.mode === "async")) {
      throw new Error(
        `${path}: a method of an ${this.mode} mirror gave ${result instanceof Promise ? "a promise" : "no promise"}.`,
      );
    }
    return result;
  }

  private async collect(items: any): Promise<any[]> {
    const found: unknown[] = [];
    if (this.mode === "sync") for (const item of items) found.push(item);
    else for await (const item of items) found.push(item);
    return found;
  }

  private async outOfRange(work: () => unknown, index: number, length: number, path: string): Promise<void> {
    let thrown: unknown;
    try {
      await work();
    } catch (error) {
      thrown = error;
    }
    if (!isParcodeError(thrown, "IndexOutOfRange")) throw new Error(`${path} is not refused: ${thrown}`);
    this.same([thrown.index, thrown.length], [index, length], path);
  }

  private same(actual: unknown, expected: unknown, path: string): void {
    this.comparisons++;
    const found = difference(actual, expected, path);
    if (found !== undefined) throw new Error(found);
  }
}

/** All indices below `length`, or at most `most` of them from the first to the last. */
export function spread(length: number, most: number): number[] {
  const count = Math.min(length, most);
  return Array.from({ length: count }, (_, i) => (count < 2 ? i : Math.round((i * (length - 1)) / (count - 1))));
}

/** A few keys of a schema, in the hope that a map does not have them. */
function candidates(schema: any): unknown[] {
  const content = contentOf(schema);
  switch (content.kind) {
    case "str":
      return ["", "no such key", "\u{10ffff}", "\u0000"];
    case "char":
      return ["z", "\u{10ffff}"];
    case "bool":
      return [true, false];
    case "unit":
      return [null];
    case "bytes":
      return [new Uint8Array(0), new Uint8Array([9, 9, 9, 9, 9])];
    case "u64":
    case "i64":
    case "u128":
    case "i128":
      return [0n, 77n, 2n ** 63n - 1n, 123456789012345n];
    case "option":
      return [null, ...candidates(content.item)];
    case "vec":
      return [[], candidates(content.item)];
    case "array":
      return candidates(content.item).map((item) => Array.from({ length: content.length }, () => item));
    case "tuple":
      return [content.items.map((item: any) => candidates(item)[1])];
    case "struct":
      return [Object.fromEntries(Object.entries(content.fields).map(([name, field]) => [name, candidates(field)[0]]))];
    case "variant":
      return Object.entries<any>(content.variants).map(([type, part]) =>
        part.kind === "unit" ? { type } : { type, value: candidates(part)[0] },
      );
    default:
      return [0, 1, 77, 120];
  }
}
