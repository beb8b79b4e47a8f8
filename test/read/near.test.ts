/** What opening and a first lookup read of storage of the machine: the front of the file, and the end only where it has to. */
import { describe, expect, test } from "vitest";
import {
  bytes,
  chunk,
  hashMap,
  open,
  openSync,
  type ReadLimits,
  type Schema,
  type SyncSource,
  serializeSync,
  str,
  struct,
  u32,
  vec,
} from "../../src/index.ts";
import { takeApart } from "../support/arbitrary-file.ts";
import { patternBytes } from "../support/bytes.ts";
import { rejectionOf } from "../support/rejection.ts";

const World = struct({
  name: str,
  settings: chunk(struct({ level: u32 })),
  players: hashMap(str, u32, { bucketBytes: 1000 }),
  terrain: chunk(bytes),
});
const world = {
  name: "Terra",
  settings: { level: 3 },
  players: new Map(Array.from({ length: 2_000 }, (_, i) => [`player ${i}`, i])),
  terrain: patternBytes(200_000),
};
const front = serializeSync(World, world);
const stream = serializeSync(World, world, { layout: "stream" });

type Ranges = (readonly [start: number, end: number])[];

/** A source of the machine, which notes what is read. */
function nearSource(file: Uint8Array, reads: Ranges): SyncSource {
  const readSync: SyncSource["readSync"] = ({ start, end }) => {
    reads.push([start, end]);
    return file.slice(start, end);
  };
  const { length: byteLength } = file;
  return {
    name: "near",
    byteLength,
    isRemote: false,
    size: async () => byteLength,
    read: async (r) => readSync(r),
    readSync,
  };
}

function opened(file: Uint8Array, schema: Schema = World, options?: ReadLimits): { root: any; reads: Ranges } {
  const reads: Ranges = [];
  return { root: openSync(nearSource(file, reads), schema, options).root, reads };
}

describe("opening", () => {
  test("a file with its structure at the front is one read of 32 KiB, without promises and with them", async () => {
    const { root, reads } = opened(front);
    expect([root.name, root.settings.level]).toEqual(["Terra", 3]);
    expect(reads).toEqual([[0, 32 * 1024]]);
    const again: Ranges = [];
    const file = await open(nearSource(front, again), World);
    expect([file.root.name, file.root.settings.level]).toEqual(["Terra", 3]);
    expect(again).toEqual(reads);
    expect(file.stats).toMatchObject({ requests: 1, bytesRequested: 32 * 1024 });
  });

  test("one without a head is read at its end then", () => {
    const { root, reads } = opened(stream);
    expect(root.settings.level).toBe(3);
    expect(reads).toEqual([
      [0, 32 * 1024],
      [stream.length - 64 * 1024, stream.length],
    ]);
  });

  test("a head that is damaged does not count", () => {
    const damaged = front.slice();
    damaged[40] = (damaged[40] as number) ^ 1;
    const { root, reads } = opened(damaged);
    expect(root.settings.level).toBe(3);
    expect(reads.slice(0, 2)).toEqual([
      [0, 32 * 1024],
      [front.length - 64 * 1024, front.length],
    ]);
  });

  test("a file that was cut off is no file, whatever its head says", () => {
    expect(() => opened(front.slice(0, -1))).toThrow(/no \.par file|damaged|cut off/);
  });

  test("of a structure that is longer, the rest is read", () => {
    const Many = struct({ names: hashMap(u32, str, { bucketBytes: 64 }), rest: chunk(vec(u32)) });
    const names = new Map(Array.from({ length: 20_000 }, (_, i) => [i, `name ${i}`]));
    const { root, reads } = opened(serializeSync(Many, { names, rest: [1] }), Many);
    expect(reads.length).toBe(2);
    expect(reads[1]?.[0]).toBeGreaterThanOrEqual(32 * 1024);
    expect(root.names.get(7)).toBe("name 7");
    expect(reads.length).toBe(3);
  });

  test("a source that does not say that it is near is read at its end", () => {
    const reads: Ranges = [];
    const { isRemote: _, ...unknown } = nearSource(stream, reads);
    expect(openSync(unknown, World).root.settings.level).toBe(3);
    expect(reads).toEqual([[stream.length - 64 * 1024, stream.length]]);
  });
});

describe("a first lookup", () => {
  test.each([{}, { cacheBytes: 0 }])("reads one bucket, with %o", (options) => {
    const { root, reads } = opened(front, World, options);
    expect(root.players.get("player 1999")).toBe(1999);
    const first = reads.length;
    expect(first).toBeLessThanOrEqual(2);
    expect(root.players.get("nobody in there at all")).toBe(undefined);
    expect(root.players.get("player 1999")).toBe(1999);
    expect(reads.length - first).toBeLessThanOrEqual("cacheBytes" in options ? 2 : 1);
  });

  test("with promises, those of one turn are read together, and no bucket twice", async () => {
    const reads: Ranges = [];
    const { root, stats } = await open(nearSource(front, reads), World);
    const names = [...world.players.keys()];
    expect(await Promise.all(names.map((name) => root.players.get(name)))).toEqual([...world.players.values()]);
    // The buckets lie side by side, behind those that came at open.
    expect(reads.length).toBe(2);
    expect(await root.players.get("player 7")).toBe(7);
    expect(await root.players.get("nobody in there at all")).toBe(undefined);
    await expect(root.players.get(7 as never)).rejects.toMatchObject({ code: "SchemaMismatch" });
    expect(reads.length).toBe(2);
    expect(stats.requests).toBe(1);
  });

  test("damage is found, and named with the map, and other fields stay readable", async () => {
    const { root: parts } = takeApart(front);
    const players = parts.children[1] as { offset: number; children: readonly { offset: number }[] };
    for (const place of [players.offset, ...players.children.map(({ offset }) => offset)]) {
      const damaged = front.slice();
      damaged[place + 2] = (damaged[place + 2] as number) ^ 1;
      const { root } = opened(damaged);
      const errors = [...world.players.keys()].map((key) => outcome(() => root.players.get(key))).filter(Boolean);
      expect(errors.length).toBeGreaterThan(0);
      expect(errors[0]).toMatchObject({ code: "ChecksumMismatch", path: expect.stringMatching(/^players/) });
      expect(root.settings.level).toBe(3);
      const file = await open(nearSource(damaged, []), World);
      const outcomes = await Promise.allSettled([...world.players.keys()].map((key) => file.root.players.get(key)));
      const reasons = outcomes.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
      expect(reasons.length).toBe(errors.length);
      expect(reasons[0]).toMatchObject({ code: "ChecksumMismatch", path: expect.stringMatching(/^players/) });
      expect(await rejectionOf(file.root.players.load())).toMatchObject({ code: "ChecksumMismatch" });
      expect(file.root.settings.level).toBe(3);
    }
  });

  test("of a closed file is refused", () => {
    const file = openSync(nearSource(front, []), World);
    const { players } = file.root;
    expect(players.get("player 1")).toBe(1);
    file.close();
    expect(() => players.get("player 1")).toThrow(expect.objectContaining({ code: "Closed" }));
    expect(() => players.get("player 2")).toThrow(expect.objectContaining({ code: "Closed" }));
  });
});

function outcome(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}
