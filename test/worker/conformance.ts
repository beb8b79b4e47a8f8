/**
 * What every executor owes its callers, as tests. Each implementation runs all of it; a difference that an implementation is
 * allowed is one of its traits.
 */
import { afterEach, describe, expect, test } from "vitest";
import type { CodecResult, CodecTask, Executor } from "../../src/codec/executor.ts";
import { defaultCodecs } from "../../src/codec/registry.ts";
import {
  ClosedError,
  CorruptChunkError,
  isParcodeError,
  LimitExceededError,
  UnknownCodecError,
} from "../../src/errors.ts";
import { CODEC_LZ4, CODEC_NONE } from "../../src/format/layout.ts";
import { runTask } from "../../src/worker/task.ts";
import { firstDifference, patternBytes } from "../support/bytes.ts";
import { rejectionOf } from "../support/rejection.ts";

export interface ExecutorTraits {
  /** Workers that it says it has when it has worked; 0: it works on the calling thread. */
  readonly workers: number;
}

/** No chunk of the tests is longer. */
const MAX_BYTES = 2_000_000;

/** A task of its own buffers, as the contract wants it. */
export function taskOf(kind: CodecTask["kind"], chunks: readonly Uint8Array[], codecIds: readonly number[]): CodecTask {
  const bytes = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  const lengths = Uint32Array.from(chunks, ({ length }) => length);
  return { kind, bytes, lengths, codecIds: Uint8Array.from(codecIds), maxByteLength: MAX_BYTES };
}

/** Text that compresses, different for each seed. */
export function textBytes(byteLength: number, seed: number): Uint8Array {
  const text = new TextEncoder().encode(`the text of chunk number ${seed} goes on and on; `);
  const bytes = new Uint8Array(byteLength);
  for (let at = 0; at < byteLength; at += text.length) bytes.set(text.subarray(0, byteLength - at), at);
  return bytes;
}

/** A task to compress `byteLength` bytes of text. */
export function encodeTask(byteLength: number, seed = 1): CodecTask {
  return taskOf("encode", [textBytes(byteLength, seed)], [CODEC_LZ4]);
}

export function chunksOf({ bytes, lengths }: CodecResult | CodecTask): Uint8Array[] {
  const ends = [...lengths].map((_, i) => lengths.slice(0, i + 1).reduce((sum, length) => sum + length, 0));
  return ends.map((end, i) => bytes.subarray(end - (lengths[i] as number), end));
}

function expectSame(actual: CodecResult, expected: CodecResult): void {
  expect([...actual.lengths]).toEqual([...expected.lengths]);
  expect([...actual.codecIds]).toEqual([...expected.codecIds]);
  expect(firstDifference(actual.bytes, expected.bytes)).toBeUndefined();
}

type Make = () => Executor;

const made: Executor[] = [];

export function describeExecutor(name: string, make: Make, traits: ExecutorTraits): void {
  describe(`${name} keeps the contract of an executor`, () => {
    const start = (): Executor => {
      const executor = make();
      made.push(executor);
      return executor;
    };
    afterEach(() => {
      for (const executor of made.splice(0)) executor.close();
    });
    testResults(start, traits);
    testOwnership(start);
    testErrors(start);
    testAborts(start);
    testClosing(start);
  });
}

function testResults(start: Make, traits: ExecutorTraits): void {
  test("gives what the codec gives, chunk by chunk, in their order", async () => {
    const chunks = [
      textBytes(900_000, 1),
      patternBytes(0),
      textBytes(70, 2),
      patternBytes(50_000),
      textBytes(300_000, 3),
    ];
    const codecIds = [CODEC_LZ4, CODEC_LZ4, CODEC_NONE, CODEC_LZ4, CODEC_LZ4];
    const executor = start();
    const encoded = await executor.run(taskOf("encode", chunks, codecIds));
    expectSame(encoded, runTask(taskOf("encode", chunks, codecIds), defaultCodecs));
    // What compression does not make smaller is stored as it is, and says so.
    expect([...encoded.codecIds]).toEqual([CODEC_LZ4, CODEC_NONE, CODEC_NONE, CODEC_NONE, CODEC_LZ4]);
    const decoded = await executor.run(taskOf("decode", chunksOf(encoded), [...encoded.codecIds]));
    chunksOf(decoded).forEach((chunk, i) => {
      expect(firstDifference(chunk, chunks[i] as Uint8Array)).toBeUndefined();
    });
    expect(executor.workers).toBe(traits.workers);
    expect(executor.fallback).toBeUndefined();
  });

  test("gives each of many tasks its own result", async () => {
    const executor = start();
    // Each task is made twice: its bytes are its executor's.
    const makeTasks = () => Array.from({ length: 40 }, (_, i) => encodeTask(1_000_000 - i * 20_000, i));
    const expected = makeTasks().map((task) => runTask(task, defaultCodecs));
    const tasks = makeTasks();
    const results = await Promise.all(tasks.map((task) => executor.run(task)));
    results.forEach((result, i) => {
      expectSame(result, expected[i] as CodecResult);
    });
  });

  test("does a task of no chunks", async () => {
    const executor = start();
    expect(await executor.run(taskOf("decode", [], []))).toMatchObject({ bytes: new Uint8Array(0) });
  });
}

function testOwnership(start: Make): void {
  test("gives results that are the caller's own", async () => {
    const executor = start();
    const task = taskOf("encode", [patternBytes(900_000)], [CODEC_NONE]);
    const copy = task.bytes.slice();
    const result = await executor.run(task);
    result.bytes.fill(0);
    result.lengths.fill(0);
    result.codecIds.fill(99);
    // They may lie where the task's bytes lay, which are nobody else's any more.
    const again = await executor.run(taskOf("encode", [copy], [CODEC_NONE]));
    expect(firstDifference(again.bytes, copy)).toBeUndefined();
  });
}

function testErrors(start: Make): void {
  const damaged = () => taskOf("decode", [Uint8Array.of(10, 0, 0, 0, 0x10, 7, 9, 0)], [CODEC_LZ4]);
  // It says 2,100,000 bytes, and is long enough for them.
  const tooLong = () => taskOf("decode", [Uint8Array.of(0x20, 0x0b, 0x20, 0, ...patternBytes(9000))], [CODEC_LZ4]);
  const unknown = () => taskOf("decode", [Uint8Array.of(1, 2, 3)], [77]);

  test.each([
    ["damaged bytes", damaged, CorruptChunkError],
    ["a length beyond the limit", tooLong, LimitExceededError],
    ["an unknown codec", unknown, UnknownCodecError],
  ])("tells of %s with the class, the words and the fields of the codec", async (_name, make, errorClass) => {
    const executor = start();
    const error = await rejectionOf(executor.run(make()));
    const expected = await rejectionOf((async () => runTask(make(), defaultCodecs))());
    expect(error).toBeInstanceOf(errorClass);
    expect(isParcodeError(error)).toBe(true);
    expect(error.message).toBe(expected.message);
    expect(error.name).toBe(expected.name);
    expect({ ...error }).toEqual({ ...expected });
    expect(error.stack).toContain(expected.message);
  });

  test("works on after an error, and fails only the task that was wrong", async () => {
    const executor = start();
    const results = await Promise.allSettled([
      executor.run(encodeTask(900_000)),
      executor.run(damaged()),
      executor.run(encodeTask(900_000)),
    ]);
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expectSame(await executor.run(encodeTask(1000)), runTask(encodeTask(1000), defaultCodecs));
  });
}

function testAborts(start: Make): void {
  test("rejects with the reason of a signal that was aborted before", async () => {
    const reason = new Error("too late");
    expect(await rejectionOf(start().run(encodeTask(900_000), AbortSignal.abort(reason)))).toBe(reason);
  });

  test("rejects with the reason of a signal that is aborted meanwhile, and does the tasks of others", async () => {
    const executor = start();
    const controller = new AbortController();
    const reason = new Error("enough");
    const tasks = Array.from({ length: 12 }, (_, i) => executor.run(encodeTask(900_000, i), controller.signal));
    const other = executor.run(encodeTask(900_000, 99));
    controller.abort(reason);
    for (const result of await Promise.allSettled(tasks)) {
      if (result.status === "rejected") expect(result.reason).toBe(reason);
    }
    expectSame(await other, runTask(encodeTask(900_000, 99), defaultCodecs));
    expectSame(await executor.run(encodeTask(900_000, 3)), runTask(encodeTask(900_000, 3), defaultCodecs));
  });
}

function testClosing(start: Make): void {
  test("ends tasks under way with their results or a ClosedError, and takes no more", async () => {
    const executor = start();
    await executor.run(encodeTask(900_000));
    const tasks = Array.from({ length: 12 }, (_, i) => executor.run(encodeTask(900_000, i)));
    executor.close();
    executor.close();
    for (const result of await Promise.allSettled(tasks)) {
      if (result.status === "rejected") expect(result.reason).toBeInstanceOf(ClosedError);
    }
    expect(isParcodeError(await rejectionOf(executor.run(encodeTask(900_000))), "Closed")).toBe(true);
  });

  test("can be closed before its first task, and right behind it", async () => {
    const unused = start();
    unused.close();
    expect(isParcodeError(await rejectionOf(unused.run(encodeTask(900_000))), "Closed")).toBe(true);
    const executor = start();
    const first = Promise.allSettled([executor.run(encodeTask(900_000))]);
    executor.close();
    const [result] = await first;
    if (result?.status === "rejected") expect(result.reason).toBeInstanceOf(ClosedError);
  });
}
