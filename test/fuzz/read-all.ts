/**
 * Reads a damaged file in every way there is. Each call gives a value or a typed error, soon and without a large allocation;
 * where damage must be noticed, the value is the one that was written.
 */
import "../support/allocation-guard.ts";

import { load, loadSync, open, openSync, type ParcodeError, type Schema } from "parcode-web";
import { largestAllocation } from "../support/allocation-guard.ts";
import { countingSource } from "../support/counting-source.ts";
import { difference } from "../support/difference.ts";
import { outcome } from "../support/touch-mirror.ts";
import { contentOf } from "../support/walk-mirror.ts";
import type { Damaged } from "./mutate.ts";

/** Files have a few thousand bytes; a typed array of wild claims, or items of no bytes, take more than those. */
const MOST_BYTES = 64 * 2 ** 20;
const MOST_MILLISECONDS = 5000;
/** Items of an iteration that are looked at; a hostile list claims any number. */
const MOST_ITEMS = 300;

/** Nothing is known of the value. */
const ANY = Symbol("any value");

/** Returns the codes of the errors that were met. @throws what breaks a promise of the reader */
export async function readAll({ subject, bytes, sealed }: Damaged): Promise<Set<string>> {
  const codes = new Set<string>();
  const expected = subject.guarded && !sealed ? subject.value : ANY;
  const start = performance.now();
  const largest = await largestAllocation(async () => {
    const ways: [string, () => unknown][] = [
      ["openSync", () => openSync(bytes, subject.schema)],
      ["open", () => open(bytes, subject.schema)],
      ["open fetched", () => open(countingSource(bytes), subject.schema)],
      ["open fetched with its front", () => open(countingSource(bytes, 64 * 1024), subject.schema)],
    ];
    for (const [way, openIt] of ways) await new Reader(way, subject.schema, expected, codes).file(openIt);
    await new Reader("openSync without a schema", undefined, expected, codes).file(() => openSync(bytes));
    const fetched = () => open(countingSource(bytes, 64 * 1024));
    await new Reader("open without a schema", undefined, expected, codes).file(fetched);
  });
  if (largest > MOST_BYTES) throw new Error(`somebody asked for ${largest} bytes at once`);
  const milliseconds = performance.now() - start;
  if (milliseconds > MOST_MILLISECONDS) throw new Error(`took ${milliseconds} ms`);
  return codes;
}

class Reader {
  private readonly way: string;
  private readonly schema: Schema | undefined;
  private readonly expected: unknown;
  private readonly codes: Set<string>;
  private levels = 3;

  constructor(way: string, schema: Schema | undefined, expected: unknown, codes: Set<string>) {
    this.way = way;
    this.schema = schema;
    this.expected = expected;
    this.codes = codes;
  }

  async file(openIt: () => unknown): Promise<void> {
    const file = await this.call<any>("", openIt, ANY);
    if (file === undefined) return;
    await this.call("load()", () => file.load(), this.schema === undefined ? ANY : this.expected);
    await this.call("inspect()", () => file.inspect(), ANY);
    await this.call("verify()", () => file.verify(), ANY);
    if (this.schema === undefined) await this.call("root", () => file.root, ANY);
    else if ((await this.call("root", () => file.root, ANY)) !== undefined) {
      await this.chunk("root", file.root, this.schema, this.expected);
    }
    await this.call("load() again", () => file.load(), this.schema === undefined ? ANY : this.expected);
    await file.close();
  }

  /** Its value, or undefined for an error. */
  private async call<T>(what: string, work: () => unknown, expected: unknown): Promise<T | undefined> {
    let found: { value?: unknown; error?: ParcodeError };
    try {
      found = await outcome(work);
    } catch (thrown) {
      const cause = thrown instanceof Error ? (thrown.stack ?? String(thrown)) : String(thrown);
      throw new Error(`${this.way}, ${what}: ${cause}`, { cause: thrown });
    }
    if (found.error !== undefined) {
      this.codes.add(found.error.code);
      return undefined;
    }
    const other = expected === ANY ? undefined : difference(found.value, expected);
    if (other !== undefined) throw new Error(`${this.way}, ${what}: a wrong value: ${other}`);
    return found.value as T;
  }

  private async chunk(path: string, lazy: any, schema: Schema, value: any): Promise<void> {
    const content = contentOf(schema);
    if (content.kind === "struct") return this.struct(path, lazy, content, value);
    await this.call(`${path}.load()`, () => lazy.load(), value);
    if ("slice" in lazy) await this.slices(path, lazy, value);
    if ("atLazy" in lazy && content.kind === "vec") await this.list(path, lazy, content.item, value);
    if ("getLazy" in lazy) await this.map(path, lazy, content, value);
  }

  private async struct(path: string, mirror: any, schema: any, value: any): Promise<void> {
    const whole = () => (this.way.startsWith("openSync") ? loadSync(mirror) : load(mirror));
    await this.call(`load(${path})`, whole, value);
    for (const [name, field] of Object.entries<Schema>(schema.fields)) {
      const expected = value === ANY ? ANY : value[name];
      const isPlaced = field.kind === "chunk" || field.kind === "hashMap" || field.kind === "sortedMap";
      const member = await this.call<any>(`${path}.${name}`, () => mirror[name], isPlaced ? ANY : expected);
      if (isPlaced && member !== undefined) await this.chunk(`${path}.${name}`, member, field, expected);
    }
  }

  private async slices(path: string, list: any, value: any): Promise<void> {
    await this.call(`${path}.count()`, () => list.count(), value === ANY ? ANY : value.length);
    for (const bounds of [[0, 2], [-2], [1, 3]]) {
      const expected = value === ANY ? ANY : value.slice(...bounds);
      await this.call(`${path}.slice(${bounds})`, () => list.slice(...bounds), expected);
    }
  }

  private async list(path: string, list: any, item: Schema, value: any): Promise<void> {
    const count = (await this.call<number>(`${path}.count()`, () => list.count(), ANY)) ?? 3;
    for (const index of new Set([0, 1, Math.floor(count / 2), count - 2, count - 1])) {
      if (value !== ANY && !(index in value)) continue;
      const expected = value === ANY ? ANY : value[index];
      await this.call(`${path}.at(${index})`, () => list.at(index), expected);
      const view = await this.call(`${path}.atLazy(${index})`, () => list.atLazy(index), ANY);
      await this.view(`${path}.atLazy(${index})`, view, item, expected);
    }
    await this.iteration(`${path}.values()`, () => list.values(), value === ANY ? ANY : value);
    await this.iteration(`${path}.lazy()`, () => list.lazy(), ANY);
  }

  private async map(path: string, map: any, schema: any, value: any): Promise<void> {
    await this.call(`${path}.count()`, () => map.count(), value === ANY ? ANY : value.size);
    const entries = await this.iteration(`${path}.entries()`, () => map.entries(), ANY);
    await this.iteration(`${path}.lazy()`, () => map.lazy(), ANY);
    const keys = value === ANY ? entries.slice(0, 4).map(([key]: any) => key) : [...value.keys()].slice(0, 4);
    for (const key of keys) {
      const expected = value === ANY ? ANY : value.get(key);
      await this.call(`${path}.get(${key})`, () => map.get(key), expected);
      await this.call(`${path}.has(${key})`, () => map.has(key), value === ANY ? ANY : true);
      const view = await this.call(`${path}.getLazy(${key})`, () => map.getLazy(key), ANY);
      await this.view(`${path}.getLazy(${key})`, view, schema.value, expected);
    }
    const many = value === ANY ? ANY : keys.map((key: unknown) => value.get(key));
    await this.call(`${path}.getMany()`, () => map.getMany(keys), many);
    if ("range" in map) await this.iteration(`${path}.range()`, () => map.range(), ANY);
  }

  private async view(path: string, view: any, schema: Schema, value: any): Promise<void> {
    const isMirror = contentOf(schema).kind === "struct" && typeof view === "object" && view !== null;
    if (!isMirror || Object.getPrototypeOf(view) === Object.prototype || this.levels === 0) return;
    this.levels--;
    await this.struct(path, view, contentOf(schema), value);
    this.levels++;
  }

  /** The first items, which are compared; what comes before an error, too. */
  private async iteration(path: string, start: () => any, value: any): Promise<any[]> {
    const found: any[] = [];
    const run = async (): Promise<void> => {
      const items = start();
      if (Symbol.iterator in items) {
        for (const item of items) if (found.push(item) >= MOST_ITEMS) break;
      } else for await (const item of items) if (found.push(item) >= MOST_ITEMS) break;
    };
    await this.call(path, run, ANY);
    if (value !== ANY) await this.call(path, () => found, value.slice(0, found.length));
    return found;
  }
}
