/** The ways of writing: lists that come as iterables, aborts, failures, progress, and every kind of target. */
import { describe, expect, test } from "vitest";
import {
  bytes,
  chunk,
  isParcodeError,
  memorySink,
  openSync,
  save,
  serialize,
  serializeSync,
  str,
  struct,
  toBlob,
  u8,
  u32,
  vec,
  type WriteProgress,
} from "../../src/index.ts";
import { recordingSink } from "../support/arbitrary-source.ts";
import { firstDifference, patternBytes } from "../support/bytes.ts";
import { rejectionOf } from "../support/rejection.ts";

const Log = struct({ name: str, lines: chunk(vec(str)), nested: chunk(struct({ numbers: chunk(vec(u32)) })) });
const LINES = Array.from({ length: 500 }, (_, i) => `line ${i}`);
const NUMBERS = Array.from({ length: 300 }, (_, i) => i);
const log = { name: "log", lines: LINES, nested: { numbers: NUMBERS } };

function* each<T>(items: Iterable<T>): Generator<T> {
  yield* items;
}
async function* eachLater<T>(items: Iterable<T>): AsyncGenerator<T> {
  for (const item of items) {
    await Promise.resolve();
    yield item;
  }
}

describe("lists that come as iterables", () => {
  const options = { shardBytes: 100 };
  const expected = serializeSync(Log, log, options);

  test.each([
    ["generators", () => ({ ...log, lines: each(LINES), nested: { numbers: each(NUMBERS) } })],
    ["async generators", () => ({ ...log, lines: eachLater(LINES), nested: { numbers: eachLater(NUMBERS) } })],
    [
      "a Set and a typed array",
      () => ({ ...log, lines: new Set(LINES), nested: { numbers: new Uint32Array(NUMBERS) } }),
    ],
    ["one of each", () => ({ ...log, lines: eachLater(LINES), nested: { numbers: each(NUMBERS) } })],
  ])("%s give the bytes that arrays give", async (_what, value) => {
    const sink = memorySink();
    await save(sink, Log, value(), options);
    expect(firstDifference(sink.bytes(), expected)).toBeUndefined();
    expect(firstDifference(await serialize(Log, value(), options), expected)).toBeUndefined();
  });

  test("synchronous ones need no promises", () => {
    const value = { ...log, lines: each(LINES), nested: { numbers: each(NUMBERS) } };
    expect(firstDifference(serializeSync(Log, value, options), expected)).toBeUndefined();
  });

  test("may be the root", async () => {
    const List = chunk(vec(u32));
    const whole = serializeSync(List, NUMBERS, options);
    expect(firstDifference(serializeSync(List, each(NUMBERS), options), whole)).toBeUndefined();
    expect(firstDifference(await serialize(List, eachLater(NUMBERS), options), whole)).toBeUndefined();
  });

  test("may be empty", async () => {
    const file = await serialize(Log, { ...log, lines: eachLater([]), nested: { numbers: each([]) } });
    expect(openSync(file, Log).load()).toEqual({ ...log, lines: [], nested: { numbers: [] } });
  });

  test("that need promises are refused where there are none, closed, and named", async () => {
    let isClosed = false;
    async function* lines(): AsyncGenerator<string> {
      try {
        yield "a";
      } finally {
        isClosed = true;
      }
    }
    const value = { ...log, nested: { numbers: lines() as never } };
    const error = await rejectionOf((async () => serializeSync(Log, value))());
    expect(isParcodeError(error, "SchemaMismatch"), String(error)).toBe(true);
    expect(error.path).toBe("nested.numbers");
    expect(error.message).toMatch(/AsyncIterable .* save\(\) or serialize\(\)/);
    expect(error.expected).toBe("an array or an Iterable");
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(isClosed).toBe(true);
  });

  test("are no inline lists and no text", async () => {
    const Inline = struct({ list: vec(u8) });
    const inline = await rejectionOf(serialize(Inline, { list: each([1]) as never }));
    expect([inline.path, inline.expected]).toEqual(["list", "an array"]);
    const text = await rejectionOf(serialize(Log, { ...log, lines: "abc" as never }));
    expect(text.path).toBe("lines");
  });

  test("are checked as they come, and the other fields before a byte is written", async () => {
    const sink = recordingSink();
    let taken = 0;
    const counted = (function* () {
      for (const line of LINES) {
        taken++;
        yield line;
      }
    })();
    const value = { ...log, lines: counted, nested: { numbers: [1, -1] } };
    const early = await rejectionOf(save(sink, Log, value));
    expect([early.path, taken, sink.calls]).toEqual(["nested.numbers[1]", 0, []]);
    const late = await rejectionOf(serialize(Log, { ...log, lines: each(["a", 5 as never, "c"]) }));
    expect(late.path).toBe("lines[1]");
    const inner = await rejectionOf(
      serialize(chunk(vec(Log)), [{ ...log, nested: { numbers: eachLater([1]) as never } }]),
    );
    expect(inner.path).toBe("[0].nested.numbers");
  });

  test.each([
    // A block is 1 MiB, a shard 128 KiB.
    [false as const, 1.5 * 1024 * 1024],
    // Some megabytes are on their way to workers, or would be.
    [undefined, 12 * 1024 * 1024],
  ])("are never in memory as a whole, however long they are (workers: %s)", async (workers, bound) => {
    // Items are counted while something refers to them: the writer lets go of each when it is encoded.
    const Item = struct({ payload: bytes });
    let written = 0;
    let made = 0;
    let most = 0;
    const itemBytes = 10_000;
    async function* items(): AsyncGenerator<{ payload: Uint8Array }> {
      for (let i = 0; i < 3_000; i++) {
        made += itemBytes;
        most = Math.max(most, made - written);
        yield { payload: patternBytes(itemBytes, i + 1) };
      }
    }
    const sink = recordingSink(async (block) => {
      written += block.length;
      await Promise.resolve();
    });
    await save(sink, chunk(vec(Item)), items(), workers === undefined ? {} : { workers });
    expect(made).toBe(30_000_000);
    expect(most).toBeLessThan(bound);
  });
});

describe("when something fails in the middle", () => {
  /** A list that reports when it is closed. */
  function failing(error: unknown, after: number): AsyncIterable<string> & { readonly closed: boolean } {
    const state = { closed: false };
    return {
      get closed() {
        return state.closed;
      },
      async *[Symbol.asyncIterator]() {
        try {
          for (let i = 0; ; i++) {
            if (i === after) throw error;
            yield `line ${i}`;
          }
        } finally {
          state.closed = true;
        }
      },
    };
  }

  test("in a list: the sink is aborted with the list's own error", async () => {
    const boom = new Error("boom");
    const sink = recordingSink();
    const lines = failing(boom, 150_000);
    expect(await rejectionOf(save(sink, Log, { ...log, lines }, { workers: false }))).toBe(boom);
    expect([...new Set(sink.calls)]).toEqual(["write", "abort"]);
    expect(sink.abortReason).toBe(boom);
    expect(lines.closed).toBe(true);
  });

  test("in the value: the list is closed and the sink aborted", async () => {
    let closed = 0;
    const wrong = {
      *[Symbol.iterator](): Generator<string> {
        try {
          yield "a";
          yield 5 as never;
        } finally {
          closed++;
        }
      },
      async *[Symbol.asyncIterator](): AsyncGenerator<string> {
        yield* this[Symbol.iterator]();
      },
    };
    const sink = recordingSink();
    const later = await rejectionOf(save(sink, Log, { ...log, lines: wrong }));
    expect([later.code, later.path, closed]).toEqual(["SchemaMismatch", "lines[1]", 1]);
    expect([sink.calls, sink.abortReason]).toEqual([["abort"], later]);
    const now = await rejectionOf((async () => serializeSync(Log, { ...log, lines: each(wrong) }))());
    expect([now.path, closed]).toEqual(["lines[1]", 2]);
  });

  test("in the sink: its error comes through, and the list is closed", async () => {
    const full = new Error("disk full");
    const sink = recordingSink(() => {
      throw full;
    });
    const lines = failing(new Error("never"), Number.POSITIVE_INFINITY);
    expect(await rejectionOf(save(sink, Log, { ...log, lines }))).toBe(full);
    expect(sink.calls).toEqual(["write", "abort"]);
    await Promise.resolve();
    expect(lines.closed).toBe(true);
  });

  test("in close(): the sink is aborted", async () => {
    const sink = { ...recordingSink(), aborted: undefined as unknown };
    const late = new Error("late");
    const failingSink = {
      ...sink,
      close: () => Promise.reject(late),
      abort: async (reason: unknown) => {
        sink.aborted = reason;
      },
    };
    expect(await rejectionOf(save(failingSink, Log, log))).toBe(late);
    expect(sink.aborted).toBe(late);
  });

  test("in onProgress: the write ends with its error", async () => {
    const boom = new Error("boom");
    const sink = memorySink();
    const onProgress = ({ phase }: WriteProgress): void => {
      if (phase === "write") throw boom;
    };
    expect(await rejectionOf(save(sink, bytesOnly, { data: patternBytes(3_000_000) }, { onProgress }))).toBe(boom);
    expect(() => sink.bytes()).toThrow(/abort/);
  });

  const bytesOnly = struct({ data: chunk(bytes) });
});

describe("abort", () => {
  const reason = new Error("changed my mind");

  test("before it starts: nothing is looked at", async () => {
    const sink = recordingSink();
    const signal = AbortSignal.abort(reason);
    expect(await rejectionOf(save(sink, Log, undefined as never, { signal }))).toBe(reason);
    expect(await rejectionOf(serialize(Log, log, { signal }))).toBe(reason);
    expect(await rejectionOf(toBlob(Log, log, { signal }))).toBe(reason);
    expect(sink.calls).toEqual([]);
  });

  test("while a list hangs: rejects at once, with the reason", async () => {
    const controller = new AbortController();
    let returned = false;
    const hanging: AsyncIterable<string> = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise(() => undefined),
        return: () => {
          returned = true;
          return new Promise(() => undefined);
        },
      }),
    };
    const sink = recordingSink();
    const saving = save(sink, Log, { ...log, lines: hanging }, { signal: controller.signal });
    setTimeout(() => controller.abort(reason), 5);
    expect(await rejectionOf(saving)).toBe(reason);
    expect([sink.calls, sink.abortReason, returned]).toEqual([["abort"], reason, true]);
  });

  test("while a sink hangs in write or close: rejects at once", async () => {
    for (const method of ["write", "close"] as const) {
      const controller = new AbortController();
      const sink = recordingSink();
      const hanging = { ...sink, [method]: () => new Promise<void>(() => undefined) };
      const saving = save(hanging, Log, log, { signal: controller.signal });
      setTimeout(() => controller.abort(reason), 5);
      expect(await rejectionOf(saving)).toBe(reason);
      expect(sink.calls.at(-1)).toBe("abort");
    }
  });

  test("while work goes on: it lets events in, and nothing is visible", async () => {
    const controller = new AbortController();
    const sink = memorySink();
    let made = 0;
    function* endless(): Generator<string> {
      for (;;) yield `line ${made++}`;
    }
    const saving = save(sink, Log, { ...log, lines: endless() }, { signal: controller.signal, shardBytes: 1000 });
    setTimeout(() => controller.abort(reason), 20);
    expect(await rejectionOf(saving)).toBe(reason);
    expect(made).toBeGreaterThan(0);
    expect(() => sink.bytes()).toThrow(/abort/);
  });

  test("of a signal that never aborts leaves no listener behind", async () => {
    const signal = new AbortController().signal;
    let listeners = 0;
    const { addEventListener, removeEventListener } = signal;
    signal.addEventListener = (...args: unknown[]) => {
      listeners++;
      (addEventListener as (...all: unknown[]) => void).apply(signal, args);
    };
    signal.removeEventListener = (...args: unknown[]) => {
      listeners--;
      (removeEventListener as (...all: unknown[]) => void).apply(signal, args);
    };
    await save(recordingSink(), Log, { ...log, lines: eachLater(LINES) }, { signal });
    expect(listeners).toBe(0);
  });
});
