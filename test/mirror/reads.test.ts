/** What each way of looking costs: which ranges of the file are read, counted at the source. */
import { beforeAll, describe, expect, test } from "vitest";
import {
  bytes,
  chunk,
  f64,
  hashMap,
  type OpenOptions,
  open,
  openSync,
  type SyncSource,
  serializeSync,
  sortedMap,
  str,
  struct,
  typed,
  u8,
  u32,
  vec,
} from "../../src/index.ts";
import { type RawChunk, takeApart } from "../support/arbitrary-file.ts";
import { type CountingSource, countingSource } from "../support/arbitrary-source.ts";
import { patternBytes } from "../support/bytes.ts";
import { rejectionOf } from "../support/rejection.ts";

const Item = struct({ name: str, notes: chunk(bytes) });
const World = struct({
  name: str,
  settings: chunk(struct({ difficulty: u8, history: chunk(vec(str)) })),
  numbers: chunk(vec(u32)),
  floats: chunk(typed(f64)),
  items: chunk(vec(Item)),
  players: hashMap(str, Item, { bucketBytes: 1000 }),
  levels: hashMap(str, u32, { bucketBytes: 1000 }),
  scores: sortedMap(u32, str, { shardBytes: 1000 }),
  // Last, and longer than what is read at open: the rest of the data is out of reach then.
  terrain: chunk(bytes),
});

const item = (i: number) => ({ name: `item ${i}`, notes: patternBytes(40_000, i + 1) });
const world = {
  name: "Terra",
  settings: { difficulty: 3, history: ["a", "b"] },
  numbers: Array.from({ length: 20_000 }, (_, i) => i * 7),
  floats: Float64Array.from({ length: 5_000 }, (_, i) => i / 2),
  items: Array.from({ length: 20 }, (_, i) => item(i)),
  players: new Map(Array.from({ length: 60 }, (_, i) => [`player ${i}`, item(i)])),
  levels: new Map(Array.from({ length: 2_000 }, (_, i) => [`player ${i}`, i])),
  scores: new Map(Array.from({ length: 2_000 }, (_, i) => [i * 2, `score ${i}`])),
  terrain: patternBytes(200_000),
};
const FIELDS = Object.keys(World.fields).filter((name) => name !== "name");

let file: Uint8Array;
let raw: Record<string, RawChunk>;

beforeAll(() => {
  file = serializeSync(World, world, { shardBytes: 4_000, layout: "stream" });
  const { root } = takeApart(file);
  raw = Object.fromEntries(FIELDS.map((name, i) => [name, root.children[i] as RawChunk]));
});

const parts = (name: string): readonly RawChunk[] => (raw[name] as RawChunk).children;
const rangeOf = ({ offset, length }: RawChunk) => ({ start: offset, end: offset + length });
const sum = (ranges: readonly { start: number; end: number }[]): number =>
  ranges.reduce((total, { start, end }) => total + end - start, 0);

async function opened(options: OpenOptions = {}) {
  const source = countingSource(file);
  const { root } = await open(source, World, options);
  source.taken();
  return { source, root };
}

describe("open", () => {
  test("reads the end of the file once, and what is inline and in nested structs is there", async () => {
    const source = countingSource(file);
    const { root, stats } = await open(source, World);
    expect(source.reads).toEqual([{ start: file.length - 64 * 1024, end: file.length }]);
    expect([root.name, root.settings.difficulty]).toEqual(["Terra", 3]);
    const counts = [root.numbers, root.floats, root.items, root.players, root.levels, root.scores, root.terrain];
    expect(await Promise.all(counts.map((handle) => handle.count()))).toEqual([
      20_000, 5_000, 20, 60, 2_000, 2_000, 200_000,
    ]);
    expect(source.reads.length).toBe(1);
    expect(stats.requests).toBe(1);
  });

  test("reads a small file once, and everything is there", async () => {
    const small = serializeSync(World, { ...world, terrain: new Uint8Array(0), players: new Map(), items: [] });
    const source = countingSource(small.length > 60_000 ? serializeSync(vec(u8), [1]) : small);
    const file = await open(source, small.length > 60_000 ? (vec(u8) as never) : World);
    await file.load();
    expect(source.reads.length).toBe(1);
  });
});

describe("a list", () => {
  test("at(i) reads the shard that holds the item, and the next time nothing", async () => {
    const { source, root } = await opened();
    expect(await root.numbers.at(10_000)).toBe(70_000);
    const [read] = source.taken();
    expect(parts("numbers").map(rangeOf)).toContainEqual(read);
    expect(await root.numbers.at(10_001)).toBe(70_007);
    expect(await root.numbers.slice(10_000, 10_002)).toEqual([70_000, 70_007]);
    expect(source.taken()).toEqual([]);
  });

  test("without a cache, each call reads again, and each gives the item", async () => {
    const { source, root } = await opened({ cacheBytes: 0 });
    for (let i = 0; i < 3; i++) expect(await root.numbers.at(5)).toBe(35);
    expect(source.taken()).toEqual(Array(3).fill(rangeOf(parts("numbers")[0] as RawChunk)));
  });

  test("with a cache too small for one call, what was cached before it is not lost on the way", async () => {
    // Room for two shards: reading the second half of a slice drives out the first, which the call has counted on.
    const { root } = await opened({ cacheBytes: 9_000 });
    for (const [start, end] of [
      [0, 1_000],
      [0, 5_000],
      [3_000, 9_000],
      [0, 20_000],
      [500, 2_500],
    ] as const) {
      expect(await root.numbers.slice(start, end)).toEqual(world.numbers.slice(start, end));
      expect(await root.levels.getMany(["player 1", "player 2"])).toEqual([1, 2]);
    }
  });

  test("first() and last() read one shard each", async () => {
    const { source, root } = await opened();
    await root.numbers.first();
    await root.numbers.last();
    expect(source.taken()).toEqual(
      [parts("numbers")[0], parts("numbers").at(-1)].map((shard) => rangeOf(shard as RawChunk)),
    );
  });

  test("slice reads the shards it overlaps, in one read where they are neighbours", async () => {
    const { source, root } = await opened();
    await root.numbers.slice(9_000, 12_000);
    const reads = source.taken();
    expect(reads.length).toBe(1);
    expect(sum(reads)).toBeLessThan(5 * 4_300);
    expect(await root.numbers.slice(5, 5)).toEqual([]);
    expect(await root.numbers.slice(30_000)).toEqual([]);
    expect(source.taken()).toEqual([]);
  });

  test("iterating reads each shard once, in few reads", async () => {
    const { source, root } = await opened();
    let next = 0;
    for await (const number of root.numbers) expect(number).toBe(7 * next++);
    expect(next).toBe(20_000);
    expectEachOnce(source, parts("numbers"));
    expect(source.reads.length).toBeLessThan(1 + parts("numbers").length / 4);
  });

  test("iterating stops reading where the loop stops", async () => {
    const { source, root } = await opened();
    for await (const _ of root.numbers) break;
    expect(source.taken()).toEqual([rangeOf(parts("numbers")[0] as RawChunk)]);
  });

  test("lazy() reads each shard once, and no chunk of an item", async () => {
    const { source, root } = await opened();
    const names: string[] = [];
    for await (const each of root.items.lazy()) names.push(each.name);
    expect(names).toEqual(world.items.map(({ name }) => name));
    expectEachOnce(source, parts("items"));
    expect(sum(source.taken())).toBeLessThan(40_000);
  });

  test("atLazy(i) reads the shard; the item's chunk is read when it is asked for", async () => {
    const { source, root } = await opened();
    const lazy = await root.items.atLazy(7);
    expect(source.taken()).toEqual([rangeOf(parts("items")[0] as RawChunk)]);
    expect((await lazy.notes.load()).length).toBe(40_000);
    const reads = source.taken();
    expect(reads.length).toBeLessThanOrEqual(2);
    expect(sum(reads)).toBeLessThan(100_000);
  });

  test("at(i) reads the shard and the item's own chunks, not those of its neighbours", async () => {
    const { source, root } = await opened();
    expect(await root.items.at(7)).toEqual(item(7));
    const reads = source.taken();
    expect(reads.length).toBe(2);
    expect(sum(reads)).toBeLessThan(50_000);
  });

  test("at(i) and get(k) of small items read a shard or bucket with all that lies below it, at once", async () => {
    const Small = struct({
      list: chunk(vec(Item)),
      byName: hashMap(str, Item, { bucketBytes: 2_000 }),
      far: chunk(bytes),
    });
    const items = Array.from({ length: 400 }, (_, i) => ({ name: `item ${i}`, notes: patternBytes(300, i + 1) }));
    const byName = new Map(items.map((each) => [each.name, each]));
    const value = { list: items, byName, far: patternBytes(100_000) };
    const source = countingSource(serializeSync(Small, value, { shardBytes: 2_000, layout: "stream" }));
    const { root } = await open(source, Small);
    source.taken();
    expect(await root.list.at(123)).toEqual(items[123]);
    expect(await root.byName.get("item 77")).toEqual(items[77]);
    const reads = source.taken();
    expect(reads.length).toBe(2);
    expect(sum(reads)).toBeLessThan(2 * 64 * 1024);
    expect(await root.list.load()).toEqual(items);
    // All of it, which is less than 4 MiB, in one read.
    expect(source.taken().length).toBe(1);
  });

  test("slice reads the chunks of its items, not those of their neighbours in the shard", async () => {
    const { source, root } = await opened();
    expect(parts("items").length).toBe(1);
    expect(await root.items.slice(7, 9)).toEqual([item(7), item(8)]);
    expect(sum(source.taken())).toBeLessThan(150_000);
  });

  test("load reads it in few reads, and hardly a byte twice", async () => {
    const { source, root } = await opened();
    expect(await root.items.load()).toEqual(world.items);
    const reads = source.taken();
    expect(reads.length).toBeLessThan(10);
    // 20 items of 40,000 bytes; what is in front of a container comes along with it.
    expect(sum(reads)).toBeLessThan(20 * 40_000 * 1.05);
  });
});

describe("a typed array", () => {
  test("slice reads the shards it overlaps, and the next time nothing", async () => {
    const { source, root } = await opened();
    expect(await root.floats.slice(1_000, 1_010)).toEqual(world.floats.slice(1_000, 1_010));
    expect(source.taken()).toEqual([rangeOf(parts("floats")[2] as RawChunk)]);
    await root.floats.slice(1_001, 1_002);
    expect(source.taken()).toEqual([]);
    expect(await root.terrain.slice(-3)).toEqual(world.terrain.slice(-3));
  });
});

describe("a hash map", () => {
  test("get(k) and has(k) read one bucket, and the next time nothing", async () => {
    const { source, root } = await opened();
    expect(await root.levels.get("player 77")).toBe(77);
    const [read, ...others] = source.taken();
    expect(parts("levels").map(rangeOf)).toContainEqual(read);
    expect(others).toEqual([]);
    expect(await root.levels.has("player 77")).toBe(true);
    expect(source.taken()).toEqual([]);
    expect(await root.levels.has("nobody")).toBe(false);
    expect(source.taken().length).toBeLessThanOrEqual(1);
    expect(await root.levels.get("nobody")).toBeUndefined();
    expect(source.taken()).toEqual([]);
  });

  test("getLazy(k) reads one bucket; get(k) reads the value's chunks as well", async () => {
    const { source, root } = await opened();
    const lazy = await root.players.getLazy("player 5");
    expect(lazy?.name).toBe("item 5");
    const [bucket, ...none] = source.taken();
    expect(parts("players").map(rangeOf)).toContainEqual(bucket);
    expect(none).toEqual([]);
    expect(await lazy?.notes.load()).toEqual(item(5).notes);
    const { source: other, root: again } = await opened();
    expect(await again.players.get("player 5")).toEqual(item(5));
    expect(sum(other.taken())).toBeLessThan(100_000);
  });

  test("getMany reads each bucket once, neighbours together, in the order of the keys", async () => {
    const { source, root } = await opened();
    const keys = Array.from({ length: 500 }, (_, i) => `player ${(i * 37) % 2_100}`);
    keys.push(keys[0] as string, "nobody");
    const expected = keys.map((key) => world.levels.get(key));
    expect(await root.levels.getMany(keys)).toEqual(expected);
    const reads = source.taken();
    expect(reads.length).toBeLessThan(10);
    expectEachOnce(source, parts("levels"));
    expect(await root.levels.getMany(keys)).toEqual(expected);
    expect(source.taken()).toEqual([]);
    expect(await root.levels.getMany([])).toEqual([]);
  });

  test("lazy() reads each bucket once, and no chunk of a value", async () => {
    const { source, root } = await opened();
    let count = 0;
    for await (const [key, each] of root.players.lazy()) {
      expect(each.name).toBe(world.players.get(key)?.name);
      count++;
    }
    expect(count).toBe(60);
    expectEachOnce(source, parts("players"));
    expect(sum(source.taken())).toBeLessThan(20_000 + 32_768 * 10);
  });
});

describe("a sorted map", () => {
  test("get(k) halves the shards, and the next time reads nothing", async () => {
    const { source, root } = await opened();
    expect(await root.scores.get(1_234)).toBe("score 617");
    const reads = source.taken();
    expect(reads.length).toBeLessThanOrEqual(Math.ceil(Math.log2(parts("scores").length)) + 1);
    for (const read of reads) expect(parts("scores").map(rangeOf)).toContainEqual(read);
    expect(await root.scores.get(1_234)).toBe("score 617");
    expect(await root.scores.get(1_235)).toBeUndefined();
    expect(source.taken()).toEqual([]);
  });

  test("first() and last() read one shard each", async () => {
    const { source, root } = await opened();
    expect(await root.scores.first()).toEqual([0, "score 0"]);
    expect(await root.scores.last()).toEqual([3_998, "score 1999"]);
    expect(source.taken()).toEqual(
      [parts("scores")[0], parts("scores").at(-1)].map((shard) => rangeOf(shard as RawChunk)),
    );
  });
});

test("a file of the crate says its number of entries only in its buckets, which are read once for it", async () => {
  const Levels = struct({ levels: hashMap(str, u32, { bucketBytes: 1000 }), terrain: chunk(bytes) });
  const bytesOf = serializeSync(Levels, world, { compatibility: "parcode" });
  const source = countingSource(bytesOf);
  const { root } = await open(source, Levels);
  expect(await root.levels.count()).toBe(2_000);
  const after = source.reads.length;
  expect(after).toBeGreaterThan(1);
  expect(await root.levels.count()).toBe(2_000);
  expect(source.reads.length).toBe(after);
});

test("a call that has failed asks for nothing more", async () => {
  const Spread = struct({ items: chunk(vec(Item)) });
  const items = Array.from({ length: 40 }, (_, i) => ({ name: `item ${i}`, notes: patternBytes(100_000, i + 1) }));
  const broken = new Error("broken");
  let failing = -1;
  // A file that does not say where a chunk's descendants begin.
  const source = countingSource(serializeSync(Spread, { items }, { compatibility: "parcode" }), {
    before: () => {
      if (failing-- === 0) throw broken;
    },
  });
  const { root } = await open(source, Spread, { cacheBytes: 0 });
  await root.items.slice();
  // Containers of notes lie 100 KB apart, too far for one read: one read for each of them, six at a time.
  const whole = source.taken().length;
  failing = 3;
  expect(await rejectionOf(root.items.slice())).toBe(broken);
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(whole).toBeGreaterThan(30);
  expect(source.taken().length).toBeLessThan(12);
  expect((await root.items.slice()).length).toBe(40);
});

test("a source that reads without promises is read for what is wanted, and no more", () => {
  const reads: [number, number][] = [];
  const source: SyncSource = {
    name: "synchronous",
    byteLength: file.length,
    size: async () => file.length,
    read: () => Promise.reject(new Error("Without promises, please.")),
    readSync: ({ start, end }) => {
      reads.push([start, end]);
      return file.slice(start, end);
    },
  };
  const { root } = openSync(source, World);
  expect(reads).toEqual([[file.length - 64 * 1024, file.length]]);
  expect(root.numbers.at(10_000)).toBe(70_000);
  expect(root.levels.get("player 9")).toBe(9);
  expect(reads.length).toBe(3);
  expect(root.items.at(3)).toEqual(item(3));
  expect([...root.scores].length).toBe(2_000);
});

/** Every byte of these chunks was read once, whatever else came along. */
function expectEachOnce(source: CountingSource, chunks: readonly RawChunk[]): void {
  const reads = source.reads.slice(1);
  for (const { offset, length } of chunks) {
    const holding = reads.filter(({ start, end }) => start < offset + length && offset < end);
    expect(holding.length, `chunk at ${offset}`).toBe(1);
  }
}
