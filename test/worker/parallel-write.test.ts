/** Workers compress, and the file is the same; where they cannot, the calling thread does, and the report says so. */

import { describe, expect, it } from "vitest";
import {
  bytes,
  chunk,
  hashMap,
  type Infer,
  isParcodeError,
  open,
  openSync,
  type SaveOptions,
  type SaveReport,
  save,
  serialize,
  serializeSync,
  str,
  streamSink,
  struct,
  u32,
  vec,
} from "../../src/index.ts";
import type { AnyWorker } from "../../src/worker/pool.ts";
import { testWorker } from "../support/workers.ts";

/** Streams take a file from front to back. */
const FORMAT = { compression: "lz4", layout: "stream" } as const;

const Item = struct({ name: str, level: u32, text: chunk(str) });
const World = struct({
  list: chunk(vec(Item)),
  map: hashMap(str, str),
  plain: chunk(bytes, { compression: "none" }),
});
type World = Infer<typeof World>;

/** Some megabytes of payload, in chunks of all sizes. */
function world(items = 20_000): World {
  return {
    list: Array.from({ length: items }, (_, i) => ({
      name: `item number ${i}`,
      level: i,
      text: `the text of item ${i} goes on for a while, and says again that it is the text of item ${i}`,
    })),
    map: new Map(Array.from({ length: items }, (_, i) => [`key ${i}`, `value of the key number ${i}`])),
    plain: new Uint8Array(300_000).fill(3),
  };
}

async function saved(value: World, options: SaveOptions): Promise<{ file: Uint8Array; report: SaveReport }> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const stream = new WritableStream<Uint8Array<ArrayBuffer>>({ write: (part) => void parts.push(part) });
  const report = await save(streamSink(stream as WritableStream<Uint8Array>), World, value, {
    ...FORMAT,
    ...options,
  });
  return { file: new Uint8Array(await new Blob(parts).arrayBuffer()), report };
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

describe("writing with workers", () => {
  const value = world();
  const expected = serializeSync(World, value, FORMAT);

  it.each([1, 2, 4])("gives the same bytes with %i", async (workers) => {
    const { file, report } = await saved(value, { workers, createWorker: testWorker });
    expect(report).toMatchObject({ mode: "workers", workers, fallback: undefined, byteLength: expected.length });
    expect(same(file, expected)).toBe(true);
  });

  it("gives the same bytes without", async () => {
    const { file, report } = await saved(value, { workers: false });
    expect(report).toMatchObject({ mode: "inline", workers: 0, fallback: undefined });
    expect(same(file, expected)).toBe(true);
    expect(same(await serialize(World, value, FORMAT), expected)).toBe(true);
  });

  it("starts none for a small file", async () => {
    let started = 0;
    const createWorker = () => {
      started++;
      return testWorker();
    };
    const small = world(10);
    const { file, report } = await saved(small, { workers: 2, createWorker });
    expect(started).toBe(0);
    expect(report.mode).toBe("inline");
    expect(openSync(file, World).load()).toEqual(small);
  });
});

describe("writing where workers fail", () => {
  const value = world();
  const expected = serializeSync(World, value, FORMAT);

  it("goes on inline if none can be created, and says why", async () => {
    const createWorker = () => {
      throw new Error("no workers today");
    };
    const { file, report } = await saved(value, { workers: 2, createWorker });
    expect(report).toMatchObject({ mode: "inline", workers: 0 });
    expect(report.fallback).toContain("no workers today");
    expect(same(file, expected)).toBe(true);
  });

  it("goes on inline if none answers", async () => {
    // A worker that never says that it is ready: silence is an answer after two seconds.
    const silent = () => ({
      postMessage: () => undefined,
      addEventListener: () => undefined,
      removeEventListener: () => undefined,
      terminate: () => undefined,
    });
    const { file, report } = await saved(value, { workers: 1, createWorker: silent });
    expect(report.mode).toBe("inline");
    expect(report.fallback).toContain("did not answer");
    expect(same(file, expected)).toBe(true);
  });

  it("rejects with WorkerCrashed if one dies with a task, and a second call succeeds", async () => {
    // The second task of each worker ends it, as running out of memory does.
    const dying = (): AnyWorker => {
      const worker = testWorker();
      const post = worker.postMessage.bind(worker) as (...message: readonly unknown[]) => void;
      let tasks = 0;
      worker.postMessage = (...message: readonly unknown[]) => {
        if (++tasks < 2) return post(...message);
        if ("on" in worker) worker.terminate();
        else worker.dispatchEvent?.(new ErrorEvent("error", { message: "out of memory" }));
      };
      return worker;
    };
    let closed = false;
    let aborted: unknown;
    const sink = {
      name: "watched",
      write: () => undefined,
      close: () => {
        closed = true;
      },
      abort: (reason: unknown) => {
        aborted = reason;
      },
    };
    const large = world(60_000);
    const options = { compression: "lz4", workers: 1 } as const;
    const error = await save(sink, World, large, { ...options, createWorker: dying }).catch(
      (reason: unknown) => reason,
    );
    expect(isParcodeError(error, "WorkerCrashed")).toBe(true);
    expect(error).toMatchObject({ retryable: true });
    expect(aborted).toBe(error);
    expect(closed).toBe(false);
    const again = await saved(large, { ...options, createWorker: testWorker });
    expect(same(again.file, serializeSync(World, large, FORMAT))).toBe(true);
  });

  it("rejects with the reason of an abort, and closes nothing", async () => {
    const controller = new AbortController();
    let aborted: unknown;
    let closed = false;
    let written = 0;
    const sink = {
      name: "slow",
      write: async (part: Uint8Array) => {
        written += part.length;
        controller.abort(new Error("enough"));
      },
      close: () => {
        closed = true;
      },
      abort: (reason: unknown) => {
        aborted = reason;
      },
    };
    await expect(
      save(sink, World, value, { compression: "lz4", workers: 2, signal: controller.signal }),
    ).rejects.toThrow("enough");
    expect(closed).toBe(false);
    expect(aborted).toEqual(new Error("enough"));
    expect(written).toBeLessThan(expected.length);
  });
});

describe("writing that is aborted", () => {
  it("leaves no failure that nobody hears of, wherever it was", async () => {
    // The runner itself fails when a rejection was not heard. Where the abort falls depends on the size.
    for (let round = 0; round < 24; round++) {
      const controller = new AbortController();
      let writes = 0;
      const write = async () => {
        if (++writes > round % 3) controller.abort(new Error("enough"));
      };
      const sink = { name: "aborting", write, close: () => undefined, abort: () => undefined };
      const options = { compression: "lz4", workers: 2, createWorker: testWorker, signal: controller.signal };
      await save(sink, World, world(8000 + 700 * round), options).catch((reason: unknown) => {
        expect(reason).toEqual(new Error("enough"));
      });
    }
  });
});

describe("writing while workers are slow", () => {
  it("takes no more of the value than they can use", async () => {
    const count = 60_000;
    const lineOf = (i: number) => `line ${i} `.padEnd(1000, "says the same again; ");
    let taken = 0;
    const lines = function* () {
      for (; taken < count; taken++) yield lineOf(taken);
    };
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const createWorker = (): AnyWorker => {
      const worker = testWorker();
      const post = worker.postMessage.bind(worker) as (...message: readonly unknown[]) => void;
      worker.postMessage = (...message: readonly unknown[]) => void released.then(() => post(...message));
      return worker;
    };
    const Lines = struct({ lines: chunk(vec(str)) });
    const saving = serialize(Lines, { lines: lines() }, { compression: "lz4", workers: 2, createWorker });
    // It has stopped when it stands still for long; more time changes nothing, less could only hide a failure.
    for (let seen = -1; seen !== taken; await new Promise((resolve) => setTimeout(resolve, 300))) seen = taken;
    // 4 MiB for each worker, and what was on its way when that was reached.
    expect(taken).toBeGreaterThan(1000);
    expect(taken * 1000).toBeLessThan(2 * 4 * 2 ** 20 + 3 * 2 ** 20);
    release();
    const expected = serializeSync(Lines, { lines: Array.from({ length: count }, (_, i) => lineOf(i)) }, FORMAT);
    expect(same(await saving, expected)).toBe(true);
  });
});

describe("opening", () => {
  it("checks what it is told about workers before it asks the source for anything", async () => {
    let asked = 0;
    const source = {
      name: "asked",
      size: async () => ++asked,
      read: async () => new Uint8Array(++asked),
    };
    const error = await open(source, World, { workers: 0 }).catch((reason: unknown) => reason);
    expect(isParcodeError(error, "InvalidOption")).toBe(true);
    expect(asked).toBe(0);
  });
});
