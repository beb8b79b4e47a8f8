import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isParcodeError } from "../../src/errors.ts";
import { planReads } from "../../src/source/coalesce.ts";
import type { ByteRange } from "../../src/source/source.ts";
import { thrownBy } from "../support/rejection.ts";

const range = (start: number, end: number): ByteRange => ({ start, end });
const rangesOf = (...all: Parameters<typeof planReads>): ByteRange[] => planReads(...all).map((read) => read.range);

describe("planReads", () => {
  test("merges across a gap of maxGapBytes and not across one byte more", () => {
    const options = { maxGapBytes: 10 };
    expect(rangesOf([range(0, 5), range(15, 20)], options)).toEqual([range(0, 20)]);
    expect(rangesOf([range(0, 5), range(16, 20)], options)).toEqual([range(0, 5), range(16, 20)]);
  });

  test("merges up to maxReadBytes and not one byte beyond", () => {
    const options = { maxGapBytes: 10, maxReadBytes: 20 };
    expect(rangesOf([range(0, 5), range(5, 20)], options)).toEqual([range(0, 20)]);
    expect(rangesOf([range(0, 5), range(5, 21)], options)).toEqual([range(0, 5), range(5, 21)]);
  });

  test("leaves a range that is too long by itself in one read, with all that it holds", () => {
    expect(planReads([range(40, 60), range(0, 100), range(0, 1)], { maxReadBytes: 20 })).toEqual([
      {
        range: range(0, 100),
        parts: [
          { index: 1, offset: 0, byteLength: 100 },
          { index: 2, offset: 0, byteLength: 1 },
          { index: 0, offset: 40, byteLength: 20 },
        ],
      },
    ]);
  });

  test("gives each of two equal ranges its part", () => {
    expect(planReads([range(3, 9), range(3, 9)])).toEqual([
      {
        range: range(3, 9),
        parts: [
          { index: 0, offset: 0, byteLength: 6 },
          { index: 1, offset: 0, byteLength: 6 },
        ],
      },
    ]);
  });

  test("plans nothing for nothing, and by default 32 KiB of gap and 4 MiB of read", () => {
    expect(planReads([])).toEqual([]);
    expect(planReads([range(0, 1), range(32_769, 32_770)])).toHaveLength(1);
    expect(planReads([range(0, 1), range(32_770, 32_771)])).toHaveLength(2);
    expect(planReads([range(0, 2 ** 21), range(2 ** 21, 2 ** 22)])).toHaveLength(1);
    expect(planReads([range(0, 2 ** 21), range(2 ** 21, 2 ** 22 + 1)])).toHaveLength(2);
  });

  test.each([
    [[range(5, 5)], {}, "range"],
    [[range(-1, 5)], {}, "range"],
    [[], { maxGapBytes: -1 }, "maxGapBytes"],
    [[], { maxGapBytes: Number.NaN }, "maxGapBytes"],
    [[], { maxReadBytes: 0 }, "maxReadBytes"],
  ])("refuses %j with %j", (ranges, options, option) => {
    const error = thrownBy(() => planReads(ranges, options));
    expect(isParcodeError(error, "InvalidOption")).toBe(true);
    expect(error.option).toBe(option);
  });
});

/** Small numbers, so that overlaps, containments, gaps and repeats all come up. */
const anyRange = fc
  .tuple(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 1, max: 60 }))
  .map(([start, byteLength]) => range(start, start + byteLength));
const anyRanges = fc.array(anyRange, { maxLength: 40 });
const anyOptions = fc.record({
  maxGapBytes: fc.integer({ min: 0, max: 30 }),
  maxReadBytes: fc.integer({ min: 1, max: 150 }),
});

describe("planReads, for any ranges and options", () => {
  test("each range is in one read, at the place that is named", () => {
    const file = Uint8Array.from({ length: 500 }, (_, index) => (index * 167) ^ (index >> 3));
    fc.assert(
      fc.property(anyRanges, anyOptions, (ranges, options) => {
        const seen = new Map<number, Uint8Array>();
        for (const read of planReads(ranges, options)) {
          const bytes = file.subarray(read.range.start, read.range.end);
          for (const { index, offset, byteLength } of read.parts) {
            expect(seen.has(index)).toBe(false);
            seen.set(index, bytes.subarray(offset, offset + byteLength));
          }
        }
        expect(seen.size).toBe(ranges.length);
        for (const [index, wanted] of ranges.entries())
          expect(seen.get(index)).toEqual(file.subarray(wanted.start, wanted.end));
      }),
    );
  });

  test("no read exceeds maxReadBytes but for one range that does", () => {
    fc.assert(
      fc.property(anyRanges, anyOptions, (ranges, options) => {
        for (const read of planReads(ranges, options)) {
          const longest = Math.max(...read.parts.map((part) => part.byteLength));
          expect(read.range.end - read.range.start).toBeLessThanOrEqual(Math.max(options.maxReadBytes, longest));
        }
      }),
    );
  });

  test("no read has a longer stretch of unwanted bytes than maxGapBytes, nor any at its ends", () => {
    fc.assert(
      fc.property(anyRanges, anyOptions, (ranges, options) => {
        for (const read of planReads(ranges, options)) {
          let covered = read.range.start;
          for (const { offset, byteLength } of read.parts) {
            const start = read.range.start + offset;
            expect(start - covered).toBeLessThanOrEqual(covered === read.range.start ? 0 : options.maxGapBytes);
            covered = Math.max(covered, start + byteLength);
          }
          expect(covered).toBe(read.range.end);
        }
      }),
    );
  });

  test("reads are in order, none holds another, and neighbours could not have been one", () => {
    fc.assert(
      fc.property(anyRanges, anyOptions, (ranges, options) => {
        const reads = planReads(ranges, options);
        for (const [index, read] of reads.entries()) {
          const next = reads[index + 1];
          if (next === undefined) continue;
          expect(next.range.start).toBeGreaterThanOrEqual(read.range.start);
          expect(next.range.end).toBeGreaterThan(read.range.end);
          const first = next.parts[0]!;
          const isFar = next.range.start - read.range.end > options.maxGapBytes;
          const isLong = next.range.start + first.byteLength - read.range.start > options.maxReadBytes;
          expect(isFar || isLong).toBe(true);
        }
      }),
    );
  });

  test("the order of the ranges does not matter", () => {
    const shuffled = anyRanges.chain((ranges) =>
      fc.tuple(fc.constant(ranges), fc.shuffledSubarray(ranges, { minLength: ranges.length })),
    );
    fc.assert(
      fc.property(shuffled, anyOptions, ([ranges, other], options) => {
        expect(rangesOf(other, options)).toEqual(rangesOf(ranges, options));
      }),
    );
  });
});
