// What is loaded for a file, in processes that have nothing else: other tests of one process would have loaded it before.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";

const library = new URL("../../dist/src/index.js", import.meta.url).href;

/** Runs a program with the whole library as `p`, and gives what it comes to as JSON. */
async function run(program: string): Promise<unknown> {
  const script = `
    const p = await import(${JSON.stringify(library)});
    const { chunk, hashMap, map, recursive, sortedMap, struct, typed, variant, vec } = p;
    const { bool, bytes, f64, option, str, u8, u16, u32 } = p;
    const plain = (key, value) => (value instanceof Map ? [...value] : ArrayBuffer.isView(value) ? [...value] : value);
    const written = (schema, value, options) => p.serialize(schema, value, options);
    const reopened = async (stored, value, wanted, options) => p.open(new Blob([await written(stored, value, options)]), wanted);
    const outcome = await (async () => { ${program} })();
    console.log(JSON.stringify(outcome, plain));`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script]);
  return JSON.parse(stdout);
}

const players = "new Map([['a', { level: 1, items: [1, 2] }], ['b', { level: 2, items: [] }]])";
const player = "struct({ level: u8, items: chunk(vec(u32)) })";

describe("a file that is opened with promises finds its kits", () => {
  test.each([
    ["a list", "struct({ at: chunk(vec(str)) })", "{ at: ['a', 'b'] }", "file.root.at.at(1)", "b"],
    ["a list at the root", "vec(u32)", "[3, 1]", "file.root.slice(0, 2)", [3, 1]],
    [
      "a typed array",
      "struct({ at: chunk(typed(f64)) })",
      "{ at: Float64Array.of(1, 2) }",
      "file.root.at.slice(1)",
      [2],
    ],
    ["bytes", "struct({ at: chunk(bytes) })", "{ at: Uint8Array.of(1, 2) }", "file.root.at.load()", [1, 2]],
    [
      "a hash map",
      `struct({ at: hashMap(str, ${player}) })`,
      `{ at: ${players} }`,
      "file.root.at.get('a')",
      { level: 1, items: [1, 2] },
    ],
    [
      "a hash map at the root",
      `hashMap(str, ${player})`,
      players,
      "file.root.getLazy('a').then((a) => a.items.at(1))",
      2,
    ],
    [
      "a map in a chunk",
      "struct({ at: chunk(map(f64, str)) })",
      "{ at: new Map([[0.5, 'x']]) }",
      "file.root.at.get(0.5)",
      "x",
    ],
    [
      "a sorted map",
      `struct({ at: sortedMap(str, ${player}) })`,
      `{ at: ${players} }`,
      "file.root.at.range({ gte: 'b' }).toArray()",
      [["b", { level: 2, items: [] }]],
    ],
    [
      "a list in a variant in a struct",
      "struct({ at: chunk(struct({ in: chunk(vec(variant({ A: u8, B: str }))) })) })",
      "{ at: { in: [{ type: 'B', value: 'x' }] } }",
      "file.root.at.in.at(0)",
      { type: "B", value: "x" },
    ],
    [
      "a list behind recursive",
      "struct({ at: chunk(recursive(() => vec(u8))) })",
      "{ at: [1, 2] }",
      "file.root.at.at(1)",
      2,
    ],
    ["one value", "struct({ at: chunk(option(str)) })", "{ at: 'x' }", "file.root.at.load()", "x"],
  ])(
    "%s: a part of it, all of it, without a schema, and of the tools",
    async (_what, schema, value, part, expected) => {
      const program = (given: string) => `
      const schema = ${schema}, value = ${value};
      const file = await reopened(schema, value, ${given});
      const part = await ${part};
      const { chunks } = await file.verify();
      const { requests } = await file.explain(() => file.load());
      return { part, whole: await file.load(), chunks, requests, tree: (await file.inspect()).root.children.length };`;
      const outcome = (await run(program("schema"))) as { part: unknown; whole: unknown };
      expect(outcome.part).toEqual(expected);
      expect(outcome).toEqual(await run(program("undefined")));
      const whole = await run(`const schema = ${schema}; return p.openSync(await written(schema, ${value})).load();`);
      expect(outcome.whole).toEqual(whole);
    },
  );

  test.each([
    [
      "a list that became wider",
      "struct({ at: chunk(vec(u8)) })",
      "{ at: [1, 2] }",
      "struct({ at: chunk(vec(u32)), more: p.withDefault(str, '') })",
      "file.root.at.at(1)",
      2,
    ],
    [
      "values of a map with fields more",
      `struct({ at: hashMap(str, ${player}) })`,
      `{ at: ${players} }`,
      "struct({ at: hashMap(str, struct({ level: u16, name: p.withDefault(str, 'x') })) })",
      "file.root.at.get('b')",
      { level: 2, name: "x" },
    ],
    [
      "a chunk that became inline",
      "struct({ at: chunk(vec(u8)) })",
      "{ at: [1, 2] }",
      "struct({ at: vec(u8) })",
      "file.root.at",
      [1, 2],
    ],
    [
      "what was inline and became a chunk",
      "struct({ at: vec(u8), b: bool })",
      "{ at: [1, 2], b: true }",
      "struct({ at: chunk(vec(u8)) })",
      "file.root.at.at(1)",
      2,
    ],
    [
      "a sorted map with fields less",
      `struct({ at: sortedMap(str, ${player}) })`,
      `{ at: ${players} }`,
      "struct({ at: sortedMap(str, struct({ level: u8 })) })",
      "file.root.at.prefix('b').toArray()",
      [["b", { level: 2 }]],
    ],
  ])("%s, with another schema", async (_what, stored, value, wanted, part, expected) => {
    const outcome = await run(`
      const file = await reopened(${stored}, ${value}, ${wanted});
      await file.load();
      return { part: await ${part} };`);
    expect(outcome).toEqual({ part: expected });
  });
});

test("a write loads what compresses, and gives the same bytes as one without promises", async () => {
  const outcome = await run(`
    const schema = struct({ at: chunk(vec(str), { compression: "lz4" }) });
    const value = { at: Array.from({ length: 20_000 }, (_, i) => "name " + (i % 999)) };
    const some = await written(schema, value, { workers: false });
    const smaller = await p.optimize(new Blob([some]), p.memorySink());
    const same = p.serializeSync(schema, value);
    return { isSame: some.every((byte, i) => byte === same[i]), byteLength: some.length < 100_000, chunks: smaller.chunks > 1 };`);
  expect(outcome).toEqual({ isSame: true, byteLength: true, chunks: true });
});
