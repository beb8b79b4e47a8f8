/** One value, one schema, one set of options: one file, byte by byte, whoever writes it and whatever helps. */
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { open, type SaveOptions, serialize } from "../../src/index.ts";
import { firstDifference } from "../support/bytes.ts";
import { testWorker } from "../support/workers.ts";
import { COMPRESSIONS, fileOf, rewritten, WORLDS, worldOf } from "../support/worlds.ts";

interface Plain {
  readonly hidden: boolean;
  readonly file: Uint8Array;
  readonly again: Uint8Array;
}

/** A file that was written and read without WebAssembly: in a browser by a worker, in Node by the library loaded afresh. */
async function plainly(name: string, compression: string): Promise<Plain> {
  if (typeof Worker === "function") {
    const worker = new Worker(new URL("../support/plain-actor.ts", import.meta.url), { type: "module" });
    const answer = new Promise<Plain | string>((resolve, reject) => {
      worker.addEventListener("message", ({ data }) => resolve(data));
      worker.addEventListener("error", reject);
    });
    worker.postMessage([name, compression]);
    const plain = await answer;
    worker.terminate();
    if (typeof plain === "string") throw new Error(plain);
    return plain;
  }
  vi.stubGlobal("WebAssembly", undefined);
  vi.resetModules();
  try {
    const worlds = await import("../support/worlds.ts");
    const file = worlds.fileOf(name, compression);
    return { hidden: typeof WebAssembly === "undefined", file, again: worlds.rewritten(name, compression, file) };
  } finally {
    vi.unstubAllGlobals();
    vi.resetModules();
  }
}

const cases = Object.keys(WORLDS).flatMap((name) => COMPRESSIONS.map((compression) => [name, compression] as const));

describe.each(cases)("the file of %s with compression %s", (name, compression) => {
  const { schema, value } = worldOf(name);
  let expected = new Uint8Array(0);
  beforeAll(() => {
    expected = fileOf(name, compression);
  });
  afterAll(() => {
    expected = new Uint8Array(0);
  });

  test.each([false, 1, 4] as const)("is the same with workers: %s", async (workers) => {
    const options: SaveOptions = { compression, workers, createWorker: testWorker };
    expect(firstDifference(await serialize(schema, value() as never, options), expected)).toBeUndefined();
  });

  test("is the same out of what was read from it, with promises and without", async () => {
    expect(firstDifference(rewritten(name, compression, expected), expected)).toBeUndefined();
    const file = await open(new Blob([expected]), schema, { workers: 1, createWorker: testWorker });
    const again = await serialize(schema, (await file.load()) as never, { compression, workers: false });
    await file.close();
    expect(firstDifference(again, expected)).toBeUndefined();
  });

  test("is the same without WebAssembly, also out of what was read without it", async () => {
    const { hidden, file, again } = await plainly(name, compression);
    expect(hidden).toBe(true);
    expect(firstDifference(file, expected)).toBeUndefined();
    expect(firstDifference(again, expected)).toBeUndefined();
  });
});

test("what the caller wrote and read from stays the caller's: no buffer is taken away, none is changed", async () => {
  const { schema, value } = worldOf("arrays");
  const mine = value() as Record<string, ArrayBufferView>;
  const copies = structuredClone(mine);
  const options = { compression: "lz4", workers: 2, createWorker: testWorker };
  const file = await serialize(schema, mine as never, options);
  const stored = file.slice();
  const opened = await open(file, schema, options);
  await opened.load();
  await opened.close();
  expect(firstDifference(file, stored)).toBeUndefined();
  for (const [name, view] of Object.entries(mine)) {
    const [actual, expected] = [view, copies[name] as ArrayBufferView].map(
      ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength),
    );
    expect(firstDifference(actual as Uint8Array, expected as Uint8Array), name).toBeUndefined();
  }
});
