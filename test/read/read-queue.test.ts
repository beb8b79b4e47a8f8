/** Calls of one file share their reads: what is wanted together is planned together, and asked for once. */
import { bytes, chunk, hashMap, open, type Source, serialize, str, struct, u32, vec } from "parcode-web";
import { expect, test } from "vitest";
import { countingSource } from "../support/counting-source.ts";
import { rejectionOf } from "../support/rejection.ts";

const World = struct({
  list: chunk(vec(str)),
  players: hashMap(str, u32, { bucketBytes: 2_000 }),
  far: chunk(bytes),
});
const value = {
  list: Array.from({ length: 20_000 }, (_, i) => `item number ${i} of the list`),
  players: new Map(Array.from({ length: 5_000 }, (_, i) => [`player ${i}`, i])),
  far: new Uint8Array(200_000),
};
const file = await serialize(World, value, { shardBytes: 10_000, layout: "stream" });

/** A source whose reads wait until they are let go. */
function gated(): Source & { started: number; aborted: number; mostAtOnce: number; release(): void; isOpen: boolean } {
  const inner = countingSource(file);
  let atOnce = 0;
  const waiting: (() => void)[] = [];
  const source = {
    name: "gated",
    started: 0,
    aborted: 0,
    mostAtOnce: 0,
    isOpen: true,
    size: () => inner.size(),
    release: () => {
      source.isOpen = true;
      for (const go of waiting.splice(0)) go();
    },
    async read(range: { start: number; end: number }, { signal }: { signal?: AbortSignal | undefined } = {}) {
      source.started++;
      source.mostAtOnce = Math.max(source.mostAtOnce, ++atOnce);
      try {
        if (!source.isOpen) {
          await new Promise<void>((resolve, reject) => {
            waiting.push(resolve);
            signal?.addEventListener("abort", () => {
              source.aborted++;
              reject(signal.reason);
            });
          });
        }
        return await inner.read(range);
      } finally {
        atOnce--;
      }
    },
  };
  return source;
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 5));

test("lookups of one turn are read together, each bucket once", async () => {
  const source = countingSource(file);
  const { root, stats } = await open(source, World);
  const before = source.reads.length;
  const keys = Array.from({ length: 200 }, (_, i) => `player ${(i * 7) % 5_000}`);
  const found = await Promise.all([...keys, ...keys].map((key) => root.players.get(key)));
  expect(found).toEqual([...keys, ...keys].map((key) => value.players.get(key)));
  const reads = source.reads.slice(before);
  expect(reads.length).toBeLessThan(8);
  expect(reads.reduce((sum, { start, end }) => sum + end - start, 0)).toBeLessThan(140_000);
  expect(stats.requests).toBe(before);
});

test("a call that comes while its bytes are on their way waits for them", async () => {
  const source = gated();
  const { root } = await open(source, World);
  source.isOpen = false;
  const before = source.started;
  const first = root.players.get("player 7");
  await turn();
  const second = root.players.get("player 7");
  await turn();
  expect(source.started - before).toBe(1);
  source.release();
  expect(await Promise.all([first, second])).toEqual([7, 7]);
});

test("one caller's abort is not another's; the last one's ends the read", async () => {
  const source = gated();
  const { root } = await open(source, World);
  source.isOpen = false;
  const [a, b] = [new AbortController(), new AbortController()];
  const first = root.players.get("player 7", { signal: a.signal });
  const second = root.players.get("player 7", { signal: b.signal });
  await turn();
  a.abort(new Error("a"));
  expect((await rejectionOf(first)).message).toBe("a");
  expect(source.aborted).toBe(0);
  b.abort(new Error("b"));
  expect((await rejectionOf(second)).message).toBe("b");
  await turn();
  expect(source.aborted).toBe(1);
  source.release();
  expect(await root.players.get("player 7")).toBe(7);
});

test("no more than six reads go at once, and none is lost where one fails", async () => {
  const source = gated();
  const { root } = await open(source, World, { cacheBytes: 0 });
  source.isOpen = false;
  // Far apart, so that they are reads of their own.
  const items = Array.from({ length: 12 }, (_, i) => i * 1_600);
  const calls = items.map((i) => root.list.at(i));
  await turn();
  expect(source.mostAtOnce).toBe(6);
  source.release();
  expect(await Promise.all(calls)).toEqual(items.map((i) => value.list[i]));
  source.isOpen = false;
  const abort = new AbortController();
  const doomed = items.map((i) => root.list.at(i, { signal: abort.signal }));
  const fine = root.players.get("player 1");
  await turn();
  abort.abort(new Error("enough"));
  for (const call of doomed) expect((await rejectionOf(call)).message).toBe("enough");
  await turn();
  source.release();
  expect(await fine).toBe(1);
});
