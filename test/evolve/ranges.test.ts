/** Ranges of sorted maps in files of other schemas: what the file's own ranges are, as keys and values of the wanted schema. */
import { describe, expect, test } from "vitest";
import {
  chunk,
  descending,
  open,
  openSync,
  option,
  serializeSync,
  sortedMap,
  str,
  struct,
  tuple,
  u8,
  u16,
  u32,
  withDefault,
} from "../../src/index.ts";
import { countingSource } from "../support/counting-source.ts";
import { thrownBy } from "../support/rejection.ts";

const Old = struct({
  byTime: sortedMap(tuple([str, descending(u16)]), struct({ text: str, raw: chunk(str), old: u8 }), {
    shardBytes: 300,
  }),
});
const New = struct({
  byTime: sortedMap(tuple([str, descending(u32)]), struct({ raw: chunk(str), text: str, note: option(str) })),
  fresh: withDefault(
    sortedMap(descending(u8), u8),
    () =>
      new Map([
        [3, 30],
        [9, 90],
        [5, 50],
      ]),
  ),
});

const rooms = ["hall", "lobby", "yard"];
const stored = rooms.flatMap((room) =>
  Array.from({ length: 100 }, (_, i) => [[room, i * 2], { text: `${room} ${i}`, raw: `raw ${i}`, old: 1 }] as const),
);
const file = serializeSync(Old, { byTime: stored as never });
/** In order, as wanted. */
const wanted = rooms.flatMap((room) =>
  Array.from({ length: 100 }, (_, n) => 99 - n).map((i): [[string, number], object] => [
    [room, i * 2],
    { raw: `raw ${i}`, text: `${room} ${i}`, note: null },
  ]),
);

const bounds = [
  {},
  { gte: ["lobby"], lte: ["lobby"] },
  { gt: ["hall", 100], lt: ["lobby", 70_000] },
  { gte: ["lobby", 101], lt: ["yard"] },
  { gt: ["yard", 0] },
  { lt: ["hall", 198] },
] as const;

/** Behind the key: by room, then the later time first. */
const order = ([room, at]: readonly [string, number], [head, time]: readonly [string, number?]): number =>
  room < head ? -1 : room > head ? 1 : time === undefined ? 0 : time - at;

function within({ gt, gte, lt, lte }: Record<string, never>): typeof wanted {
  return wanted.filter(
    ([key]) =>
      (gt === undefined || order(key, gt) > 0) &&
      (gte === undefined || order(key, gte) >= 0) &&
      (lt === undefined || order(key, lt) < 0) &&
      (lte === undefined || order(key, lte) <= 0),
  );
}

describe("a sorted map whose keys and values have changed", () => {
  test.each(bounds)("%o, both ways, with limits and cursors, with promises and without", async (given) => {
    const expected = within(given as never);
    const { root } = openSync(file, New);
    const later = (await open(countingSource(file), New)).root;
    expect(root.byTime.range(given as never).toArray()).toEqual(expected);
    expect(await later.byTime.range(given as never).toArray()).toEqual(expected);
    expect(root.byTime.countRange(given as never)).toBe(expected.length);
    expect(await later.byTime.countRange(given as never)).toBe(expected.length);
    const backwards = [...expected].reverse();
    expect(root.byTime.range({ ...given, reverse: true } as never).toArray()).toEqual(backwards);
    const pages: unknown[] = [];
    let cursor: string | undefined;
    for (;;) {
      const page = later.byTime.range({ ...given, reverse: true, limit: 17, cursor } as never);
      const entries = await page.toArray();
      pages.push(...entries);
      cursor = page.cursor;
      if (entries.length < 17) break;
    }
    expect(pages).toEqual(backwards);
  });

  test("mirrors leave their chunks alone; a prefix is that of wanted keys", async () => {
    const { root } = openSync(file, New);
    const lazy = root.byTime.rangeLazy({ gte: ["lobby"], limit: 2 }).toArray();
    expect(lazy.map(([key, { text, note }]) => [key, text, note])).toEqual([
      [["lobby", 198], "lobby 99", null],
      [["lobby", 196], "lobby 98", null],
    ]);
    expect(lazy[1]?.[1].raw.load()).toBe("raw 98");
    const later = (await open(countingSource(file), New)).root;
    const found = await later.byTime.prefix(["lo"], { limit: 3 }).toArray();
    expect(found.map(([key]) => key)).toEqual([
      ["lobby", 198],
      ["lobby", 196],
      ["lobby", 194],
    ]);
    const stopped = AbortSignal.abort(new Error("enough"));
    await expect(later.byTime.range({ signal: stopped }).toArray()).rejects.toThrow("enough");
  });

  test("what is wrong with a range is told as it is without changes", () => {
    const { root } = openSync(file, New);
    expect(thrownBy(() => root.byTime.range({ gte: [5] as never }))).toMatchObject({ code: "SchemaMismatch" });
    expect(thrownBy(() => root.byTime.range({ limit: -1 }))).toMatchObject({ code: "InvalidOption", option: "limit" });
  });
});

describe("a sorted map that the file does not have", () => {
  test("has ranges in the order of its keys", async () => {
    for (const { root } of [openSync(file, New), await open(countingSource(file), New)]) {
      const keys = async (options: object): Promise<number[]> =>
        ((await (root.fresh.range(options) as { toArray(): unknown }).toArray()) as [number, number][]).map(
          ([key]) => key,
        );
      expect(await keys({})).toEqual([9, 5, 3]);
      expect(await keys({ reverse: true })).toEqual([3, 5, 9]);
      expect(await keys({ gt: 9 })).toEqual([5, 3]);
      expect(await keys({ gte: 5, lte: 5 })).toEqual([5]);
      expect(await keys({ gte: 2 })).toEqual([]);
      expect(await keys({ lt: 3, limit: 1 })).toEqual([9]);
      expect(await root.fresh.countRange({ gt: 9 })).toBe(2);
      expect(await root.fresh.countRange({ gt: 4, lt: 8 })).toBe(0);
      const first = root.fresh.range({ limit: 1 });
      expect(await first.toArray()).toEqual([[9, 90]]);
      expect(await keys({ cursor: first.cursor })).toEqual([5, 3]);
    }
  });
});
