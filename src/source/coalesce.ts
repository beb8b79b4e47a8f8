/**
 * Step 6 of the way: which reads serve a set of ranges best. Pure: in come the wanted ranges, out goes a plan of fewer,
 * larger reads, and where in which read each wanted range lies. Any source can carry it out.
 */
import { atLeast } from "../errors/option.ts";
import { checkRangeShape } from "./range-check.ts";
import type { ByteRange } from "./source.ts";

/** How eagerly reads are merged. */
export interface CoalesceOptions {
  /** Two ranges with at most this many unwanted bytes between them become one read. Default {@link DEFAULT_MAX_GAP_BYTES}. */
  readonly maxGapBytes?: number;
  /** No merged read is longer; one wanted range that is longer by itself stays one read. Default {@link DEFAULT_MAX_READ_BYTES}. */
  readonly maxReadBytes?: number;
}

/**
 * 32 KiB. A request costs a round trip; at 10 Mbit/s, 32 KiB take 26 ms, about one round trip on a mobile network. On a
 * local Blob one read costs as much as 350 KB in the same read, so a larger gap pays there.
 */
export const DEFAULT_MAX_GAP_BYTES = 32 * 1024;

/** 4 MiB. What is lost and asked again when a connection breaks, and what one read holds in memory, stays small. */
export const DEFAULT_MAX_READ_BYTES = 4 * 1024 * 1024;

/** How reads are planned, complete. */
export interface ReadPlanning extends Required<CoalesceOptions> {
  /** Reads that go at once; the others wait. */
  readonly maxReadsInFlight: number;
}

/** Six: browsers keep as many connections to a server (HTTP/1.1); more reads would queue there, and could not be called back. */
export const DEFAULT_PLANNING: ReadPlanning = {
  maxGapBytes: DEFAULT_MAX_GAP_BYTES,
  maxReadBytes: DEFAULT_MAX_READ_BYTES,
  maxReadsInFlight: 6,
};

/** Where one wanted range lies in a read: bytes `offset` to `offset + byteLength` of what the read returns. */
export interface PlannedPart {
  /** Position of the range in the list that was planned. */
  readonly index: number;
  readonly offset: number;
  readonly byteLength: number;
}

/** One read, and the wanted ranges that it serves. */
export interface PlannedRead {
  readonly range: ByteRange;
  /** In the order of their starts in the file. */
  readonly parts: readonly PlannedPart[];
}

/**
 * The reads that bring all of `ranges`, in file order. Ranges may overlap, repeat and come in any order; each is part of
 * exactly one read. Bytes come twice only where ranges overlap and their union exceeds `maxReadBytes`.
 *
 * CPU: one sort; nothing is read.
 * @throws {InvalidOptionError} A range or an option that cannot be.
 */
export function planReads(ranges: readonly ByteRange[], options: CoalesceOptions = {}): PlannedRead[] {
  const { maxGapBytes = DEFAULT_MAX_GAP_BYTES, maxReadBytes = DEFAULT_MAX_READ_BYTES } = options;
  atLeast("maxGapBytes", maxGapBytes, 0, "a number of bytes");
  atLeast("maxReadBytes", maxReadBytes, 1, "a number of bytes");

  const wanted = ranges.map((range, index) => {
    checkRangeShape(range, "planReads");
    return { start: range.start, end: range.end, index };
  });
  // The longer of two with one start comes first, so that it holds the other. The index makes the order total.
  wanted.sort((a, b) => a.start - b.start || b.end - a.end || a.index - b.index);

  const reads: { start: number; end: number; parts: PlannedPart[] }[] = [];
  for (const { start, end, index } of wanted) {
    let read = reads.at(-1);
    if (read === undefined || !fits(read, { start, end }, maxGapBytes, maxReadBytes)) {
      read = { start, end, parts: [] };
      reads.push(read);
    }
    read.end = Math.max(read.end, end);
    read.parts.push({ index, offset: start - read.start, byteLength: end - start });
  }
  return reads.map(({ start, end, parts }) => ({ range: { start, end }, parts }));
}

/** `next.start >= read.start`, and no earlier read ends behind `read`: the last read is the only one that can take `next`. */
function fits(read: ByteRange, next: ByteRange, maxGapBytes: number, maxReadBytes: number): boolean {
  if (next.end <= read.end) return true;
  return next.start - read.end <= maxGapBytes && next.end - read.start <= maxReadBytes;
}
