// A schema made from data holds that data: written with it and read again, every value is there.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { inferFile } from "../../playground/make/infer.ts";
import { type Arrangement, rowsOf } from "../../playground/make/rows.ts";
import { shapeOf } from "../../playground/make/shape.ts";
import { schemaText } from "../../src/describe/text.ts";
import { open, type Schema, serialize } from "../../src/index.ts";
import { nodeOf } from "../../src/schema/node.ts";

/** The schema in one line, and the notes. */
function inferred(value: unknown, arrangement?: Arrangement) {
  const { schema, notes } = inferFile(shapeOf(value), arrangement);
  return { text: schemaText(nodeOf(schema), 2000), notes: notes.map(({ path, text }) => `${path} ${text}`) };
}

async function roundTrip(value: unknown, arrangement?: Arrangement): Promise<unknown> {
  const { schema, convert } = inferFile(shapeOf(value), arrangement);
  const bytes = await serialize(schema, (convert === undefined ? value : convert(value)) as never);
  const file = await open(bytes, schema as Schema);
  return file.load();
}

/**
 * What was loaded, as JSON had it: maps as objects, variants as what they hold, typed arrays as lists. Members that are null
 * are left out, here and in what it is compared with, since a missing member comes back as null.
 */
function plain(value: unknown, isVariant = false): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (ArrayBuffer.isView(value)) return [...(value as Uint8Array)];
  if (Array.isArray(value)) return value.map((item) => plain(item));
  if (value instanceof Map) return members([...value]);
  const entries = Object.entries(value);
  const kinds = ["boolean", "number", "text", "list", "object"];
  if (
    !isVariant &&
    "type" in value &&
    kinds.includes(value.type as string) &&
    entries.length === 2 &&
    "value" in value
  ) {
    return plain(value.value);
  }
  return members(entries);
}

function members(entries: readonly (readonly [unknown, unknown])[]): unknown {
  const kept = entries.filter(([, member]) => member !== null).map(([name, member]) => [String(name), plain(member)]);
  return { members: kept.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)) };
}

describe("a schema made from data", () => {
  test("holds any list or object of JSON exactly", async () => {
    const text = fc.string({ unit: "grapheme", maxLength: 8 });
    const name = fc.oneof(text, fc.constantFrom("a", "b", "id", "0", "17", "__proto__", "constructor", "toString", ""));
    const leaf = fc.oneof(
      fc.constantFrom(null, true, false, 0, -0, 255, 256, -129, 2 ** 31, 2 ** 53, -(2 ** 53) + 1, 0.5, 0.1, 1e300),
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      text,
    );
    const { json } = fc.letrec<{ json: unknown; list: unknown; object: unknown }>((tie) => ({
      json: fc.oneof({ maxDepth: 4, withCrossShrink: true }, leaf, tie("list"), tie("object")),
      list: fc.array(tie("json"), { maxLength: 6 }),
      object: fc.dictionary(name, tie("json"), { maxKeys: 6 }),
    }));
    const root = fc.oneof(
      fc.array(json, { minLength: 1, maxLength: 12 }),
      fc.dictionary(name, json, { minKeys: 1 }),
      // Rows that are alike, so that lists of records with optional members come up.
      fc.array(
        fc.record(
          { id: leaf, name: text, tags: fc.array(text), at: fc.tuple(fc.float({ noNaN: true }), text) },
          { requiredKeys: ["id"] },
        ),
        {
          minLength: 1,
          maxLength: 12,
        },
      ),
    );
    await fc.assert(
      fc.asyncProperty(root, async (value) => {
        // A variant's own form would look like data of this form.
        fc.pre(!/"type":"(?:boolean|number|text|list|object)"/.test(JSON.stringify(value)));
        expect(plain(await roundTrip(value))).toStrictEqual(plain(value, true));
      }),
      { numRuns: 150 },
    );
  });

  test.each([
    [[0, 255], "vec<u8>"],
    [[0, 256], "vec<u16>"],
    [[-1, 127], "vec<i8>"],
    [[-1, 128], "vec<i16>"],
    [[-1, 65_535], "vec<i32>"],
    [[4_294_967_296], "vec<uint>"],
    [[-4_294_967_296], "vec<int>"],
    [[1, 0.5], "vec<f32>"],
    [[1, 0.1], "vec<f64>"],
    [[-0], "vec<f32>"],
    [[1, null], "vec<option<u8>>"],
    [["a", "b"], "vec<str>"],
    [[[], []], "vec<vec<str>>"],
    [[{ a: 1 }, { a: 2, b: true }], "vec<struct { a: u8, b: option<bool> }>"],
    [
      [
        ["Lyon", 4.5],
        ["Nice", 7.5],
      ],
      "vec<(str, f32)>",
    ],
    [
      [
        [1, 2],
        [3, 400],
      ],
      "vec<vec<u16>>",
    ],
    [{ "2024": 1, "2025": 2 }, "hashMap<str, u8>"],
    [{ "2024-01-01": { n: 1 } }, "hashMap<str, struct { n: u8 }>"],
    [{ name: "x", counts: { "10": 1 } }, "struct { name: str, counts: map<str, u8> }"],
    [{ width: 3, height: 4 }, "struct { width: u8, height: u8 }"],
  ])("makes of %j a %s", (value, text) => {
    expect(inferred(value).text).toBe(text);
  });

  test("finds the smallest type at every bound", async () => {
    const types = {
      u8: [0, 2 ** 8 - 1],
      u16: [0, 2 ** 16 - 1],
      u32: [0, 2 ** 32 - 1],
      uint: [0, Number.MAX_SAFE_INTEGER],
    };
    const signed = { i8: 2 ** 7, i16: 2 ** 15, i32: 2 ** 31, int: Number.MAX_SAFE_INTEGER + 1 };
    for (const [type, [min, max]] of Object.entries(types) as [string, [number, number]][]) {
      expect(inferred([min, max]).text).toBe(`vec<${type}>`);
      if (Number.isSafeInteger(max + 1)) expect(inferred([max + 1]).text).not.toBe(`vec<${type}>`);
    }
    for (const [type, bound] of Object.entries(signed)) {
      const least = type === "int" ? 1 - bound : -bound;
      expect(inferred([least, bound - 1]).text).toBe(`vec<${type}>`);
      if (type === "int") continue;
      expect(inferred([-bound - 1, 0]).text).not.toBe(`vec<${type}>`);
      expect(inferred([-1, bound]).text).not.toBe(`vec<${type}>`);
      for (const list of [[-bound, bound - 1], [-1, bound], [-bound - 1]]) expect(await roundTrip(list)).toEqual(list);
    }
  });

  test("tells dictionaries from records", () => {
    const names = Array.from({ length: 40 }, (_, i) => `user_${String.fromCharCode(97 + (i % 26))}${i}`);
    const levels = Object.fromEntries(names.map((name) => [name, { level: 1 }]));
    expect(inferred(levels).text).toBe("hashMap<str, struct { level: u8 }>");
    expect(inferred(Object.fromEntries(names.map((name) => [name, 7]))).text).toBe("hashMap<str, u8>");
    expect(inferred({ min: { x: 1 }, max: { x: 2 } }).text).toMatch(/^struct/);
    const sparse = names.map((name, i) => ({ id: i, tags: { [name]: i } }));
    expect(inferred(sparse).text).toBe("vec<struct { id: u8, tags: map<str, u8> }>");
  });

  test("gives long parts chunks of their own", async () => {
    const value = {
      name: "world",
      heights: Array.from({ length: 5000 }, (_, i) => i / 4),
      rows: Array.from({ length: 2000 }, (_, id) => ({ id, name: `row ${id}` })),
      levels: Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`${i}`, i])),
    };
    expect(inferred(value).text).toBe(
      "struct { name: str, heights: chunk<typed<f32>>, rows: chunk<vec<struct { id: u16, name: str }>>, levels: hashMap<str, u16> }",
    );
    const loaded = (await roundTrip(value)) as { heights: Float32Array; rows: unknown; levels: Map<string, number> };
    expect([...loaded.heights]).toEqual(value.heights);
    expect(loaded.rows).toEqual(value.rows);
    expect(Object.fromEntries(loaded.levels)).toEqual(value.levels);
  });

  test("says what is stored otherwise than it came", () => {
    expect(inferred([{ price: 3 }, { price: "free" }])).toEqual({
      text: "vec<struct { price: variant { number: u8, text: str } }>",
      notes: [
        '[0].price is mixed: number ([0].price: 3), text ([1].price: "free"). It is stored as a variant; values come back as { type: "number", value: … }. Make them of one kind to get plain values.',
      ],
    });
    expect(inferred([{ id: 2 ** 53 + 2 }]).notes[0]).toContain("beyond 2^53");
    expect(inferred([{ gone: null }])).toEqual({
      text: "vec<struct { gone: option<str> }>",
      notes: ["[0].gone is null everywhere, so that its type is a guess: a text or null."],
    });
  });

  test.each([
    [3, "The data is a single number, which needs no file."],
    [null, "The data is null, which needs no file."],
    [[], "The list is empty, so nothing says what belongs into it."],
    [{}, "The object is empty, so nothing says what belongs into it."],
  ])("refuses %j", (value, message) => {
    expect(() => inferred(value)).toThrow(message);
  });

  test("refuses what is nested too deeply", () => {
    const deep = JSON.parse(`${"[".repeat(101)}${"]".repeat(101)}`);
    expect(() => inferred(deep)).toThrow("nested more than 100 levels deep");
    expect(inferred(JSON.parse(`${"[".repeat(100)}${"]".repeat(100)}`)).text).toMatch(/^vec<vec/);
  });
});

describe("rows with a key", () => {
  const rows = [
    { id: 3, name: "c", score: 0.5 },
    { id: 1, name: "a", score: 1.5, note: "first" },
  ];

  test("become maps", async () => {
    const found = rowsOf(shapeOf(rows));
    expect(found).toEqual({
      field: undefined,
      count: 2,
      keys: [
        { name: "id", hashes: true },
        { name: "name", hashes: true },
        { name: "score", hashes: false },
      ],
    });
    const byName = (await roundTrip(rows, { kind: "hashMap", field: undefined, key: "name" })) as Map<string, unknown>;
    expect(byName.get("a")).toEqual({ id: 1, name: "a", score: 1.5, note: "first" });
    expect(byName.get("c")).toEqual({ id: 3, name: "c", score: 0.5, note: null });
    const byScore = (await roundTrip(rows, { kind: "sortedMap", field: undefined, key: "score" })) as Map<
      number,
      unknown
    >;
    expect([...byScore.keys()]).toEqual([0.5, 1.5]);
  });

  test("are found in a field of the root", async () => {
    const value = { title: "scores", rows, few: [{ a: 1 }] };
    expect(rowsOf(shapeOf(value))?.field).toBe("rows");
    const loaded = (await roundTrip(value, { kind: "sortedMap", field: "rows", key: "id" })) as {
      rows: Map<number, unknown>;
    };
    expect([...loaded.rows.keys()]).toEqual([1, 3]);
  });

  test("must have different keys", async () => {
    const twice = [...rows, { id: 3, name: "d", score: 2 }];
    const made = roundTrip(twice, { kind: "hashMap", field: undefined, key: "id" });
    await expect(made).rejects.toMatchObject({
      name: "InputError",
      message: 'Two rows have the key 3 in the column "id".',
      where: "items 1 and 3",
    });
  });
});
