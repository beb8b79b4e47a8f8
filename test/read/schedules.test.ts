/**
 * Many calls at once over one file, in any order, some aborted, over a source that is slow and sometimes fails, with a cache
 * that holds little: each gives what the file has, or what ended it; and nothing is left behind.
 */

import fc from "fast-check";
import { chunk, hashMap, open, type Source, serialize, sortedMap, str, struct, u32, vec } from "parcode-web";
import { expect, test } from "vitest";
import { runs } from "../support/arbitrary.ts";

const Item = struct({ name: str, notes: chunk(str) });
const World = struct({
  list: chunk(vec(Item)),
  players: hashMap(str, Item, { bucketBytes: 600 }),
  sorted: sortedMap(u32, str, { shardBytes: 300 }),
});
const COUNT = 120;
const item = (i: number) => ({ name: `item ${i}`, notes: `notes of item ${i}, `.repeat(1 + (i % 9)) });
const value = {
  list: Array.from({ length: COUNT }, (_, i) => item(i)),
  players: new Map(Array.from({ length: COUNT }, (_, i) => [`player ${i}`, item(i)])),
  sorted: new Map(Array.from({ length: COUNT }, (_, i) => [i, `value ${i}`])),
};
const file = await serialize(World, value, { shardBytes: 500, layout: "stream" });

const FAILED = new Error("The source failed.");
const ABORTED = new Error("The caller has had enough.");

interface Weather {
  /** Reads that fail, by their number; the pattern repeats. */
  readonly failures: readonly boolean[];
  /** Turns of the event loop that a read takes; the pattern repeats. */
  readonly delays: readonly number[];
}

/** The file behind bad weather. Counts what is under way. */
function source({ failures, delays }: Weather) {
  const state = { reads: 0, underWay: 0, most: 0, isCalm: false };
  const read: Source["read"] = async ({ start, end }, options) => {
    const number = state.reads++;
    state.most = Math.max(state.most, ++state.underWay);
    try {
      for (let turn = delays[number % delays.length] ?? 0; turn > 0; turn--) {
        await new Promise((resolve) => setTimeout(resolve, 0));
        options?.signal?.throwIfAborted();
      }
      if (!state.isCalm && failures[number % failures.length] === true) throw FAILED;
      expect(start >= 0 && start < end && end <= file.length).toBe(true);
      return file.slice(start, end);
    } finally {
      state.underWay--;
    }
  };
  return { state, source: { name: "weather", size: async () => file.length, read } satisfies Source };
}

type Root = Awaited<ReturnType<typeof opened>>["root"];
const opened = (from: Source, cacheBytes: number) => open(from, World, { cacheBytes });

const ACCESSES: readonly ((root: Root, i: number, signal: AbortSignal) => Promise<unknown>)[] = [
  (root, i, signal) => root.list.at(i, { signal }),
  (root, i, signal) => root.players.get(`player ${i}`, { signal }),
  (root, i, signal) => root.players.getMany([`player ${i}`, `player ${(i * 7) % COUNT}`], { signal }),
  (root, i, signal) => root.sorted.get(i, { signal }),
  (root, i, signal) => root.sorted.range({ gte: i, limit: 5, signal }).toArray(),
  (root, i, signal) => root.list.slice(i, i + 4, { signal }),
  (root, _, signal) => root.list.load({ signal }),
];
const EXPECTED: readonly ((i: number) => unknown)[] = [
  item,
  item,
  (i) => [item(i), item((i * 7) % COUNT)],
  (i) => `value ${i}`,
  (i) => [...value.sorted].slice(i, i + 5),
  (i) => value.list.slice(i, i + 4),
  () => value.list,
];

const calls = fc.array(
  fc.record({
    access: fc.nat(ACCESSES.length - 1),
    index: fc.nat(COUNT - 1),
    /** Turns before it begins, and before it is aborted. */
    after: fc.nat(4),
    abortAfter: fc.option(fc.nat(6), { nil: undefined }),
  }),
  { minLength: 1, maxLength: 25 },
);
const weathers = fc.record({
  failures: fc.array(fc.boolean(), { minLength: 1, maxLength: 12 }).filter((all) => all.includes(false)),
  delays: fc.array(fc.nat(4), { minLength: 1, maxLength: 8 }),
});

const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setTimeout(resolve, 0));
};

test("every call gives what the file has, or what ended it", async () => {
  await fc.assert(
    fc.asyncProperty(calls, weathers, fc.constantFrom(0, 700, 4_000, 1_000_000), async (all, weather, cacheBytes) => {
      const { state, source: from } = source(weather);
      state.isCalm = true;
      const parcode = await opened(from, cacheBytes);
      state.isCalm = false;
      await Promise.all(
        all.map(async ({ access, index, after, abortAfter }) => {
          await turns(after);
          const abort = new AbortController();
          if (abortAfter !== undefined) void turns(abortAfter).then(() => abort.abort(ABORTED));
          const what = `access ${access} of ${index}`;
          try {
            const found = await ACCESSES[access]?.(parcode.root, index, abort.signal);
            expect(found, what).toEqual(EXPECTED[access]?.(index));
          } catch (error) {
            if (error === ABORTED && abortAfter !== undefined) return;
            if (error !== FAILED) throw error;
          }
        }),
      );
      expect(state.most).toBeLessThanOrEqual(6);
      await turns(6);
      expect(state.underWay, "nothing is left under way").toBe(0);
      // No failure is kept.
      state.isCalm = true;
      for (const { access, index } of all) {
        const found = await ACCESSES[access]?.(parcode.root, index, new AbortController().signal);
        expect(found).toEqual(EXPECTED[access]?.(index));
      }
      await parcode.close();
    }),
    runs(40),
  );
}, 60_000);
