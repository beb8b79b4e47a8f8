/** Handles and mirrors of changed schemas: what is here already behaves as what is in the file does. */
import { describe, expect, test } from "vitest";
import {
  bytes,
  chunk,
  hashMap,
  type Infer,
  load,
  loadSync,
  map,
  open,
  openSync,
  option,
  renamed,
  serializeSync,
  sortedMap,
  str,
  struct,
  tuple,
  typed,
  u8,
  u16,
  u32,
  u64,
  unit,
  variant,
  vec,
  withDefault,
} from "../../src/index.ts";
import { copyOf } from "../../src/schema/copy.ts";
import { countingSource } from "../support/arbitrary-source.ts";

const Old = struct({
  list: vec(struct({ a: u8, deep: vec(u8) })),
  text: str,
  raw: bytes,
  byId: map(u8, str),
  settings: struct({ level: u8, tags: vec(str) }),
  far: chunk(vec(u8)),
});
const New = struct({
  list: chunk(vec(struct({ a: u16, deep: chunk(vec(u32)) }))),
  text: chunk(str),
  raw: chunk(typed(u32)),
  byId: hashMap(u64, str),
  settings: chunk(struct({ level: u8, tags: chunk(vec(str)) })),
  far: vec(u16),
  fresh: withDefault(chunk(vec(struct({ x: u8 }))), () => [{ x: 1 }]),
  shared: withDefault(vec(u8), [1, 2]),
  sorted: withDefault(
    sortedMap(str, u8),
    new Map([
      ["b", 2],
      ["a", 1],
    ]),
  ),
});
const file = serializeSync(Old, {
  list: [
    { a: 1, deep: [1, 2] },
    { a: 2, deep: [] },
  ],
  text: "text",
  raw: Uint8Array.of(1, 2, 3),
  byId: new Map([
    [1, "one"],
    [2, "two"],
  ]),
  settings: { level: 3, tags: ["x"] },
  far: [9],
});

describe("what is here already", () => {
  test("is a stream where it is bytes, with promises", async () => {
    const Streamed = struct({ raw: chunk(bytes), none: withDefault(chunk(bytes), new Uint8Array(0)) });
    const { root } = await open(countingSource(file), Streamed);
    expect(new Uint8Array(await new Response(root.raw.stream()).arrayBuffer())).toEqual(Uint8Array.of(1, 2, 3));
    expect((await new Response(root.none.stream()).arrayBuffer()).byteLength).toBe(0);
    const stopped = AbortSignal.abort(new Error("enough"));
    await expect(root.raw.stream({ signal: stopped }).getReader().read()).rejects.toThrow("enough");
    const plain = openSync(file, Streamed).root as unknown as typeof root;
    expect(() => plain.raw.stream()).toThrow("no stream()");
  });

  test("is given by handles with promises", async () => {
    const { root } = await open(countingSource(file), New);
    expect(root.list.count()).toBeInstanceOf(Promise);
    expect(await root.list.count()).toBe(2);
    const first = await root.list.atLazy(0);
    expect(first.a).toBe(1);
    expect(await first.deep.slice(-1)).toEqual([2]);
    expect(await load(first)).toEqual({ a: 1, deep: [1, 2] });
    expect(await root.list.last()).toEqual({ a: 2, deep: [] });
    expect(await root.text.load()).toBe("text");
    expect(await root.raw.slice(1)).toEqual(Uint32Array.of(2, 3));
    expect(await root.byId.get(2n)).toBe("two");
    expect(await root.byId.get(2n ** 60n)).toBeUndefined();
    expect(await root.byId.getMany([2n, 300n, 1n])).toEqual(["two", undefined, "one"]);
    expect(root.settings.level).toBe(3);
    expect(await root.settings.tags.load()).toEqual(["x"]);
    expect(await load(root.settings)).toEqual({ level: 3, tags: ["x"] });
    expect(await root.sorted.first()).toEqual(["a", 1]);
    expect([...(await root.sorted.load()).keys()]).toEqual(["a", "b"]);
    expect(root.far).toEqual([9]);
  });

  test("errors are those of any handle", async () => {
    const { root } = await open(countingSource(file), New);
    await expect(root.list.at(2)).rejects.toMatchObject({ code: "IndexOutOfRange", path: "list", index: 2, length: 2 });
    await expect(root.byId.get("1" as never)).rejects.toMatchObject({ code: "SchemaMismatch" });
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(root.list.load({ signal })).rejects.toThrow("enough");
    const sync = openSync(file, New).root;
    expect(() => sync.list.at(-1)).toThrowError(expect.objectContaining({ code: "IndexOutOfRange" }));
    expect(() => sync.byId.has(5 as never)).toThrowError(expect.objectContaining({ path: "byId[5]" }));
  });

  test("cannot be asked for when the file is closed", async () => {
    const opened = await open(countingSource(file), New);
    const { list, fresh, text } = opened.root;
    await opened.close();
    for (const call of [() => list.load(), () => fresh.at(0), () => text.load()]) {
      await expect(call()).rejects.toMatchObject({ code: "Closed" });
    }
  });

  test("is each caller's own", async () => {
    const { root } = openSync(file, New);
    for (const get of [() => root.list.load(), () => root.list.slice(), () => [root.list.at(0)]]) {
      const once = get();
      (once[0] as { deep: number[] }).deep.push(7);
      expect(get()[0]?.deep).toEqual([1, 2]);
    }
    root.raw.load()[0] = 9;
    expect(root.raw.load()[0]).toBe(1);
    root.shared.push(3);
    expect(openSync(file, New).root.shared).toEqual([1, 2]);
  });

  test("looks like what is in a file", () => {
    const { root } = openSync(file, New);
    expect(root.list).toBe(root.list);
    expect(root.shared).toBe(root.shared);
    expect(Object.keys(Object.getPrototypeOf(root))).toEqual(Object.keys(New.fields));
    expect(JSON.parse(JSON.stringify(root))).toMatchObject({
      list: { chunk: "vec" },
      text: { chunk: "str" },
      raw: { chunk: "typed" },
      byId: { chunk: "hashMap" },
      settings: { level: 3, tags: { chunk: "vec" } },
      far: [9],
    });
    expect(JSON.stringify(root.list.atLazy(0))).toBe('{"a":1,"deep":{"chunk":"vec"}}');
    expect(() => loadSync(root.list as never)).toThrow("loadSync()");
  });
});

test("a default is a copy of a value, or what a function gives", () => {
  let made = 0;
  const Wanted = struct({ n: withDefault(u32, () => ++made), o: withDefault(vec(u8), () => [made]) });
  const written = serializeSync(struct({ a: u8 }), { a: 1 });
  const opened = openSync(written, Wanted);
  const before = made;
  expect(opened.root.n).toBe(before + 1);
  expect(opened.root.n).toBe(before + 1);
  expect(opened.load().n).toBe(before + 2);
  const value = {
    list: [new Set([{ a: 1 }]), new Map([["k", [1n]]])],
    raw: new Uint8Array(new ArrayBuffer(100), 10, 2),
    none: null,
  };
  const copy = copyOf(value) as typeof value;
  expect(copy).toEqual(value);
  expect(copy.list).not.toBe(value.list);
  expect(copy.raw.buffer.byteLength).toBe(2);
});

test("a name that came back is the new field, and one with several old names has the latest that is there", () => {
  const written = serializeSync(struct({ a: u8, b: u8 }), { a: 1, b: 2 });
  expect(openSync(written, struct({ b: renamed("a", u8) })).load()).toEqual({ b: 2 });
  const Wanted = struct({ c: renamed("b", renamed("a", u8)) });
  expect(openSync(written, Wanted).load()).toEqual({ c: 2 });
  expect(openSync(serializeSync(struct({ a: u8 }), { a: 1 }), Wanted).load()).toEqual({ c: 1 });
});

test("withDefault and renamed say nothing in a file: its schema is the same without them", async () => {
  const Plain = struct({ a: u8, list: chunk(vec(str)), kind: variant({ A: unit, B: u8 }) });
  const Marked = struct({
    a: withDefault(renamed("x", u8), 5),
    list: renamed("y", withDefault(chunk(vec(str)), [])),
    kind: variant({ A: renamed("C", unit), B: u8 }),
  });
  const value = { a: 1, list: ["x"], kind: { type: "A" } as const };
  expect(serializeSync(Marked, value)).toEqual(serializeSync(Plain, value));
  expect(() => serializeSync(Marked, { list: [], kind: { type: "A" } } as never)).toThrowError(
    expect.objectContaining({ code: "SchemaMismatch", path: "a" }),
  );
  expect((await open(serializeSync(Plain, value), Marked)).root.a).toBe(1);
});

describe("keys", () => {
  const Key = struct({ a: u8, b: option(str), c: variant({ X: unit, Y: tuple([u8, str]) }) });
  const NewKey = struct({
    c: variant({ Z: u8, Other: renamed("Y", tuple([u64, str])), X: unit }),
    a: option(u32),
    bee: renamed("b", option(str)),
  });
  const old: Infer<typeof Key> = { a: 1, b: "b", c: { type: "Y", value: [2, "y"] } };
  const written = serializeSync(struct({ m: hashMap(Key, u8) }), { m: new Map([[old, 5]]) });
  const key: Infer<typeof NewKey> = { c: { type: "Other", value: [2n, "y"] }, a: 1, bee: "b" };

  test("of many parts are looked for as the file has them", () => {
    const { m } = openSync(written, struct({ m: hashMap(NewKey, u16) })).root;
    expect([...m.load()]).toEqual([[key, 5]]);
    expect(m.get({ ...key, c: { type: "Other", value: [2n, "y"] } })).toBe(5);
    expect(m.has({ ...key, c: { type: "Z", value: 1 } })).toBe(false);
    expect(m.has({ ...key, a: null })).toBe(false);
    expect(m.has({ ...key, a: 256 })).toBe(false);
    expect(m.has({ ...key, bee: null })).toBe(false);
    expect(m.has({ ...key, c: { type: "Other", value: [2n ** 40n, "y"] } })).toBe(false);
  });

  test("of a map in one piece that became a hash map, and the other way round", () => {
    const piece = serializeSync(struct({ m: chunk(map(u8, struct({ v: u8 }))) }), { m: new Map([[1, { v: 2 }]]) });
    const hashed = openSync(piece, struct({ m: hashMap(u16, struct({ v: chunk(u8) })) })).root.m;
    expect(hashed.getLazy(1)?.v.load()).toBe(2);
    expect([...hashed.lazy()][0]?.[1].v.load()).toBe(2);
    const buckets = serializeSync(struct({ m: hashMap(u8, struct({ v: chunk(u8) })) }), {
      m: new Map([[1, { v: 2 }]]),
    });
    const whole = openSync(buckets, struct({ m: chunk(map(u8, struct({ v: chunk(u8) }))) })).root.m;
    expect(whole.getLazy(1)).toEqual({ v: 2 });
    expect([...whole.lazy()]).toEqual([[1, { v: 2 }]]);
  });
});
