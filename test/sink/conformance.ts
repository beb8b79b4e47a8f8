/**
 * What every sink owes its callers, as tests. Each implementation runs all of it; a difference that an implementation is
 * allowed is one of its traits.
 */
import { afterEach, describe, expect, test } from "vitest";
import { isParcodeError } from "../../src/errors.ts";
import type { Sink } from "../../src/sink/sink.ts";
import { firstDifference, patternBytes } from "../support/bytes.ts";
import { rejectionOf } from "../support/rejection.ts";

export interface SinkUnderTest {
  readonly sink: Sink;
  /** The file, or `undefined` where there is none. */
  result(): Promise<Uint8Array | undefined>;
  /** Removes what the factory made. */
  dispose?(): void | Promise<void>;
}

export interface SinkTraits {
  /** No method returns a promise. */
  readonly isSync?: boolean;
  /** What was written stays as it is, the front of the file too. */
  readonly isFrontFixed?: boolean;
}

type Make = () => SinkUnderTest | Promise<SinkUnderTest>;

let made: SinkUnderTest[] = [];

export function describeSink(name: string, make: Make, traits: SinkTraits = {}): void {
  describe(`${name} keeps the contract of a sink`, () => {
    const start = async (): Promise<SinkUnderTest> => {
      const one = await make();
      made.push(one);
      return one;
    };
    afterEach(async () => {
      const all = made;
      made = [];
      for (const { sink, dispose } of all) {
        await sink.abort();
        await dispose?.();
      }
    });
    testBytes(start);
    testFront(start, traits.isFrontFixed === true);
    testVisibility(start);
    testMisuse(start);
    test.runIf(traits.isSync)("never returns a promise", async () => {
      const { sink } = await start();
      expect([sink.write(patternBytes(3)), sink.close(), sink.abort()]).toEqual([undefined, undefined, undefined]);
      const other = await start();
      expect(other.sink.abort()).toBeUndefined();
    });
  });
}

type Start = () => Promise<SinkUnderTest>;

async function expectResult(one: SinkUnderTest, expected: Uint8Array): Promise<void> {
  const actual = await one.result();
  expect(actual).toBeDefined();
  expect(firstDifference(actual ?? new Uint8Array(0), expected)).toBeUndefined();
}

function testFront(start: Start, isFixed: boolean): void {
  test.runIf(isFixed)("has no way to write its front late", async () => {
    expect((await start()).sink.writeFront).toBeUndefined();
  });

  test.skipIf(isFixed).each([
    ["one byte of a small file", 1, [100]],
    ["all of a small file", 100, [100]],
    ["a front that was one piece", 65_536, [65_536, 3_000_000]],
    ["a front across pieces", 65_536, [10, 70_000, 2_500_000, 3]],
    ["the front of a file of many pieces", 20_000, Array<number>(3_000).fill(1_000)],
  ])("writes %s late", async (_name, frontLength, lengths) => {
    const one = await start();
    const length = lengths.reduce((sum, piece) => sum + piece, 0);
    const file = patternBytes(length);
    let offset = 0;
    for (const piece of lengths) {
      await one.sink.write(file.subarray(offset, offset + piece));
      offset += piece;
    }
    const front = patternBytes(frontLength, 7);
    await one.sink.writeFront?.(front);
    await one.sink.close();
    file.set(front);
    await expectResult(one, file);
  });

  test.skipIf(isFixed)("does not write the front of a file that is closed", async () => {
    const one = await start();
    await one.sink.write(patternBytes(100));
    await one.sink.close();
    const work = async (): Promise<void> => one.sink.writeFront?.(patternBytes(1));
    expect(isParcodeError(await rejectionOf(work()))).toBe(true);
    await expectResult(one, patternBytes(100));
  });
}

function testBytes(start: Start): void {
  test.each([
    ["one byte", [1]],
    ["pieces of one byte", Array<number>(1000).fill(1)],
    ["pieces of all sizes", Array.from({ length: 200 }, (_, index) => (index * 37) % 4_096)],
    ["64 KiB and around", [65_535, 65_536, 65_537, 1]],
    ["256 KiB and around", [262_143, 1, 262_144, 262_145, 5, 262_140]],
    ["1 MiB and around", [1_048_575, 1, 1_048_576, 1_048_577, 600_000, 600_000]],
    ["small after large", [3_000_000, 3, 3_000_000, 3]],
  ])("takes %s", async (_name, lengths) => {
    const one = await start();
    const file = patternBytes(lengths.reduce((sum, length) => sum + length, 0));
    let offset = 0;
    for (const length of lengths) {
      await one.sink.write(file.subarray(offset, offset + length));
      offset += length;
    }
    await one.sink.close();
    await expectResult(one, file);
  });

  test("makes an empty file of nothing, and of empty pieces", async () => {
    const nothing = await start();
    await nothing.sink.close();
    await expectResult(nothing, new Uint8Array(0));
    const empty = await start();
    await empty.sink.write(new Uint8Array(0));
    await empty.sink.close();
    await expectResult(empty, new Uint8Array(0));
  });

  test("copies: the caller may reuse one buffer for all pieces", async () => {
    const one = await start();
    const file = patternBytes(1_500_000);
    const buffer = new Uint8Array(300_000);
    for (let offset = 0; offset < file.byteLength; ) {
      const piece = buffer.subarray(0, [10, 70_000, 300_000][offset % 3]);
      piece.set(file.subarray(offset, offset + piece.byteLength));
      const used = Math.min(piece.byteLength, file.byteLength - offset);
      await one.sink.write(piece.subarray(0, used));
      buffer.fill(0);
      offset += used;
    }
    await one.sink.close();
    await expectResult(one, file);
  });

  test("takes pieces of shared memory, and of Node's buffers", async () => {
    const one = await start();
    const file = patternBytes(2_000_000);
    const pieces: Uint8Array[] = [file.subarray(0, 1_200_000), file.subarray(1_200_000)];
    if (typeof SharedArrayBuffer !== "undefined") {
      const shared = new Uint8Array(new SharedArrayBuffer(1_200_000));
      shared.set(file.subarray(0, 1_200_000));
      pieces[0] = shared;
    }
    if (typeof Buffer !== "undefined") pieces[1] = Buffer.from(file.subarray(1_200_000));
    for (const piece of pieces) {
      await one.sink.write(piece);
      piece.fill(0, 0, 1_000);
    }
    await one.sink.close();
    await expectResult(one, patternBytes(2_000_000));
  });

  test("keeps the order of pieces whose promise was not awaited", async () => {
    const one = await start();
    const file = patternBytes(900_000);
    const pending = [];
    for (let offset = 0; offset < file.byteLength; offset += 90_000) {
      pending.push(one.sink.write(file.subarray(offset, offset + 90_000)));
    }
    pending.push(one.sink.close());
    await Promise.all(pending);
    await expectResult(one, file);
  });
}

function testVisibility(start: Start): void {
  test("shows nothing before close()", async () => {
    const one = await start();
    expect(one.sink.name).not.toBe("");
    await one.sink.write(patternBytes(700_000));
    expect(await one.result()).toBeUndefined();
    await one.sink.close();
    await expectResult(one, patternBytes(700_000));
  });

  test.each([0, 10, 700_000])("shows nothing after abort() behind %i bytes", async (byteLength) => {
    const one = await start();
    if (byteLength > 0) await one.sink.write(patternBytes(byteLength));
    await one.sink.abort(new Error("changed my mind"));
    expect(await one.result()).toBeUndefined();
  });

  test("abort() after close() or twice does nothing", async () => {
    const one = await start();
    await one.sink.write(patternBytes(10));
    await one.sink.close();
    await one.sink.abort("late");
    await one.sink.abort("later");
    await expectResult(one, patternBytes(10));
    const other = await start();
    await other.sink.abort("first");
    await other.sink.abort("second");
    expect(await other.result()).toBeUndefined();
  });
}

/** Whether thrown or rejected: `await` sees no difference. */
const failureOf = (work: () => unknown): Promise<any> => rejectionOf((async () => await work())());

function testMisuse(start: Start): void {
  test("refuses to write and to close after close(), and keeps the file", async () => {
    const one = await start();
    await one.sink.write(patternBytes(10));
    await one.sink.close();
    for (const misuse of [() => one.sink.write(patternBytes(10)), () => one.sink.close()]) {
      const error = await failureOf(misuse);
      expect(isParcodeError(error, "Closed"), String(error)).toBe(true);
      expect(error.message).toContain(one.sink.name);
    }
    await expectResult(one, patternBytes(10));
  });

  test("refuses to write and to close after abort(), and says why it was aborted", async () => {
    const one = await start();
    await one.sink.write(patternBytes(10));
    const reason = new Error("changed my mind");
    await one.sink.abort(reason);
    for (const misuse of [() => one.sink.write(patternBytes(10)), () => one.sink.close()]) {
      const error = await failureOf(misuse);
      expect(isParcodeError(error, "Closed"), String(error)).toBe(true);
      expect(error.cause).toBe(reason);
    }
    expect(await one.result()).toBeUndefined();
  });

  test("refuses a write after a close() that is not done yet, and a second close()", async () => {
    const one = await start();
    await one.sink.write(patternBytes(10));
    const closing = one.sink.close();
    const late = [failureOf(() => one.sink.write(patternBytes(10))), failureOf(() => one.sink.close())];
    await closing;
    for (const error of await Promise.all(late)) expect(isParcodeError(error, "Closed"), String(error)).toBe(true);
    await expectResult(one, patternBytes(10));
  });

  test("leaves a whole file or none, and says so, when abort() meets close()", async () => {
    const one = await start();
    await one.sink.write(patternBytes(700_000));
    const closing = (async () => await one.sink.close())().then(
      () => undefined,
      (error: unknown) => error,
    );
    await one.sink.abort("too late?");
    const error = await closing;
    if (error === undefined) return await expectResult(one, patternBytes(700_000));
    expect(isParcodeError(error, "Closed"), String(error)).toBe(true);
    expect(await one.result()).toBeUndefined();
  });
}
