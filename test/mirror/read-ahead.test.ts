/** Walks read ahead: never much more than was used, no more than a limit, several reads at once from afar, and nothing after the end. */
import { bytes, chunk, open, type Schema, type Source, serialize, sortedMap, struct, u32, vec } from "parcode-web";
import { expect, test } from "vitest";
import { rejectionOf } from "../support/rejection.ts";

const MIB = 1024 * 1024;
const SHARD = 128 * 1024;
const COUNT = 80_000;
const ITEM = 1024;

const List = struct({ list: chunk(vec(bytes)) });
const item = new Uint8Array(ITEM).fill(7);
const listFile = await serialize(List, { list: new Array<Uint8Array>(COUNT).fill(item) });

/** A source whose reads wait until they are let go. */
function gatedSource(file: Uint8Array, isRemote: boolean) {
  const waiting: (() => void)[] = [];
  const asked: [start: number, end: number][] = [];
  let isOpen = true;
  const source: Source = {
    name: "gated",
    byteLength: file.length,
    isRemote,
    size: async () => file.length,
    async read({ start, end }, options) {
      asked.push([start, end]);
      if (!isOpen) {
        await new Promise<void>((go, stop) => {
          waiting.push(go);
          options?.signal?.addEventListener("abort", () => stop(options.signal?.reason));
        });
      }
      return file.subarray(start, end);
    },
  };
  return {
    source,
    asked,
    waiting: () => waiting.length,
    shut: () => {
      isOpen = false;
    },
    letGo: () => {
      for (const go of waiting.splice(0)) go();
    },
  };
}

const total = (ranges: readonly (readonly [number, number])[]): number =>
  ranges.reduce((sum, [start, end]) => sum + end - start, 0);

/** Turns of the event loop, so that whatever is to be asked for without waiting has been. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setTimeout(resolve, 0));
}

async function opened<S extends Schema>(file: Uint8Array, schema: S, isRemote: boolean) {
  const gate = gatedSource(file, isRemote);
  const { root } = await open(gate.source, schema);
  gate.asked.length = 0;
  return { ...gate, root };
}

test.each([
  ["near", false, 2 * MIB, MIB],
  ["remote", true, 24 * MIB, 4 * MIB],
] as const)(
  "from a %s source, no more is ahead than four times what was used, or the limit",
  async (_name, isRemote, limit, batch) => {
    const { root, asked } = await opened(listFile, List, isRemote);
    let most = 0;
    let seen = 0;
    for await (const _ of root.list) {
      if (++seen % 100 !== 0) continue;
      const used = (seen * listFile.length) / COUNT;
      const ahead = total(asked) - used;
      // What is used is counted by batches, of which one has begun.
      expect(ahead).toBeLessThanOrEqual(Math.min(limit, Math.max(2 * SHARD, 4 * (used + batch))) + batch + SHARD);
      most = Math.max(most, ahead);
    }
    expect(seen).toBe(COUNT);
    expect(most).toBeGreaterThan(limit - batch);
    expect(total(asked)).toBeLessThan(listFile.length);
  },
);

test("one shard comes first, alone; those behind it once it is used up", async () => {
  const { root, asked } = await opened(listFile, List, true);
  const walk = root.list[Symbol.asyncIterator]();
  await walk.next();
  await settle();
  expect(asked.length).toBe(1);
  expect(total(asked)).toBeLessThan(SHARD + 32 * 1024);
  const inFirst = Math.floor(total(asked) / ITEM);
  for (let i = 0; i <= inFirst; i++) await walk.next();
  await settle();
  expect(asked.length).toBeGreaterThan(1);
  await walk.return?.();
});

test("from afar, up to six reads are on their way at once, and who stops calls them back", async () => {
  const gate = await opened(listFile, List, true);
  const walk = gate.root.list[Symbol.asyncIterator]();
  for (let i = 0; i < COUNT / 4; i++) await walk.next();
  gate.shut();
  // As far as there is something here.
  while (gate.waiting() < 6) {
    for (let i = 0; i < 64; i++) void walk.next();
    await settle();
  }
  expect(gate.waiting()).toBe(6);
  const before = gate.asked.length;
  gate.letGo();
  await settle();
  await walk.return?.();
  gate.letGo();
  await settle();
  expect(gate.asked.length).toBeLessThanOrEqual(before + 6);
});

test("what is ahead and cannot be read is told of when it is come to, and not before", async () => {
  const file = listFile.slice();
  const { root, asked } = await opened(file, List, true);
  const walk = root.list[Symbol.asyncIterator]();
  for (let i = 0; i < 400; i++) await walk.next();
  // The shards that were not asked for yet are now damaged.
  const behind = Math.max(...asked.map(([, end]) => end));
  file.fill(0xff, behind, behind + 4 * SHARD);
  let seen = 400;
  const error = await rejectionOf(
    (async () => {
      for (;;) {
        const { done, value } = await walk.next();
        if (done === true) return;
        expect(value?.[0]).toBe(7);
        seen++;
      }
    })(),
  );
  expect(error).toMatchObject({ code: "ChecksumMismatch" });
  expect(seen * ITEM).toBeGreaterThan(behind - 3 * SHARD);
});

test("a range of a sorted map reads ahead as well, behind its first shard", async () => {
  const Sorted = struct({ map: sortedMap(u32, u32) });
  const file = await serialize(Sorted, { map: new Map(Array.from({ length: 400_000 }, (_, i) => [i, i] as const)) });
  const { root, asked } = await opened(file, Sorted, true);
  let next = 100_000;
  for await (const [key] of root.map.range({ gte: 100_000, lt: 300_000 })) expect(key).toBe(next++);
  expect(next).toBe(300_000);
  expect(total(asked)).toBeLessThan(200_000 * 10 + 3 * SHARD);
  expect(asked.length).toBeLessThan(6);
});

test("a stream of bytes reads ahead in the same way", async () => {
  const Bytes = struct({ blob: chunk(bytes) });
  const blob = Uint8Array.from({ length: 6 * MIB }, (_, i) => i % 251);
  const { root, asked } = await opened(await serialize(Bytes, { blob }), Bytes, true);
  let at = 0;
  for await (const piece of root.blob.stream() as unknown as AsyncIterable<Uint8Array>) {
    expect(piece[0]).toBe(at % 251);
    at += piece.length;
  }
  expect(at).toBe(blob.length);
  expect(asked.length).toBeLessThan(10);
});

test("a walk behaves as an async generator: calls that do not wait are answered in turn, and it ends for good", async () => {
  const { root } = await opened(listFile, List, true);
  const walk = root.list[Symbol.asyncIterator]();
  const first = await Promise.all(Array.from({ length: 1000 }, () => walk.next()));
  expect(first.every(({ done, value }) => done === false && value?.[0] === 7)).toBe(true);
  const [last, ended, behind] = await Promise.all([walk.next(), walk.return?.(), walk.next()]);
  expect([last.done, ended, behind]).toEqual([
    false,
    { value: undefined, done: true },
    { value: undefined, done: true },
  ]);

  const unused = root.list[Symbol.asyncIterator]();
  expect(await unused.return?.()).toEqual({ value: undefined, done: true });
  expect(await unused.next()).toEqual({ value: undefined, done: true });
});

test("calls that do not wait get each item once, in order", async () => {
  const Numbers = struct({ list: chunk(vec(u32)) });
  const file = await serialize(Numbers, { list: Array.from({ length: 200_000 }, (_, i) => i) });
  const { root } = await opened(file, Numbers, true);
  const walk = root.list[Symbol.asyncIterator]();
  const asked: Promise<IteratorResult<number, void>>[] = [];
  for (let i = 0; i <= 200_000; i++) {
    asked.push(walk.next());
    if (i % 7919 === 0) await asked[i];
  }
  const given = await Promise.all(asked);
  expect(given.findIndex(({ value }, i) => value !== (i < 200_000 ? i : undefined))).toBe(-1);
});
