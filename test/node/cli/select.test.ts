// Paths into values: each kind of schema, from the file and inside of what was read already.
import { describe, expect, test } from "vitest";
import { jsonPieces } from "../../../src/cli/json.ts";
import { parsePath } from "../../../src/cli/path.ts";
import { select } from "../../../src/cli/select.ts";
import {
  array,
  bool,
  bytes,
  char,
  chunk,
  f32,
  f64,
  hashMap,
  type Infer,
  i64,
  map,
  open,
  option,
  type Schema,
  serialize,
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
  variant,
  vec,
} from "../../../src/index.ts";
import { contentOf } from "../../../src/schema/layout.ts";
import { nodeOf } from "../../../src/schema/node.ts";

const Item = struct({ name: str, parts: chunk(vec(u32)) });
const Root = struct({
  plain: struct({ list: vec(struct({ a: u8 })), nested: array(array(u8, 2), 2), pair: tuple([u32, str]) }),
  flat: map(u32, str),
  names: map(str, u8),
  flags: map(bool, u8),
  letters: map(char, u8),
  some: option(struct({ x: u8 })),
  none: option(struct({ x: u8 })),
  move: variant({ Stop: unit, Go: struct({ x: u8 }), At: u32 }),
  stop: variant({ Stop: unit, Go: u8 }),
  unique: set(u8),
  nan: f64,
  big: i64,
  settings: chunk(struct({ difficulty: u8, history: chunk(vec(str)) })),
  items: chunk(vec(Item)),
  byTuple: hashMap(tuple([u32, u64]), option(str)),
  byId: hashMap(u64, Item),
  byStruct: hashMap(struct({ a: u32, b: vec(str), c: option(u8) }), u8),
  sorted: sortedMap(f64, Item),
  blob: chunk(map(str, u32)),
  terrain: chunk(bytes),
  heights: chunk(typed(f32)),
  ids: chunk(typed(u64)),
});

const item = (n: number): Infer<typeof Item> => ({ name: `item ${n}`, parts: [n, n + 1] });
const value: Infer<typeof Root> = {
  plain: {
    list: [{ a: 1 }, { a: 2 }],
    nested: [
      [1, 2],
      [3, 4],
    ],
    pair: [7, "seven"],
  },
  flat: new Map([[5, "five"]]),
  names: new Map([["a.b", 1]]),
  flags: new Map([[true, 1]]),
  letters: new Map([["x", 1]]),
  some: { x: 3 },
  none: null,
  move: { type: "Go", value: { x: 4 } },
  stop: { type: "Stop" },
  unique: new Set([2, 1]),
  nan: Number.NaN,
  big: -(2n ** 60n),
  settings: { difficulty: 3, history: ["a", "b"] },
  items: [item(0), item(1), item(2)],
  byTuple: new Map([
    [[1, 2n ** 60n], "one"],
    [[1, 2n], null],
  ]),
  byId: new Map([[2n ** 63n, item(9)]]),
  byStruct: new Map([[{ a: 1, b: ["x"], c: null }, 5]]),
  sorted: new Map([[0.5, item(5)]]),
  blob: new Map([["k", 1]]),
  terrain: new Uint8Array([1, 2, 3]),
  heights: new Float32Array([0.5, 1.5]),
  ids: new BigUint64Array([1n, 2n ** 64n - 1n]),
};

async function textAt<S extends Schema>(schema: S, path: string, written: Uint8Array, indent = 0): Promise<string> {
  const file = await open(written, schema);
  const root = { schema: contentOf(nodeOf(schema)).content, view: file.root };
  const { view } = await select(root, parsePath(path), {});
  let text = "";
  for await (const piece of jsonPieces(view, { indent }, {})) text += piece;
  await file.close();
  return text;
}

const packed = serialize(Root, value);
const at = async (path: string): Promise<string> => textAt(Root, path, await packed);

test.each([
  ["plain.list[1].a", "2"],
  ["plain.list[-1]", '{"a":2}'],
  ["plain.list[0:1]", '[{"a":1}]'],
  ["plain.nested[1][0]", "3"],
  ["plain.nested[1][-1:]", "[4]"],
  ["plain.pair[1]", '"seven"'],
  [".plain.pair", '[7,"seven"]'],
  ['["plain"].pair[0]', "7"],
  ["flat[5]", '"five"'],
  ["flat.5", '"five"'],
  ["flat", '[[5,"five"]]'],
  ["names['a.b']", "1"],
  ["names", '{"a.b":1}'],
  ["flags.true", "1"],
  ["letters.x", "1"],
  ["some.x", "3"],
  ["none", "null"],
  ["move", '{"type":"Go","value":{"x":4}}'],
  ["move.value.x", "4"],
  ["stop.type", '"Stop"'],
  ["unique", "[2,1]"],
  ["nan", '"NaN"'],
  ["big", '"-1152921504606846976"'],
  ["settings.difficulty", "3"],
  ["settings.history[1]", '"b"'],
  ["settings", '{"difficulty":3,"history":["a","b"]}'],
  ["items[1]", '{"name":"item 1","parts":[1,2]}'],
  ["items[1].parts[1]", "2"],
  ["items[1:][0].parts", "[1,2]"],
  ["byTuple[[1, 1152921504606846976]]", '"one"'],
  ["byTuple[[1, 2]]", "null"],
  ["byId[9223372036854775808].parts[0]", "9"],
  ["byId.9223372036854775808.name", '"item 9"'],
  ['byStruct[{"a": 1, "b": ["x"], "c": null}]', "5"],
  ["sorted[0.5].parts", "[5,6]"],
  ["sorted", '[[0.5,{"name":"item 5","parts":[5,6]}]]'],
  ["blob.k", "1"],
  ["terrain", '{"$bytes":"AQID"}'],
  ["terrain[1:]", '{"$bytes":"AgM="}'],
  ["terrain[-1]", "3"],
  ["heights[1]", "1.5"],
  ["heights", "[0.5,1.5]"],
  ["ids[1]", '"18446744073709551615"'],
  ["ids", '["1","18446744073709551615"]'],
])("%s", async (path, expected) => {
  expect(await at(path)).toBe(expected);
});

test.each([
  ["plain.list[2]", "plain.list has no [2]: it has [0] to [1]"],
  ["plain.list.x", "plain.list has no .x: it has [0] to [1]"],
  ["plain.list[0.5]", "plain.list has no [0.5]: it has [0] to [1]"],
  ["plain.pair[0:1]", "plain.pair is a tuple, which has no slices"],
  ["flat[6]", "flat has no entry [6]"],
  ["flat.five", ".five is no key of this map: its keys are of the kind u32"],
  ["flat[1:2]", "a map has no slices; [1:2] is one"],
  ["flags.yes", ".yes is no key of this map: its keys are of the kind bool"],
  ["byTuple[1]", "[1] is no key of this map: its keys are of the kind tuple"],
  ["byId.x", ".x is no key of this map: its keys are of the kind u64"],
  ["none.x", "none is null, so it has no .x"],
  ["move.x", "move has no .x; its parts are: type, value"],
  ["stop.value", "stop has no .value; its parts are: type"],
  ["unique[0]", "unique is of the kind set, so it has no [0]"],
  ["settings.level", "settings has no .level; its fields are: difficulty, history"],
  ["terrain[3]", "terrain has no [3]: it has [0] to [2]"],
])("%s is not there", async (path, message) => {
  await expect(at(path)).rejects.toThrow(message);
});

describe("laid out", () => {
  test("what fits is on one line, and the text is the same value", async () => {
    const compact = await at("");
    const laidOut = await textAt(Root, "", await packed, 2);
    expect(JSON.parse(laidOut)).toEqual(JSON.parse(compact));
    expect(laidOut).toContain(
      '\n  "plain": {"list": [{"a": 1}, {"a": 2}], "nested": [[1, 2], [3, 4]], "pair": [7, "seven"]},\n',
    );
    expect(Math.max(...laidOut.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  test("what does not fit is a line for each part", async () => {
    const schema = struct({ list: vec(str), map: map(str, vec(u32)) });
    const long = "x".repeat(40);
    const written = await serialize(schema, { list: [long, long, long], map: new Map([["k", []]]) });
    expect(await textAt(schema, "", written, 2)).toBe(
      `{\n  "list": [\n    "${long}",\n    "${long}",\n    "${long}"\n  ],\n  "map": {"k": []}\n}`,
    );
  });

  test("empty lists, maps and structs", async () => {
    const schema = struct({ none: struct({}), list: chunk(vec(u8)), map: hashMap(u32, u8), nested: chunk(struct({})) });
    const written = await serialize(schema, { none: {}, list: [], map: new Map(), nested: {} });
    expect(await textAt(schema, "", written)).toBe('{"none":{},"list":[],"map":{},"nested":{}}');
  });

  test("a name that JavaScript treats in its own way is kept", async () => {
    const schema = map(str, u8);
    const written = await serialize(struct({ m: schema }), {
      m: new Map([
        ["__proto__", 1],
        ["10", 2],
        ["9", 3],
      ]),
    });
    expect(await textAt(struct({ m: schema }), "m", written)).toBe('{"__proto__":1,"10":2,"9":3}');
  });
});
