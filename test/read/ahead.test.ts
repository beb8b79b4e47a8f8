/** A load of many windows has the next ones on their way while it decodes one. */
import { bytes, type Codec, chunk, createRegistry, isParcodeError, open, serialize, struct } from "parcode-web";
import { expect, test } from "vitest";
import type { Source } from "../../src/source/source.ts";
import { rejectionOf } from "../support/rejection.ts";

const MiB = 1024 * 1024;
const World = struct({ all: chunk(bytes) });
const world = { all: new Uint8Array(17 * MiB).fill(7) };

/** Leaves out a 7 at the end, and tells when it puts that back. */
function telling(log: string[]): Codec {
  return {
    id: 4,
    name: "telling",
    encode: (payload) => (payload[payload.length - 1] === 7 ? payload.subarray(0, -1) : payload),
    decode: (stored) => {
      log.push("decode");
      const payload = new Uint8Array(stored.length + 1).fill(7);
      payload.set(stored);
      return payload;
    },
  };
}

const written = serialize(World, world, { codecs: createRegistry([telling([])]), compression: "telling" });

interface Watched extends Source {
  readonly reads: { readonly bytes: number; readonly signal: AbortSignal | undefined }[];
}

/** Answers in a task of its own, or never, where `hangs` says so. */
function watched(file: Uint8Array, log: string[], hangs: (read: number) => boolean = () => false): Watched {
  const reads: { bytes: number; signal: AbortSignal | undefined }[] = [];
  return {
    name: "watched",
    reads,
    size: async () => file.length,
    async read({ start, end }, { signal } = {}) {
      log.push("read");
      reads.push({ bytes: end - start, signal });
      if (hangs(reads.length))
        await new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
      await new Promise((resolve) => setTimeout(resolve));
      return file.slice(start, end);
    },
  };
}

const isAll = (all: Uint8Array): boolean => all.length === world.all.length && all.every((byte) => byte === 7);

test("two windows are asked for before one is decoded, and no more", async () => {
  const log: string[] = [];
  const source = watched(await written, log);
  const file = await open(source, World, { codecs: createRegistry([telling(log)]) });
  await file.root.all.count();
  log.length = 0;
  const before = source.reads.length;
  expect(isAll(await file.root.all.load())).toBe(true);
  const sizes = source.reads.slice(before).map((read) => read.bytes);
  expect(sizes.length).toBe(5);
  for (const size of sizes) expect(size).toBeLessThanOrEqual(4 * MiB);
  expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(17 * MiB + 2000);
  // Shards of 128 KiB: 31 of them are a window.
  const decodedBefore = log.flatMap((entry, i) =>
    entry === "read" ? [log.slice(0, i).filter((earlier) => earlier === "decode").length] : [],
  );
  expect(decodedBefore).toEqual([0, 0, 0, 31, 62]);
});

test("a load that fails asks for nothing more, and ends what is on its way", async () => {
  const file = (await written).slice();
  const shard = file.indexOf(7, 70_000);
  file[shard + 1000] = 8;
  const log: string[] = [];
  const source = watched(file, log, (read) => source.reads[read - 1]!.bytes > MiB && ++long > 1);
  let long = 0;
  const opened = await open(source, World, { codecs: createRegistry([telling(log)]) });
  const error = await rejectionOf(opened.load());
  expect(isParcodeError(error, "ChecksumMismatch"), String(error)).toBe(true);
  expect(error).toMatchObject({ path: "all" });
  const windows = source.reads.filter((read) => read.bytes > MiB);
  expect(windows.length).toBe(2);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(windows[1]?.signal?.aborted).toBe(true);
  expect(source.reads.filter((read) => read.bytes > MiB).length).toBe(2);
});

test("a load that is aborted ends with the signal's reason, whatever is on its way", async () => {
  const log: string[] = [];
  let long = 0;
  const source = watched(await written, log, (read) => source.reads[read - 1]!.bytes > MiB && ++long > 2);
  const file = await open(source, World, { codecs: createRegistry([telling(log)]) });
  const controller = new AbortController();
  const pending = file.load({ signal: controller.signal });
  pending.catch(() => undefined);
  while (long < 4) await new Promise((resolve) => setTimeout(resolve));
  const reason = new Error("enough");
  controller.abort(reason);
  await expect(pending).rejects.toBe(reason);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(source.reads.at(-1)?.signal?.aborted).toBe(true);
});

test("what may be refused is not read ahead", async () => {
  const log: string[] = [];
  const source = watched(await written, log);
  const budget = { bytes: 9 * MiB };
  const file = await open(source, World, { codecs: createRegistry([telling(log)]), budget });
  const error = await rejectionOf(file.load());
  expect(isParcodeError(error, "BudgetExceeded"), String(error)).toBe(true);
  // The first window of 8 MiB was allowed, and nothing of the second was asked for.
  expect(source.reads.reduce((sum, read) => sum + read.bytes, 0)).toBeLessThan(8.2 * MiB);
});
