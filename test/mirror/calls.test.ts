/** What the methods of handles do with arguments that are wrong, signals that abort, and calls that meet. */
import { describe, expect, test } from "vitest";
import {
  bytes,
  chunk,
  f32,
  f64,
  hashMap,
  IndexOutOfRangeError,
  isParcodeError,
  load,
  map,
  open,
  openSync,
  option,
  serializeSync,
  set,
  sortedMap,
  str,
  struct,
  tuple,
  typed,
  u8,
  u32,
  u64,
  vec,
} from "../../src/index.ts";
import { countingSource } from "../support/arbitrary-source.ts";
import { patternBytes } from "../support/bytes.ts";
import { rejectionOf, thrownBy } from "../support/rejection.ts";

const Item = struct({ name: str, notes: chunk(str) });
const World = struct({
  numbers: chunk(vec(u32)),
  none: chunk(vec(u32)),
  floats: chunk(typed(f64)),
  items: chunk(vec(Item)),
  players: hashMap(tuple([u8, str]), Item, { bucketBytes: 300 }),
  scores: sortedMap(tuple([u32, str]), u64, { shardBytes: 300 }),
  blob: chunk(map(option(f32), set(str))),
  text: chunk(str),
  terrain: chunk(bytes),
});
const item = (i: number) => ({ name: `item ${i}`, notes: `notes ${i}` });
const world = {
  numbers: Array.from({ length: 3_000 }, (_, i) => i * 7),
  none: [],
  floats: Float64Array.from({ length: 1_000 }, (_, i) => i / 2),
  items: Array.from({ length: 50 }, (_, i) => item(i)),
  players: new Map(Array.from({ length: 100 }, (_, i) => [[i, `p${i}`] as [number, string], item(i)])),
  scores: new Map(Array.from({ length: 100 }, (_, i) => [[i, `p${i}`] as [number, string], BigInt(i)])),
  blob: new Map([
    [null, new Set(["none"])],
    [0.5, new Set(["half"])],
    [Number.NaN, new Set(["odd"])],
  ]),
  text: "hello",
  terrain: patternBytes(100_000),
};
const file = serializeSync(World, world, { shardBytes: 1_000 });
const sync = openSync(file, World).root;
const rootOf = async () => (await open(countingSource(file), World)).root;

describe("an index", () => {
  const WRONG = [-1, 3_000, 1.5, Number.NaN, Number.POSITIVE_INFINITY, -0.5, "0", undefined, null, 5n, {}];

  test.each(WRONG)("%s is out of range for at and atLazy", async (index) => {
    const { numbers } = await rootOf();
    for (const method of ["at", "atLazy"] as const) {
      for (const error of [
        thrownBy(() => sync.numbers[method](index as number)),
        await rejectionOf(numbers[method](index as number)),
      ] as IndexOutOfRangeError[]) {
        expect(error).toBeInstanceOf(IndexOutOfRangeError);
        expect([error.code, error.length, error.path]).toEqual(["IndexOutOfRange", 3_000, "numbers"]);
        expect(error.index).toBe(index);
        expect(error.message).toMatch(/^numbers: Index .* is out of range: 0 <= index < 3000\.$/);
      }
    }
  });

  test("is out of range in an empty list, whose ends are undefined", async () => {
    const error: IndexOutOfRangeError = thrownBy(() => sync.none.at(0));
    expect([error.index, error.length, error.message]).toEqual([
      0,
      0,
      "none: Index 0 is out of range: the list is empty.",
    ]);
    const { none } = await rootOf();
    expect([sync.none.first(), sync.none.last(), await none.first(), await none.last()]).toEqual(
      Array(4).fill(undefined),
    );
    expect([...sync.none.values(), ...sync.none.lazy(), ...sync.none]).toEqual([]);
  });

  test("of −0 is 0", () => {
    expect(sync.numbers.at(-0)).toBe(0);
  });
});

describe("a slice", () => {
  const BOUNDS: readonly (readonly unknown[])[] = [
    [],
    [-3],
    [-3, -1],
    [-10_000, 2],
    [2_998, 10_000],
    [5, 2],
    [1.9, 4.9],
    [-1.9],
    [Number.NaN, 2],
    [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
    ["1", "3"],
    [undefined, 2],
    [null, 2],
    [2, undefined],
    [990, 1_010],
  ];
  test.each(BOUNDS)("(%s, %s) is what the array's is", async (start?: unknown, end?: unknown) => {
    const { numbers, floats } = await rootOf();
    const [from, to] = [start as number, end as number];
    expect(sync.numbers.slice(from, to)).toEqual(world.numbers.slice(from, to));
    expect(await numbers.slice(from, to)).toEqual(world.numbers.slice(from, to));
    expect(sync.floats.slice(from, to)).toEqual(world.floats.slice(from, to));
    expect(await floats.slice(from, to)).toEqual(world.floats.slice(from, to));
  });

  test("is a copy", () => {
    const slice = sync.floats.slice(0, 2);
    slice[0] = 99;
    expect(sync.floats.slice(0, 1)[0]).toBe(0);
    expect(slice.buffer.byteLength).toBe(16);
  });
});

describe("a key", () => {
  const METHODS = ["get", "getLazy", "has"] as const;
  const WRONG: readonly [what: string, key: unknown, path: RegExp, words: string][] = [
    ["of another type", "p1", /^(players|scores)\["p1"\]$/, "an array of 2"],
    ["with a part too few", [1], /^(players|scores)\[\[1\]\]$/, "an array of 1"],
    ["with a wrong part", [1, 2], /^(players|scores)\[\[1,2\]\](\[1\])?$/, "a string"],
    ["with a part out of range", [-1, "p"], /^(players|scores)\[\[-1,"p"\]\](\[0\])?$/, "-1"],
    ["that is undefined", undefined, /^(players|scores)\[undefined\]$/, "undefined"],
    ["that contains itself", circular(), /^(players|scores)\[an array of 1\]$/, "an array of 1"],
  ];

  test.each(WRONG)("%s is refused with its path", async (_what, key, path, words) => {
    const root = await rootOf();
    for (const name of ["players", "scores"] as const) {
      for (const method of METHODS) {
        for (const error of [
          thrownBy(() => sync[name][method](key as never)),
          await rejectionOf(root[name][method](key as never)),
        ]) {
          expect(isParcodeError(error, "SchemaMismatch"), String(error)).toBe(true);
          expect(error.path).toMatch(path);
          expect(error.message).toContain(words);
          expect(error.message.startsWith(`${error.path}: Expected `)).toBe(true);
        }
      }
      const many = thrownBy(() => sync[name].getMany([[1, "p1"], key] as never));
      expect(many.path).toMatch(path);
    }
  });

  test("of a map in one chunk may be of any type, and is found by its content", async () => {
    const { blob } = await rootOf();
    for (const [key, members] of world.blob) {
      expect([sync.blob.get(key), await blob.get(key)]).toEqual([members, members]);
      expect([sync.blob.has(key), await blob.has(key)]).toEqual([true, true]);
    }
    expect([sync.blob.get(7), await blob.has(7)]).toEqual([undefined, false]);
    expect(sync.blob.getMany([7, null, 0.5])).toEqual([undefined, new Set(["none"]), new Set(["half"])]);
    const error = thrownBy(() => sync.blob.get("0.5" as never));
    expect([error.code, error.path]).toEqual(["SchemaMismatch", 'blob["0.5"]']);
  });

  test("that is not there gives undefined, false and no error", async () => {
    const root = await rootOf();
    for (const name of ["players", "scores"] as const) {
      const key: [number, string] = [7, "nobody"];
      expect([sync[name].get(key), sync[name].getLazy(key), sync[name].has(key)]).toEqual([
        undefined,
        undefined,
        false,
      ]);
      expect(await Promise.all([root[name].get(key), root[name].getLazy(key), root[name].has(key)])).toEqual([
        undefined,
        undefined,
        false,
      ]);
    }
  });

  test("of getMany may come from any iterable, repeat, and be missing", async () => {
    const keys: [number, string][] = [
      [3, "p3"],
      [1, "p1"],
      [3, "p3"],
      [9, "x"],
      [2, "p2"],
      [3, "p3"],
    ];
    function* each(): Generator<[number, string]> {
      yield* keys;
    }
    const wanted = [item(3), item(1), item(3), undefined, item(2), item(3)];
    const root = await rootOf();
    expect([
      sync.players.getMany(keys),
      sync.players.getMany(each()),
      await root.players.getMany(new Set(keys)),
    ]).toEqual([wanted, wanted, wanted]);
    expect(sync.scores.getMany(keys)).toEqual([3n, 1n, 3n, undefined, 2n, 3n]);
    const [first, , again] = sync.players.getMany(keys);
    expect(first).not.toBe(again);
  });
});

describe("a signal", () => {
  const reason = new Error("changed my mind");
  type Root = Awaited<ReturnType<typeof rootOf>>;
  const key: [number, string] = [1, "p1"];
  const drain = async (items: AsyncIterable<unknown>): Promise<void> => {
    for await (const _ of items);
  };
  type Options = { readonly signal: AbortSignal };
  const CALLS: readonly [string, (root: Root, options: Options) => Promise<unknown>][] = [
    ["vec.load", (root, o) => root.numbers.load(o)],
    ["vec.count", (root, o) => root.numbers.count(o)],
    ["vec.at", (root, o) => root.numbers.at(1_500, o)],
    ["vec.atLazy", (root, o) => root.items.atLazy(1, o)],
    ["vec.first", (root, o) => root.numbers.first(o)],
    ["vec.last", (root, o) => root.numbers.last(o)],
    ["vec.slice", (root, o) => root.numbers.slice(1, 2_000, o)],
    ["vec.values", (root, o) => drain(root.numbers.values(o))],
    ["vec.lazy", (root, o) => drain(root.items.lazy(o))],
    ["typed.load", (root, o) => root.floats.load(o)],
    ["typed.count", (root, o) => root.floats.count(o)],
    ["typed.slice", (root, o) => root.floats.slice(500, 600, o)],
    ["hashMap.load", (root, o) => root.players.load(o)],
    ["hashMap.count", (root, o) => root.players.count(o)],
    ["hashMap.get", (root, o) => root.players.get(key, o)],
    ["hashMap.getLazy", (root, o) => root.players.getLazy(key, o)],
    ["hashMap.has", (root, o) => root.players.has(key, o)],
    ["hashMap.getMany", (root, o) => root.players.getMany([key], o)],
    ["hashMap.entries", (root, o) => drain(root.players.entries(o))],
    ["hashMap.lazy", (root, o) => drain(root.players.lazy(o))],
    ["sortedMap.load", (root, o) => root.scores.load(o)],
    ["sortedMap.count", (root, o) => root.scores.count(o)],
    ["sortedMap.get", (root, o) => root.scores.get(key, o)],
    ["sortedMap.getLazy", (root, o) => root.scores.getLazy(key, o)],
    ["sortedMap.has", (root, o) => root.scores.has(key, o)],
    ["sortedMap.getMany", (root, o) => root.scores.getMany([key], o)],
    ["sortedMap.first", (root, o) => root.scores.first(o)],
    ["sortedMap.last", (root, o) => root.scores.last(o)],
    ["sortedMap.entries", (root, o) => drain(root.scores.entries(o))],
    ["sortedMap.lazy", (root, o) => drain(root.scores.lazy(o))],
    ["map.get", (root, o) => root.blob.get(null, o)],
    ["value.load", (root, o) => root.text.load(o)],
    ["load(mirror)", (root, o) => load(root, o)],
  ];

  test.each(CALLS)("that aborted ends %s with its reason, and the handle goes on", async (_name, call) => {
    const root = await rootOf();
    expect(await rejectionOf(call(root, { signal: AbortSignal.abort(reason) }))).toBe(reason);
    await call(root, { signal: new AbortController().signal });
  });

  const reading = CALLS.filter(([name]) => !name.endsWith(".count"));
  test.each(reading)(
    "that aborts while a read hangs ends %s, also where the source does not listen",
    async (_name, call) => {
      let hangs = false;
      const source = countingSource(file, { before: () => (hangs ? new Promise(() => undefined) : undefined) });
      const { root } = await open(source, World);
      hangs = true;
      const controller = new AbortController();
      const ended = rejectionOf(call(root, { signal: controller.signal }));
      setTimeout(() => controller.abort(reason), 1);
      expect(await ended).toBe(reason);
      hangs = false;
      await call(root, { signal: new AbortController().signal });
    },
  );

  test("ends open, and closes the source", async () => {
    for (const before of [() => undefined, () => new Promise<void>(() => undefined)]) {
      const source = countingSource(file, { before });
      const controller = new AbortController();
      const opening = rejectionOf(open(source, World, { signal: controller.signal }));
      controller.abort(reason);
      expect(await opening).toBe(reason);
      expect(source.isClosed).toBe(true);
    }
  });

  test("of one call does not touch another", async () => {
    const root = await rootOf();
    const controller = new AbortController();
    const ended = rejectionOf(root.numbers.load({ signal: controller.signal }));
    const other = root.numbers.load();
    controller.abort(reason);
    expect(await ended).toBe(reason);
    expect(await other).toEqual(world.numbers);
  });
});

describe("calls that meet", () => {
  test("many at once give each its own answer", async () => {
    const root = await rootOf();
    const keys = [...world.players.keys()];
    const answers = await Promise.all([
      Promise.all(keys.map((key) => root.players.get(key))),
      Promise.all(keys.map((key) => root.scores.get(key))),
      Promise.all(world.items.map((_, i) => root.items.at(i))),
      Promise.all(world.numbers.map((_, i) => root.numbers.at(i))),
      root.numbers.load(),
      load(root),
    ]);
    expect(answers[0]).toEqual([...world.players.values()]);
    expect(answers[1]).toEqual([...world.scores.values()]);
    expect(answers[2]).toEqual(world.items);
    expect(answers[3]).toEqual(world.numbers);
    expect(answers[4]).toEqual(world.numbers);
    expect(answers[5].scores).toEqual(world.scores);
  });

  test("an iteration goes on while others read and iterate", async () => {
    const root = await rootOf();
    let index = 0;
    for await (const number of root.numbers) {
      expect(number).toBe(world.numbers[index]);
      if (index % 500 === 0) {
        expect(await root.numbers.at(2_999 - index)).toBe(world.numbers[2_999 - index]);
        let inner = 0;
        for await (const other of root.numbers) {
          expect(other).toBe(world.numbers[inner++]);
          if (inner > 300) break;
        }
      }
      index++;
    }
    expect(index).toBe(3_000);
  });

  test("a failed read fails its own call, and the next one tries again", async () => {
    const broken = new Error("broken");
    let isBroken = false;
    const source = countingSource(file, {
      before: () => {
        if (isBroken) throw broken;
      },
    });
    const { root } = await open(source, World);
    isBroken = true;
    const failures = await Promise.all([rejectionOf(root.numbers.at(5)), rejectionOf(root.players.get([1, "p1"]))]);
    expect(failures).toEqual([broken, broken]);
    isBroken = false;
    expect([await root.numbers.at(5), await root.players.get([1, "p1"])]).toEqual([35, item(1)]);
  });
});

function circular(): unknown {
  const list: unknown[] = [];
  list.push(list);
  return list;
}
