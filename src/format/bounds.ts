/**
 * Numbers from a file are claims; this is where they are checked. In: a claim and what is known. Out: nothing, or a
 * typed error that names offset, expectation and finding.
 */

import { CorruptChunkError, LimitExceededError } from "../errors.ts";

/** A chunk's place: `offset` from the first byte of the file, `length` of the whole chunk, meta byte included. */
export interface ChildRef {
  readonly offset: number;
  readonly length: number;
  /** Its checksum, where its parent has one. */
  readonly checksum?: Uint8Array | undefined;
  /** Where its descendants begin, where its parent says so: they fill the bytes from there to `offset`. */
  readonly start?: number | undefined;
}

/** What a reader accepts. */
export interface Limits {
  /** Largest chunk, stored or decompressed, in bytes. */
  readonly maxChunkBytes: number;
  /** Deepest nesting of chunks below the root. */
  readonly maxDepth: number;
}

/**
 * 256 MiB for one chunk: shards are 128 KiB, so only a value that was put into one chunk as a whole can come near it,
 * and a file cannot make a reader allocate more than this at once.
 */
export const DEFAULT_MAX_CHUNK_BYTES = 256 * 1024 * 1024;

/** Chunks nest as types do; only recursive types go deeper than a handful. 512 stays far from the end of the stack. */
export const DEFAULT_MAX_DEPTH = 512;

/**
 * Checks that a chunk lies inside the file's data, and is not larger than the reader accepts.
 * @param what Whose claim it is; put together only for a message.
 */
export function checkRef(ref: ChildRef, dataEnd: number, limits: Limits, what: () => string): void {
  const { offset, length } = ref;
  if (!(length >= 1) || !(offset >= 0) || !(offset + length <= dataEnd)) throw outside(ref, dataEnd, what());
  if (length > limits.maxChunkBytes) checkSize(length, limits, offset);
}

function outside({ offset, length }: ChildRef, dataEnd: number, what: string): CorruptChunkError {
  return new CorruptChunkError(
    `${what} claims bytes ${offset} to ${offset + length}; chunks lie within bytes 0 to ${dataEnd} and have at least 1 byte.`,
    { chunkOffset: offset, expected: `a range within 0 to ${dataEnd}`, actual: `${offset} to ${offset + length}` },
  );
}

/** Checks a chunk's size in bytes, stored or decompressed. */
export function checkSize(byteLength: number, limits: Limits, chunkOffset: number): void {
  if (byteLength <= limits.maxChunkBytes) return;
  throw new LimitExceededError(
    `The chunk at offset ${chunkOffset} has ${byteLength} bytes; the option maxChunkBytes allows ${limits.maxChunkBytes}.`,
    {
      limit: "maxChunkBytes",
      chunkOffset,
      expected: `<= ${limits.maxChunkBytes} bytes`,
      actual: String(byteLength),
    },
  );
}

/** Checks how deep a chunk lies below the root. */
export function checkDepth(depth: number, limits: Limits, chunkOffset: number): void {
  if (depth <= limits.maxDepth) return;
  throw new LimitExceededError(
    `The chunk at offset ${chunkOffset} lies ${depth} levels below the root; the option maxDepth allows ${limits.maxDepth}.`,
    { limit: "maxDepth", chunkOffset, expected: `<= ${limits.maxDepth}`, actual: String(depth) },
  );
}

/** Checks that a child is no part of its parent, nor the other way round. */
export function checkApart(child: ChildRef, parent: ChildRef): void {
  if (child.offset + child.length <= parent.offset || parent.offset + parent.length <= child.offset) return;
  throw new CorruptChunkError(
    `The chunk at offset ${parent.offset} refers to a child at ${child.offset} that overlaps it: chunks form a tree.`,
    {
      chunkOffset: parent.offset,
      expected: "a child outside of its parent",
      actual: `${child.offset} + ${child.length}`,
    },
  );
}

/**
 * Where a child's descendants begin, from how far in front of it that is said to be.
 * @throws {CorruptChunkError} That is in front of the file.
 */
export function subtreeStart(child: ChildRef, distance: number, parentOffset: number): number {
  if (distance <= child.offset) return child.offset - distance;
  throw corrupt(
    parentOffset,
    `descendants of the child at ${child.offset} within the file`,
    `${distance} bytes before it`,
  );
}

/** Where the structural chunks lie; where it is not said, they lie anywhere. */
export interface StructurePlace {
  readonly start: number;
  readonly end: number;
  /** Bytes at the front of the file that were kept for a head, and the structure if it fits; 0 if there is no head. */
  readonly front: number;
}

/**
 * Checks that the structure lies among the chunks, and that a front has room for the head.
 * @param headBytes What a head with the file's records takes.
 */
export function checkStructure(place: StructurePlace, dataEnd: number, headBytes: number): void {
  const { start, end, front } = place;
  if (start <= end && end <= dataEnd && (front === 0 || (front >= headBytes && front <= dataEnd))) return;
  throw misplaced(place, dataEnd, headBytes);
}

function misplaced({ start, end, front }: StructurePlace, dataEnd: number, headBytes: number): CorruptChunkError {
  if (!(start <= end && end <= dataEnd)) {
    return new CorruptChunkError(`The structure lies at ${start} to ${end}, the data ends at ${dataEnd}.`, {
      expected: `a range within 0 to ${dataEnd}`,
      actual: `${start} to ${end}`,
    });
  }
  return new CorruptChunkError(
    `A front of ${front} bytes has no room for a head of ${headBytes}, or is not in the file.`,
    { expected: `0, or ${headBytes} to ${dataEnd}`, actual: String(front) },
  );
}

/** The error for a chunk whose structure is wrong. */
export function corrupt(chunkOffset: number, expected: string, actual: string): CorruptChunkError {
  return new CorruptChunkError(
    `The chunk at offset ${chunkOffset} is damaged: expected ${expected}, found ${actual}.`,
    {
      chunkOffset,
      expected,
      actual,
    },
  );
}
