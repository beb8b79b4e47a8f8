// The room at the front of a file is estimated from some of the values, also where keys are alike.
import { expect, test } from "vitest";
import { frontBytes } from "../../src/graph/front.ts";
import { chunk, f64, hashMap, sortedMap, str, struct, tuple, u16, u32, vec } from "../../src/index.ts";
import { nodeOf } from "../../src/schema/node.ts";

const SIZE = 20_000;
const OPTIONS = { shardBytes: 131_072, layout: "auto", extended: true } as const;

test.each([
  ["names with numbers", str, (i: number) => `Hero${i}`],
  ["paths", str, (i: number) => `https://example.org/tiles/${i % 100}/${Math.floor(i / 100)}/tile.png`],
  ["fractions", f64, (i: number) => i / SIZE],
  ["pairs", tuple([str, str]), (i: number) => [`room ${i}`, "lobby"]],
  ["structs", struct({ x: u16, y: u16 }), (i: number) => ({ x: i % 200, y: Math.floor(i / 200) })],
] as const)("looks at a few of many entries: %s", (_, key, keyOf) => {
  let looked = 0;
  const value = {
    get name() {
      looked++;
      return "a name";
    },
  };
  const build = key === f64 ? sortedMap : hashMap;
  const schema = nodeOf(build(key as typeof str, struct({ name: str })));
  const keys = Array.from({ length: SIZE }, (_value, i) => keyOf(i));
  const room = frontBytes(schema, new Map(keys.map((made) => [made, value])), 100, OPTIONS);
  expect(looked).toBeGreaterThanOrEqual(8);
  expect(looked).toBeLessThan(400);
  // The order of insertion must not show.
  expect(frontBytes(schema, new Map(keys.reverse().map((made) => [made, value])), 100, OPTIONS)).toBe(room);
});

test("leaves numbers alone: who loads them like other items makes arrays of objects of them", () => {
  let looked = 0;
  const numbers = Object.defineProperty([1, 2, 3], 1, { get: () => looked++ }) as number[];
  const schema = nodeOf(struct({ inline: vec(u32), list: chunk(vec(u32)), map: hashMap(u16, vec(f64)) }));
  frontBytes(schema, { inline: numbers, list: numbers, map: new Map([[1, numbers]]) }, 100, OPTIONS);
  expect(looked).toBe(0);
});
