/** Files written again without their schema: the same values, guarded, and found with few requests. */
import {
  blobSink,
  memorySink,
  open,
  openSync,
  optimize,
  type Schema,
  serialize,
  serializeSync,
  streamSink,
  struct,
  u8,
} from "parcode-web";
import { describe, expect, test } from "vitest";
import { firstDifference } from "../support/bytes.ts";
import { countingSource } from "../support/counting-source.ts";
import { Descriptors } from "../support/descriptor.ts";
import { difference } from "../support/difference.ts";
import type { FixtureName } from "../support/fixture-names.ts";
import { fixture, fixtureBytes } from "../support/fixtures.ts";
import { rejectionOf } from "../support/rejection.ts";
import { WORLDS, worldOf } from "../support/worlds.ts";

const layouts = ["faststart", "stream"] as const;
const names: FixtureName[] = [
  ...(["all_inline_lz4", "chunk_prims_lz4", "deep_lz4", "empty_containers", "enums", "campaign_600"] as const),
  ...(["game_world_one_player", "map_u32_4000", "map_u8_u128", "only_remote_lz4", "root_map_of_remote"] as const),
  ...(["vec_f32_special", "vec_levels_one", "vec_u8_small", "vec_string", "tree_recursive_lz4"] as const),
];

async function optimized(bytes: Uint8Array, options: Parameters<typeof optimize>[2]) {
  const sink = memorySink();
  const report = await optimize(bytes, sink, options);
  expect(report.byteLength).toBe(sink.bytes().length);
  return { file: sink.bytes(), report };
}

describe.each(layouts)("to %s", (layout) => {
  test.each(names)("%s, a file of the crate: the same value, guarded", async (name) => {
    const { root, types } = await fixture(name);
    const schema = new Descriptors(types, "typed").root(root);
    const bytes = await fixtureBytes(name);
    const { file, report } = await optimized(bytes, { layout });
    const before = openSync(bytes, schema);
    const after = openSync(file, schema);
    expect(difference(after.load(), before.load())).toBeUndefined();
    expect([after.version, after.integrity]).toEqual([before.version, "xxh64"]);
    expect(after.verify()).toMatchObject({ unusedBytes: 0, chunks: before.verify().chunks });
    expect(report.chunks).toBe(before.verify().chunks);
    const again = await optimized(file, { layout });
    expect(firstDifference(again.file, file), "once is enough").toBeUndefined();
  });

  test.each(Object.keys(WORLDS).flatMap((name) => [[name, "none"] as const, [name, "lz4"] as const]))(
    "%s, %s: the same value, description and metadata",
    async (name, compression) => {
      const { schema, value } = worldOf(name) as { schema: Schema; value(): unknown };
      const metadata = { source: "tests", empty: "" };
      const bytes = await serialize(schema, value() as never, { compression, metadata, layout: "stream" });
      const { file } = await optimized(bytes, { layout });
      const after = await open(file);
      expect(Object.fromEntries(after.metadata)).toEqual(metadata);
      expect(difference(await after.load(), openSync(bytes, schema).load())).toBeUndefined();
      expect(await after.verify()).toMatchObject({ integrity: "xxh64", unusedBytes: 0 });
      // What the writer makes in one go is what comes of it in two, but for the room that it keeps in front.
      if (layout === "stream") expect(firstDifference(file, bytes)).toBeUndefined();
    },
  );
});

test("one request opens what took three, and the report says so", async () => {
  const { schema, value } = worldOf("maps") as { schema: Schema; value(): unknown };
  const bytes = await serialize(schema, value() as never, { layout: "stream" });
  const requests = async (file: Uint8Array): Promise<number> => {
    const source = countingSource(file, 64 * 1024);
    await open(source, schema);
    return 1 + source.reads.length;
  };
  const fast = await optimized(bytes, {});
  expect([await requests(fast.file), fast.report.openRequests]).toEqual([1, 1]);
  const slow = await optimized(fast.file, { layout: "stream" });
  expect([await requests(slow.file), slow.report.openRequests]).toEqual([2, 2]);
});

test("a target that cannot write its front late gets its structure at the end", async () => {
  const { schema, value } = worldOf("maps") as { schema: Schema; value(): unknown };
  const bytes = await serialize(schema, value() as never);
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const stream = new WritableStream<Uint8Array<ArrayBuffer>>({ write: (part) => void parts.push(part) });
  const report = await optimize(bytes, streamSink(stream as WritableStream<Uint8Array>));
  expect(report.openRequests).toBe(2);
  const file = await open(new Blob(parts), schema);
  expect((await file.verify()).unusedBytes).toBe(0);
});

test("progress, an abort, and damage", async () => {
  const { schema, value } = worldOf("arrays") as { schema: Schema; value(): unknown };
  const bytes = serializeSync(schema, value() as never);
  const seen: number[] = [];
  await optimize(bytes, blobSink(), { onProgress: ({ bytesDone, bytesTotal }) => seen.push(bytesDone / bytesTotal) });
  expect(seen.at(-1)).toBeGreaterThan(0.9);
  expect([...seen].sort((a, b) => a - b)).toEqual(seen);
  const abort = new AbortController();
  const sink = memorySink();
  const work = optimize(bytes, sink, { signal: abort.signal, onProgress: () => abort.abort(new Error("enough")) });
  expect((await rejectionOf(work)).message).toBe("enough");
  expect(() => sink.bytes()).toThrow();
  const damaged = bytes.slice();
  const middle = damaged.length >> 1;
  damaged[middle] = (damaged[middle] as number) ^ 1;
  expect(await rejectionOf(optimize(damaged, memorySink()))).toMatchObject({ code: "ChecksumMismatch" });
  expect(await rejectionOf(optimize(bytes, memorySink(), { layout: "fast" as "stream" }))).toMatchObject({
    code: "InvalidOption",
  });
  const plain = serializeSync(struct({ a: u8 }), { a: 1 }, { compatibility: "parcode" });
  expect((await optimized(plain, {})).report.chunks).toBe(1);
});
