// The parts of the playground that need no page: paths, beginnings of keys, what bytes are, what is drawn of many numbers.
import { describe, expect, test } from "vitest";
import { bytesWithin, withRange } from "../../playground/cost/ranges.ts";
import { schemaOf } from "../../playground/file/own-schema.ts";
import { sourceOf } from "../../playground/file/schema-source.ts";
import { percent, sized } from "../../playground/text.ts";
import { imageForm, plainText } from "../../playground/values/image.ts";
import { fieldPath, keyPath, PathError, parsePath, trailOf } from "../../playground/values/path.ts";
import { keyOf, placeAt } from "../../playground/values/place.ts";
import { numberText, previewText } from "../../playground/values/preview.ts";
import { contentOfSchema } from "../../playground/values/schema-view.ts";
import { pngOf } from "../../scripts/playground-examples/png.mjs";
import {
  bytes,
  chunk,
  hashMap,
  map,
  open,
  option,
  serialize,
  sortedMap,
  str,
  struct,
  tuple,
  u8,
  u32,
  u64,
  vec,
} from "../../src/index.ts";
import { nodeOf } from "../../src/schema/node.ts";

describe("a path", () => {
  test("leads through fields and keys, and back", () => {
    const path = keyPath(fieldPath(keyPath("players", 'He"r]o'), "level"), 3);
    expect(path).toBe('players["He\\"r]o"].level[3]');
    expect(parsePath(path)).toEqual([
      { kind: "name", name: "players" },
      { kind: "key", literal: '"He\\"r]o"', value: 'He"r]o' },
      { kind: "name", name: "level" },
      { kind: "key", literal: "3", value: 3 },
    ]);
    expect(trailOf(path).map((step) => step.path)).toEqual([
      "",
      "players",
      'players["He\\"r]o"]',
      'players["He\\"r]o"].level',
      path,
    ]);
    expect(fieldPath("", "a b")).toBe('["a b"]');
    expect(keyPath("m", 2n ** 64n)).toBe("m[18446744073709551616]");
    expect(parsePath("m[18446744073709551616]")[1]).toMatchObject({ value: "18446744073709551616" });
    expect(keyPath("m", ["a", 2n ** 60n])).toBe('m[["a",1152921504606846976]]');
    expect(keyPath("m", new Uint8Array([1, 2]))).toBe("m[[1,2]]");
  });

  test.each(["a..b", "a[", 'a["x]', "a[b]", "a."])("that is none: %s", (path) => {
    expect(() => parsePath(path)).toThrow(PathError);
  });

  test("finds what is there, and says what is not", async () => {
    const Root = struct({
      list: chunk(vec(struct({ n: option(u32) }))),
      m: map(u64, str),
      pair: tuple([u8, bytes]),
      h: hashMap(str, u8),
    });
    const value = {
      list: [{ n: null }, { n: 7 }],
      m: new Map([[2n ** 60n, "big"]]),
      pair: [1, new Uint8Array([5, 6])] as [number, Uint8Array],
      h: new Map([["k", 9]]),
    };
    const file = await open(await serialize(Root, value), Root);
    const root = { schema: contentOfSchema(Root), view: file.root };
    const at = async (path: string) => (await placeAt(root, path, {})).view;
    expect(await at("list[1].n")).toBe(7);
    expect(await at("m[1152921504606846976]")).toBe("big");
    expect(await at("pair[1][0]")).toBe(5);
    expect(await at('h["k"]')).toBe(9);
    for (const path of [
      "list[2]",
      "list.n",
      "m[1]",
      "pair[2]",
      'h["x"]',
      "x",
      "list[1].n.x",
      "__proto__",
      "list[-1]",
    ]) {
      await expect(at(path), path).rejects.toThrow();
    }
    await file.close();
  });

  test("takes keys as JSON has them", () => {
    const key = nodeOf(tuple([str, u64]));
    expect(keyOf(key, ["a", "12345678901234567890"])).toEqual(["a", 12345678901234567890n]);
    expect(() => keyOf(key, ["a"])).toThrow(PathError);
    expect(() => keyOf(nodeOf(u32), "x")).toThrow(PathError);
  });
});

test("previews are short, whatever the value is", () => {
  const deep = Array.from({ length: 50 }).reduce<unknown>((inner) => [inner], 0);
  for (const value of [deep, new Array(1e6).fill({ a: 1 }), new Map([[1, 2n]]), "x".repeat(1e7), new Uint8Array(1e6)]) {
    expect(previewText(value, 60).length).toBeLessThanOrEqual(60);
  }
  expect(previewText({ a: "b\n\u202ec", n: null, m: new Map([["k", [1, 2]]]) })).toBe(
    '{a: "b⏎\ufffdc", n: null, m: {"k" → [1, 2]}}',
  );
  expect(numberText(Math.fround(0.1), true)).toBe("0.1");
  expect(numberText(0.1)).toBe("0.1");
  expect(sized(999)).toBe("999 bytes");
  expect(sized(65_536)).toBe("65.5 kB");
  expect(sized(999_960)).toBe("1.0 MB");
  expect(percent(0.00004)).toBe("< 0.01 %");
});

test("pictures are told by their beginning, with their size; what could run is none", () => {
  const png = pngOf({ width: 70_000, height: 2, pixels: new Uint8Array(140_000), palette: [[0, 0, 0]] });
  expect(imageForm(png)).toEqual({ type: "image/png", name: "PNG", size: { width: 70_000, height: 2 } });
  const jpeg = [0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xc2, 0, 11, 8, 0x12, 0x34, 0x56, 0x78, 1, 1, 0x11, 0];
  expect(imageForm(new Uint8Array(jpeg))?.size).toEqual({ width: 0x5678, height: 0x1234 });
  const riff = (form: string, rest: number[]) =>
    new Uint8Array([...Buffer.from(`RIFF....WEBP${form}`, "latin1"), ...rest, ...new Array(20).fill(0)]);
  expect(imageForm(riff("VP8X", [10, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 9, 0, 0]))?.size).toEqual({
    width: 65_536,
    height: 10,
  });
  expect(imageForm(riff("VP8L", [0, 0, 0, 0, 0x2f, 0x3f, 0xc0, 0x07, 0]))?.size).toEqual({ width: 64, height: 32 });
  expect(imageForm(new TextEncoder().encode("<svg xmlns='http://www.w3.org/2000/svg'>"))).toBeUndefined();
  expect(imageForm(new Uint8Array())).toBeUndefined();
  expect(plainText(new Uint8Array([65, 0xc3]))).toBe("A");
  expect(plainText(new Uint8Array([65, 0, 66]))).toBeUndefined();
  expect(plainText(new Uint8Array([0xff, 0xfe]))).toBeUndefined();
});

test("what was read is joined", () => {
  let ranges = withRange([], { start: 10, end: 20 });
  ranges = withRange(ranges, { start: 40, end: 50 });
  ranges = withRange(ranges, { start: 20, end: 30 });
  expect(ranges).toEqual([
    { start: 10, end: 30 },
    { start: 40, end: 50 },
  ]);
  expect(withRange(ranges, { start: 0, end: 100 })).toEqual([{ start: 0, end: 100 }]);
  expect(withRange(ranges, { start: 5, end: 5 })).toBe(ranges);
  expect(bytesWithin(ranges, { start: 25, end: 45 })).toBe(10);
});

test("a schema is written as an expression, or as the module that the library prints", () => {
  const Root = struct({ name: str, places: sortedMap(tuple([str, u32]), vec(u8)), more: chunk(struct({ name: str })) });
  const printed = sourceOf(Root) ?? "";
  expect(sourceOf(schemaOf(printed))).toBe(printed);
  expect(sourceOf(schemaOf("struct({ a: vec(u8) })"))).toBe(sourceOf(struct({ a: vec(u8) })));
  expect(() => schemaOf("7")).toThrow("The text is no schema");
  expect(() => schemaOf("struct({")).toThrow(SyntaxError);
});
