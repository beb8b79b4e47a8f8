/** How reads are planned is the caller's: the gap, the size of a read, how many go at once. */
import {
  bytes,
  chunk,
  hashMap,
  type OpenOptions,
  open,
  openSync,
  type Source,
  serialize,
  str,
  struct,
  u32,
  vec,
} from "parcode-web";
import { expect, test } from "vitest";
import { countingSource } from "../support/counting-source.ts";
import { rejectionOf, thrownBy } from "../support/rejection.ts";

const Players = struct({ players: hashMap(str, u32, { bucketBytes: 1024 }), rest: chunk(bytes) });
const names = Array.from({ length: 50_000 }, (_, i) => `player ${i}`);
const value = { players: new Map(names.map((name, i) => [name, i] as const)), rest: new Uint8Array(200_000) };
const file = await serialize(Players, value);

async function readsFor(options: OpenOptions) {
  const source = countingSource(file);
  const { root } = await open(source, Players, options);
  const opening = source.reads.length;
  const some = names.filter((_, i) => i % 5000 === 0);
  expect(await root.players.getMany(some)).toEqual(some.map((_, i) => i * 5000));
  return { reads: source.reads.slice(opening) };
}

test("ranges are joined over a gap of maxGapBytes, up to maxReadBytes", async () => {
  const usual = (await readsFor({ cacheBytes: 0 })).reads.length;
  const apart = await readsFor({ maxGapBytes: 0 });
  const joined = await readsFor({ maxGapBytes: 10_000_000 });
  expect(joined.reads.length).toBe(1);
  expect(apart.reads.length).toBeGreaterThan(usual);
  const small = await readsFor({ maxGapBytes: 10_000_000, maxReadBytes: 100_000 });
  expect(small.reads.length).toBeGreaterThan(1);
  for (const { start, end } of small.reads) expect(end - start).toBeLessThanOrEqual(100_000);
});

test("a walk reads no further ahead than that many reads of that size", async () => {
  const List = struct({ list: chunk(vec(bytes)) });
  const packed = await serialize(List, { list: new Array<Uint8Array>(8000).fill(new Uint8Array(1000)) });
  let active = 0;
  let most = 0;
  let largest = 0;
  const source: Source = {
    name: "a slow source",
    isRemote: true,
    byteLength: packed.length,
    size: async () => packed.length,
    async read({ start, end }) {
      largest = Math.max(largest, end - start);
      most = Math.max(most, ++active);
      await new Promise((resolve) => setTimeout(resolve, 1));
      active--;
      return packed.subarray(start, end);
    },
  };
  const { root } = await open(source, List, { maxReadBytes: 300_000, maxReadsInFlight: 2 });
  let seen = 0;
  for await (const _ of root.list) seen++;
  expect(seen).toBe(8000);
  expect(most).toBe(2);
  expect(largest).toBeLessThanOrEqual(300_000);
});

test.each<[OpenOptions, string]>([
  [{ maxGapBytes: -1 }, "maxGapBytes"],
  [{ maxReadBytes: 0 }, "maxReadBytes"],
  [{ maxReadBytes: 0.5 }, "maxReadBytes"],
  [{ maxReadsInFlight: 0 }, "maxReadsInFlight"],
  [{ maxReadsInFlight: 65 }, "maxReadsInFlight"],
])("%o is refused", async (options, option) => {
  expect(await rejectionOf(open(countingSource(file), Players, options))).toMatchObject({
    code: "InvalidOption",
    option,
  });
  if (option !== "maxReadsInFlight") {
    expect(thrownBy(() => openSync(file, Players, options))).toMatchObject({ code: "InvalidOption", option });
  }
});
