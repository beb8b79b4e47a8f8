/** Ranges of sorted maps: the entries that a filter of all of them would give, from as few shards as can be. */
import {
  bytes,
  chunk,
  type Infer,
  isParcodeError,
  open,
  openSync,
  type Schema,
  serialize,
  serializeSync,
  sortedMap,
  str,
  struct,
  tuple,
  u8,
  u32,
} from "parcode-web";
import { describe, expect, test } from "vitest";
import { comparerOf } from "../../src/schema/compare.ts";
import type { SchemaNode } from "../../src/schema/node.ts";
import { countingSource } from "../support/counting-source.ts";
import { rejectionOf, thrownBy } from "../support/rejection.ts";

const Numbers = sortedMap(u32, str, { shardBytes: 200 });
const numbers = new Map(Array.from({ length: 500 }, (_, i) => [i * 3, `value ${i}`]));
const sorted = [...numbers];
const layouts = [
  ["with fences", {}],
  ["as the crate writes it", { compatibility: "parcode" }],
] as const;

const within =
  ({ gt = -1, gte = 0, lt = Infinity, lte = Infinity }: Record<string, number | undefined>) =>
  ([key]: readonly [number, string]) =>
    key > gt && key >= gte && key < lt && key <= lte;

describe.each(layouts)("numbers, %s", (_name, options) => {
  const file = openSync(serializeSync(Numbers, numbers, options), Numbers);
  const { root } = file;

  test.each([
    {},
    { gt: 30 },
    { gte: 30 },
    { gte: 31, lt: 90 },
    { gt: 30, lte: 90 },
    { lt: 0 },
    { lte: 0 },
    { gt: 1497 },
    { gte: 1497 },
    { gte: 2000 },
    { gte: 90, lte: 30 },
    { gte: 300, lte: 300 },
    { gte: 301, lte: 301 },
  ])("%o, forwards and backwards, with any limit", (bounds) => {
    const expected = sorted.filter(within(bounds as Record<string, number>));
    expect(root.range(bounds).toArray()).toEqual(expected);
    expect(root.range({ ...bounds, reverse: true }).toArray()).toEqual([...expected].reverse());
    expect(root.countRange(bounds)).toBe(expected.length);
    for (const limit of [0, 1, 7, 100, 1000]) {
      expect(root.range({ ...bounds, limit }).toArray()).toEqual(expected.slice(0, limit));
      const last = [...expected].reverse().slice(0, limit);
      expect(root.range({ ...bounds, limit, reverse: true }).toArray()).toEqual(last);
    }
  });

  test("a cursor goes on behind the entry that was given last, in another range and another file", () => {
    for (const reverse of [false, true]) {
      const bounds = { gte: 100, lt: 900, reverse };
      const expected = root.range(bounds).toArray();
      const pages: [number, string][][] = [];
      let cursor: string | undefined;
      for (;;) {
        const page = openSync(serializeSync(Numbers, numbers, options), Numbers).root.range({
          ...bounds,
          limit: 37,
          cursor,
        });
        expect(page.cursor).toBeUndefined();
        pages.push(page.toArray());
        cursor = page.cursor;
        if (pages.at(-1)?.length !== 37) break;
      }
      expect(pages.flat()).toEqual(expected);
      expect(pages.length).toBe(Math.floor(expected.length / 37) + 1);
    }
    const half = root.range({});
    for (const [key] of half) if (key === 300) break;
    expect(root.range({ cursor: half.cursor, limit: 1 }).toArray()[0]?.[0]).toBe(303);
  });
});

test("what is wrong with a range is told before anything is read", async () => {
  const file = await open(countingSource(await serialize(Numbers, numbers)), Numbers);
  const { root } = file;
  expect(thrownBy(() => root.range({ gt: 1, gte: 1 }))).toMatchObject({ code: "InvalidOption", option: "gt" });
  expect(thrownBy(() => root.range({ limit: -1 }))).toMatchObject({ code: "InvalidOption", option: "limit" });
  const wrong = thrownBy(() => root.range({ gte: "x" as never }));
  expect(wrong).toMatchObject({ code: "SchemaMismatch", path: '["x"]' });
  expect(wrong.message).toContain("no key of this map, nor the beginning of one");
  const other = openSync(serializeSync(Numbers, new Map([[1, "x"]])), Numbers).root.range();
  other.toArray();
  for (const cursor of ["nonsense", "f1.", other.cursor]) {
    expect(await rejectionOf(root.range({ cursor }).toArray())).toMatchObject({
      code: "InvalidOption",
      option: "cursor",
    });
  }
});

describe("keys of parts", () => {
  const Places = sortedMap(tuple([str, str, u8]), u32, { shardBytes: 300 });
  const names = ["", "A", "Aa", "Ab", "B", "Ba", "\u0000", "z", "é", "\u{1f600}"];
  const entries = ["", "DE", "DEU", "FR", "US"].flatMap((country) =>
    names.flatMap((name) => [0, 1, 255].map((n) => [[country, name, n], n] as [[string, string, number], number])),
  );
  const compare = comparerOf(Places.key as unknown as SchemaNode);
  const inOrder = [...entries].sort(([a], [b]) => compare(a, b));
  const { root } = openSync(serializeSync(Places, entries), Places);

  test("a prefix: first parts equal, the last one given may be the beginning of a text", () => {
    const starting = (country: string, name?: string) =>
      inOrder.filter(([[a, b]]) => (name === undefined ? a.startsWith(country) : a === country && b.startsWith(name)));
    for (const country of ["", "D", "DE", "DEU", "X"]) {
      expect(root.prefix([country]).toArray()).toEqual(starting(country));
      for (const name of ["", "A", "Aa", "\u0000", "z", "zz"]) {
        expect(root.prefix([country, name]).toArray()).toEqual(starting(country, name));
        expect(root.prefix([country, name], { reverse: true, limit: 2 }).toArray()).toEqual(
          starting(country, name).reverse().slice(0, 2),
        );
      }
    }
    expect(root.prefix(["DE", "A", 255]).toArray()).toEqual([[["DE", "A", 255], 255]]);
  });

  test("a bound of fewer parts stands for all keys that begin so", () => {
    const germany = inOrder.filter(([[country]]) => country === "DE");
    expect(root.range({ gte: ["DE"], lte: ["DE"] }).toArray()).toEqual(germany);
    expect(root.range({ gt: ["DE"], lt: ["FR"] }).toArray()).toEqual(inOrder.filter(([[c]]) => c === "DEU"));
    expect(root.countRange({ gte: ["DE", "B"], lte: ["DE", "B"] })).toBe(3);
    expect(thrownBy(() => root.range({ gte: ["DE", 5] as never }))).toMatchObject({ code: "SchemaMismatch" });
  });

  test("structs, bytes and text", () => {
    const ByStruct = sortedMap(struct({ team: str, score: u32 }), u8);
    const value = new Map(
      ["a", "b"].flatMap((team) =>
        [1, 2, 3].map((score) => [{ team, score }, score] as [{ team: string; score: number }, number]),
      ),
    );
    const structs = openSync(serializeSync(ByStruct, value), ByStruct).root;
    expect(
      structs
        .prefix({ team: "b" })
        .toArray()
        .map(([, score]) => score),
    ).toEqual([1, 2, 3]);
    expect(structs.range({ gte: { team: "a", score: 2 }, lte: { team: "a" } }).toArray().length).toBe(2);
    const ByBytes = sortedMap(bytes, u8);
    const keys = [[], [0], [0, 255], [1], [255, 255]].map((key) => Uint8Array.from(key));
    const blobs = openSync(serializeSync(ByBytes, new Map(keys.map((key, i) => [key, i]))), ByBytes).root;
    expect(
      blobs
        .prefix(Uint8Array.of(0))
        .toArray()
        .map(([, i]) => i),
    ).toEqual([1, 2]);
    expect(blobs.prefix(Uint8Array.of()).toArray().length).toBe(5);
    const Texts = sortedMap(str, u8);
    const texts = openSync(serializeSync(Texts, new Map(names.map((name, i) => [name, i]))), Texts).root;
    expect(
      texts
        .prefix("A")
        .toArray()
        .map(([name]) => name),
    ).toEqual(["A", "Aa", "Ab"]);
  });
});

describe("what is read", () => {
  const Item = struct({ level: u32, notes: chunk(str) });
  const Names = struct({ names: sortedMap(str, Item, { shardBytes: 4_000 }), far: chunk(bytes) });
  const list = Array.from({ length: 5_000 }, (_, i) => `name ${String(i).padStart(5, "0")}`);
  const value: Infer<typeof Names> = {
    names: new Map(list.map((name, i) => [name, { level: i, notes: `notes of ${name}` }])),
    far: new Uint8Array(200_000),
  };
  const file = serializeSync(Names, value, { layout: "stream" });
  const opened = async () => {
    const source = countingSource(file);
    const { root } = await open(source, Names);
    const opening = source.reads.length;
    return { root, reads: () => source.reads.slice(opening) };
  };

  test("a lookup reads one shard, and what is not there one at most", async () => {
    const { root, reads } = await opened();
    expect(await root.names.get("name 03333")).toEqual(value.names instanceof Map && value.names.get("name 03333"));
    expect(reads().length).toBe(1);
    expect(await root.names.get("name 03333x")).toBeUndefined();
    expect(await root.names.has("aaa")).toBe(false);
    expect(reads().length).toBe(2);
  });

  test("many keys at once: their shards are read together, each once, before any is looked into", async () => {
    const { root, reads } = await opened();
    const keys = Array.from({ length: 60 }, (_, i) => list[i * 3] as string);
    const found = await root.names.getMany([...keys, "nobody", ...keys]);
    const levels = keys.map((_, i) => i * 3);
    expect(found.map((each) => each?.level)).toEqual([...levels, undefined, ...levels]);
    expect(reads().length).toBeLessThan(10);
  });

  test("twenty entries of a prefix: one shard or two, and no chunks of entries that are not given", async () => {
    const { root, reads } = await opened();
    const found = await root.names.prefix("name 0312", { limit: 20 }).toArray();
    expect(found.map(([name]) => name)).toEqual(list.slice(3120, 3130));
    expect(reads().length).toBeLessThanOrEqual(2);
    const total = reads().reduce((sum, { start, end }) => sum + end - start, 0);
    expect(total).toBeLessThan(40_000);
  });

  test("mirrors of entries leave their chunks alone", async () => {
    const { root, reads } = await opened();
    const lazy = await root.names.rangeLazy({ gte: "name 01000", limit: 3 }).toArray();
    expect(lazy.map(([, { level }]) => level)).toEqual([1000, 1001, 1002]);
    expect(reads().length).toBe(1);
    expect(await lazy[1]?.[1].notes.load()).toBe("notes of name 01001");
  });

  test("a long walk reads few times, and stops reading where the loop stops", async () => {
    const { root, reads } = await opened();
    let seen = 0;
    for await (const [name] of root.names.rangeLazy()) {
      expect(name).toBe(list[seen++]);
      if (seen === 100) break;
    }
    const first = reads().length;
    expect(first).toBeLessThanOrEqual(3);
    for await (const _ of root.names.rangeLazy({ gte: "name 01000" })) seen++;
    expect(seen).toBe(100 + 4_000);
    expect(reads().length).toBeLessThan(60);
  });

  test("an empty range between two keys of one shard reads that shard, a range behind the last none twice", async () => {
    const { root, reads } = await opened();
    expect(await root.names.range({ gt: "name 00010", lt: "name 00011" }).toArray()).toEqual([]);
    expect(reads().length).toBe(1);
    expect(await root.names.countRange({ gte: "name 00100", lt: "name 04000" })).toBe(3_900);
    expect(reads().length).toBeLessThanOrEqual(3);
  });
});

describe("writing", () => {
  const Texts = struct({ texts: sortedMap(str, u32, { shardBytes: 100 }) });
  const inOrder = Array.from({ length: 300 }, (_, i) => [`key ${String(i).padStart(3, "0")}`, i] as const);
  const expected = serializeSync(Texts, { texts: new Map(inOrder) }, { layout: "stream" });
  const written = (texts: Parameters<typeof serializeSync<typeof Texts>>[1]["texts"]) =>
    serializeSync(Texts, { texts }, { layout: "stream" });
  const slowly = async function* <T>(items: readonly T[]): AsyncGenerator<T> {
    for (const item of items) {
      await Promise.resolve();
      yield item;
    }
  };

  test("a Map, an array in any order, an Iterable and an AsyncIterable in order: the same bytes", async () => {
    expect(written([...inOrder].reverse())).toEqual(expected);
    expect(written(inOrder.values())).toEqual(expected);
    expect(await serialize(Texts, { texts: slowly(inOrder) }, { layout: "stream" })).toEqual(expected);
  });

  test("the first pair out of order is named, and the source is closed", async () => {
    const wrong = [...inOrder.slice(0, 10), ["key 005x", 1] as const, ...inOrder.slice(10)];
    let isClosed = false;
    const source = (async function* () {
      try {
        yield* slowly(wrong);
      } finally {
        isClosed = true;
      }
    })();
    for (const error of [
      await rejectionOf(serialize(Texts, { texts: source })),
      thrownBy(() => written(wrong.values())),
    ]) {
      expect(error).toMatchObject({ code: "SchemaMismatch", path: 'texts["key 005x"]' });
      expect(error.message).toContain('["key 009"]');
    }
    expect(isClosed).toBe(true);
  });

  test("equal keys are refused, or the last one counts", () => {
    const twice = [...inOrder.slice(0, 5), ["key 004", 99] as const, ...inOrder.slice(5)];
    expect(thrownBy(() => written(twice))).toMatchObject({ code: "SchemaMismatch", path: 'texts["key 004"]' });
    const Last = struct({ texts: sortedMap(str, u32, { duplicates: "last" }) });
    for (const texts of [twice, twice.values()]) {
      const { root } = openSync(serializeSync(Last, { texts }), Last);
      expect([root.texts.count(), root.texts.get("key 004")]).toEqual([300, 99]);
    }
  });

  test("what is no entry, and what does not fit, has its place", () => {
    expect(thrownBy(() => written([["a", 1], 5] as never))).toMatchObject({
      path: "texts",
      expected: "an entry, [key, value]",
    });
    expect(thrownBy(() => written([["a", -1]]))).toMatchObject({ path: 'texts["a"]' });
    expect(thrownBy(() => written([[7, 1]] as never))).toMatchObject({ code: "SchemaMismatch" });
    expect(
      isParcodeError(
        thrownBy(() => written(5 as never)),
        "SchemaMismatch",
      ),
    ).toBe(true);
  });

  test("an entry of a nested map comes the same way", () => {
    const Nested: Schema = struct({ maps: sortedMap(u8, struct({ inner: sortedMap(u8, u8) })) });
    const value = { maps: new Map([[1, { inner: new Map([[2, 3]]) }]]) };
    expect(openSync(serializeSync(Nested, value as never), Nested).load()).toEqual(value);
  });
});
