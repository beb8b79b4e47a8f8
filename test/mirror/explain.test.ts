/** What an access would cost, before it is made; and bytes as a stream. */
import { bytes, chunk, hashMap, open, openSync, serialize, str, struct, u32, vec } from "parcode-web";
import { expect, test } from "vitest";
import { firstDifference, patternBytes } from "../support/bytes.ts";
import { countingSource } from "../support/counting-source.ts";
import { rejectionOf, thrownBy } from "../support/rejection.ts";

const Player = struct({ level: u32, notes: chunk(str) });
const World = struct({ name: str, list: chunk(vec(str)), players: hashMap(str, Player), blob: chunk(bytes) });
const value = {
  name: "Terra",
  list: Array.from({ length: 20_000 }, (_, i) => `item number ${i} of the list`),
  players: new Map(Array.from({ length: 3_000 }, (_, i) => [`player ${i}`, { level: i, notes: `notes of ${i}` }])),
  blob: patternBytes(700_000),
};
const file = await serialize(World, value, { layout: "stream" });
const opened = async () => {
  const source = countingSource(file);
  const parcode = await open(source, World);
  const opening = source.reads.length;
  return { file: parcode, root: parcode.root, reads: () => source.reads.slice(opening) };
};

test("explains what an access reads, without reading it, and what is here costs nothing", async () => {
  const { file: parcode, root, reads } = await opened();
  const item = await parcode.explain((copy) => copy.list.at(10_000));
  expect(reads()).toEqual([]);
  expect(await root.list.at(10_000)).toBe(value.list[10_000]);
  expect(item).toEqual({ requests: 1, bytes: expect.any(Number), ranges: reads() });
  expect(item.bytes).toBe((reads()[0]?.end ?? 0) - (reads()[0]?.start ?? 0));
  expect(await parcode.explain((copy) => copy.list.at(10_000))).toEqual({ requests: 0, bytes: 0, ranges: [] });
  expect(await parcode.explain((copy) => copy.name)).toMatchObject({ requests: 0 });

  const lazy = await parcode.explain((copy) => copy.players.getLazy("player 7"));
  expect(lazy.requests).toBe(1);
  const before = reads().length;
  await root.players.getLazy("player 7");
  expect(reads().slice(before)).toEqual(lazy.ranges);
  const loop = await parcode.explain((copy) => copy.list.lazy());
  expect(loop.requests).toBe(1);
  const all = await parcode.explain((copy) => Promise.all([copy.list.load(), copy.blob.load()]));
  expect(all.bytes).toBeGreaterThan(100_000);
  await expect(parcode.explain((copy) => copy.list.at(99_999))).rejects.toMatchObject({ code: "IndexOutOfRange" });
});

test("bytes come as a stream, a shard at a time, and end where they are cancelled", async () => {
  const { root, reads } = await opened();
  const body = new Uint8Array(await new Response(root.blob.stream()).arrayBuffer());
  expect(firstDifference(body, value.blob)).toBeUndefined();
  expect(reads().length).toBeGreaterThan(1);

  const { root: other, reads: others } = await opened();
  const reader = other.blob.stream().getReader();
  const first = await reader.read();
  expect(firstDifference(first.value ?? new Uint8Array(), value.blob.subarray(0, first.value?.length))).toBeUndefined();
  await reader.cancel();
  const until = others().length;
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(others().length).toBe(until);
  expect(until).toBeLessThanOrEqual(2);

  const abort = new AbortController();
  const aborted = other.blob.stream({ signal: abort.signal }).getReader();
  await aborted.read();
  abort.abort(new Error("enough"));
  await rejectionOf(
    (async () => {
      while (!(await aborted.read()).done);
    })(),
  );
});

test("there is no stream of what is no bytes, or without promises", async () => {
  const Floats = struct({ empty: chunk(bytes), list: chunk(vec(u32)) });
  const bytesOf = await serialize(Floats, { empty: new Uint8Array(0), list: [1] });
  const { root } = await open(bytesOf, Floats);
  expect((await new Response(root.empty.stream()).arrayBuffer()).byteLength).toBe(0);
  const sync = openSync(bytesOf, Floats).root.empty as unknown as typeof root.empty;
  expect(thrownBy(() => sync.stream())).toMatchObject({ code: "InvalidOption" });
});
