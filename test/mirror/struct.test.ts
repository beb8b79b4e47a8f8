/** Mirrors as objects in somebody's hands: plain to look at, whatever the fields are called. */
import { describe, expect, test } from "vitest";
import {
  bytes,
  chunk,
  hashMap,
  i64,
  isParcodeError,
  load,
  loadSync,
  map,
  open,
  openSync,
  option,
  recursive,
  type SchemaOf,
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
  unit,
  type VecHandle,
  variant,
  vec,
} from "../../src/index.ts";
import { countingSource } from "../support/arbitrary-source.ts";
import { rejectionOf, thrownBy } from "../support/rejection.ts";

const Item = struct({ name: str, tags: chunk(vec(str)), stats: chunk(struct({ power: u8, log: chunk(str) })) });
const World = struct({
  data: chunk(bytes),
  id: u64,
  settings: chunk(struct({ difficulty: u8, history: chunk(vec(str)) })),
  name: str,
  list: chunk(vec(Item)),
  players: hashMap(str, Item),
  scores: sortedMap(u32, Item),
  floats: chunk(typed(u32)),
  blob: chunk(map(str, u8)),
  text: chunk(str),
});
const item = (name: string) => ({ name, tags: [`${name}!`], stats: { power: 7, log: `${name}?` } });
const world = {
  data: new Uint8Array([1, 2, 3]),
  id: 2n ** 60n,
  settings: { difficulty: 3, history: ["a", "b"] },
  name: "Terra",
  list: [item("x"), item("y")],
  players: new Map([["Hero", item("hero")]]),
  scores: new Map([[5, item("five")]]),
  floats: new Uint32Array([1, 2]),
  blob: new Map([["k", 1]]),
  text: "hello",
};
const file = serializeSync(World, world);
const HANDLES = ["data", "list", "players", "scores", "floats", "blob", "text"];

describe.each([
  ["open", async () => (await open(countingSource(file), World)).root as object],
  ["openSync", async () => openSync(file, World).root as object],
])("the mirror that %s gives", (_name, rootOf) => {
  test("has no properties of its own, and getters on its prototype", async () => {
    const root = await rootOf();
    expect(Reflect.ownKeys(root).filter((key) => typeof key === "string")).toEqual([]);
    expect(Object.keys(root)).toEqual([]);
    const prototype = Object.getPrototypeOf(root);
    for (const name of Object.keys(world)) {
      const descriptor = Object.getOwnPropertyDescriptor(prototype, name);
      expect(descriptor).toMatchObject({ enumerable: true, set: undefined });
      expect(descriptor?.get).toBeTypeOf("function");
    }
    const other = await rootOf();
    expect(Object.getPrototypeOf(other)).toBe(prototype);
  });

  test("lists its fields in for…in and with `in`, and nothing else", async () => {
    const root = await rootOf();
    const names: string[] = [];
    for (const name in root) names.push(name);
    expect(names.sort()).toEqual(Object.keys(world).sort());
    expect("settings" in root && !("then" in root) && !("load" in root)).toBe(true);
  });

  test("can be awaited and passed through promises", async () => {
    const root = await rootOf();
    expect(await root).toBe(root);
    expect(await Promise.resolve(root)).toBe(root);
  });

  test("cannot be changed", async () => {
    const root = (await rootOf()) as typeof world;
    expect(() => {
      root.name = "other";
    }).toThrow(TypeError);
    expect(root.name).toBe("Terra");
  });

  test("has nested structs as mirrors and everything else as handles, the same each time", async () => {
    const root = (await rootOf()) as unknown as Record<string, { load?: unknown; difficulty?: number }>;
    expect(root.settings?.difficulty).toBe(3);
    expect(root.settings?.load).toBeUndefined();
    for (const name of HANDLES) {
      expect(root[name]?.load, name).toBeTypeOf("function");
      expect(root[name], name).toBe(root[name]);
    }
  });

  test("is shown by JSON.stringify: inline fields, and what is in the chunks", async () => {
    expect(JSON.parse(JSON.stringify(await rootOf()))).toEqual({
      data: { chunk: "bytes" },
      id: "1152921504606846976",
      settings: { difficulty: 3, history: { chunk: "vec" } },
      name: "Terra",
      list: { chunk: "vec" },
      players: { chunk: "hashMap" },
      scores: { chunk: "sortedMap" },
      floats: { chunk: "typed" },
      blob: { chunk: "map" },
      text: { chunk: "str" },
    });
  });

  test("has handles that show nothing of the file behind them", async () => {
    const root = (await rootOf()) as Record<string, object>;
    for (const name of HANDLES) {
      expect(Reflect.ownKeys(root[name] as object), name).toEqual([]);
      expect(await root[name], name).toBe(root[name]);
    }
  });
});

test("JSON shows what it has no words for", () => {
  const Odd = struct({
    wide: tuple([i64, option(u64)]),
    floats: typed(u32),
    raw: bytes,
    members: set(str),
    byName: map(str, u64),
    byNumber: map(u8, set(u8)),
    shape: variant({ A: unit, B: map(str, u64) }),
  });
  const odd = {
    wide: [-5n, null] as [bigint, null],
    floats: new Uint32Array([1, 2]),
    raw: new Uint8Array([255]),
    members: new Set(["a"]),
    byName: new Map([["k", 1n]]),
    byNumber: new Map([[1, new Set([2])]]),
    shape: { type: "B" as const, value: new Map([["z", 2n]]) },
  };
  expect(JSON.parse(JSON.stringify(openSync(serializeSync(Odd, odd), Odd).root))).toEqual({
    wide: ["-5", null],
    floats: [1, 2],
    raw: [255],
    members: ["a"],
    byName: { k: "1" },
    byNumber: [[1, [2]]],
    shape: { type: "B", value: { z: "2" } },
  });
});

describe("fields may be called", () => {
  const NAMES = [
    "load",
    "then",
    "constructor",
    "toJSON",
    "toString",
    "valueOf",
    "at",
    "get",
    "count",
    "hasOwnProperty",
  ];
  NAMES.push("__defineGetter__", "prototype", "state", "runner", "with space", "", "class");

  test.each(NAMES)("%s, inline", async (name) => {
    const Named = struct({ [name]: str, other: u8 });
    const bytesOf = serializeSync(Named, { [name]: "x", other: 1 } as never);
    for (const { root } of [openSync(bytesOf, Named), await open(bytesOf, Named)] as { root: any }[]) {
      expect([root[name], root.other]).toEqual(["x", 1]);
      expect(await root).toBe(root);
    }
  });

  test.each(NAMES)("%s, as a chunk", async (name) => {
    const Named = struct({ [name]: chunk(vec(u8)), deep: chunk(struct({ [name]: chunk(str) })) });
    const value = { [name]: [1, 2], deep: { [name]: "x" } };
    const bytesOf = serializeSync(Named, value as never);
    const sync = openSync(bytesOf, Named).root as any;
    expect([sync[name].load(), sync.deep[name].load()]).toEqual([[1, 2], "x"]);
    expect(loadSync(sync)).toEqual(value);
    const root = (await open(countingSource(bytesOf), Named)).root as any;
    expect([await root[name].load(), await root.deep[name].load()]).toEqual([[1, 2], "x"]);
    expect(await load(root)).toEqual(value);
  });

  test("then, in what getLazy, atLazy and lazy iterations give through promises", async () => {
    // biome-ignore lint/suspicious/noThenProperty: a field may have this name, which is what is tested
    const Then = struct({ then: chunk(vec(u8)), id: u8 });
    const Holder = struct({ map: hashMap(str, Then), list: chunk(vec(Then)), sorted: sortedMap(u8, Then) });
    // biome-ignore lint/suspicious/noThenProperty: as above
    const one = { then: [1], id: 9 };
    const bytesOf = serializeSync(Holder, { map: new Map([["k", one]]), list: [one], sorted: new Map([[1, one]]) });
    const { root } = await open(countingSource(bytesOf), Holder);
    expect((await root.map.getLazy("k"))?.id).toBe(9);
    expect((await root.sorted.getLazy(1))?.id).toBe(9);
    const lazy = await root.list.atLazy(0);
    expect([lazy.id, await lazy.then.load()]).toEqual([9, [1]]);
    for await (const each of root.list.lazy()) expect(each.id).toBe(9);
  });
});

describe("mirrors inside of lists and maps", () => {
  test("of items have their nested structs there, without a promise", async () => {
    const { root } = await open(countingSource(file), World);
    const lazy = [await root.list.atLazy(1), await root.players.getLazy("Hero"), await root.scores.getLazy(5)];
    for await (const each of root.list.lazy()) lazy.push(each);
    for await (const [, each] of root.players.lazy()) lazy.push(each);
    for await (const [, each] of root.scores.lazy()) lazy.push(each);
    expect(lazy.map((each) => each?.name)).toEqual(["y", "hero", "five", "x", "y", "hero", "five"]);
    for (const each of lazy) {
      expect(each?.stats.power).toBe(7);
      expect(await each?.stats.log.load()).toBe(`${each?.name}?`);
      expect(await each?.tags.at(0)).toBe(`${each?.name}!`);
      expect(await load(each as object)).toEqual(item(each?.name as string));
    }
  });

  test("of recursive types go as deep as the value", async () => {
    interface Tree {
      name: string;
      kids: Tree[];
    }
    interface TreeMirror {
      readonly name: string;
      readonly kids: VecHandle<Tree, TreeMirror>;
    }
    const Tree: SchemaOf<Tree, TreeMirror> = struct({ name: str, kids: chunk(vec(recursive(() => Tree))) });
    let tree: Tree = { name: "level 60", kids: [] };
    for (let level = 59; level >= 0; level--)
      tree = { name: `level ${level}`, kids: [{ name: "leaf", kids: [] }, tree] };
    const opened = await open(countingSource(serializeSync(Tree, tree)), Tree);
    let mirror: TreeMirror = opened.root;
    for (let level = 0; level < 60; level++) {
      expect(mirror.name).toBe(`level ${level}`);
      mirror = await mirror.kids.atLazy(1);
    }
    expect([mirror.name, await mirror.kids.count()]).toEqual(["level 60", 0]);
    expect(await opened.load()).toEqual(tree);
  });
});

describe("a closed file", () => {
  const METHODS: Record<string, readonly string[]> = {
    data: ["load", "count", "slice"],
    list: ["load", "count", "at", "atLazy", "first", "last", "slice", "values", "lazy"],
    players: ["load", "count", "get", "getLazy", "has", "getMany", "entries", "lazy"],
    scores: ["load", "count", "get", "getLazy", "has", "getMany", "entries", "lazy", "first", "last"],
    blob: ["load", "count", "get", "has"],
    text: ["load"],
  };
  const argument = (method: string): unknown => (method === "getMany" ? [] : method === "slice" ? undefined : 0);

  test("refuses every method of every handle, and keeps what is inline", async () => {
    const source = countingSource(file);
    const opened = await open(source, World);
    const { root } = opened;
    const lazy = await root.list.atLazy(0);
    await opened.close();
    await opened.close();
    expect(source.isClosed).toBe(true);
    expect([root.name, root.settings.difficulty, lazy.name, lazy.stats.power]).toEqual(["Terra", 3, "x", 7]);
    const calls = Object.entries(METHODS).flatMap(([name, methods]) =>
      methods.map((method) => async () => {
        const answer = (root as any)[name][method](argument(method));
        if (Symbol.asyncIterator in answer) for await (const _ of answer);
        return await answer;
      }),
    );
    calls.push(
      () => opened.load() as never,
      () => load(root) as never,
      () => opened.inspect() as never,
      () => opened.verify() as never,
      () => lazy.tags.load() as never,
    );
    for (const call of calls) {
      const error = await rejectionOf(call());
      expect(isParcodeError(error, "Closed"), `${call} ${error}`).toBe(true);
      expect(error.message).toContain("counted");
    }
  });

  test("that was opened without promises does so too", () => {
    const opened = openSync(file, World);
    const { root } = opened;
    opened.close();
    opened.close();
    expect([root.name, root.settings.difficulty]).toEqual(["Terra", 3]);
    for (const [name, methods] of Object.entries(METHODS)) {
      for (const method of methods) {
        const error = thrownBy(() => {
          const answer = (root as any)[name][method](argument(method));
          for (const _ of answer as Iterable<unknown>);
        });
        expect(isParcodeError(error, "Closed"), `${name}.${method} ${error}`).toBe(true);
      }
    }
    expect(
      isParcodeError(
        thrownBy(() => loadSync(root)),
        "Closed",
      ),
    ).toBe(true);
  });

  test("is closed by `using`", async () => {
    const source = countingSource(file);
    const opened = await open(source, World);
    await opened[Symbol.asyncDispose]();
    expect(source.isClosed).toBe(true);
    const sync = openSync(file, World);
    sync[Symbol.dispose]();
    expect(
      isParcodeError(
        thrownBy(() => sync.load()),
        "Closed",
      ),
    ).toBe(true);
  });
});

describe("load(mirror)", () => {
  test("is for mirrors of the same kind of opening only", async () => {
    const sync = openSync(file, World).root;
    const { root } = await open(file, World);
    for (const [wrong, words] of [
      [() => load(sync as never), "from open()"],
      [() => loadSync(root as never), "from openSync()"],
      [() => load(root.list as never), "load()"],
      [() => load({} as never), "mirror of a struct"],
      [() => loadSync(null as never), "mirror of a struct"],
    ] as const) {
      const error = await rejectionOf((async () => await wrong())());
      expect(isParcodeError(error, "InvalidOption"), String(error)).toBe(true);
      expect(error.message).toContain(words);
    }
  });

  test("gives a copy that is the caller's own", async () => {
    const Lists = struct({ inline: vec(u8), placed: chunk(vec(u8)) });
    const { root } = openSync(serializeSync(Lists, { inline: [1], placed: [2] }), Lists);
    const first = loadSync(root);
    first.placed.push(9);
    expect(loadSync(root).placed).toEqual([2]);
  });
});
