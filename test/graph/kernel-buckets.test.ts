/** Buckets made in WebAssembly and in TypeScript are the same bytes, and so are the entries that an estimate looks at. */
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { ByteWriter } from "../../src/bytes/writer.ts";
import { installEntryKernel, openEntryKernel } from "../../src/codec/entry-kernel.ts";
import {
  BucketWriter,
  ENTRY_BLOB,
  ENTRY_END,
  ENTRY_FACTS,
  ENTRY_START,
  HASH_HIGH,
  HASH_LOW,
} from "../../src/format/bucket.ts";
import { type BucketOptions, bucketOptions } from "../../src/graph/buckets.ts";
import { bucketsOf, encodedEntries, KernelEntries } from "../../src/graph/kernel-buckets.ts";
import { HashOrder, plainBuckets } from "../../src/graph/plain-buckets.ts";
import { classMask, isOfClass } from "../../src/graph/sample.ts";
import { bytes, hashMap, type Schema, serialize, serializeSync, str, tuple, u8, u32, unit } from "../../src/index.ts";
import { type HashMapNode, nodeOf } from "../../src/schema/node.ts";
import { openEntryKernel as openKernel } from "../../wasm/writer-kernels.ts";
import { runs } from "../support/arbitrary.ts";

afterEach(() => installEntryKernel(openKernel));

function optionsOf(key: Schema, value: Schema, bucketBytes = 2000): BucketOptions {
  return bucketOptions(nodeOf(hashMap(key as typeof str, value, { bucketBytes })) as HashMapNode, true);
}

function finished<T>(steps: Generator<undefined, T, unknown>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

type Entries = ReadonlyMap<unknown, unknown>;

/** The payloads of all buckets, and which entries they hold. */
function described(map: Entries, options: BucketOptions, inKernel: boolean): unknown[] {
  installEntryKernel(openKernel);
  const buckets = finished(inKernel ? bucketsOf(map, options, undefined) : plainBuckets(map, options));
  expect(buckets instanceof KernelEntries).toBe(inKernel);
  const all = Array.from({ length: buckets.count }, (_, i) => [[...buckets.members(i)], buckets.payload(i).join()]);
  buckets.close();
  return all;
}

const TEXTS = [
  "",
  "é",
  "日本語",
  "😀",
  "a\0b",
  "\x7f",
  "\x80",
  "x".repeat(250),
  "x".repeat(251),
  "y".repeat(300),
  "ü".repeat(126),
];
const names = (size: number) => Array.from({ length: size }, (_, i) => `${TEXTS[i % 37] ?? "Hero"}${i}`);

describe("the kernel gives what its twin gives", () => {
  test.each([65, 66, 1023, 1024, 1025, 5000])("texts, of %i", (size) => {
    const map = new Map(names(size).map((name, i) => [name, i]));
    const options = optionsOf(str, u32);
    expect(described(map, options, true)).toEqual(described(map, options, false));
  });

  test("a text of 70,000 bytes, values of none, and values that fill a step alone", () => {
    const keys = [...names(100), "z".repeat(70_000)];
    for (const [value, of] of [
      [unit, () => null],
      [bytes, (i: number) => new Uint8Array(i === 50 ? 200_000 : i).fill(i)],
    ] as const) {
      const map = new Map(keys.map((name, i) => [name, of(i)]));
      expect(described(map, optionsOf(str, value), true)).toEqual(described(map, optionsOf(str, value), false));
    }
  });

  test("keys that are no texts", () => {
    const map = new Map(Array.from({ length: 3000 }, (_, i) => [[`room ${i}`, i & 255], i]));
    const options = optionsOf(tuple([str, u8]), u32);
    expect(described(map, options, true)).toEqual(described(map, options, false));
  });

  test("whatever texts there are", () => {
    const maps = fc.uniqueArray(fc.string({ unit: "grapheme", maxLength: 60 }), {
      minLength: 65,
      maxLength: 300,
      size: "max",
    });
    fc.assert(
      fc.property(maps, (keys) => {
        const map = new Map(keys.map((key, i) => [key, i]));
        const options = optionsOf(str, u32, 300);
        expect(described(map, options, true)).toEqual(described(map, options, false));
      }),
      runs(40),
    );
  });

  test.each([
    ["in order", (i: number) => [i, 1]],
    ["backwards", (i: number) => [5000 - i, 1]],
    ["alike but for the entry", () => [7, 7]],
    ["in two heaps", (i: number) => [(i * 2654435761) >>> 0, i & 1 ? 0xffffffff : 0]],
  ] as const)("hashes that somebody has chosen: %s", (_, hashOf) => {
    const size = 2000;
    const kernel = openKernel(size);
    if (kernel === null) throw new Error("There is no kernel.");
    const writer = new ByteWriter();
    const facts = new Uint32Array(size * ENTRY_FACTS);
    for (let i = 0; i < size; i++) {
      const [low = 0, high = 0] = hashOf(i);
      const start = writer.byteLength;
      writer.raw(Uint8Array.from({ length: 2 + (i % 40) }, (_value, at) => (at < 2 ? i >> (8 * at) : at)));
      facts.set([low, high, start, writer.byteLength, 0], i * ENTRY_FACTS);
      kernel.words[kernel.hashesAt + 2 * i] = low;
      kernel.words[kernel.hashesAt + 2 * i + 1] = high;
      kernel.words[kernel.startsAt + i + 1] = kernel.end + writer.byteLength;
    }
    expect([HASH_LOW, HASH_HIGH, ENTRY_START, ENTRY_END, ENTRY_BLOB]).toEqual([0, 1, 2, 3, 4]);
    const blob = writer.finish();
    kernel.append(blob);
    kernel.count(0, size, 1);
    kernel.place(0, size);
    kernel.reserveBuckets(1, size);
    const equal = kernel.sort(0, size);
    const twin = { blobs: [blob], facts };
    const members = Uint32Array.from({ length: size }, (_value, i) => i);
    new HashOrder(twin).sort(members);
    expect([...kernel.entriesAt(0, size)]).toEqual([...members]);
    expect(kernel.bucket(0, size).join()).toBe(new BucketWriter(twin).write(members).join());
    expect(equal).toBe(hashOf(0).join() === hashOf(1).join() ? 1 : size);
    kernel.close();
  });
});

test.each([
  ["names", str, (i: number) => `Hero${i}`],
  ["names of all kinds", str, (i: number) => names(3000)[i]],
  ["long ones", str, (i: number) => `https://example.org/tiles/${i % 100}/${Math.floor(i / 100)}/tile.png`],
  ["numbers", u32, (i: number) => i * 3],
] as const)("the chosen entries are those that an estimate would look for: %s", (_, key, keyOf) => {
  const size = 3000;
  const map = new Map(Array.from({ length: size }, (_value, i) => [keyOf(i), i]));
  const entries = finished(encodedEntries(map, optionsOf(key, u32), classMask(size)));
  expect([...(entries?.chosen ?? [])]).toEqual([...map].filter(([made]) => isOfClass(made, classMask(size))));
  entries?.close();
});

describe("a write", () => {
  const schema = hashMap(str, u32);
  const map = new Map(names(3000).map((name, i) => [name, i]));

  test("is the same without the kernel, and with as many at once as there are kernels, and more", async () => {
    const expected = serializeSync(schema, map).join();
    installEntryKernel(() => null);
    expect((await serialize(schema, map)).join()).toBe(expected);
    installEntryKernel(openKernel);
    const many = await Promise.all(Array.from({ length: 20 }, () => serialize(schema, map)));
    for (const one of many) expect(one.join()).toBe(expected);
  });

  test("that fails or is stopped gives its kernel back", async () => {
    installEntryKernel(openKernel);
    const bad = new Map<string, number>([...map, ["bad", -1]]);
    const pairs = new Map(Array.from({ length: 3000 }, (_, i) => [["a pair", (i >> 1) & 255] as const, i]));
    for (let i = 0; i < 10; i++) {
      expect(() => serializeSync(schema, bad)).toThrow("integer from 0");
      expect(() => serializeSync(hashMap(tuple([str, u8]), u32), pairs as never)).toThrow(
        "Two keys of the map are equal",
      );
      const stop = new AbortController();
      const large = new Map(Array.from({ length: 200_000 }, (_, at) => [`Hero${at}`, at]));
      const stopped = serialize(schema, large, { signal: stop.signal });
      setTimeout(() => stop.abort(new Error("stopped")), 1);
      await expect(stopped).rejects.toThrow("stopped");
    }
    const kernel = openEntryKernel(100);
    expect(kernel).not.toBeNull();
    kernel?.close();
  });
});
