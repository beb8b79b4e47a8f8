/**
 * What every source owes its callers, as tests. Each implementation runs all of it; a difference that an implementation is
 * allowed is one of its traits.
 */
import { afterEach, describe, expect, test } from "vitest";
import { isParcodeError } from "../../src/errors.ts";
import type { Source, SyncSource } from "../../src/source/source.ts";
import { firstDifference, patternBytes } from "../support/bytes.ts";
import { rejectionOf, thrownBy } from "../support/rejection.ts";

export interface SourceUnderTest {
  readonly source: Source;
  /** Removes what the factory made. */
  dispose?(): void | Promise<void>;
}

export interface SourceTraits {
  /** Reads are views of memory that the test itself owns: changing them changes the file. */
  readonly givesViews?: boolean;
  /** Has `readSync`. */
  readonly isSync?: boolean;
  /** Has `fill`, and `fillSync` if it has `readSync`. */
  readonly fills?: boolean;
}

type Make = (bytes: Uint8Array<ArrayBuffer>) => SourceUnderTest | Promise<SourceUnderTest>;

/** Larger than a first HTTP request, and no multiple of anything. */
const LARGE = 200_003;

let made: SourceUnderTest[] = [];

async function disposeAll(): Promise<void> {
  const all = made;
  made = [];
  for (const { source, dispose } of all) {
    await source.close?.();
    await dispose?.();
  }
}

export function describeSource(name: string, make: Make, traits: SourceTraits = {}): void {
  describe(`${name} keeps the contract of a source`, () => {
    const sourceOf = async (bytes: Uint8Array<ArrayBuffer>): Promise<Source> => {
      const one = await make(bytes);
      made.push(one);
      return one.source;
    };
    afterEach(disposeAll);
    testBytes(sourceOf);
    testOwnership(sourceOf, traits);
    testRefusals(sourceOf);
    testAborts(sourceOf);
    testClosing(sourceOf);
    if (traits.fills) testFilling(sourceOf, traits);
    else test("has no fill", async () => expect((await sourceOf(patternBytes(1))).fill).toBeUndefined());
    if (traits.isSync) testSync(sourceOf);
    else test("has no readSync", async () => expect((await sourceOf(patternBytes(1))).readSync).toBeUndefined());
  });
}

type SourceOf = (bytes: Uint8Array<ArrayBuffer>) => Promise<Source>;

async function expectRead(source: Source, file: Uint8Array, start: number, end: number): Promise<void> {
  const bytes = await source.read({ start, end });
  expect(bytes).toBeInstanceOf(Uint8Array);
  expect(firstDifference(bytes, file.subarray(start, end)), `bytes ${start} to ${end}`).toBeUndefined();
}

function testBytes(sourceOf: SourceOf): void {
  test("knows its size, and remembers it", async () => {
    const source = await sourceOf(patternBytes(LARGE));
    expect(source.name).not.toBe("");
    expect(await source.size()).toBe(LARGE);
    expect(source.byteLength).toBe(LARGE);
    expect(await source.size()).toBe(LARGE);
  });

  test("reads exact bytes at every alignment", async () => {
    const file = patternBytes(70);
    const source = await sourceOf(file);
    const reads = [];
    for (let start = 0; start < 18; start++) {
      for (let end = start + 1; end <= start + 18; end++) reads.push(expectRead(source, file, start, end));
    }
    await Promise.all(reads);
  });

  test.each([1, 2, 65_535, 65_536, 65_537, LARGE])(
    "reads a file of %i bytes whole, its first and its last byte",
    async (length) => {
      const file = patternBytes(length);
      const source = await sourceOf(file);
      await expectRead(source, file, length - 1, length);
      await expectRead(source, file, 0, 1);
      await expectRead(source, file, 0, length);
      expect(await source.size()).toBe(length);
    },
  );

  test("reads around the end of the first 64 KiB", async () => {
    const file = patternBytes(LARGE);
    const source = await sourceOf(file);
    for (const [start, end] of [
      [65_530, 65_536],
      [65_536, 65_540],
      [65_530, 65_540],
      [65_535, 65_537],
      [0, LARGE],
    ] as const) {
      await expectRead(source, file, start, end);
    }
  });

  test("serves parallel reads, each its own bytes", async () => {
    const file = patternBytes(LARGE);
    const source = await sourceOf(file);
    const starts = Array.from({ length: 24 }, (_, index) => (index * 7_919) % (LARGE - 5_000));
    await Promise.all(starts.map((start, index) => expectRead(source, file, start, start + 1 + index * 200)));
  });

  test("has the same bytes past its caches, where it knows a way there", async () => {
    const file = patternBytes(LARGE);
    const source = await sourceOf(file);
    for (const [start, end] of [
      [0, 1],
      [65_530, 65_540],
      [LARGE - 1, LARGE],
    ] as const) {
      const bytes = await source.refresh?.({ start, end });
      if (bytes !== undefined) expect(firstDifference(bytes, file.subarray(start, end))).toBeUndefined();
      await expectRead(source, file, start, end);
    }
  });

  test("reads a range of several MiB", async () => {
    const file = patternBytes(5 * 1024 * 1024 + 3);
    const source = await sourceOf(file);
    await expectRead(source, file, 3, file.byteLength);
  });

  test("has size 0 for an empty file, and nothing to read in it", async () => {
    const source = await sourceOf(new Uint8Array(0));
    expect(await source.size()).toBe(0);
    expect(isParcodeError(await rejectionOf(source.read({ start: 0, end: 1 })), "NotAParcodeFile")).toBe(true);
  });

  test("counts what it receives, and requests nothing before it is used", async () => {
    const file = patternBytes(LARGE);
    const source = await sourceOf(file);
    expect(source.traffic).toMatchObject({ requests: 0, bytesReceived: 0 });
    await source.read({ start: 100_000, end: 150_000 });
    expect(source.traffic?.requests).toBeGreaterThan(0);
    expect(source.traffic?.bytesReceived).toBeGreaterThanOrEqual(50_000);
  });
}

function testOwnership(sourceOf: SourceOf, traits: SourceTraits): void {
  test("takes the range at the call: the caller may change its object then", async () => {
    const file = patternBytes(LARGE);
    const source = await sourceOf(file);
    const range = { start: 90_000, end: 90_010 };
    const pending = source.read(range);
    range.start = 0;
    range.end = 5;
    expect(firstDifference(await pending, file.subarray(90_000, 90_010))).toBeUndefined();
  });

  test.skipIf(traits.givesViews)("gives bytes that the caller may change without changing later reads", async () => {
    const file = patternBytes(LARGE);
    const source = await sourceOf(file);
    for (const range of [
      { start: 10, end: 20 },
      { start: 70_000, end: 70_010 },
      { start: 65_530, end: 65_540 },
    ]) {
      (await source.read(range)).fill(0);
      await expectRead(source, file, range.start, range.end);
    }
  });

  test("gives bytes of their own, where it says so", async () => {
    const file = patternBytes(LARGE);
    const source = await sourceOf(file);
    if (source.givesOwnBytes !== true) return;
    const range = { start: 0, end: LARGE - 3 };
    const [first, second] = await Promise.all([source.read(range), source.read(range)]);
    expect(first.buffer.byteLength).toBe(LARGE - 3);
    first.fill(0);
    expect(firstDifference(second, file.subarray(0, LARGE - 3))).toBeUndefined();
    await expectRead(source, file, 0, 10);
  });

  test("gives bytes that stay as they are while more is read", async () => {
    const file = patternBytes(LARGE);
    const source = await sourceOf(file);
    const first = await source.read({ start: 80_000, end: 80_100 });
    await source.read({ start: 150_000, end: 150_100 });
    await source.close?.();
    expect(firstDifference(first, file.subarray(80_000, 80_100))).toBeUndefined();
  });
}

function testRefusals(sourceOf: SourceOf): void {
  test("refuses ranges behind the end, and reads on afterwards", async () => {
    const file = patternBytes(LARGE);
    const source = await sourceOf(file);
    for (const [start, end] of [
      [LARGE - 1, LARGE + 1],
      [LARGE, LARGE + 1],
      [2 ** 40, 2 ** 40 + 1],
      [0, 2 ** 53 - 1],
    ] as const) {
      const error = await rejectionOf(source.read({ start, end }));
      expect(isParcodeError(error, "NotAParcodeFile"), String(error)).toBe(true);
      expect(error).toMatchObject({ byteOffset: start, actual: `${LARGE} bytes` });
      expect(error.message).toContain(source.name);
    }
    await expectRead(source, file, 0, 10);
  });

  test("refuses ranges that no file has, without I/O", async () => {
    const source = await sourceOf(patternBytes(100));
    for (const [start, end] of [
      [5, 5],
      [6, 5],
      [-1, 5],
      [0.5, 5],
      [0, 5.5],
      [Number.NaN, 5],
      [0, Number.POSITIVE_INFINITY],
      [0, 2 ** 53],
    ] as const) {
      const error = await rejectionOf(source.read({ start, end }));
      expect(isParcodeError(error, "InvalidOption"), String(error)).toBe(true);
      expect(error.option).toBe("range");
    }
    expect(source.traffic?.requests).toBe(0);
  });
}

function testAborts(sourceOf: SourceOf): void {
  test("rejects with the signal's reason when it is aborted before the call", async () => {
    const file = patternBytes(LARGE);
    const source = await sourceOf(file);
    const reason = new Error("not wanted any more");
    const signal = AbortSignal.abort(reason);
    expect(await rejectionOf(source.read({ start: 0, end: 10 }, { signal }))).toBe(reason);
    expect(await rejectionOf(source.size({ signal }))).toBe(reason);
    expect(source.traffic?.requests).toBe(0);
    await expectRead(source, file, 0, 10);
  });

  test("ends with the reason or the bytes when it is aborted during the read, and reads on", async () => {
    const file = patternBytes(LARGE);
    const source = await sourceOf(file);
    for (const [start, end] of [
      [0, 10],
      [100_000, 190_000],
    ] as const) {
      const controller = new AbortController();
      const reason = { any: "value" };
      const pending = source.read({ start, end }, { signal: controller.signal }).catch((error: unknown) => error);
      controller.abort(reason);
      const result = await pending;
      if (result instanceof Uint8Array) expect(firstDifference(result, file.subarray(start, end))).toBeUndefined();
      else expect(result).toBe(reason);
      await expectRead(source, file, start, end);
    }
  });

  test("does not let one caller's abort fail another's read", async () => {
    const file = patternBytes(LARGE);
    const source = await sourceOf(file);
    const controller = new AbortController();
    const first = source.read({ start: 5, end: 10 }, { signal: controller.signal }).catch(() => undefined);
    const second = source.read({ start: 5, end: 15 });
    controller.abort();
    await first;
    expect(firstDifference(await second, file.subarray(5, 15))).toBeUndefined();
  });

  test("leaves no listener on a signal that outlives the reads", async () => {
    const source = await sourceOf(patternBytes(LARGE));
    const { signal } = new AbortController();
    let listeners = 0;
    const { addEventListener, removeEventListener } = signal;
    signal.addEventListener = (...all: Parameters<typeof addEventListener>) => {
      listeners += 1;
      addEventListener.apply(signal, all);
    };
    signal.removeEventListener = (...all: Parameters<typeof removeEventListener>) => {
      listeners -= 1;
      removeEventListener.apply(signal, all);
    };
    await source.size({ signal });
    await source.read({ start: 0, end: 10 }, { signal });
    await source.read({ start: 100_000, end: 100_010 }, { signal });
    await rejectionOf(source.read({ start: 0, end: LARGE + 1 }, { signal }));
    expect(listeners).toBe(0);
  });
}

function testClosing(sourceOf: SourceOf): void {
  test("refuses to be used after close(), which may come twice", async () => {
    const source = await sourceOf(patternBytes(LARGE));
    await source.read({ start: 0, end: 10 });
    await source.close?.();
    await source.close?.();
    expect(isParcodeError(await rejectionOf(source.read({ start: 0, end: 10 })), "Closed")).toBe(true);
    expect(isParcodeError(await rejectionOf(source.size()), "Closed")).toBe(true);
  });

  test("can be closed before its first use", async () => {
    const source = await sourceOf(patternBytes(10));
    await source.close?.();
    expect(isParcodeError(await rejectionOf(source.read({ start: 0, end: 10 })), "Closed")).toBe(true);
  });

  test("ends reads under way with their bytes or a ClosedError", async () => {
    const file = patternBytes(LARGE);
    const source = await sourceOf(file);
    await source.size();
    const ranges = [0, 70_000, 100_000, 150_000].map((start) => ({ start, end: start + 50_000 }));
    const pending = ranges.map((range) => source.read(range).catch((error: unknown) => error));
    await source.close?.();
    for (const [index, result] of (await Promise.all(pending)).entries()) {
      const { start, end } = ranges[index]!;
      if (result instanceof Uint8Array) expect(firstDifference(result, file.subarray(start, end))).toBeUndefined();
      else expect(isParcodeError(result, "Closed"), String(result)).toBe(true);
    }
  });
}

function testFilling(sourceOf: SourceOf, { isSync }: SourceTraits): void {
  type Fill = (source: Source, start: number, targets: readonly Uint8Array[]) => void | Promise<void>;
  const ways: [string, Fill][] = [["with promises", (source, start, targets) => source.fill!(start, targets)]];
  if (isSync) {
    const sync: Fill = (source, start, targets) => (source as SyncSource).fillSync!(start, targets);
    ways.push(["without promises", sync]);
  }
  const failure = async (work: () => void | Promise<void>): Promise<unknown> => {
    try {
      await work();
    } catch (error) {
      return error;
    }
    return undefined;
  };

  describe.each(ways)("filling %s", (_, fill) => {
    test("puts the bytes into all targets, one after the other, and nowhere else", async () => {
      const file = patternBytes(LARGE);
      const source = await sourceOf(file);
      const memory = new Uint8Array(LARGE + 20);
      const lengths = [1, 0, 70_000, 3, 100_000, 5];
      let at = 10;
      const targets = lengths.map((length) => {
        at += length;
        return memory.subarray(at - length, at);
      });
      await fill(source, 11, targets);
      const expected = new Uint8Array(LARGE + 20);
      expected.set(file.subarray(11, 11 + at - 10), 10);
      expect(firstDifference(memory, expected)).toBeUndefined();
    });

    test("takes more targets than a system does at once", async () => {
      const file = patternBytes(LARGE);
      const source = await sourceOf(file);
      const memory = new Uint8Array(LARGE);
      const targets = Array.from({ length: 5001 }, (_, i) => memory.subarray(i * 40, i * 40 + 40));
      await fill(source, 0, targets);
      expect(firstDifference(memory, file)).toBeUndefined();
    });

    test("counts as one request of so many bytes", async () => {
      const source = await sourceOf(patternBytes(LARGE));
      await source.size();
      const { requests = 0, bytesReceived = 0 } = source.traffic ?? {};
      await fill(source, 5, [new Uint8Array(7), new Uint8Array(1000)]);
      expect(source.traffic).toMatchObject({ requests: requests + 1, bytesReceived: bytesReceived + 1007 });
    });

    test("refuses what is behind the end, nothing, and all once it is closed", async () => {
      const source = await sourceOf(patternBytes(100));
      const target = new Uint8Array(60);
      for (const [start, targets, code] of [
        [41, [target], "NotAParcodeFile"],
        [30, [target, new Uint8Array(11)], "NotAParcodeFile"],
        [-1, [target], "InvalidOption"],
        [0, [], "InvalidOption"],
      ] as const) {
        const error = await failure(() => fill(source, start, targets));
        expect(isParcodeError(error, code), String(error)).toBe(true);
      }
      await fill(source, 40, [target]);
      await source.close?.();
      expect(isParcodeError(await failure(() => fill(source, 0, [target])), "Closed")).toBe(true);
    });
  });

  test("filling ends with the signal's reason", async () => {
    const source = await sourceOf(patternBytes(LARGE));
    const controller = new AbortController();
    const pending = source.fill!(0, [new Uint8Array(LARGE)], { signal: controller.signal });
    const reason = new Error("not wanted any more");
    controller.abort(reason);
    await expect(pending).rejects.toBe(reason);
    await expect(source.fill!(0, [new Uint8Array(1)], { signal: controller.signal })).rejects.toBe(reason);
  });
}

function testSync(sourceOf: SourceOf): void {
  const syncSourceOf = async (bytes: Uint8Array<ArrayBuffer>): Promise<SyncSource> => {
    const source = await sourceOf(bytes);
    if (source.readSync === undefined) throw new Error("This source has no readSync.");
    return source as SyncSource;
  };

  test("reads the same without promises, from the first call on", async () => {
    const file = patternBytes(LARGE);
    const source = await syncSourceOf(file);
    expect(source.byteLength).toBe(LARGE);
    for (const [start, end] of [
      [0, 1],
      [0, LARGE],
      [LARGE - 1, LARGE],
      [65_530, 65_540],
    ] as const) {
      expect(firstDifference(source.readSync({ start, end }), file.subarray(start, end))).toBeUndefined();
    }
    await expectRead(source, file, 7, 9);
  });

  test("may read to where it is told, and nowhere else", async () => {
    const file = patternBytes(LARGE);
    const source = await syncSourceOf(file);
    const memory = new Uint8Array(1000);
    const room = memory.subarray(100, 600);
    for (const range of [
      { start: 7, end: 507 },
      { start: 70_000, end: 70_500 },
    ]) {
      memory.fill(1);
      expect(firstDifference(source.readSync(range, room), file.subarray(range.start, range.end))).toBeUndefined();
      expect(memory.subarray(0, 100).every((byte) => byte === 1)).toBe(true);
      expect(memory.subarray(600).every((byte) => byte === 1)).toBe(true);
    }
    // Room of another length is no room for these bytes.
    memory.fill(1);
    expect(source.readSync({ start: 0, end: 400 }, room).byteLength).toBe(400);
    expect(memory.every((byte) => byte === 1)).toBe(true);
  });

  test("refuses the same without promises", async () => {
    const source = await syncSourceOf(patternBytes(100));
    expect(
      isParcodeError(
        thrownBy(() => source.readSync({ start: 99, end: 101 })),
        "NotAParcodeFile",
      ),
    ).toBe(true);
    expect(
      isParcodeError(
        thrownBy(() => source.readSync({ start: 5, end: 5 })),
        "InvalidOption",
      ),
    ).toBe(true);
    await source.close?.();
    expect(
      isParcodeError(
        thrownBy(() => source.readSync({ start: 0, end: 1 })),
        "Closed",
      ),
    ).toBe(true);
  });

  test("shows all bytes at once, where it does, until it is closed", async () => {
    const file = patternBytes(1000);
    const source = await syncSourceOf(file);
    if (source.bytes === undefined) return;
    expect(firstDifference(source.bytes, file)).toBeUndefined();
    await source.close?.();
    expect(
      isParcodeError(
        thrownBy(() => source.bytes),
        "Closed",
      ),
    ).toBe(true);
  });

  test("can be used both ways at once before it is open", async () => {
    const file = patternBytes(LARGE);
    const source = await syncSourceOf(file);
    const pending = source.read({ start: 1, end: 100 });
    expect(firstDifference(source.readSync({ start: 100, end: 200 }), file.subarray(100, 200))).toBeUndefined();
    expect(firstDifference(await pending, file.subarray(1, 100))).toBeUndefined();
  });
}
