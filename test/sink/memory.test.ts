import { expect, test } from "vitest";
import { isParcodeError } from "../../src/errors.ts";
import { keepingSink, memorySink } from "../../src/sink/memory.ts";
import { firstDifference, patternBytes } from "../support/bytes.ts";
import { thrownBy } from "../support/rejection.ts";
import { describeSink } from "./conformance.ts";

describeSink(
  "memorySink",
  () => {
    const sink = memorySink();
    return {
      sink,
      result: async () => {
        try {
          return sink.bytes();
        } catch {
          return undefined;
        }
      },
    };
  },
  { isSync: true },
);

test.each([0, 1, 65_535, 65_536, 65_537, 1_000_000])("%i bytes are one array of exactly that length", (byteLength) => {
  const sink = memorySink();
  const file = patternBytes(byteLength);
  sink.write(file.subarray(0, 10));
  sink.write(file.subarray(10));
  sink.close();
  const bytes = sink.bytes();
  expect(firstDifference(bytes, file)).toBeUndefined();
  expect([bytes.byteOffset, bytes.buffer.byteLength]).toEqual([0, byteLength]);
  expect(sink.bytes()).toBe(bytes);
});

test("the result is the caller's own, also where one piece was the whole file", () => {
  const sink = memorySink();
  const piece = patternBytes(100_000);
  sink.write(piece);
  sink.close();
  piece.fill(0);
  expect(firstDifference(sink.bytes(), patternBytes(100_000))).toBeUndefined();
});

test("what is given away is kept as it is, and joined at the end", () => {
  const sink = keepingSink();
  const file = patternBytes(300_000);
  const pieces = [file.slice(0, 1), file.slice(1, 200_000), file.slice(200_000)];
  for (const piece of pieces) sink.write(piece);
  sink.writeFront?.(Uint8Array.of(9, 8, 7));
  sink.close();
  const bytes = sink.bytes();
  expect(firstDifference(bytes.subarray(3), file.subarray(3))).toBeUndefined();
  expect([...bytes.subarray(0, 3), bytes.buffer.byteLength]).toEqual([9, 8, 7, 300_000]);
  // Not a copy: a writer that still used a piece would be found out.
  expect(pieces[0]?.[0]).toBe(9);
});

test("many small pieces do not take quadratic time", () => {
  const sink = memorySink();
  const piece = patternBytes(64);
  const before = performance.now();
  for (let index = 0; index < 500_000; index++) sink.write(piece);
  sink.close();
  expect(sink.bytes().byteLength).toBe(32_000_000);
  // 0.1 to 0.3 s; copying everything for each piece, or even for each 64 KiB, takes many times as long.
  expect(performance.now() - before).toBeLessThan(5_000);
});

test("bytes() says what is missing", () => {
  const sink = memorySink("world.par");
  const early = thrownBy(() => sink.bytes());
  expect(isParcodeError(early, "SinkFailed"), String(early)).toBe(true);
  expect(early.message).toContain("world.par");
  expect(early.message).toContain("close()");
  const reason = new Error("why");
  sink.abort(reason);
  expect(thrownBy(() => sink.bytes())).toMatchObject({ code: "SinkFailed", cause: reason });
});

test("memory that does not reach is a SinkFailedError, and nothing goes on after it", () => {
  const sink = memorySink();
  const impossible = { byteLength: 2 ** 53 - 1, subarray: () => impossible } as unknown as Uint8Array;
  const error = thrownBy(() => sink.write(impossible));
  expect(isParcodeError(error, "SinkFailed"), String(error)).toBe(true);
  expect(error.cause).toBeInstanceOf(RangeError);
  expect(thrownBy(() => sink.write(patternBytes(1)))).toBe(error);
  expect(thrownBy(() => sink.close())).toBe(error);
});
