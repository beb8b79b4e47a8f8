/** What cannot be read with another schema is refused at open, with the path, both types and what to do. */
import { describe, expect, test } from "vitest";
import {
  array,
  bool,
  bytes,
  chunk,
  descending,
  f32,
  f64,
  hashMap,
  i8,
  i16,
  i32,
  i64,
  i128,
  int,
  isParcodeError,
  open,
  openSync,
  option,
  recursive,
  renamed,
  type Schema,
  serializeSync,
  set,
  sortedMap,
  str,
  struct,
  tuple,
  typed,
  u8,
  u16,
  u32,
  u64,
  u128,
  uint,
  unit,
  variant,
  vec,
  withDefault,
} from "../../src/index.ts";
import { countingSource } from "../support/arbitrary-source.ts";

function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

/** A file with nothing in it but what a schema needs. */
const file = (stored: Schema, value: unknown): Uint8Array => serializeSync(stored, value as never);

const refusal = (stored: Schema, value: unknown, wanted: Schema): Record<string, unknown> => {
  const error = thrownBy(() => openSync(file(stored, value), wanted));
  expect(isParcodeError(error, "SchemaIncompatible"), String(error)).toBe(true);
  const { message, path, expected, actual } = error as Record<string, unknown>;
  return { message, path, expected, actual };
};

type Row = readonly [what: string, stored: Schema, value: unknown, wanted: Schema, path: string, words: string[]];

const S = (fields: Record<string, Schema>): Schema => struct(fields);

describe("refused", () => {
  const numbers: Row[] = (
    [
      [u16, u8, 1],
      [u32, f32, 1],
      [u32, i32, 1],
      [u64, i64, 1n],
      [u64, int, 1n],
      [u64, f64, 1n],
      [i8, u16, 1],
      [i32, u64, 1],
      [i64, uint, 1n],
      [i32, i16, 1],
      [f64, f32, 1],
      [f64, u32, 1],
      [u128, i128, 1n],
      [u128, u64, 1n],
      [bool, u8, true],
    ] as const
  ).map(([from, to, value]) => {
    const what = `${from.kind} as ${to.kind}`;
    return [what, S({ a: from }), { a: value }, S({ a: to }), "a", [`the file has ${from.kind}, wanted is ${to.kind}`]];
  });

  const rows: Row[] = [
    ...numbers,
    ["a new field", S({ a: u8 }), { a: 1 }, S({ a: u8, b: str }), "b", ["b: the file has nothing", "withDefault()"]],
    ["a new unit", S({ a: u8 }), { a: 1 }, S({ a: u8, b: unit }), "b", ["wanted is unit"]],
    ["null as a value", S({ a: option(u8) }), { a: 1 }, S({ a: u8 }), "a", ["option<u8>, wanted is u8"]],
    ["other lengths", S({ a: array(u8, 2) }), { a: [1, 2] }, S({ a: array(u8, 3) }), "a", ["[u8; 2]", "[u8; 3]"]],
    ["other tuples", S({ a: tuple([u8]) }), { a: [1] }, S({ a: tuple([u8, u8]) }), "a", ["(u8)", "(u8, u8)"]],
    ["a list as a set", S({ a: vec(u8) }), { a: [1] }, S({ a: set(u8) }), "a", ["vec<u8>", "set<u8>"]],
    ["lists of text as bytes", S({ a: vec(str) }), { a: ["x"] }, S({ a: bytes }), "a", ["vec<str>, wanted is bytes"]],
    ["a wide list as bytes", S({ a: typed(u16) }), { a: Uint16Array.of(1) }, S({ a: bytes }), "a", ["typed<u16>"]],
    [
      "hash as sorted",
      hashMap(str, u8),
      new Map(),
      sortedMap(str, u8),
      "",
      ["the root: the file has hashMap<str, u8>"],
    ],
    ["deep in a list", chunk(vec(S({ a: str }))), [{ a: "" }], chunk(vec(S({ a: u8 }))), "item.a", ["item.a: "]],
    ["deep in a map", hashMap(str, S({ a: str })), new Map(), hashMap(str, S({ a: u8 })), "value.a", ["value.a: "]],
    [
      "an alternative less",
      S({ a: variant({ A: u8, B: unit }) }),
      { a: { type: "B" } },
      S({ a: variant({ A: u8 }) }),
      "a.B",
      ["keep the alternative"],
    ],
    [
      "an alternative with a value",
      S({ a: variant({ A: unit }) }),
      { a: { type: "A" } },
      S({ a: variant({ A: u8 }) }),
      "a.A",
      ["unit, wanted is u8"],
    ],
    [
      "a key without a field",
      hashMap(S({ a: u8, b: u8 }), u8),
      new Map(),
      hashMap(S({ a: u8 }), u8),
      "key.b",
      ["keys keep their fields"],
    ],
    [
      "a key with one more",
      hashMap(S({ a: u8 }), u8),
      new Map(),
      hashMap(S({ a: u8, b: option(u8) }), u8),
      "key.b",
      ["keys keep their fields"],
    ],
    [
      "a set's item without a field",
      S({ s: set(S({ a: u8, b: u8 })) }),
      { s: new Set() },
      S({ s: set(S({ a: u8 })) }),
      "s.item.b",
      ["keys keep"],
    ],
    [
      "sorted keys in another order",
      sortedMap(S({ a: u8, b: u8 }), u8),
      new Map(),
      sortedMap(S({ b: u8, a: u8 }), u8),
      "key",
      ["sorted by their fields"],
    ],
    [
      "sorted alternatives in another order",
      sortedMap(variant({ A: u8, B: u8 }), u8),
      new Map(),
      sortedMap(variant({ B: u8, A: u8 }), u8),
      "key",
      ["order of their alternatives"],
    ],
    [
      "sorted keys in the other direction",
      sortedMap(tuple([str, descending(u8)]), u8),
      new Map(),
      sortedMap(tuple([str, u8]), u8),
      "key[1]",
      ["key[1]: the file has descending<u8>, wanted is u8 (the keys of a sorted map stay in the order"],
    ],
    [
      "sorted keys in the other direction, as a whole",
      S({ a: sortedMap(str, u8) }),
      { a: new Map() },
      S({ a: sortedMap(descending(str), u8) }),
      "a.key",
      ["a.key: the file has str, wanted is descending<str>"],
    ],
    ["a key's list as bytes", hashMap(vec(u8), u8), new Map(), hashMap(bytes, u8), "key", ["vec<u8>, wanted is bytes"]],
    ["an old name that another field has", S({ a: u8 }), { a: 1 }, S({ a: u8, b: renamed("a", u8) }), "b", ["nothing"]],
    ["one old name for two", S({ a: u8 }), { a: 1 }, S({ b: renamed("a", u8), c: renamed("a", u8) }), "c", ["nothing"]],
  ];

  test.each(rows)("%s", (_what, stored, value, wanted, path, words) => {
    const found = refusal(stored, value, wanted);
    expect(found.path).toBe(path);
    for (const word of words) expect(found.message).toContain(word);
  });

  test("all at once, a bounded number of them, with both types of the first", () => {
    const names = Array.from({ length: 30 }, (_, i) => `f${i}`);
    const stored = S(Object.fromEntries(names.map((name) => [name, str])));
    const value = Object.fromEntries(names.map((name) => [name, ""]));
    const found = refusal(stored, value, S(Object.fromEntries(names.map((name) => [name, u8]))));
    expect(found.path).toBe("f0");
    expect(found.expected).toBe("u8");
    expect(found.actual).toBe("str");
    const lines = String(found.message).split("\n");
    expect(lines.length).toBe(10);
    expect(lines[0]).toBe("The file was written with another schema, and cannot be read with this one:");
    expect(lines[1]).toBe("  f0: the file has str, wanted is u8");
    expect(lines[9]).toMatch(/^ {2}and \d+ more$/);
  });

  test("differences of several kinds are in one message", () => {
    const stored = S({ a: u8, b: str, list: chunk(vec(S({ x: u8 }))) });
    const found = refusal(
      stored,
      { a: 1, b: "", list: [] },
      S({ a: str, b: str, c: u8, list: chunk(vec(S({ x: bool, y: u8 }))) }),
    );
    for (const path of ["  a:", "  c:", "  list.item.x:", "  list.item.y:"]) expect(found.message).toContain(path);
    expect(found.message).not.toContain("  b:");
  });

  test("recursive types are told apart without end", () => {
    interface Node extends Schema {
      readonly kind: "struct";
    }
    const Old: Node = struct({ name: str, next: option(recursive(() => Old)) });
    const New: Node = struct({ name: u8, next: option(recursive(() => New)) });
    expect(refusal(Old, { name: "", next: null }, New).path).toBe("name");
  });

  test("nothing but the ends of the file is read before", async () => {
    const Old = struct({ list: chunk(vec(str)), a: u8 });
    const list = Array.from({ length: 40_000 }, (_, i) => `item ${i}`);
    const bytes = serializeSync(Old, { list, a: 1 });
    const before = countingSource(bytes);
    await open(before, Old);
    const source = countingSource(bytes);
    await expect(open(source, struct({ a: str }))).rejects.toMatchObject({ code: "SchemaIncompatible", path: "a" });
    expect(source.reads).toEqual(before.reads.slice(0, source.reads.length));
    expect(source.reads.reduce((total, { start, end }) => total + end - start, 0)).toBeLessThan(bytes.length / 3);
    expect(source.isClosed).toBe(true);
  });

  test("a default that is no value of its schema, at open, with its path", () => {
    const bytes = file(S({ a: u8 }), { a: 1 });
    const wanted = struct({ a: u8, b: struct({ c: u8 }), d: u8 });
    const Wrong = struct({ ...wanted.fields, b: withDefault(wanted.fields.b, { c: 256 }), d: withDefault(u8, 1) });
    expect(thrownBy(() => openSync(bytes, Wrong))).toMatchObject({ code: "SchemaMismatch", path: "b.c" });
  });

  test.each([
    ["vec", () => vec(withDefault(u8, 1)), "withDefault() directly inside vec()"],
    ["option", () => option(renamed("a", u8)), "renamed() directly inside option()"],
    ["chunk", () => chunk(withDefault(u8, 1)), "withDefault(chunk(…), …)"],
    ["hashMap", () => hashMap(renamed("a", str), u8), "renamed() directly inside hashMap()"],
    ["sortedMap", () => sortedMap(str, withDefault(u8, 1)), "withDefault() directly inside sortedMap()"],
    ["variant", () => variant({ A: withDefault(u8, 1) }), "withDefault() directly inside variant()"],
    ["no schema", () => withDefault(5 as never, 1 as never), "withDefault() needs a schema"],
    ["no name", () => renamed(5 as never, u8), "renamed() needs the old name"],
  ])("where it has no effect: %s", (_where, make, words) => {
    const error = thrownBy(make);
    expect(isParcodeError(error, "SchemaMismatch")).toBe(true);
    expect((error as Error).message).toContain(words);
  });
});
