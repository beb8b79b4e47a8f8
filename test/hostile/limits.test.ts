/** The limits of a reader: what they refuse, what they let through, and that they are options. */
import { chunk, open, openSync, type ReadLimits, recursive, type Schema, str, struct, u8, vec } from "parcode-web";
import { describe, expect, test } from "vitest";
import { countingSource } from "../support/counting-source.ts";
import { difference } from "../support/difference.ts";
import { fixtureBytes } from "../support/fixtures.ts";
import { chunkLength, RawFile } from "../support/raw-file.ts";
import { outcome } from "../support/touch-mirror.ts";

const Tree: Schema = struct({ v: u8, kids: chunk(vec(recursive(() => Tree))) });

/** A tree of one branch. Each of its levels is a list's container and a shard. */
function branch(levels: number): { bytes: Uint8Array<ArrayBuffer>; value: unknown } {
  const file = new RawFile();
  let list = file.list([], []);
  let kids: unknown[] = [];
  for (let level = 0; level < levels; level++) {
    list = file.list([[1, 1]], [file.chunk([1, level % 200], [list])]);
    kids = [{ v: level % 200, kids }];
  }
  return { bytes: file.finish(file.chunk([9], [list])), value: { v: 9, kids } };
}

async function loadBoth(bytes: Uint8Array<ArrayBuffer>, schema: Schema, limits?: ReadLimits) {
  return [
    await outcome<unknown>(() => openSync(bytes, schema, limits).load()),
    await outcome<unknown>(async () => (await open(bytes, schema, limits)).load()),
    await outcome<unknown>(async () => (await open(countingSource(bytes), schema, limits)).load()),
  ];
}

describe("maxDepth", () => {
  test("512 levels of chunks are read, one more is not", async () => {
    const { bytes, value } = branch(255);
    for (const loaded of await loadBoth(bytes, Tree)) expect(difference(loaded.value, value)).toBeUndefined();
    for (const { error } of await loadBoth(branch(256).bytes, Tree)) {
      expect(error).toMatchObject({ code: "LimitExceeded", limit: "maxDepth", expected: "<= 512", actual: "513" });
    }
  });

  test("can be raised, as far as the stack goes", async () => {
    const { bytes, value } = branch(511);
    for (const { error } of await loadBoth(bytes, Tree)) expect(error).toMatchObject({ limit: "maxDepth" });
    for (const loaded of await loadBoth(bytes, Tree, { maxDepth: 1024 })) {
      expect(loaded.error?.message).toBeUndefined();
      expect(difference(loaded.value, value)).toBeUndefined();
    }
    expect(() => openSync(bytes, Tree, { maxDepth: 1025 })).toThrow(/maxDepth/);
  });

  test("can be lowered", async () => {
    for (const { error } of await loadBoth(branch(2).bytes, Tree, { maxDepth: 2 })) {
      expect(error).toMatchObject({ code: "LimitExceeded", actual: "3" });
    }
  });

  test("the tree of chunks and the check of all of them go as deep", async () => {
    const { bytes } = branch(511);
    for (const file of [openSync(bytes), await open(countingSource(bytes))]) {
      expect((await outcome<unknown>(() => file.inspect())).error).toMatchObject({ limit: "maxDepth" });
      expect((await outcome<unknown>(() => file.verify())).error).toMatchObject({ limit: "maxDepth" });
    }
    for (const file of [
      openSync(bytes, undefined, { maxDepth: 1024 }),
      await open(bytes, undefined, { maxDepth: 1024 }),
    ]) {
      expect((await file.inspect()).chunks).toBe(2 * 511 + 2);
      expect(String(await file.inspect()).split("\n").length).toBeGreaterThan(1000);
      expect((await file.verify()).chunks).toBe(2 * 511 + 2);
    }
  });

  test("going down a circle comes to an end", async () => {
    const raw = new RawFile();
    const list = { offset: chunkLength(2, 1), length: chunkLength(11, 1) };
    const shard = raw.chunk([1, 7], [list]);
    const bytes = raw.finish(raw.chunk([3], [raw.list([[1, 1]], [shard])]));
    for (const file of [openSync(bytes, Tree), await open(bytes, Tree), await open(countingSource(bytes), Tree)]) {
      let item: any = file.root;
      let levels = 0;
      const { error } = await outcome<unknown>(async () => {
        for (; levels < 1000; levels++) item = await item.kids.atLazy(0);
      });
      expect(error).toMatchObject({ code: "LimitExceeded", limit: "maxDepth" });
      expect(levels).toBe(256);
    }
  });
});

describe("maxChunkBytes", () => {
  test("refuses a chunk by its stored size, before it is read", async () => {
    const bytes = await fixtureBytes("string_251");
    const source = countingSource(bytes);
    const limits = { maxChunkBytes: 200 };
    const expected = { code: "LimitExceeded", limit: "maxChunkBytes", chunkOffset: 0, expected: "<= 200 bytes" };
    for (const { error } of await loadBoth(bytes, str, limits)) expect(error).toMatchObject(expected);
    expect((await outcome<unknown>(() => open(source, str, limits))).error).toMatchObject(expected);
    for (const { value } of await loadBoth(bytes, str, { maxChunkBytes: 300 })) expect(value).toHaveLength(251);
  });

  test("refuses a chunk by its decompressed size, before it is allocated", async () => {
    const bytes = await fixtureBytes("string_long_lz4");
    for (const { error } of await loadBoth(bytes, str, { maxChunkBytes: 1000 })) {
      expect(error).toMatchObject({ code: "LimitExceeded", limit: "maxChunkBytes", chunkOffset: 0 });
      expect(error?.message).toMatch(/chunk at offset 0 .* exceeds maxChunkBytes \(1000\)/);
    }
  });
});

describe("chunks of one load", () => {
  test("that overlap, and together are more than the file, are refused before they are fetched", async () => {
    const file = new RawFile();
    file.gap(2100);
    const shards = Array.from({ length: 100 }, (_, i) => ({ offset: i, length: 2000 }));
    file.gap(150_000);
    const source = countingSource(file.finish(file.list([[1, 100]], shards)));
    const opened = await open(source, vec(u8));
    expect((await outcome<unknown>(() => opened.load())).error).toMatchObject({
      code: "CorruptChunk",
      message: expect.stringMatching(/tree/),
    });
    for (const { start } of source.reads) expect(start).toBeGreaterThan(2100);
  });

  test("that no item of a shard has a use for are refused by who fetches all of them", async () => {
    const file = new RawFile();
    const text = () => file.chunk([1, 97]);
    const bytes = file.finish(file.list([[1, 1]], [file.chunk([1, 5], [text(), text(), text()])]));
    const Item = struct({ n: u8, a: chunk(str), b: chunk(str) });
    const expected = {
      code: "CorruptChunk",
      message: expect.stringContaining("expected a multiple of 2 children, found 3"),
    };
    const opened = await open(countingSource(bytes), vec(Item));
    expect((await outcome<unknown>(() => opened.load())).error).toMatchObject(expected);
    expect(openSync(bytes, vec(Item)).load()).toEqual([{ n: 5, a: "a", b: "a" }]);
  });
});

test.each([0, 1, 3])("a struct of two chunked fields with %i children is another schema", async (count) => {
  const file = new RawFile();
  const children = Array.from({ length: count }, () => file.chunk([1, 97]));
  const bytes = file.finish(file.chunk([5], children));
  const schema = struct({ n: u8, a: chunk(str), b: chunk(str) });
  const expected = { code: "SchemaIncompatible", actual: `${count} children` };
  for (const { error } of await loadBoth(bytes, schema)) expect(error).toMatchObject(expected);
});
