/** Where a file can go, what a write tells on the way, and what it reports at the end. */
import { describe, expect, test } from "vitest";
import {
  blobSink,
  bytes,
  chunk,
  createRegistry,
  f64,
  hashMap,
  InvalidOptionError,
  isParcodeError,
  open,
  openSync,
  type SaveOptions,
  save,
  serialize,
  serializeSync,
  str,
  struct,
  toBlob,
  typed,
  u32,
  vec,
  type WriteProgress,
} from "../../src/index.ts";
import { recordingSink } from "../support/arbitrary-source.ts";
import { firstDifference, patternBytes } from "../support/bytes.ts";
import { rejectionOf } from "../support/rejection.ts";

const Log = struct({ name: str, lines: chunk(vec(str)), nested: chunk(struct({ numbers: chunk(vec(u32)) })) });
const LINES = Array.from({ length: 500 }, (_, i) => `line ${i}`);
const log = { name: "log", lines: LINES, nested: { numbers: [1, 2, 3] } };

async function* eachLater<T>(items: Iterable<T>): AsyncGenerator<T> {
  for (const item of items) {
    await Promise.resolve();
    yield item;
  }
}

describe("progress", () => {
  async function progressOf(value: Parameters<typeof save>[2], options: SaveOptions = {}): Promise<WriteProgress[]> {
    const seen: WriteProgress[] = [];
    await save(recordingSink(), Many, value as never, { ...options, onProgress: (progress) => seen.push(progress) });
    return seen;
  }
  const Many = struct({
    data: chunk(bytes),
    floats: chunk(typed(f64)),
    // Its buckets have an index, which is no part of the value: it does not count as progress.
    map: hashMap(str, u32),
    list: chunk(vec(str)),
  });
  const many = {
    data: patternBytes(3_000_000),
    floats: Float64Array.from({ length: 50_000 }, (_, i) => i % 200),
    map: new Map(Array.from({ length: 40_000 }, (_, i) => [`key ${i}`, i])),
    list: LINES,
  };

  test.each([["none"], ["lz4"]])("grows, and ends at the total (%s)", async (compression) => {
    const seen = await progressOf(many, { compression });
    expect(seen[0]?.phase).toBe("check");
    expect(seen[0]?.bytesDone).toBe(seen[0]?.bytesTotal);
    const writes = seen.slice(1);
    expect(writes.length).toBeGreaterThan(2);
    for (const [i, { phase, bytesDone, bytesTotal }] of writes.entries()) {
      expect([phase, bytesTotal]).toEqual(["write", seen[0]?.bytesTotal]);
      expect(bytesDone).toBeGreaterThanOrEqual(writes[i - 1]?.bytesDone ?? 0);
      expect(bytesDone).toBeLessThanOrEqual(bytesTotal as number);
    }
    expect(writes.at(-1)?.bytesDone).toBe(writes.at(-1)?.bytesTotal);
  });

  test("has no total where an iterable has none", async () => {
    const seen = await progressOf({ ...many, list: eachLater(LINES) });
    expect(seen.every(({ bytesTotal }) => bytesTotal === undefined)).toBe(true);
    expect(seen.at(-1)?.bytesDone).toBeGreaterThan(3_000_000);
  });

  test("of serialize and toBlob is told in the same way", async () => {
    for (const write of [serialize, toBlob]) {
      const seen: WriteProgress[] = [];
      await write(Many, many, { onProgress: (progress) => seen.push(progress) });
      expect(seen[0]?.phase).toBe("check");
      expect(seen.at(-1)).toEqual({ phase: "write", bytesDone: seen[0]?.bytesTotal, bytesTotal: seen[0]?.bytesTotal });
    }
  });
});

describe("targets", () => {
  const expected = serializeSync(Log, log);

  test("a WritableStream", async () => {
    const pieces: Uint8Array[] = [];
    let isClosed = false;
    const stream = new WritableStream<Uint8Array>({
      write: (piece) => void pieces.push(piece),
      close: () => {
        isClosed = true;
      },
    });
    const report = await save(stream, Log, log);
    const written = new Uint8Array(await new Blob(pieces as BlobPart[]).arrayBuffer());
    expect(firstDifference(written, expected)).toBeUndefined();
    expect([isClosed, report.byteLength]).toEqual([true, expected.length]);
  });

  test("a WritableStream that fails", async () => {
    const full = new Error("disk full");
    const stream = new WritableStream<Uint8Array>({ write: () => Promise.reject(full) });
    const error = await rejectionOf(save(stream, Log, log));
    expect(isParcodeError(error, "SinkFailed"), String(error)).toBe(true);
    expect(error.cause).toBe(full);
  });

  test("a Blob", async () => {
    const sink = blobSink();
    await save(sink, Log, log);
    expect(firstDifference(new Uint8Array(await sink.blob().arrayBuffer()), expected)).toBeUndefined();
    const blob = await toBlob(Log, log);
    expect(blob).toBeInstanceOf(Blob);
    expect(await (await open(blob, Log)).load()).toEqual(log);
  });

  const hasFiles = typeof navigator !== "undefined" && navigator.storage?.getDirectory !== undefined;
  test.runIf(hasFiles)("a file handle, whose file changes only when all is written", async () => {
    const folder = await navigator.storage.getDirectory();
    const handle = await folder.getFileHandle("save-test.par", { create: true });
    await save(handle, Log, log);
    expect(await (await open(handle, Log)).load()).toEqual(log);
    const boom = new Error("boom");
    const lines = (async function* () {
      yield "a";
      throw boom;
    })();
    expect(await rejectionOf(save(handle, Log, { ...log, lines }))).toBe(boom);
    expect(await (await open(handle, Log)).load()).toEqual(log);
    await folder.removeEntry("save-test.par");
  });

  test.each([
    ["a path", "world.par"],
    ["nothing", undefined],
    ["null", null],
    ["a function", () => 0],
    ["an object", {}],
  ])("%s is none", async (_what, target) => {
    const error = await rejectionOf(save(target as never, Log, log));
    expect(error).toBeInstanceOf(InvalidOptionError);
    expect(error.option).toBe("target");
    expect(error.message).toContain("WritableStream");
    expect(error.message).toContain("parcode-web/node");
  });
});

test("the report counts what was written", async () => {
  const sink = recordingSink();
  const report = await save(sink, Log, log, { compression: "lz4", workers: false });
  expect(report).toMatchObject({
    byteLength: sink.written.reduce((sum, block) => sum + block.length, 0),
    mode: "inline",
  });
  expect(report.chunks).toBe(6);
  expect(report.rawBytes).toBeGreaterThan(report.storedBytes);
  expect(report.byteLength).toBeGreaterThan(report.storedBytes);
  expect(report.milliseconds).toBeGreaterThan(0);
});

test("a codec of one's own is used by name, in a file that says that the crate cannot read it", () => {
  const flip = (from: Uint8Array): Uint8Array => from.map((byte) => byte ^ 0xff);
  const codecs = createRegistry([{ id: 5, name: "flip", encode: (raw) => flip(raw).subarray(0), decode: flip }]);
  const Zipped = struct({ text: chunk(str, { compression: "flip" }) });
  const value = { text: "x".repeat(100) };
  // It makes nothing smaller, so nothing is stored with it, but the file may have been.
  const file = openSync(serializeSync(Zipped, value, { codecs }), Zipped, { codecs });
  expect([file.version, file.load()]).toEqual([0x8004, value]);
});
