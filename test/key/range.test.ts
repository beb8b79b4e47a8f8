/** Ranges, prefixes and successors, against the plain definition of each: which of the keys are between the bounds. */
import fc from "fast-check";
import {
  bytes,
  compareBytes,
  descending,
  i64,
  type KeyRange,
  type KeyRangeOptions,
  type OrderedKey,
  option,
  orderedKey,
  prefixEnd,
  type Schema,
  str,
  struct,
  successor,
  tuple,
  u8,
  u32,
  unit,
  vec,
} from "parcode-web/key";
import { describe, expect, test } from "vitest";
import type { SchemaNode } from "../../src/schema/node.ts";
import { runs } from "../support/arbitrary.ts";
import { keySchemas, keyValues } from "../support/arbitrary-keys.ts";
import { schemaText } from "../support/arbitrary-text.ts";
import { hexOfBytes } from "../support/fixtures.ts";
import { thrownBy } from "../support/rejection.ts";

function isIn({ lower, upper }: KeyRange, key: Uint8Array): boolean {
  return compareBytes(lower, key) <= 0 && (upper === undefined || compareBytes(key, upper) < 0);
}

type Row = readonly unknown[];

/** Tuples, so that bounds may be their first parts; with values of each. */
const rows = fc.tuple(fc.array(keySchemas, { minLength: 1, maxLength: 4 }), fc.boolean()).chain(([items, isDown]) => {
  const schema = isDown ? descending(tuple(items)) : tuple(items);
  const values = fc.tuple(...items.map((item) => keyValues(item as SchemaNode)));
  return fc
    .record({ all: fc.array(values, { minLength: 8, maxLength: 12 }), cut: fc.array(fc.nat(), { minLength: 12 }) })
    .map(({ all, cut }) => ({
      items,
      isDown,
      all: all as Row[],
      /** The first parts of each, or all of them. */
      bounds: all.map((row, i) => (row as Row).slice(0, (cut[i] as number) % (items.length + 1))),
      codec: orderedKey(schema as Schema) as OrderedKey<unknown>,
      [fc.toStringMethod]: () => `${schemaText(schema as SchemaNode)} of ${fc.stringify(all)} cut ${cut}`,
    }));
});

/** Compares a key with the first parts of one: 0 if it begins with them. */
function comparePart(codecs: readonly OrderedKey<unknown>[], isDown: boolean, key: Row, bound: Row): number {
  for (const [i, part] of bound.entries()) {
    const order = Math.sign((codecs[i] as OrderedKey<unknown>).compare(key[i] as never, part as never));
    if (order !== 0) return isDown ? -order : order;
  }
  return 0;
}

function beginsWith(schema: Schema, part: unknown, beginning: unknown): boolean {
  if (schema.kind === "str") return (part as string).startsWith(beginning as string);
  if (schema.kind === "bytes") return hexOfBytes(part as Uint8Array).startsWith(hexOfBytes(beginning as Uint8Array));
  return (orderedKey(schema) as OrderedKey<unknown>).compare(part as never, beginning as never) === 0;
}

describe("a range of any tuple", () => {
  test("has the keys between its bounds, which may be the first parts of a key", () => {
    let inside = 0;
    fc.assert(
      fc.property(rows, ({ items, isDown, all, bounds, codec }) => {
        const parts = items.map((item) => orderedKey(item) as OrderedKey<unknown>);
        for (const bound of bounds) {
          for (const name of ["gt", "gte", "lt", "lte"] as const) {
            const range = codec.range({ [name]: bound } as KeyRangeOptions<unknown>);
            for (const key of all) {
              const order = comparePart(parts, isDown, key, bound);
              const expected = { gt: order > 0, gte: order >= 0, lt: order < 0, lte: order <= 0 }[name];
              expect(isIn(range, codec.encode(key as never)), `${name} ${fc.stringify(bound)}`).toBe(expected);
              if (expected) inside++;
            }
          }
        }
      }),
      runs(150),
    );
    expect(inside).toBeGreaterThan(5000);
  });

  test("with two bounds has what both have", () => {
    fc.assert(
      fc.property(rows, ({ all, bounds, codec }) => {
        for (const [i, gte] of bounds.entries()) {
          const lt = bounds[(i + 1) % bounds.length] as Row;
          const both = codec.range({ gte, lt } as KeyRangeOptions<unknown>);
          const [from, to] = [
            codec.range({ gte } as KeyRangeOptions<unknown>),
            codec.range({ lt } as KeyRangeOptions<unknown>),
          ];
          for (const value of all) {
            const key = codec.encode(value as never);
            expect(isIn(both, key)).toBe(isIn(from, key) && isIn(to, key));
          }
        }
      }),
      runs(60),
    );
  });

  test("prefix() has the keys with these parts, of which the last may be the beginning of a text or of bytes", () => {
    let inside = 0;
    fc.assert(
      fc.property(rows, ({ items, isDown, all, bounds, codec }) => {
        const parts = items.map((item) => orderedKey(item) as OrderedKey<unknown>);
        for (const bound of bounds) {
          const range = codec.prefix(bound as never);
          const before = bound.slice(0, -1);
          for (const key of all) {
            const last = bound.length - 1;
            const expected =
              bound.length === 0 ||
              (comparePart(parts, isDown, key, before) === 0 &&
                beginsWith(items[last] as Schema, key[last], bound[last]));
            expect(isIn(range, codec.encode(key as never))).toBe(expected);
            if (expected) inside++;
          }
        }
      }),
      runs(150),
    );
    expect(inside).toBeGreaterThan(1000);
  });

  test("nothing lies between a key and its successor", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5 }), fc.uint8Array({ maxLength: 6 }), (key, other) => {
        const next = successor(key);
        expect(compareBytes(key, next)).toBeLessThan(0);
        expect(compareBytes(other, key) > 0).toBe(compareBytes(other, next) >= 0);
      }),
      runs(500),
    );
  });
});

test("the end of a prefix is the first bytes behind all that begin with it", () => {
  const near = fc.array(fc.constantFrom(0, 1, 0xfe, 0xff), { maxLength: 4 }).map((list) => Uint8Array.from(list));
  fc.assert(
    fc.property(near, near, (prefix, other) => {
      const end = prefixEnd(prefix);
      const begins = hexOfBytes(other).startsWith(hexOfBytes(prefix));
      const isBefore = end === undefined || compareBytes(other, end) < 0;
      expect(compareBytes(other, prefix) >= 0 && isBefore).toBe(begins);
    }),
    runs(500),
  );
  expect(prefixEnd(new Uint8Array(0))).toBeUndefined();
  expect(prefixEnd(Uint8Array.of(0xff, 0xff))).toBeUndefined();
  expect(prefixEnd(Uint8Array.of(1, 0xff))).toEqual(Uint8Array.of(2));
});

describe("prefix() of text and bytes", () => {
  const texts = fc
    .array(fc.constantFrom("a", "b", "\0", "\u{10ffff}", "é"), { maxLength: 4 })
    .map((all) => all.join(""));
  const schemas: [string, Schema, (text: string) => unknown][] = [
    ["text at the end", tuple([u8, str]), (text) => [7, text]],
    ["text in the middle", tuple([u8, str, u8]), (text) => [7, text, 9]],
    ["descending text", tuple([u8, descending(str), u8]), (text) => [7, text, 9]],
    ["descending text at the end", tuple([u8, descending(str)]), (text) => [7, text]],
    ["a field", struct({ id: u8, name: str, end: u8 }), (text) => ({ id: 7, name: text, end: 9 })],
  ];
  test.each(schemas)("%s", (_, schema, valueWith) => {
    const codec = orderedKey(schema) as OrderedKey<unknown>;
    fc.assert(
      fc.property(texts, texts, (start, text) => {
        const whole = valueWith(start);
        const given = Array.isArray(whole) ? whole.slice(0, 2) : { id: 7, name: start };
        const key = codec.encode(valueWith(text) as never);
        expect(isIn(codec.prefix(given as never), key)).toBe(text.startsWith(start));
      }),
      runs(200),
    );
  });

  test("bytes, and keys that are one text", () => {
    const name = orderedKey(str);
    expect(isIn(name.prefix("ab"), name.encode("abc"))).toBe(true);
    expect(isIn(name.prefix("ab"), name.encode("a"))).toBe(false);
    const blob = orderedKey(tuple([bytes, u8]));
    expect(isIn(blob.prefix([Uint8Array.of(0)]), blob.encode([Uint8Array.of(0, 0xff), 1]))).toBe(true);
    expect(isIn(blob.prefix([Uint8Array.of(0)]), blob.encode([Uint8Array.of(1), 1]))).toBe(false);
  });

  test("a list or an option is itself, and no beginning", () => {
    const list = orderedKey(tuple([u8, vec(str)]));
    expect(isIn(list.prefix([7, ["a"]]), list.encode([7, ["a"]]))).toBe(true);
    expect(isIn(list.prefix([7, ["a"]]), list.encode([7, ["a", "b"]]))).toBe(false);
    const maybe = orderedKey(tuple([u8, option(str)]));
    expect(isIn(maybe.prefix([7, "a"]), maybe.encode([7, "ab"]))).toBe(false);
    // Lists that end a key have no end, so the keys of all longer ones begin with theirs.
    const path = orderedKey(vec(str));
    const lower = path.encode(["a", "b"]);
    const under = { lower, upper: prefixEnd(lower) };
    const isUnder = (...names: string[]): boolean => isIn(under, path.encode(names));
    expect([isUnder("a", "b"), isUnder("a", "b", "c"), isUnder("a", "bb"), isUnder("a")]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});

describe("bounds that are none", () => {
  const key = orderedKey(tuple([u32, str, descending(i64)]));
  const named = orderedKey(struct({ id: u32, name: str, at: i64 }));

  test("no bounds: everything; the whole of it as one", () => {
    expect(key.range({})).toEqual({ lower: new Uint8Array(0), upper: undefined });
    expect(key.range({ gte: [] as never })).toEqual(key.range({}));
    expect(key.prefix([] as never)).toEqual(key.range({}));
  });

  test("behind everything there is nothing", () => {
    for (const range of [key.range({ gt: [] as never }), orderedKey(tuple([u8, str])).range({ gt: [255] })]) {
      expect(isIn(range, new Uint8Array(0))).toBe(false);
      expect(isIn(range, Uint8Array.of(255, 255, 255))).toBe(false);
    }
  });

  test("two for one side, too many parts, a gap, a part of another type", () => {
    expect(thrownBy(() => key.range({ gt: [1], gte: [1] })).code).toBe("InvalidOption");
    expect(thrownBy(() => key.range({ lt: [1], lte: [1] })).option).toBe("lt");
    expect(thrownBy(() => key.prefix([1, "a", 1n, 4] as never)).code).toBe("SchemaMismatch");
    expect(thrownBy(() => named.prefix({ id: 1, at: 1n })).message).toContain(".at without .name");
    expect(thrownBy(() => named.prefix({ id: 1, name: 7 } as never)).path).toBe("name");
    expect(thrownBy(() => key.prefix([1, undefined] as never)).path).toBe("[1]");
    expect(thrownBy(() => key.prefix("x" as never)).code).toBe("SchemaMismatch");
  });

  test("first fields of a struct are the first parts of its keys", () => {
    const range = named.range({ gte: { id: 7, name: "a" }, lte: { id: 7, name: "a" } });
    expect(isIn(range, named.encode({ id: 7, name: "a", at: -5n }))).toBe(true);
    expect(isIn(range, named.encode({ id: 7, name: "ab", at: -5n }))).toBe(false);
    expect(isIn(range, named.encode({ id: 8, name: "a", at: -5n }))).toBe(false);
  });

  test("a part of no bytes is a part", () => {
    const odd = orderedKey(tuple([u8, unit, str]));
    expect(odd.prefix([1, null])).toEqual(odd.prefix([1]));
    expect(isIn(odd.prefix([1, null, ""]), odd.encode([1, null, "a"]))).toBe(true);
    expect(isIn(odd.range({ gt: [1] }), odd.encode([1, null, ""]))).toBe(false);
  });
});
