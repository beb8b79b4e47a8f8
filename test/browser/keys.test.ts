/** Ordered keys in a real IndexedDB: its order is the order of the values, its ranges are ours, and the example store works. */
import fc from "fast-check";
import { deleteDB, type IDBPDatabase, openDB } from "idb";
import {
  compareBytes,
  descending,
  f64,
  type KeyHead,
  type KeyRangeOptions,
  option,
  orderedKey,
  str,
  toIDBKeyRange,
  tuple,
  u32,
} from "parcode-web/key";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Message, openMessageStore } from "../../playground/examples/message-store.ts";
import type { SchemaNode } from "../../src/schema/node.ts";
import { keyValues } from "../support/arbitrary-keys.ts";
import { difference } from "../support/difference.ts";

const name = "ordered-keys";
let database: IDBPDatabase;

beforeEach(async () => {
  database = await openDB(name, 1, { upgrade: (fresh) => void fresh.createObjectStore("rows") });
});
afterEach(async () => {
  database.close();
  await deleteDB(name);
});

const schema = tuple([str, descending(f64), option(u32), str]);
const key = orderedKey(schema);
type Row = [string, number, number | null, string];

/** Rows of close values, no two of which have the same key. */
function makeRows(count: number): Row[] {
  const rows = fc.sample(keyValues(schema as SchemaNode), { numRuns: count, seed: 7 }) as Row[];
  const byKey = new Map(rows.map((row) => [key.encode(row).join(), row]));
  return [...byKey.values()];
}

async function put(rows: readonly Row[]): Promise<void> {
  const { store, done } = database.transaction("rows", "readwrite");
  await Promise.all([...rows.map((row) => store.put(row, key.encode(row))), done]);
}

test("a store is in the order of the values, forwards and backwards, and gives the values back", async () => {
  const rows = makeRows(1500);
  expect(rows.length).toBeGreaterThan(800);
  await put(rows);
  const inOrder = [...rows].sort(key.compare);
  expect(difference(await database.getAll("rows"), inOrder)).toBeUndefined();
  const keys = await database.getAllKeys("rows");
  expect(
    difference(
      keys.map((found) => key.decode(found as ArrayBuffer)),
      inOrder,
    ),
  ).toBeUndefined();

  const backwards: Row[] = [];
  let cursor = await database.transaction("rows").store.openCursor(null, "prev");
  while (cursor !== null) {
    backwards.push(cursor.value);
    cursor = await cursor.continue();
  }
  expect(difference(backwards, [...inOrder].reverse())).toBeUndefined();
});

test("ranges with first parts of a key are the store's ranges", async () => {
  const rows = makeRows(400);
  await put(rows);
  // Keys of other types, before and behind all binary ones, are never in a range.
  await database.put("rows", "a number", 7);
  await database.put("rows", "a text", "\uffff");
  await database.put("rows", "an array", [1]);
  await database.put("rows", "another array", []);
  for (let i = 0; i < 60; i++) {
    const bound = (row: Row): KeyHead<Row> => row.slice(0, i % 5) as unknown as KeyHead<Row>;
    const from = bound(rows[i] as Row);
    const to = bound(rows[(i * 7) % rows.length] as Row);
    const bounds: KeyRangeOptions<KeyHead<Row>>[] = [
      { gte: from },
      { gt: from },
      { lt: to },
      { lte: to },
      { gt: from, lte: to },
      {},
    ];
    for (const each of bounds) {
      const { lower, upper } = key.range(each);
      const inside = rows.filter((row) => {
        const bytes = key.encode(row);
        return compareBytes(lower, bytes) <= 0 && (upper === undefined || compareBytes(bytes, upper) < 0);
      });
      const found = await database.getAll("rows", toIDBKeyRange({ lower, upper }));
      expect(difference(found, inside.sort(key.compare))).toBeUndefined();
    }
  }
});

test("a range without keys is one that nothing is in", async () => {
  await put(makeRows(50));
  await database.put("rows", "an array", []);
  await database.put("rows", "another", [Number.NEGATIVE_INFINITY]);
  for (const empty of [
    key.range({ gte: ["b"], lt: ["a"] }),
    key.range({ gt: [] as never }),
    key.range({ gte: ["a"], lt: ["a"] }),
  ]) {
    expect(await database.count("rows", toIDBKeyRange(empty))).toBe(0);
  }
});

describe("the example: messages of rooms, newest first", () => {
  const at = (minutes: number): Date => new Date(Date.UTC(2024, 0, 1, 0, minutes));
  const messages: Message[] = [
    ...Array.from({ length: 50 }, (_, i) => ({ room: "lobby", sentAt: at(i), id: 1, text: `lobby ${i}` })),
    ...Array.from({ length: 10 }, (_, i) => ({ room: "lobby\0", sentAt: at(i), id: 1, text: `odd ${i}` })),
    { room: "lobby", sentAt: at(49), id: 2, text: "in the same millisecond" },
    { room: "lob", sentAt: at(1000), id: 1, text: "of another room" },
    { room: "", sentAt: new Date(-1), id: 1, text: "before 1970" },
    { room: "🦀", sentAt: at(3), id: 1, text: "beyond U+FFFF" },
  ];

  test("adds, pages, reads since, counts, lists and clears", async () => {
    const store = await openMessageStore("messages-example");
    try {
      await store.add(...[...messages].sort((a, b) => a.text.length - b.text.length));
      const seen: string[] = [];
      let after: Awaited<ReturnType<typeof store.newest>>["after"];
      do {
        const page = await store.newest("lobby", 7, after);
        seen.push(...page.messages.map(({ text }) => text));
        after = page.after;
      } while (after !== undefined);
      const expected = Array.from({ length: 50 }, (_, i) => `lobby ${49 - i}`);
      expected.splice(1, 0, "in the same millisecond");
      expect(seen).toEqual(expected);
      expect((await store.since("lobby", at(48))).map(({ text }) => text)).toEqual([
        "lobby 48",
        "in the same millisecond",
        "lobby 49",
      ]);
      expect((await store.newest("", 5)).messages[0]?.sentAt).toEqual(new Date(-1));
      expect(await store.count("lobby")).toBe(51);
      expect(await store.rooms()).toEqual(["", "lob", "lobby", "lobby\0", "🦀"]);
      expect(await store.rooms("lobby")).toEqual(["lobby", "lobby\0"]);
      await store.clear("lobby");
      expect([await store.count("lobby"), await store.count("lobby\0")]).toEqual([0, 10]);
    } finally {
      store.close();
      await deleteDB("messages-example");
    }
  });
});
