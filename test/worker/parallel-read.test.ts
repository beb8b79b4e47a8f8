/** Workers decompress large loads; the values and the errors are those of a load without. */

import { describe, expect, it } from "vitest";
import { bytes, chunk, isParcodeError, open, openSync, serializeSync, str, struct, vec } from "../../src/index.ts";
import type { AnyWorker } from "../../src/worker/pool.ts";
import { testWorker } from "../support/workers.ts";

const World = struct({ blob: chunk(bytes), list: chunk(vec(str)) });

/** Bytes that LZ4 makes smaller, but not much, so that megabytes of them are stored. */
function noisy(byteLength: number): Uint8Array {
  const noise = new Uint8Array(byteLength);
  let state = 1;
  for (let i = 0; i < byteLength; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    noise[i] = i % 64 < 12 ? 7 : state >>> 24;
  }
  return noise;
}

const value = { blob: noisy(44_000_000), list: Array.from({ length: 5000 }, (_, i) => `line ${i} of the list`) };
const file = serializeSync(World, value, { compression: "lz4", checksums: false });

/** Large arrays are compared by hand: the runner's own comparison takes a minute for each. */
function expectWhole(blob: Uint8Array): void {
  expect(blob.length).toBe(value.blob.length);
  let differing = 0;
  for (let i = 0; i < blob.length; i++) if (blob[i] !== value.blob[i]) differing++;
  expect(differing).toBe(0);
}

/** Starts workers and counts them. */
function counted() {
  const started: AnyWorker[] = [];
  const createWorker = () => {
    const worker = testWorker();
    started.push(worker);
    return worker;
  };
  return { started, createWorker };
}

describe("loading with workers", () => {
  it("gives the same values", async () => {
    expect(file.length).toBeGreaterThan(33_000_000);
    for (const workers of [1, 2, false] as const) {
      const { started, createWorker } = counted();
      const opened = await open(new Blob([file]), World, { workers, createWorker });
      const loaded = await opened.load();
      expectWhole(loaded.blob);
      expect(loaded.list).toEqual(value.list);
      expect(started.length).toBe(workers === false ? 0 : workers);
      await opened.close();
    }
  });

  it("starts none for a small load", async () => {
    const { started, createWorker } = counted();
    const opened = await open(new Blob([file]), World, { workers: 2, createWorker });
    expect(await opened.root.list.load()).toEqual(value.list);
    expect(started.length).toBe(0);
    await opened.close();
  });

  it("tells of a damaged shard as a load without workers does", async () => {
    const damaged = file.slice();
    // Its declared length grows beyond what its block can give.
    const at = openSync(file).inspect().root.children[0]?.children[0]?.offset ?? 0;
    damaged[at + 3] = 0x7f;
    const errors: unknown[] = [];
    for (const workers of [2, false] as const) {
      const opened = await open(new Blob([damaged]), World, { workers, createWorker: testWorker });
      errors.push(await opened.root.blob.load().catch((error: unknown) => error));
      await opened.close();
    }
    const [parallel, inline] = errors;
    if (!isParcodeError(parallel) || !isParcodeError(inline)) throw new TypeError("expected errors of the library");
    expect(parallel.code).toBe(inline.code);
    expect(parallel.message).toBe(inline.message);
    expect(parallel).toMatchObject({ chunkOffset: at, path: "blob" });
  });

  it("gives the value although the worker dies", async () => {
    const createWorker = () => {
      const worker = testWorker();
      const post = worker.postMessage.bind(worker);
      // The first task never arrives: the worker ends instead, as it does when its memory runs out.
      worker.postMessage = (...message: Parameters<typeof post>) => {
        if ("on" in worker) worker.terminate();
        else worker.dispatchEvent?.(new ErrorEvent("error", { message: "out of memory" }));
        void message;
      };
      return worker as AnyWorker;
    };
    const opened = await open(new Blob([file]), World, { workers: 1, createWorker });
    expectWhole(await opened.root.blob.load());
    await opened.close();
  });

  it("rejects with the reason of an abort", async () => {
    const opened = await open(new Blob([file]), World, { workers: 2, createWorker: testWorker });
    const controller = new AbortController();
    const loading = opened.load({ signal: controller.signal, onProgress: () => controller.abort(new Error("enough")) });
    await expect(loading).rejects.toThrow("enough");
    expect(await opened.root.list.at(7)).toBe("line 7 of the list");
    await opened.close();
  });
});
