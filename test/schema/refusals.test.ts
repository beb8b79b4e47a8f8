/** Values that do not fit are refused by every way of writing, with the path, and in words that a person can use. */
import { describe, expect, test } from "vitest";
import {
  bool,
  bytes,
  char,
  chunk,
  f32,
  hashMap,
  type Input,
  i8,
  i16,
  i64,
  int,
  isParcodeError,
  map,
  option,
  recursive,
  type Schema,
  type SchemaMismatchError,
  save,
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
} from "../../src/index.ts";
import { recordingSink } from "../support/arbitrary-source.ts";
import { rejectionOf, thrownBy } from "../support/rejection.ts";

interface Tree {
  name: string;
  kids: Tree[];
}
const Inline: Schema = struct({ name: str, kids: vec(recursive(() => Inline)) });
const Chunked: Schema = struct({ name: str, kids: chunk(vec(recursive(() => Chunked))) });
const Mapped: Schema = struct({
  kids: hashMap(
    str,
    recursive(() => Mapped),
  ),
});

const Player = struct({ level: u32, bag: chunk(vec(u16)) });
const World = struct({
  id: u64,
  name: str,
  shape: variant({ Point: unit, Circle: struct({ radius: f32 }) }),
  note: option(str),
  "odd name": u8,
  list: chunk(vec(Player)),
  players: hashMap(str, Player),
  scores: sortedMap(tuple([u32, str]), u64),
  settings: chunk(struct({ difficulty: u8, history: chunk(vec(str)) })),
});

const world = {
  id: 1n,
  name: "Terra",
  shape: { type: "Point" },
  note: null,
  "odd name": 1,
  list: [{ level: 1, bag: [1] }],
  players: new Map([["Hero", { level: 1, bag: [1] }]]),
  scores: new Map([[[1, "a"], 1n]]),
  settings: { difficulty: 1, history: ["x"] },
};

/** A world with something else in it. */
const but = (changes: object): unknown => ({ ...world, ...changes });
const circular = (): Tree => {
  const tree: Tree = { name: "a", kids: [] };
  tree.kids.push({ name: "b", kids: [tree] });
  return tree;
};
const keyed = (key: unknown, value: unknown = 1): unknown => new Map([[key, value]]);

function expectPath(actual: string | undefined, expected: string | RegExp): void {
  if (typeof expected === "string") expect(actual).toBe(expected);
  else expect(actual).toMatch(expected);
}

type Case = readonly [what: string, schema: Schema, value: unknown, path: string | RegExp, words: readonly string[]];

const FIELDS: readonly Case[] = [
  ["nothing for a world", World, undefined, "", ["an object { id, name, shape", "found undefined"]],
  ["text for a world", World, "Terra", "", ['found "Terra"']],
  ["a missing field", World, but({ name: undefined }), "name", ["a string", "undefined"]],
  ["a number for a bigint", World, but({ id: 1 }), "id", ["a bigint from 0n", "found 1"]],
  ["a negative bigint", World, but({ id: -1n }), "id", ["found -1n"]],
  ["nothing for an option", World, but({ note: undefined }), "note", ["a value or null", "undefined"]],
  ["a name that needs quotes", World, but({ "odd name": 256 }), '["odd name"]', ["0 to 255", "256"]],
  ["an unknown alternative", World, but({ shape: { type: "Square" } }), "shape", ['"Point" | "Circle"', '"Square"']],
  ["an alternative by name only", World, but({ shape: "Point" }), "shape", ['{ type: "Point" | "Circle" }']],
  ["null for a variant", World, but({ shape: null }), "shape", ["found null"]],
  [
    "inside an alternative",
    World,
    but({ shape: { type: "Circle", value: { radius: "1" } } }),
    "shape.value.radius",
    ["a number"],
  ],
  [
    "an alternative without its value",
    World,
    but({ shape: { type: "Circle" } }),
    "shape.value",
    ["{ radius }", "undefined"],
  ],
  ["in a list of chunks", World, but({ list: [world.list[0], { level: -1, bag: [] }] }), "list[1].level", ["-1"]],
  ["in the chunk of an item", World, but({ list: [{ level: 1, bag: [1, 70_000] }] }), "list[0].bag[1]", ["70000"]],
  ["a hole in a list", World, but({ list: Array(1) }), "list[0]", ["{ level, bag }", "undefined"]],
  [
    "in a map's value",
    World,
    but({ players: keyed("Hero", { level: 1.5, bag: [] }) }),
    'players["Hero"].level',
    ["1.5"],
  ],
  [
    "in the chunk of a map's value",
    World,
    but({ players: keyed("H", { level: 1, bag: 5 }) }),
    'players["H"].bag',
    ["an array"],
  ],
  ["a map's key", World, but({ players: keyed(5, world.list[0]) }), "players[5]", ["a string", "found 5"]],
  ["an object for a Map", World, but({ players: { Hero: world.list[0] } }), "players", ["a Map", "an object"]],
  ["in a sorted map's key", World, but({ scores: keyed([1, 2], 1n) }), "scores[[1,2]][1]", ["a string", "found 2"]],
  ["in a sorted map's value", World, but({ scores: keyed([1, "a"], 5) }), 'scores[[1,"a"]]', ["a bigint"]],
  [
    "in a chunk's chunk",
    World,
    but({ settings: { difficulty: 1, history: ["x", 5] } }),
    "settings.history[1]",
    ["found 5"],
  ],
];

const TYPES: readonly Case[] = [
  ["u8 256", u8, 256, "", ["0 to 255"]],
  ["u8 text", u8, "1", "", ['"1"']],
  ["u8 NaN", u8, Number.NaN, "", ["NaN"]],
  ["i8 128", i8, 128, "", ["-128 to 127"]],
  ["u16 −1", u16, -1, "", ["0 to 65535", "-1"]],
  ["i16 0.5", i16, 0.5, "", ["-32768 to 32767", "0.5"]],
  ["u32 2^32", u32, 2 ** 32, "", ["0 to 4294967295", "4294967296"]],
  ["u64 2^64", u64, 2n ** 64n, "", ["18446744073709551615n", "18446744073709551616n"]],
  ["i64 2^63", i64, 2n ** 63n, "", ["9223372036854775807n"]],
  ["u128 −1", u128, -1n, "", ["-1n"]],
  ["uint 2^53", uint, 2 ** 53, "", ["9007199254740991", "9007199254740992"]],
  ["int −2^53", int, -(2 ** 53), "", ["safe integer", "2^53 - 1"]],
  ["int infinity", int, Number.POSITIVE_INFINITY, "", ["Infinity"]],
  ["f32 text", f32, "1", "", ["a number"]],
  ["bool 1", bool, 1, "", ["a boolean", "found 1"]],
  ["unit undefined", unit, undefined, "", ["null", "undefined"]],
  ["str with a lone surrogate", vec(str), ["ok", "a\ud800"], "[1]", ["lone surrogate", "\\ud800"]],
  ["long str with a lone surrogate", str, `${"a".repeat(99)}\udc00`, "", ["a string of 100 characters"]],
  ["char of two", char, "ab", "", ["one character", '"ab"']],
  ["char of none", char, "", "", ["one character", '""']],
  ["char of a combined pair", char, "e\u0301", "", ["one character"]],
  ["char that is a surrogate", char, "\ud834", "", ["one character"]],
  ["bytes as an array", bytes, [1], "", ["a Uint8Array", "an array of 1"]],
  ["bytes as a buffer", bytes, new ArrayBuffer(1), "", ["a Uint8Array", "an ArrayBuffer"]],
  ["typed array of another type", typed(f32), new Float64Array(1), "", ["a Float32Array", "a Float64Array"]],
  ["numbers for a typed array", typed(i16), [1], "", ["an Int16Array", "an array of 1"]],
  ["half a number in typed(uint)", typed(uint), new Float64Array([1, 0.5]), "[1]", ["0.5"]],
  ["an array of the wrong length", tuple([u8, u8]), [1], "", ["an array of 2", "an array of 1"]],
  ["a typed array for a vec", tuple([vec(u8)]), [new Uint8Array(1)], "[0]", ["an array", "a Uint8Array"]],
  ["an array for a Set", set(u8), [1], "", ["a Set", "an array of 1"]],
  ["in a Set", set(u8), new Set([1, -1]), "{1}", ["-1"]],
  ["a function", struct({ a: u8 }), { a: () => 1 }, "a", ["a function"]],
  ["a date", struct({ a: u8 }), { a: new Date(0) }, "a", ["a Date"]],
  ["a long text", u8, "x".repeat(500), "", ["a string of 500 characters"]],
];

const KEYS: readonly Case[] = [
  ["a long key", map(str, u8), keyed("k".repeat(500), "x"), /^\["k{50,60}…\]$/, ['found "x"']],
  ["a key of bytes", map(bytes, u8), keyed(new Uint8Array([1, 255]), "x"), "[0x01ff]", ['found "x"']],
  ["a bigint as a key", map(u64, u8), keyed(7n, "x"), "[7n]", ['found "x"']],
  [
    "a key with bigints and bytes",
    map(tuple([u64, bytes]), u8),
    keyed([7n, new Uint8Array(1)], "x"),
    '[["7n","0x00"]]',
    [],
  ],
  ["a symbol as a key", hashMap(str, u8), keyed(Symbol("s")), "[a symbol]", ["a string", "a symbol"]],
  ["a key that contains itself", map(str, u8), keyed(circular()), "[an object]", ["a string"]],
];

const CIRCLES: readonly Case[] = [
  ["inline", Inline, circular(), /^kids\[0\]\.kids\[0\].*…/, ["512 levels", "contains itself"]],
  ["in chunks", Chunked, circular(), /^kids\[0\]\.kids\[0\].*…/, ["512 levels", "contains itself"]],
  [
    "in maps",
    Mapped,
    (() => {
      const kids = new Map<string, unknown>();
      kids.set("k", { kids });
      return { kids };
    })(),
    /^kids\["k"\]\.kids\["k"\].*…/,
    ["contains itself"],
  ],
];

describe.each([
  ["a field", FIELDS],
  ["a type", TYPES],
  ["a key", KEYS],
  ["a value that contains itself", CIRCLES],
])("%s", (_group, cases) => {
  test.each(cases)("%s", async (_what, schema, value, path, words) => {
    const sink = recordingSink();
    const told: SchemaMismatchError[] = [
      thrownBy(() => serializeSync(schema, value as Input<Schema>)),
      await rejectionOf(save(sink, schema, value as Input<Schema>)),
    ];
    expect(
      sink.calls.filter((call) => call !== "abort"),
      "nothing was written",
    ).toEqual([]);
    for (const error of told) {
      expect(isParcodeError(error, "SchemaMismatch"), String(error)).toBe(true);
      expectPath(error.path, path);
      for (const word of words) expect(error.message).toContain(word);
      if (error.path !== "") expect(error.message.startsWith(`${error.path}: `)).toBe(true);
      expect(error.message.length).toBeLessThan(400);
      expect([error.expected, error.actual]).toEqual([expect.any(String), expect.any(String)]);
    }
    // How deep a circle is followed depends on the stack; everything else is told in the same words.
    if (!told[0]?.path?.includes("…")) expect(told[0]?.message).toBe(told[1]?.message);
  });
});

describe("keys that are equal by their content", () => {
  const Pair = struct({ a: u8, b: u8 });
  const twice = (first: unknown, second: unknown): Map<unknown, unknown> =>
    new Map([
      [first, 1],
      [second, 2],
    ]);

  test.each([
    ["tuples", hashMap(tuple([u8, str]), u8), twice([1, "x"], [1, "x"]), '[[1,"x"]]'],
    [
      "structs with fields in another order",
      hashMap(Pair, u8),
      twice({ a: 1, b: 2 }, { b: 2, a: 1 }),
      '[{"b":2,"a":1}]',
    ],
    ["structs with fields too many", hashMap(Pair, u8), twice({ a: 1, b: 2 }, { a: 1, b: 2, c: 3 }), /^\[\{.*\}\]$/],
    ["bytes", hashMap(bytes, u8), twice(new Uint8Array([1]), new Uint8Array([1])), "[0x01]"],
    ["in order", sortedMap(tuple([u8]), u8), twice([1], [1]), "[[1]]"],
    ["floats that are stored as the same one", sortedMap(f32, u8), twice(0.1, Math.fround(0.1)), /^\[0\.1/],
  ])("%s", (_what, schema, value, path) => {
    for (const [file, content, before] of [
      [schema, value, ""],
      [struct({ m: schema }), { m: value }, "m"],
      [chunk(vec(struct({ m: schema }))), [{ m: new Map() }, { m: value }], "[1].m"],
      [hashMap(str, struct({ m: schema })), new Map([["k", { m: value }]]), '["k"].m'],
      [
        sortedMap(str, struct({ n: chunk(vec(struct({ m: schema }))) })),
        new Map([["k", { n: [{ m: value }] }]]),
        '["k"].n[0].m',
      ],
    ] as [Schema, Input<Schema>, string][]) {
      const error: SchemaMismatchError = thrownBy(() => serializeSync(file, content));
      expect(isParcodeError(error, "SchemaMismatch"), String(error)).toBe(true);
      expect(error.path?.slice(0, before.length)).toBe(before);
      expectPath(error.path?.slice(before.length), path);
      expect(error.message).toBe(`${error.path}: Two keys of the map are equal; keep one of them.`);
    }
  });
});

describe("codecs that a schema names", () => {
  const zipped = chunk(str, { compression: "zip" });
  const Item = struct({ text: zipped });
  const Deep: Schema = struct({ kids: chunk(vec(recursive(() => Deep))), text: zipped });

  test.each([
    ["a field", struct({ a: u8, text: zipped }), { a: 1, text: "" }, "text"],
    ["an item's field, also of an empty list", struct({ list: chunk(vec(Item)) }), { list: [] }, "list[].text"],
    ["a map's value", hashMap(str, Item), new Map(), "[].text"],
    ["a sorted map's value", struct({ m: sortedMap(str, Item) }), { m: new Map() }, "m[].text"],
    ["a recursive schema", Deep, { kids: [], text: "" }, "text"],
    ["a map", struct({ m: hashMap(str, u8, { compression: "zip" }) }), { m: new Map() }, "m"],
    ["the root", zipped, "", ""],
  ])("%s", async (_what, schema, value, path) => {
    const sink = recordingSink();
    const told: SchemaMismatchError[] = [
      thrownBy(() => serializeSync(schema as Schema, value as never)),
      await rejectionOf(save(sink, schema as Schema, value as never)),
    ];
    expect(sink.calls).toEqual(["abort"]);
    for (const error of told) {
      expect(isParcodeError(error, "SchemaMismatch"), String(error)).toBe(true);
      expect(error.path).toBe(path);
      expect(error.message).toBe(
        `${path === "" ? "The root" : path} names the compression "zip"; there are "none", "lz4".`,
      );
    }
  });

  test("of an inline struct do not count, since its placements do not", () => {
    expect(serializeSync(struct({ a: Item }), { a: { text: "x" } })).toBeInstanceOf(Uint8Array);
  });
});
