/** Placements behind `recursive`: refused by every writer and reader where they would have no effect, and never misread. */
import {
  chunk,
  hashMap,
  open,
  openSync,
  recursive,
  type Schema,
  save,
  serializeSync,
  sortedMap,
  str,
  struct,
  u8,
  vec,
} from "parcode-web";
import { describe, expect, test } from "vitest";
import { describeSchema } from "../../src/describe/describe.ts";
import type { SchemaNode } from "../../src/schema/node.ts";
import { recordingSink } from "../support/arbitrary-source.ts";
import { countingSource } from "../support/counting-source.ts";
import { rejectionOf, thrownBy } from "../support/rejection.ts";

const T = struct({ n: u8 });
const one = { n: 1 };
const entry = new Map([["k", one]]);

const refused: [string, Schema, unknown, Schema][] = [
  [
    "a field that is a chunk",
    struct({ a: recursive(() => chunk(T)), b: chunk(u8) }),
    { a: one, b: 2 },
    struct({ a: T, b: chunk(u8) }),
  ],
  [
    "a field that is a map",
    struct({ a: recursive(() => hashMap(str, T)) }),
    { a: entry },
    struct({ a: hashMap(str, T) }),
  ],
  [
    "values of a sorted map",
    sortedMap(
      str,
      recursive(() => chunk(T)),
    ),
    entry,
    sortedMap(str, T),
  ],
  [
    "values of a hash map",
    hashMap(
      str,
      recursive(() => chunk(T)),
    ),
    entry,
    hashMap(str, T),
  ],
  ["items of a list", vec(recursive(() => sortedMap(str, T))), [entry], vec(T)],
];

describe.each(refused)("%s", (_, schema, value, plain) => {
  const expected = { code: "SchemaMismatch", actual: expect.stringMatching(/^(chunk|hashMap|sortedMap)\(\)$/) };

  test.each([{}, { describe: false }, { compatibility: "parcode" as const }])(
    "is not written, with %o",
    async (options) => {
      expect(thrownBy(() => serializeSync(schema, value as never, options))).toMatchObject(expected);
      expect(await rejectionOf(save(recordingSink(), schema, value as never, options))).toMatchObject(expected);
    },
  );

  test("is not read", async () => {
    const file = serializeSync(plain, (Array.isArray(value) ? [one] : value) as never);
    expect(thrownBy(() => openSync(file, schema).load())).toMatchObject(expected);
    const opened = async () => (await open(countingSource(file), schema)).load();
    expect(await rejectionOf(opened())).toMatchObject(expected);
  });

  test("has no description, and the message says what to do", () => {
    const error = thrownBy(() => describeSchema(schema as SchemaNode));
    expect(error).toMatchObject(expected);
    expect(error.message).toContain("write chunk(recursive(() => …))");
  });
});

test("behind recursive(), a chunk has a place in a chunk and at the root", () => {
  const Dir: Schema = hashMap(str, struct({ size: u8, sub: chunk(recursive(() => Dir)) }));
  const value = new Map([["a", { size: 1, sub: new Map([["b", { size: 2, sub: new Map() }]]) }]]);
  for (const schema of [Dir, recursive(() => Dir), chunk(recursive(() => Dir))]) {
    for (const compatibility of ["native", "parcode"] as const) {
      const file = serializeSync(schema, value as never, { compatibility });
      const opened = openSync(file, schema);
      expect(opened.load()).toEqual(value);
      expect(
        (opened.root as any).getLazy("a").sub.get("b")?.size ?? (opened.root as any).get("a").sub.get("b").size,
      ).toBe(2);
    }
  }
});

describe("a chunk of nothing but itself", () => {
  const Loop: Schema = chunk(recursive(() => Loop));

  test.each([
    ["alone", Loop, 1],
    ["as a field", struct({ a: Loop }), { a: 1 }],
  ])("%s is refused", async (_, schema, value) => {
    const expected = { code: "SchemaMismatch", message: expect.stringContaining("nothing but itself") };
    for (const options of [{}, { describe: false }]) {
      expect(thrownBy(() => serializeSync(schema, value as never, options))).toMatchObject(expected);
    }
    expect(thrownBy(() => openSync(serializeSync(u8, 1), schema))).toMatchObject(expected);
    expect(await rejectionOf(open(serializeSync(u8, 1), schema))).toMatchObject(expected);
  });
});
