/** Descriptions that lie: each gives a typed error or a schema that can be used, soon and without a large allocation. */
import "../support/allocation-guard.ts";

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ByteReader } from "../../src/bytes/reader.ts";
import { ByteWriter } from "../../src/bytes/writer.ts";
import { decodeClosure } from "../../src/decode/closures.ts";
import { decoderOf } from "../../src/decode/decode.ts";
import { describeSchema } from "../../src/describe/describe.ts";
import { readDescription } from "../../src/describe/read.ts";
import { DESCENDING, KIND_NUMBERS, type Kind } from "../../src/describe/table.ts";
import { generateEncoder } from "../../src/encode/generate.ts";
import { isParcodeError } from "../../src/errors.ts";
import { openSync, recursive, type Schema, serializeSync, str, struct, u8, vec } from "../../src/index.ts";
import { fixedSize } from "../../src/schema/fixed-size.ts";
import type { SchemaNode } from "../../src/schema/node.ts";
import { minimumSize } from "../../src/schema/size.ts";
import { largestAllocation } from "../support/allocation-guard.ts";
import { runs, schemas } from "../support/arbitrary.ts";
import { thrownBy } from "../support/rejection.ts";

/** Reads a description and uses what comes out. Returns the schema, or the code of the error. */
function attempt(bytes: Uint8Array): SchemaNode | string {
  let schema: SchemaNode;
  try {
    schema = readDescription(bytes);
  } catch (error) {
    if (!isParcodeError(error)) throw error;
    const { code, byteOffset } = error as any;
    expect(["CorruptChunk", "LimitExceeded", "UnsupportedVersion"], String(error)).toContain(code);
    if (code === "CorruptChunk") expect(byteOffset).toBeLessThanOrEqual(bytes.length);
    return code;
  }
  use(schema);
  return schema;
}

/** What readers and writers do with a schema: a compiler without bounds would not come back. */
function use(schema: SchemaNode): void {
  const again = describeSchema(schema);
  expect(describeSchema(readDescription(again))).toEqual(again);
  fixedSize(schema);
  minimumSize(schema);
  generateEncoder(schema);
  for (const payload of [new Uint8Array(0), new Uint8Array(40), new Uint8Array(40).fill(1)]) {
    for (const decode of [
      () => decoderOf(schema).decode(payload),
      () => decodeClosure(schema)(new ByteReader(payload)),
    ]) {
      try {
        decode();
      } catch (error) {
        if (!isParcodeError(error)) throw error;
      }
    }
  }
}

/** A description of nodes that are written down as kind and body. */
function raw(...nodes: readonly (readonly [Kind | number, ...(number | string)[]])[]): Uint8Array {
  const writer = new ByteWriter(64);
  writer.varint(1);
  writer.varint(nodes.length);
  for (const [kind, ...body] of nodes) {
    const inner = new ByteWriter(64);
    for (const item of body) typeof item === "string" ? inner.str(item) : inner.varint(item);
    writer.varint(typeof kind === "number" ? kind : KIND_NUMBERS[kind]);
    writer.varint(inner.byteLength);
    writer.raw(inner.peek());
  }
  return writer.finish().slice();
}

interface AnyStruct extends Schema {
  readonly kind: "struct";
}
const Tree: AnyStruct = struct({ name: str, children: vec(recursive(() => Tree)) });

describe("a damaged description", () => {
  test("gives a schema or a typed error, whichever bytes are lost or changed", async () => {
    const samples = [Tree as Schema, ...fc.sample(schemas, { numRuns: 12, seed: 7 })].map((schema) =>
      describeSchema(schema as SchemaNode),
    );
    const largest = await largestAllocation(() => {
      for (const bytes of samples) {
        // Only the whole has all nodes, so nothing that is cut off is read.
        for (let end = 0; end < bytes.length; end++) expect(attempt(bytes.subarray(0, end))).toBe("CorruptChunk");
        for (let at = 0; at < bytes.length; at++) {
          for (const change of [1, 2, 16, 128, 255]) {
            const damaged = bytes.slice();
            damaged[at] = (bytes[at] as number) ^ change;
            attempt(damaged);
          }
          for (const value of [0, 1, 37, 39, 41, 48, 49, 250, 251, 253]) {
            const damaged = bytes.slice();
            damaged[at] = value;
            attempt(damaged);
          }
        }
      }
    });
    expect(largest).toBeLessThan(2 ** 22);
  });

  test("of any bytes at all", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        attempt(bytes);
        attempt(Uint8Array.of(1, ...bytes));
      }),
      runs(500),
    );
  });
});

const nothings: [string, Uint8Array][] = [
  ["billions of nothings", raw(["array", 1, 2 ** 32 - 1], ["unit"])],
  ["nothings of nothings", raw(["array", 1, 200], ["array", 2, 200], ["tuple", 0])],
  [
    "nothings that look as if they led back",
    raw(["struct", 2, "s", 1, "x", 3], ["struct", 1, "a", 2], ["array", 3, 0], ["array", 1, 2 ** 31]),
  ],
];

describe("a description that lies", () => {
  const refused: [string, Uint8Array][] = [
    ["no nodes", raw()],
    ["an index that there is not", raw(["vec", 1])],
    ["a kind that there is not", raw([19])],
    ["a kind that there is not, in descending order", raw([19 + DESCENDING])],
    ["a placement in descending order", raw([KIND_NUMBERS.hashMap + DESCENDING, 1, 1], ["u8"])],
    ["a chunk in descending order", raw(["struct", 1, "a", 1], [KIND_NUMBERS.chunk + DESCENDING, 2], ["u8"])],
    ["a struct with more fields than bytes", raw(["struct", 200, "a", 0])],
    ["equal names", raw(["struct", 2, "a", 1, "a", 1], ["u8"])],
    ["a name that is a number", raw(["struct", 1, "17", 1], ["u8"])],
    ["__proto__", raw(["struct", 1, "__proto__", 1], ["u8"])],
    ["__proto__ as a variant", raw(["variant", 1, "__proto__", 1], ["u8"])],
    ["no variants", raw(["variant", 0])],
    ["typed texts", raw(["typed", KIND_NUMBERS.str])],
    ["typed lists", raw(["typed", KIND_NUMBERS.vec])],
    ["typed u128", raw(["typed", KIND_NUMBERS.u128])],
    ["a list of placements", raw(["vec", 1], ["chunk", 2], ["u8"])],
    ["a map of placements", raw(["map", 2, 1], ["hashMap", 2, 2], ["u8"])],
    ["a variant with a placement", raw(["variant", 1, "A", 1], ["chunk", 2], ["u8"])],
    ["a chunk of a chunk", raw(["chunk", 1], ["chunk", 2], ["u8"])],
    ["a chunk of itself", raw(["struct", 1, "a", 1], ["chunk", 1])],
    ["a chunk of recursive()", raw(["struct", 1, "a", 1], ["chunk", 2], ["recursive", 1])],
    ["recursive() alone", raw(["recursive", 0])],
    ["recursive() of a struct", raw(["recursive", 1], ["struct", 0])],
    ["recursive() of a chunk", raw(["struct", 1, "a", 1], ["recursive", 2], ["chunk", 3], ["u8"])],
    ["recursive() of a map with a place of its own", raw(["vec", 1], ["recursive", 2], ["hashMap", 3, 3], ["u8"])],
    ["an option of itself", raw(["option", 0])],
    ["two nulls", raw(["option", 1], ["unit"])],
    ["a struct in itself", raw(["struct", 1, "a", 0])],
    ["an array of itself", raw(["array", 0, 3])],
    ["a tuple of itself, far down", raw(["vec", 1], ["tuple", 2, 3, 2], ["array", 1, 1], ["u8"])],
    ["a variant without an end", raw(["variant", 2, "A", 0, "B", 1], ["tuple", 1, 0])],
    ["keys without a hash", raw(["hashMap", 1, 1], ["f32"])],
    ["keys without a hash, behind themselves", raw(["hashMap", 1, 3], ["vec", 2], ["tuple", 2, 1, 3], ["f64"])],
    ["keys without an order", raw(["sortedMap", 1, 1], ["set", 2], ["u8"])],
    [
      "keys without an order, whatever the direction",
      raw(["sortedMap", 1, 1], [KIND_NUMBERS.set + DESCENDING, 2], ["u8"]),
    ],
    ["keys that contain the map", raw(["struct", 1, "m", 1], ["hashMap", 0, 2], ["u8"])],
  ];
  test.each(refused)("about %s is refused with its place", (_, bytes) => {
    const error = thrownBy(() => readDescription(bytes));
    expect([error.code, typeof error.byteOffset]).toEqual(["CorruptChunk", "number"]);
    expect(error.message).toContain(`found ${error.actual}`);
  });

  test.each(nothings)("about %s is refused with the limit", (_, bytes) => {
    expect(thrownBy(() => readDescription(bytes))).toMatchObject({
      code: "LimitExceeded",
      limit: "MAX_DESCRIPTION_EMPTY_PARTS",
    });
  });

  test("about its version, its size or its number of nodes is refused", () => {
    expect(attempt(Uint8Array.of(2, 1, 0, 0))).toBe("UnsupportedVersion");
    expect(attempt(new Uint8Array(2 ** 20 + 1).fill(1))).toBe("LimitExceeded");
    expect(thrownBy(() => readDescription(raw(...Array(65_537).fill(["u8"]))))).toMatchObject({
      code: "LimitExceeded",
      limit: "MAX_DESCRIPTION_NODES",
    });
    expect(attempt(raw(...Array(65_536).fill(["u8"])))).toMatchObject({ kind: "u8" });
  });

  test("may have more behind a node, and behind the last one", () => {
    expect(readDescription(raw(["vec", 1, 77, 88], ["u8", 5]))).toEqual(vec(u8));
    expect(readDescription(Uint8Array.of(...raw(["vec", 1], ["u8"]), 9, 9, 9))).toEqual(vec(u8));
  });
});

describe("a description that is small and means much", () => {
  const chain = (length: number, node: (next: number) => readonly [Kind, ...(number | string)[]]) =>
    raw(...Array.from({ length }, (_, i) => node(i + 1)), ["u8"]);

  test("by doubling is used as fast as it was read", () => {
    for (const levels of [40, 250, 500]) {
      expect(attempt(chain(levels, (next) => ["tuple", 2, next, next]))).toMatchObject({ kind: "tuple" });
      attempt(chain(levels, (next) => ["struct", 2, "a", next, "b", next]));
      attempt(chain(levels, (next) => ["variant", 2, "a", next, "b", next]));
      attempt(chain(levels, (next) => ["map", next, next]));
      attempt(chain(levels, (next) => ["hashMap", levels, next].slice(0, 3) as never));
      attempt(chain(levels, (next) => (next === 1 ? ["hashMap", next, next] : ["tuple", 2, next, next])));
      attempt(chain(levels, (next) => (next === 1 ? ["sortedMap", next, next] : ["tuple", 2, next, next])));
    }
  });

  test("by taking many of the same is written out once", () => {
    // Too flat to be cut by its height: 30 in each of 14 levels.
    const same = (next: number): number[] => Array(30).fill(next);
    attempt(chain(14, (next) => ["tuple", 30, ...same(next)]));
    attempt(chain(14, (next) => ["variant", 2, "a", next, "b", next]));
  });

  test("has recursive() at least at every 17th level, so that readers count how deep a value is", () => {
    let schema = readDescription(chain(100, (next) => ["vec", next]));
    for (let plain = 0, level = 0; level < 100; level++) {
      if (schema.kind === "recursive") schema = schema.get();
      else plain++;
      if (schema.kind !== "vec") throw new Error(`Expected a vec at level ${level}, found ${schema.kind}.`);
      schema = schema.item;
      if (schema.kind === "recursive") plain = 0;
      expect(plain).toBeLessThanOrEqual(17);
    }
  });

  test("by nesting is refused, or as deep as can be used", () => {
    expect(attempt(chain(511, (next) => ["vec", next]))).toMatchObject({ kind: "vec" });
    expect(attempt(chain(511, (next) => ["struct", 1, "a", next]))).toMatchObject({ kind: "struct" });
    expect(attempt(chain(511, (next) => (next % 2 === 1 ? ["struct", 1, "a", next] : ["chunk", next])))).toMatchObject(
      {},
    );
    expect(attempt(chain(512, (next) => ["vec", next]))).toBe("LimitExceeded");
    expect(attempt(chain(65_000, (next) => ["vec", next]))).toBe("LimitExceeded");
  });

  test("by referring to everything from everywhere is read in its own time", () => {
    const all = Array.from({ length: 200 }, (_, i) => i);
    attempt(
      raw(...all.map(() => ["variant", 201, "end", 200, ...all.flatMap((to) => [`v${to}`, to])] as never), ["u8"]),
    );
    const wide = Array.from({ length: 60_000 }, (_, i) => [`f${i}`, 1]).flat();
    attempt(raw(["struct", 60_000, ...wide] as never, ["u8"]));
    attempt(raw(["tuple", 100_000, ...Array(100_000).fill(1)] as never, ["u8"]));
    // Many maps with one key, which is as large as can be: builders look at it each time.
    const key = Array.from({ length: 500 }, (_, i) => ["tuple", 2, 20_002 + i, 20_002 + i] as never);
    const fields = Array.from({ length: 20_000 }, (_, i) => [`m${i}`, 1 + i]).flat();
    const maps = Array.from({ length: 20_000 }, () => ["hashMap", 20_001, 20_501] as never);
    attempt(raw(["struct", 20_000, ...fields] as never, ...maps, ...key, ["u8"]));
  });

  test("opens a file whose values nest as deep as they may", () => {
    const again = readDescription(describeSchema(Tree as SchemaNode)) as Schema;
    let value: unknown = { name: "leaf", children: [] };
    for (let level = 0; level < 250; level++) value = { name: "", children: [value] };
    expect(openSync(serializeSync(Tree, value as never), again).load()).toBeDefined();
  });
});
