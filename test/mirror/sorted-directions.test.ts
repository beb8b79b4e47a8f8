/** Sorted maps whose keys have descending parts: in the order of `orderedKey`, with the ranges and prefixes that it gives. */
import fc from "fast-check";
import {
  chunk,
  descending,
  type Infer,
  int,
  open,
  openSync,
  type Schema,
  type SyncSortedMapHandle,
  serialize,
  serializeSync,
  sortedMap,
  str,
  struct,
  tuple,
  u8,
  u32,
} from "parcode-web";
import { compareBytes, type KeyRange, type OrderedKey, orderedKey } from "parcode-web/key";
import { describe, expect, test } from "vitest";
import type { SchemaNode } from "../../src/schema/node.ts";
import { runs } from "../support/arbitrary.ts";
import { keySchemas, keyValues } from "../support/arbitrary-keys.ts";
import { schemaText } from "../support/arbitrary-text.ts";
import { countingSource } from "../support/counting-source.ts";
import { difference } from "../support/difference.ts";
import { hexOfBytes } from "../support/fixtures.ts";
import { thrownBy } from "../support/rejection.ts";

type Row = readonly unknown[];

/** Tuples in either direction with parts in either direction, some values of each, and first parts of values. */
const rows = fc.tuple(fc.array(keySchemas, { minLength: 1, maxLength: 3 }), fc.boolean()).chain(([items, isDown]) => {
  const schema: Schema = isDown ? descending(tuple(items)) : tuple(items);
  const value = fc.tuple(...items.map((item) => keyValues(item as SchemaNode)));
  return fc
    .record({
      keys: fc.array(value, { minLength: 1, maxLength: 24, size: "max" }),
      heads: fc.array(fc.tuple(value, fc.nat()), { minLength: 4, maxLength: 4 }),
      shardBytes: fc.constantFrom(1, 30, 100, 5000),
      compatibility: fc.constantFrom("native" as const, "parcode" as const),
    })
    .map((all) => ({
      ...all,
      schema,
      heads: all.heads.map(([row, cut]) => (row as Row).slice(0, 1 + (cut % items.length))),
      [fc.toStringMethod]: () => `${schemaText(schema as SchemaNode)} of ${fc.stringify(all)}`,
    }));
});

interface Keyed {
  readonly key: unknown;
  readonly bytes: Uint8Array;
}

/** Each value once, in the order of its bytes. */
function inOrder(codec: OrderedKey<unknown>, keys: readonly unknown[]): Keyed[] {
  const byBytes = new Map<string, Keyed>();
  for (const key of keys) {
    const bytes = codec.encode(key as never);
    byBytes.set(hexOfBytes(bytes), { key: codec.decode(bytes), bytes });
  }
  return [...byBytes.values()].sort((a, b) => compareBytes(a.bytes, b.bytes));
}

function isIn({ lower, upper }: KeyRange, { bytes }: Keyed): boolean {
  return compareBytes(lower, bytes) <= 0 && (upper === undefined || compareBytes(bytes, upper) < 0);
}

function expectKeys(entries: readonly (readonly unknown[])[], expected: readonly Keyed[], what: string): void {
  const found = entries.map(([key]) => key);
  const wanted = expected.map(({ key }) => key);
  expect(difference(found, wanted), what).toBeUndefined();
}

type AnyMap = SyncSortedMapHandle<unknown, number, number>;

function expectRanges(root: AnyMap, codec: OrderedKey<unknown>, all: readonly Keyed[], heads: readonly Row[]): void {
  for (const [i, head] of heads.entries()) {
    const other = heads[(i + 1) % heads.length] as Row;
    for (const bounds of [{ gt: head }, { gte: head }, { lt: head }, { lte: head }, { gte: head, lte: other }]) {
      const expected = all.filter((each) => isIn(codec.range(bounds as never), each));
      const text = fc.stringify(bounds);
      expectKeys(root.range(bounds as never).toArray(), expected, text);
      expectKeys(root.range({ ...bounds, reverse: true } as never).toArray(), [...expected].reverse(), text);
      expect(root.countRange(bounds as never), text).toBe(expected.length);
    }
    const expected = all.filter((each) => isIn(codec.prefix(head as never), each));
    expectKeys(root.prefix(head as never).toArray(), expected, `prefix ${fc.stringify(head)}`);
  }
}

test("entries, ranges, prefixes and lookups are those of the keys' bytes, with the schema and without", () => {
  let ranges = 0;
  fc.assert(
    fc.property(rows, ({ schema, keys, heads, shardBytes, compatibility }) => {
      const codec = orderedKey(schema) as OrderedKey<unknown>;
      const all = inOrder(codec, keys);
      const Keys = sortedMap(schema, u32, { shardBytes });
      const entries = all.map(({ key }, i) => [key, i] as [unknown, number]);
      const shuffled = [...entries].sort((a, b) => ((a[1] * 7) % 5) - ((b[1] * 7) % 5));
      const file = serializeSync(Keys, shuffled as never, { compatibility });
      const described = compatibility === "native" ? [openSync(file)] : [];
      for (const { root } of [openSync(file, Keys), ...described]) {
        const map = root as AnyMap;
        expectKeys([...map], all, "entries");
        expectKeys([map.first() as Row, map.last() as Row], [all[0], all.at(-1)] as Keyed[], "first and last");
        for (const [key, i] of entries) expect(map.get(key)).toBe(i);
        expectRanges(map, codec, all, heads);
        ranges += heads.length * 6;
      }
      // In order from an iterable, too, and refused the other way round.
      expect(serializeSync(Keys, entries.values() as never, { compatibility, layout: "stream" })).toEqual(
        serializeSync(Keys, shuffled as never, { compatibility, layout: "stream" }),
      );
      const backwards = [...entries].reverse();
      if (entries.length > 1) {
        expect(thrownBy(() => serializeSync(Keys, backwards.values() as never)).code).toBe("SchemaMismatch");
      }
    }),
    runs(120),
  );
  expect(ranges).toBeGreaterThan(2000);
}, 60_000);

describe("a log with the latest first", () => {
  const Log = struct({
    messages: sortedMap(tuple([str, descending(int)]), struct({ text: str, raw: chunk(str) }), { shardBytes: 400 }),
  });
  type Messages = Infer<typeof Log>["messages"];
  const messages: Messages = new Map(
    Array.from({ length: 600 }, (_, i) => [
      [["hall", "lobby", "yard"][i % 3] as string, 1_700_000_000_000 + i * 1000],
      { text: `text ${i}`, raw: `raw ${i} `.repeat(40) },
    ]),
  );
  const times = [...messages.keys()].flatMap(([room, at]) => (room === "lobby" ? [at] : [])).reverse();

  test("the newest of a room come first, page by page, whoever opens the file", async () => {
    const bytes = await serialize(Log, { messages });
    for (const schema of [Log, undefined]) {
      const pages: number[][] = [];
      let cursor: string | undefined;
      do {
        const { root } = openSync(bytes, schema as typeof Log);
        const page = root.messages.prefix(["lobby"], { limit: 30, cursor });
        pages.push(page.toArray().map(([[, at]]) => at));
        cursor = page.cursor;
      } while (cursor !== undefined && (pages.at(-1)?.length as number) === 30);
      expect(pages.flat()).toEqual(times);
      const { root } = openSync(bytes, schema as typeof Log);
      const since = times[20] as number;
      expect(root.messages.countRange({ gte: ["lobby"], lte: ["lobby", since] })).toBe(21);
      const oldest = root.messages.range({ gte: ["lobby"], lte: ["lobby"], reverse: true, limit: 2 }).toArray();
      expect(oldest.map(([[, at]]) => at)).toEqual(times.slice(-2).reverse());
    }
  });

  test("the newest message costs one shard, and explain() says so", async () => {
    const source = countingSource(await serialize(Log, { messages }, { compression: "none" }));
    const file = await open(source, Log);
    const before = source.reads.length;
    const first = await file.root.messages.rangeLazy({ gte: ["lobby"], limit: 1 }).toArray();
    expect(first[0]?.[0]).toEqual(["lobby", times[0]]);
    expect(source.reads.length - before).toBeLessThanOrEqual(2);
    const again = await open(countingSource(await serialize(Log, { messages }, { compression: "none" })), Log);
    const plan = await again.explain((root) => root.messages.get(["lobby", times[0] as number]));
    expect(plan.requests).toBe(1);
  });

  test("a plain file goes by the schema that it is opened with", () => {
    const plain = serializeSync(Log, { messages }, { compatibility: "parcode" });
    const key = ["lobby", times[3] as number] as [string, number];
    const expected = [...messages].find(([[room, at]]) => room === key[0] && at === key[1])?.[1];
    expect(openSync(plain, Log).root.messages.get(key)).toEqual(expected);
    expect(openSync(plain, Log).root.messages.has(["lobby", 0])).toBe(false);
  });

  test("the direction of a key means nothing but there", () => {
    const Plain = struct({ a: u8, b: tuple([u8, descending(str)]) });
    expect(serializeSync(Plain, { a: 1, b: [2, "x"] })).toEqual(
      serializeSync(struct({ a: descending(u8), b: tuple([u8, str]) }), { a: 1, b: [2, "x"] }),
    );
  });
});
