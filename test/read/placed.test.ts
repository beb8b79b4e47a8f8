/** Typed arrays and bytes from Blobs, whose elements are moved to where they belong in the memory that was read to. */
import {
  bytes,
  chunk,
  f32,
  f64,
  isParcodeError,
  open,
  type SaveOptions,
  serialize,
  struct,
  typed,
  u32,
} from "parcode-web";
import { describe, expect, test } from "vitest";
import { blobSource } from "../../src/source/blob.ts";
import type { Source } from "../../src/source/source.ts";
import { firstDifference, patternBytes } from "../support/bytes.ts";
import { RawFile, varint } from "../support/raw-file.ts";
import { rejectionOf } from "../support/rejection.ts";

const World = struct({
  seed: u32,
  terrain: chunk(typed(f32)),
  depths: chunk(typed(f64)),
  asset: chunk(bytes),
  exact: chunk(bytes),
  counts: chunk(typed(u32)),
});
const world = {
  seed: 7,
  terrain: Float32Array.from({ length: 300_001 }, (_, i) => i / 3),
  depths: Float64Array.from({ length: 70_007 }, (_, i) => -i / 7),
  asset: patternBytes(1_000_003, 5),
  exact: patternBytes(8 * 131_072, 6),
  counts: Uint32Array.from({ length: 100_000 }, (_, i) => i * 3),
};
const FIELDS = ["terrain", "depths", "asset", "exact", "counts"] as const;

const rawOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

const variants: [string, SaveOptions, object?][] = [
  ["XXH64", {}],
  ["BLAKE3", { checksums: "blake3" }],
  ["no checksums", { checksums: false }],
  ["checksums that nobody looks at", {}, { verify: false }],
  ["LZ4", { compression: "lz4" }],
  ["shards of 5 KiB", { shardBytes: 5 * 1024 }],
  ["shards of half a megabyte", { shardBytes: 512 * 1024 }],
];

test.each(variants)("%s: gives what was written, whole and field by field", async (_, options, limits) => {
  const file = await open(new Blob([await serialize(World, world, options)]), World, limits);
  const whole = await file.load();
  const loaded = await Promise.all(FIELDS.map((field) => file.root[field].load()));
  for (const [i, field] of FIELDS.entries()) {
    for (const value of [whole[field], loaded[i]!]) {
      expect(value.constructor).toBe(world[field].constructor);
      expect(firstDifference(rawOf(value), rawOf(world[field])), field).toBeUndefined();
      expect(value.buffer.byteLength, "nothing but the elements").toBe(value.byteLength);
    }
    expect(loaded[i]!.buffer).not.toBe(whole[field].buffer);
  }
});

test("takes two reads, of which the second has what the first one has no room for", async () => {
  const file = await open(new Blob([await serialize(World, world)]), World);
  await file.root.asset.count();
  const before = file.stats;
  await file.root.asset.load();
  const { requests, bytesRequested, bytesUsed } = file.stats;
  expect(requests - before.requests).toBe(2);
  // Eight shards, of which the last, of 82,499 elements, is read twice but for its end.
  expect(bytesUsed - before.bytesUsed).toBe(1_000_003 + 8 * 6);
  expect(bytesRequested - before.bytesRequested).toBe(1_000_003 + 82_499 + 6);
});

test("is explained as it is then read", async () => {
  const file = await open(new Blob([await serialize(World, world)]), World);
  await file.root.asset.count();
  const plan = await file.explain((root) => root.asset.load());
  const before = file.stats;
  await file.root.asset.load();
  expect(plan.requests).toBe(file.stats.requests - before.requests);
  expect(plan.bytes).toBe(file.stats.bytesRequested - before.bytesRequested);
  expect(plan.ranges.length).toBe(2);
});

test("whoever wants short reads gets them", async () => {
  const file = await open(new Blob([await serialize(World, world)]), World, { maxReadBytes: 200_000 });
  await file.root.asset.count();
  const before = file.stats.requests;
  const asset = await file.root.asset.load();
  expect(firstDifference(asset, world.asset)).toBeUndefined();
  expect(file.stats.requests - before).toBe(8);
});

test("ends with the signal's reason", async () => {
  const file = await open(new Blob([await serialize(World, world)]), World);
  const controller = new AbortController();
  const pending = file.root.asset.load({ signal: controller.signal });
  const reason = new Error("enough");
  controller.abort(reason);
  await expect(pending).rejects.toBe(reason);
});

describe("damage", () => {
  /** Elements of the first shard of many, and of the asset. */
  const COUNT = 131_072;
  const ALL = world.asset.length;
  const find = (file: Uint8Array): number => {
    for (let at = 0; at < file.length; at++) {
      if (world.asset.subarray(0, 32).every((byte, i) => file[at + i] === byte)) return at;
    }
    throw new Error("The asset is not there.");
  };
  // In turn: a length, an element, the last of a shard, its meta byte, the next length; elements and meta byte of the last shard.
  const places = [-5, -4, 0, COUNT - 1, COUNT, COUNT + 1, ALL - 100 + 7 * 6, ALL - 1 + 7 * 6, ALL + 7 * 6];

  test.each(places)("at byte %d is a ChecksumMismatch that says where", async (at) => {
    const bytes = await serialize(World, world);
    const start = find(bytes);
    expect([...bytes.subarray(start - 5, start)]).toEqual([...varint(COUNT)]);
    bytes[start + at] = (bytes[start + at] as number) ^ 0x20;
    const file = await open(new Blob([bytes]), World);
    for (const error of [await rejectionOf(file.root.asset.load()), await rejectionOf(file.load())]) {
      expect(isParcodeError(error, "ChecksumMismatch"), String(error)).toBe(true);
      expect(error).toMatchObject({ path: "asset" });
    }
  });

  test.each([-5, -4, COUNT, COUNT + 1, ALL + 7 * 6])(
    "without checksums, at byte %d, is found all the same",
    async (at) => {
      const bytes = await serialize(World, world, { checksums: false });
      const start = find(bytes);
      bytes[start + at] = (bytes[start + at] as number) ^ 0x20;
      const file = await open(new Blob([bytes]), World);
      const error = await rejectionOf(file.root.asset.load());
      expect(isParcodeError(error, "CorruptChunk"), String(error)).toBe(true);
      expect(error).toMatchObject({ path: "asset" });
    },
  );
});

test("shards that are not where their elements would be are read in the usual way", async () => {
  const Shuffled = struct({ all: chunk(bytes) });
  const shard = patternBytes(100_000);
  const file = new RawFile();
  const shards = [4, 3, 2, 1].map((first) => file.chunk([...varint(100_000), first, ...shard.subarray(1)]));
  const raw = file.finish(file.chunk([], [file.list([[100_000, 4]], shards.reverse())]));
  const all = await (await open(new Blob([raw]), Shuffled)).root.all.load();
  expect([0, 1, 2, 3].map((i) => all[i * 100_000])).toEqual([1, 2, 3, 4]);
  expect(firstDifference(all.subarray(300_001), shard.subarray(1))).toBeUndefined();
});

test("what a source may still look at is left as it was read", async () => {
  const bytes = await serialize(World, world);
  const kept: Uint8Array[] = [];
  const inner = blobSource(new Blob([bytes]));
  const source: Source = {
    name: "keeps what it gave",
    size: () => inner.size(),
    async read(range) {
      const read = await inner.read(range);
      kept.push(read, read.slice());
      return read;
    },
  };
  const file = await open(source, World);
  expect(firstDifference(await file.root.asset.load(), world.asset)).toBeUndefined();
  expect(kept.length).toBeGreaterThan(2);
  for (let i = 0; i < kept.length; i += 2) expect(firstDifference(kept[i]!, kept[i + 1]!)).toBeUndefined();
});

test("a source that gives more than it says is not believed", async () => {
  const bytes = await serialize(World, world);
  const source: Source = {
    name: "gives views",
    givesOwnBytes: true,
    size: async () => bytes.length,
    read: async ({ start, end }) => bytes.slice(0, end).subarray(start),
  };
  const file = await open(source, World);
  const asset = await file.root.asset.load();
  expect(firstDifference(asset, world.asset)).toBeUndefined();
  expect(asset.buffer.byteLength).toBe(asset.byteLength);
});
