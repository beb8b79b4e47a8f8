/** Typed arrays and bytes of files on disk, whose elements are read to where they belong. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  bytes,
  chunk,
  f32,
  f64,
  type Infer,
  i8,
  isParcodeError,
  open,
  openSync,
  type SaveOptions,
  serialize,
  struct,
  typed,
  u32,
} from "parcode-web";
import { openFile, openFileSync } from "parcode-web/node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { firstDifference, patternBytes } from "../support/bytes.ts";
import { RawFile, type RawRef, u32 as rawU32, varint } from "../support/raw-file.ts";
import { rejectionOf, thrownBy } from "../support/rejection.ts";

const World = struct({
  seed: u32,
  terrain: chunk(typed(f32)),
  depths: chunk(typed(f64)),
  deltas: chunk(typed(i8)),
  asset: chunk(bytes),
  small: chunk(bytes),
  counts: chunk(typed(u32)),
});
const world: Infer<typeof World> = {
  seed: 7,
  terrain: Float32Array.from({ length: 300_001 }, (_, i) => i / 3),
  depths: Float64Array.from({ length: 70_007 }, (_, i) => -i / 7),
  deltas: new Int8Array(patternBytes(300_000, 3).buffer),
  asset: patternBytes(2_000_003, 5),
  small: patternBytes(1000, 6),
  counts: Uint32Array.from({ length: 200_000 }, (_, i) => i * 3),
};
const FIELDS = ["terrain", "depths", "deltas", "asset", "small", "counts"] as const;

let directory: string;
let files = 0;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "placed-"));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function put(file: Uint8Array): string {
  const path = join(directory, `${files++}.par`);
  writeFileSync(path, file);
  return path;
}

const rawOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

function expectWorld(value: Infer<typeof World>): void {
  expect(value.seed).toBe(7);
  for (const field of FIELDS) {
    expect(value[field].constructor).toBe(world[field].constructor);
    expect(firstDifference(rawOf(value[field]), rawOf(world[field])), field).toBeUndefined();
    expect(value[field].buffer.byteLength, "nothing but the elements").toBe(value[field].byteLength);
  }
}

// The first of all: nothing but openFile has made known how files are read.
test("reads each byte once, in reads of half a megabyte, and says how far it is", async () => {
  const path = put(await serialize(World, world));
  await using file = await openFile(path, World);
  using sync = openFileSync(path, World);
  expect([await file.root.asset.count(), sync.root.asset.count()]).toEqual([2_000_003, 2_000_003]);
  const before = [file.stats, sync.stats];
  expect(await file.explain((root) => root.asset.load())).toMatchObject({ requests: 4, bytes: 2_000_097 });
  const steps: { bytesDone: number; bytesTotal: number }[] = [];
  await file.root.asset.load({ onProgress: (step) => steps.push(step) });
  sync.root.asset.load();
  for (const [i, { requests, bytesRequested, bytesUsed }] of [file.stats, sync.stats].entries()) {
    expect(requests - before[i]!.requests).toBe(4);
    // Each shard has its length in front and a byte behind.
    expect(bytesRequested - before[i]!.bytesRequested).toBe(2_000_003 + 15 * 6 + 4);
    expect(bytesUsed - before[i]!.bytesUsed).toBe(2_000_003 + 15 * 6 + 4);
  }
  expect(steps[0]).toEqual({ bytesDone: 0, bytesTotal: 2_000_097 });
  expect(steps.at(-1)).toEqual({ bytesDone: 2_000_097, bytesTotal: 2_000_097 });
});

const variants: [string, SaveOptions, object?][] = [
  ["XXH64", {}],
  ["BLAKE3", { checksums: "blake3" }],
  ["no checksums", { checksums: false }],
  ["checksums that nobody looks at", {}, { verify: false }],
  ["the crate's format", { compatibility: "parcode" }],
  ["LZ4", { compression: "lz4" }],
  ["the structure at the end", { layout: "stream" }],
  ["shards of 1 KiB", { shardBytes: 1024 }],
  ["shards of 1 MiB", { shardBytes: 1024 * 1024 }],
];

describe.each(variants)("%s", (_, options, limits) => {
  test("gives what was written, with and without promises, whole and field by field", async () => {
    const path = put(await serialize(World, world, options));
    using sync = openFileSync(path, World, limits);
    await using file = await openFile(path, World, limits);
    expectWorld(sync.load());
    expectWorld(await file.load());
    const loaded = await Promise.all(FIELDS.map((field) => file.root[field].load()));
    for (const [i, field] of FIELDS.entries()) {
      for (const value of [loaded[i]!, sync.root[field].load()]) {
        expect(firstDifference(rawOf(value), rawOf(world[field])), field).toBeUndefined();
        expect(value.buffer.byteLength).toBe(value.byteLength);
      }
    }
  });
});

test("compressed shards are not read twice", async () => {
  const file = await serialize(World, world, { compression: "lz4" });
  using sync = openFileSync(put(file), World);
  sync.load();
  expect(sync.stats.bytesRequested).toBeLessThan(file.length + 70_000);
});

test("each load has an array of its own", async () => {
  const path = put(await serialize(World, world));
  await using file = await openFile(path, World);
  const [first, second] = await Promise.all([file.root.terrain.load(), file.root.terrain.load()]);
  first.fill(0);
  expect(firstDifference(rawOf(second), rawOf(world.terrain))).toBeUndefined();
  expect(firstDifference(rawOf(await file.root.terrain.load()), rawOf(world.terrain))).toBeUndefined();
});

test("ends with the signal's reason", async () => {
  await using file = await openFile(put(await serialize(World, world)), World);
  const controller = new AbortController();
  const pending = file.root.asset.load({ signal: controller.signal });
  const reason = new Error("enough");
  controller.abort(reason);
  await expect(pending).rejects.toBe(reason);
});

describe("damage", () => {
  const ASSET = 2_000_003;
  /** Where the asset's elements begin: behind the first shard's length. */
  const find = (file: Uint8Array): number => Buffer.from(file).indexOf(world.asset.subarray(0, 64));
  /** Elements of the first shard. */
  const COUNT = 131_072;
  // In turn: the first length, the first element, the last of a shard, its meta byte, the next length, one far behind.
  const places = [-5, -4, -1, 0, COUNT - 1, COUNT, COUNT + 1, COUNT + 5, ASSET - 1];

  async function damaged(at: number, options: SaveOptions): Promise<string> {
    const file = await serialize(World, world, options);
    const start = find(file);
    expect([...file.subarray(start - 5, start)]).toEqual([...varint(COUNT)]);
    file[start + at] = (file[start + at] as number) ^ 0x20;
    return put(file);
  }

  test.each(places)("at byte %d of the asset is a ChecksumMismatch that says where", async (at) => {
    for (const checksums of ["xxh64", "blake3"] as const) {
      const path = await damaged(at, { checksums });
      using sync = openFileSync(path, World);
      await using file = await openFile(path, World);
      const errors = [
        thrownBy(() => sync.root.asset.load()),
        thrownBy(() => sync.load()),
        await rejectionOf(file.root.asset.load()),
        await rejectionOf(file.load()),
      ];
      for (const error of errors) {
        expect(isParcodeError(error, "ChecksumMismatch"), String(error)).toBe(true);
        expect(error).toMatchObject({ path: "asset" });
      }
      expect(firstDifference(rawOf(sync.root.terrain.load()), rawOf(world.terrain))).toBeUndefined();
    }
  });

  test.each([-5, -4, -1, COUNT, COUNT + 1])("without checksums, at byte %d, is found all the same", async (at) => {
    const path = await damaged(at, { checksums: false });
    using sync = openFileSync(path, World);
    await using file = await openFile(path, World);
    for (const error of [thrownBy(() => sync.root.asset.load()), await rejectionOf(file.load())]) {
      expect(isParcodeError(error, "CorruptChunk"), String(error)).toBe(true);
      expect(error).toMatchObject({ path: "asset" });
    }
  });
});

test("two fields with one list have arrays of their own", async () => {
  const Twins = struct({ left: chunk(bytes), right: chunk(bytes) });
  const file = new RawFile();
  const shard = patternBytes(100_000);
  const shards = [1, 2, 3].map(() => file.chunk([...varint(shard.length), ...shard]));
  // Chunks that one load visits are not more bytes than the file.
  file.gap(310_000);
  const list = file.list([[shard.length, 3]], shards);
  const raw = file.finish(file.chunk([], [list, list]));
  const path = put(raw);
  using sync = openFileSync(path, Twins);
  await using opened = await openFile(path, Twins);
  for (const { left, right } of [sync.load(), await opened.load(), openSync(raw, Twins).load()]) {
    expect(left.buffer).not.toBe(right.buffer);
    left.fill(0, 0, 100_000);
    for (const value of [left.subarray(100_000), right.subarray(100_000)]) {
      expect(firstDifference(value.subarray(0, 100_000), shard)).toBeUndefined();
    }
    expect(firstDifference(right.subarray(0, 100_000), shard)).toBeUndefined();
  }
});

test("shards that are not where their elements would be are read in the usual way", async () => {
  const Shuffled = struct({ all: chunk(bytes) });
  const shard = patternBytes(100_000);
  const layouts: ((file: RawFile) => RawRef)[] = [
    (file) => {
      const [c, b, a] = [3, 2, 1].map((first) => file.chunk([...varint(100_000), first, ...shard.subarray(1)]));
      return file.list([[100_000, 3]], [a!, b!, c!]);
    },
    (file) => {
      const shards = [1, 2, 3].map((first) => {
        file.gap(7);
        return file.chunk([...varint(100_000), first, ...shard.subarray(1)]);
      });
      return file.list([[100_000, 3]], shards);
    },
    // Lengths in more bytes than they need.
    (file) => {
      const shards = [1, 2, 3].map((first) => file.chunk([252, ...rawU32(100_000), first, ...shard.subarray(1), 9]));
      return file.list([[100_000, 3]], shards);
    },
  ];
  for (const layout of layouts) {
    const file = new RawFile();
    const raw = file.finish(file.chunk([], [layout(file)]));
    const path = put(raw);
    using sync = openFileSync(path, Shuffled);
    await using opened = await openFile(path, Shuffled);
    for (const all of [
      sync.root.all.load(),
      sync.load().all,
      await opened.root.all.load(),
      (await open(raw, Shuffled)).load(),
    ]) {
      const value = await all;
      const loaded = value instanceof Uint8Array ? value : value.all;
      expect([0, 1, 2].map((i) => loaded[i * 100_000])).toEqual([1, 2, 3]);
      expect(firstDifference(loaded.subarray(200_001), shard.subarray(1))).toBeUndefined();
    }
  }
});
