/** One chunk in two places, as two different things: what was read for one must not be taken for the other. */
import { chunk, f32, hashMap, open, openSync, type Schema, str, struct, typed, u8, u32, u64, vec } from "parcode-web";
import { describe, expect, test } from "vitest";
import { countingSource } from "../support/counting-source.ts";
import { u32 as fixed32, u64 as fixed64, RawFile } from "../support/raw-file.ts";
import { outcome, touchMirror } from "../support/touch-mirror.ts";

/** Two lists over one shard. The bytes in front belong to nobody, so that the chunks together are not too many. */
function sharedShard(payload: readonly number[], items: number): Uint8Array<ArrayBuffer> {
  const file = new RawFile();
  file.gap(500);
  const shard = file.chunk(payload);
  const lists = [file.list([[items, 1]], [shard]), file.list([[items, 1]], [shard])];
  return file.finish(file.chunk([], lists));
}

/** One container, twice. */
function sharedContainer(payload: readonly number[], items: number): Uint8Array<ArrayBuffer> {
  const file = new RawFile();
  file.gap(500);
  const list = file.list([[items, 1]], [file.chunk(payload)]);
  return file.finish(file.chunk([], [list, list]));
}

const two = (a: Schema, b: Schema): Schema => struct({ a: chunk(a), b: chunk(b) });
const eight = [8, 0, 0, 0x80, 0x3f, 1, 0, 0, 0];

const cases: [string, Schema, unknown][] = [
  ["bytes and a list", two(typed(u8), vec(u8)), { a: new Uint8Array(eight.slice(1)), b: eight.slice(1) }],
  [
    "a list and a typed one",
    two(vec(u8), typed(u64)),
    { a: eight.slice(1), b: new BigUint64Array(eight.slice(1).map(BigInt)) },
  ],
  ["lists of different items", two(vec(u8), vec(u32)), { a: eight.slice(1), b: eight.slice(1) }],
];

describe.each([
  ["shard", sharedShard],
  ["container", sharedContainer],
])("a shared %s", (_, build) => {
  test.each(cases)("%s", async (_name, schema, value) => {
    const bytes = build([8, 0, 0, 0x80, 0x3f, 1, 0, 0, 0], 8);
    // 0x80 and 0x3f are varints below 251, so every reading of the bytes is a valid one.
    expect(openSync(bytes, schema).load()).toEqual(value);
    await using file = await open(countingSource(bytes), schema);
    expect(await file.load()).toEqual(value);
    expect(await touchMirror(file.root, schema)).toEqual([]);
    expect(await touchMirror(openSync(bytes, schema).root, schema)).toEqual([]);
  });

  test("typed arrays that cannot both be right give an error for the one that is wrong", async () => {
    const schema = two(typed(u64), typed(f32));
    const bytes = build([8, 0, 0, 0x80, 0x3f, 1, 0, 0, 0], 8);
    for (const file of [openSync(bytes, schema), await open(countingSource(bytes), schema)]) {
      const { error } = await outcome<unknown>(() => file.load());
      expect(error).toMatchObject({ code: "CorruptChunk", path: "b" });
      for (const found of await touchMirror(file.root, schema)) expect(found.path).toMatch(/^b/);
    }
  });
});

test("a bucket that is also a shard", async () => {
  const schema = struct({ map: hashMap(u8, u8), list: chunk(vec(u8)) });
  const file = new RawFile();
  file.gap(500);
  const bucket = file.chunk([...fixed32(1), 0, 0, 0, 0, ...fixed64(7), ...fixed32(0), 5, 6]);
  const bytes = file.finish(file.chunk([], [file.chunk(fixed32(1), [bucket]), file.list([[1, 1]], [bucket])]));
  const value = { map: new Map([[5, 6]]), list: [0] };
  expect(openSync(bytes, schema).load()).toEqual(value);
  await using opened = await open(countingSource(bytes), schema);
  expect(await opened.load()).toEqual(value);
  expect(await touchMirror(opened.root, schema)).toEqual([]);
});

test("a struct that is also a text", async () => {
  const schema = struct({ s: chunk(struct({ n: u8, text: chunk(str) })), t: chunk(str) });
  const file = new RawFile();
  file.gap(100);
  const text = file.chunk([1, 97]);
  const inner = file.chunk([1, 98], [text]);
  const bytes = file.finish(file.chunk([], [inner, inner]));
  const value = { s: { n: 1, text: "a" }, t: "b" };
  expect(openSync(bytes, schema).load()).toEqual(value);
  await using opened = await open(countingSource(bytes), schema);
  expect(await opened.load()).toEqual(value);
});
