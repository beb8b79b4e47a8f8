/** The check in steps finds what the check in one piece finds, and looks at no more than so much between two steps. */

import { describe, expect, it } from "vitest";
import {
  array,
  chunk,
  hashMap,
  int,
  map,
  option,
  recursive,
  type Schema,
  set,
  sortedMap,
  str,
  struct,
  tuple,
  typed,
  u8,
  u32,
  uint,
  unit,
  variant,
  vec,
} from "../../src/index.ts";
import { measure } from "../../src/schema/check.ts";
import { measureInSteps, STEP_ITEMS } from "../../src/schema/check-steps.ts";
import { nodeOf } from "../../src/schema/node.ts";
import { thrownBy } from "../support/rejection.ts";

/** What a check returns, and how many steps it took. */
function stepped(schema: Schema, value: unknown): { size: number; steps: number } {
  const routine = measureInSteps(nodeOf(schema), value);
  for (let steps = 0; ; steps++) {
    const result = routine.next();
    if (result.done === true) return { size: result.value, steps };
  }
}

const range = (length: number) => Array.from({ length }, (_, i) => i);

interface AnySchema extends Schema {
  readonly kind: "struct";
}
const Tree: AnySchema = struct({ left: option(recursive(() => Tree)), right: option(recursive(() => Tree)), id: u32 });
const Deep: AnySchema = struct({ kids: chunk(vec(recursive(() => Deep))), id: u32 });

function tree(levels: number): unknown {
  return levels === 0 ? null : { left: tree(levels - 1), right: tree(levels - 1), id: levels };
}

function deep(levels: number): unknown {
  return { kids: levels === 0 ? range(9).map((id) => ({ kids: [], id })) : [deep(levels - 1)], id: levels };
}

const N = 50_000;
const CASES: readonly (readonly [string, Schema, unknown, number])[] = [
  ["a list", vec(u32), range(N), N],
  ["a list in a list", vec(vec(u32)), [range(N), range(N)], 2 * N],
  ["lists of lists", vec(vec(u32)), range(300).map(() => range(300)), 90_000],
  [
    "a list in all the rest",
    struct({ a: tuple([str, option(variant({ A: vec(u32), B: unit }))]) }),
    { a: ["x", { type: "A", value: range(N) }] },
    N,
  ],
  ["an array", array(u32, N), range(N), N],
  ["a set", set(u32), new Set(range(N)), N],
  ["a map", map(u32, str), new Map(range(N).map((i) => [i, "v"])), N],
  ["a hash map of lists", hashMap(str, vec(u8)), new Map(range(N).map((i) => [`k${i}`, [1, 2, 3]])), 4 * N],
  ["a sorted map with one long list", sortedMap(u32, vec(u32)), new Map([[1, range(N)]]), N],
  ["numbers in a typed array", typed(uint), new Float64Array(range(N)), N],
  ["a tree without lists", Tree, tree(14), 2 ** 14],
  ["texts", vec(str), range(200).map(() => "x".repeat(20_000)), (200 * 20_000) / 64],
];

describe("measureInSteps", () => {
  it.each(CASES)("gives the size of %s, in steps", (_, schema, value, items) => {
    const { size, steps } = stepped(schema, value);
    expect(size).toBe(measure(nodeOf(schema), value));
    expect(steps).toBeGreaterThanOrEqual(Math.floor(items / (2 * STEP_ITEMS)));
  });

  it("takes no step for what is small, and no more than some for what is deep", () => {
    expect(stepped(vec(u32), range(1000)).steps).toBe(0);
    const { size, steps } = stepped(Deep, deep(400));
    expect(size).toBe(measure(nodeOf(Deep), deep(400)));
    expect(steps).toBeLessThan(10);
  });

  it("looks at few items between two steps, wherever they are", () => {
    let seen = 0;
    const item = {
      get id() {
        seen++;
        return 1;
      },
    };
    const Item = struct({ id: u32 });
    const items = (length: number) => range(length).map(() => item);
    const schema = struct({ a: vec(vec(Item)), b: hashMap(u32, vec(Item)), c: tuple([vec(Item), set(vec(Item))]) });
    const value = {
      a: [items(20_000), ...range(2000).map(() => items(10)), items(5000)],
      b: new Map(range(1000).map((i) => [i, items(i)])),
      c: [items(30_000), new Set([items(10_000), items(3)])],
    };
    let most = 0;
    let before = 0;
    for (const routine = measureInSteps(nodeOf(schema), value); routine.next().done !== true; before = seen) {
      most = Math.max(most, seen - before);
    }
    expect(seen).toBeGreaterThan(500_000);
    // A step's own, what was tried in vain on the way to it, and the last piece.
    expect(most).toBeLessThan(4 * STEP_ITEMS);
    // What was tried in vain is little.
    const looked = seen;
    measure(nodeOf(schema), value);
    expect(looked).toBeLessThan((seen - looked) * 1.1);
  });

  it("does not take the depth of one value for that of another, between steps", () => {
    const first = measureInSteps(nodeOf(Tree), tree(14));
    const second = measureInSteps(nodeOf(Tree), tree(14));
    for (;;) if (Number(first.next().done) + Number(second.next().done) > 0) break;
    expect(stepped(Tree, tree(14)).size).toBe(measure(nodeOf(Tree), tree(14)));
  });

  it.each<readonly [string, Schema, () => unknown]>([
    ["in a list", vec(u32), () => range(N).map((i) => (i === 40_000 ? -1 : i))],
    [
      "in a list of lists",
      vec(struct({ a: vec(u8) })),
      () => range(3).map(() => ({ a: range(N).map((i) => (i === 31_000 ? 256 : 1)) })),
    ],
    [
      "in a variant in an option",
      option(variant({ A: vec(str), B: unit })),
      () => ({ type: "A", value: range(N).map((i) => (i === 9999 ? 1 : "x")) }),
    ],
    ["in a set", set(vec(u32)), () => new Set([range(N), [1, -2]])],
    [
      "in a map's key",
      map(u32, vec(u32)),
      () =>
        new Map([
          [1, range(N)],
          [-2, []],
        ]),
    ],
    [
      "in a map's value",
      hashMap(str, vec(vec(u32))),
      () =>
        new Map([
          ["a", [range(N)]],
          ["b", [[1], [1.5]]],
        ]),
    ],
    ["in a typed array", typed(int), () => new Float64Array(range(N)).fill(0.5, 44_000)],
    ["in a tuple", tuple([vec(u32), u8]), () => [range(N), 300]],
    ["in the shape", struct({ a: chunk(vec(vec(u32))) }), () => ({ a: [range(N), "no list"] })],
  ])("says the same about an error %s", (_, schema, make) => {
    const value = make();
    const whole = thrownBy(() => measure(nodeOf(schema), value));
    const inSteps = thrownBy(() => stepped(schema, value));
    expect(inSteps.message).toBe(whole.message);
    expect(inSteps).toMatchObject({
      code: whole.code,
      path: whole.path,
      expected: whole.expected,
      actual: whole.actual,
    });
  });

  it("refuses a value that contains itself", () => {
    const value = { kids: [] as unknown[], id: 1 };
    value.kids.push(value, value);
    // Where the stack ends is not the same in both, so the path's end is not either.
    for (const check of [() => measure(nodeOf(Deep), value), () => stepped(Deep, value)]) {
      const error = thrownBy(check);
      expect(error).toMatchObject({ code: "SchemaMismatch", expected: "a value that nests at most 512 levels deep" });
      expect(error.path).toMatch(/^kids\[0\]\.kids\[0\]/);
    }
  });
});
