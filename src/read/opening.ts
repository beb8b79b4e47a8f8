/**
 * Step 7: finding a file's end or head, and its structure. In: a file's length, and what is here of its front. Out: version,
 * root, what guards the chunks and what the file says of itself. A generator of byte ranges, so that it runs with and
 * without promises.
 */

import { CorruptChunkError } from "../errors.ts";
import { type ChildRef, checkRef, type Limits } from "../format/bounds.ts";
import { footerDamage, footerStart, readFooter } from "../format/footer.ts";
import { FOOTER_BYTES, TRAILER_TAIL_BYTES } from "../format/layout.ts";
import { type FileRecords, headLength, readHead, readTrailer, trailerLength } from "../format/trailer.ts";
import type { ByteRange } from "../source/source.ts";
import type { Segment } from "./store.ts";

/**
 * The end of a file that is read at open. Our files have their structure there, in front of the footer, so for most
 * files one read brings everything but data; 64 KiB cost about one round trip.
 */
const TAIL_BYTES = 64 * 1024;

/** A structure up to this size is read in one piece at open; of a larger one, what is needed. */
const MAX_STRUCTURE_BYTES = 4 * 1024 * 1024;

/** A file whose end or head was found. */
export interface Opening {
  readonly version: number;
  readonly root: ChildRef;
  /** Where the part of the file ends in which chunks lie. */
  readonly dataEnd: number;
  /** Undefined for a plain PAR4 file. */
  readonly records: FileRecords | undefined;
  /** What was read on the way. */
  readonly segments: readonly Segment[];
}

export interface OpeningOptions {
  readonly byteLength: number;
  readonly limits: Limits;
  /** What to call the file in messages. */
  readonly name: string;
  /** The first bytes of the file, where they are here already. */
  readonly front?: Uint8Array | undefined;
  /** Whether a read costs nothing, so that no more than needed is read ahead. */
  readonly inMemory?: boolean;
}

/** Yields the ranges that it wants, and is given their bytes. */
export type Ranges<T> = Generator<ByteRange, T, Uint8Array>;

/** Finds the end of a file, or its head where the first bytes are here. */
export function* findEnd(options: OpeningOptions): Ranges<Opening> {
  const { byteLength, limits, name, front, inMemory = false } = options;
  footerStart(byteLength, name);
  const head = front === undefined ? undefined : readHead(front, byteLength, limits, name);
  if (head !== undefined && front !== undefined) {
    const { version, records, dataEnd } = head;
    const segments = [{ start: 0, bytes: front }, ...(yield* structureBeyond(records, front.length, byteLength))];
    return { version, root: rootOf(head.root, records), dataEnd, records, segments };
  }
  const start = inMemory ? byteLength - FOOTER_BYTES : Math.max(0, byteLength - TAIL_BYTES);
  let tail: Segment = { start, bytes: yield { start, end: byteLength } };
  const footerBytes = tail.bytes.subarray(-FOOTER_BYTES);
  const footer = readFooter(footerBytes, byteLength, limits, name);
  const trailerEnd = byteLength - FOOTER_BYTES;
  if (inMemory && trailerEnd >= TRAILER_TAIL_BYTES) tail = yield* grown(tail, trailerEnd - TRAILER_TAIL_BYTES);
  const length = trailerLength(tail.bytes.subarray(0, trailerEnd - tail.start), trailerEnd, name);
  if (length > 0 && footer.checksum !== "valid") throw footerDamage(footerBytes, trailerEnd, name);
  if (length === 0 && footer.checksum === "valid") throw noTrailer(trailerEnd, name);
  if (length === 0) {
    return { ...footer, dataEnd: trailerEnd, records: undefined, segments: inMemory ? [] : [tail] };
  }
  const dataEnd = trailerEnd - length;
  checkRef(footer.root, dataEnd, limits, "The footer's root chunk");
  tail = yield* grown(tail, dataEnd);
  const records = readTrailer(tail.bytes.subarray(dataEnd - tail.start, trailerEnd - tail.start), trailerEnd, name);
  const root = rootOf(footer.root, records);
  if (inMemory) return { version: footer.version, root, dataEnd, records, segments: [] };
  const segments = yield* structureBefore(records, tail);
  return { version: footer.version, root, dataEnd, records, segments };
}

/**
 * Reads the end of a file and its head, whichever of them opening has used.
 * @returns Bytes of head, trailer and footer together.
 * @throws {ChecksumMismatchError} @throws {CorruptChunkError} One of them is damaged, or they name different roots.
 */
export function* checkEnds(options: OpeningOptions): Ranges<number> {
  const { byteLength, limits, name } = options;
  const end = yield* findEnd({ ...options, front: undefined });
  const trailerBytes = end.records === undefined ? 0 : end.records.bytes.length + TRAILER_TAIL_BYTES;
  const headBytes = headLength(end.records?.bytes.length ?? 0);
  const frontBytes = end.records?.structure?.front ?? 0;
  if (frontBytes === 0) return trailerBytes + FOOTER_BYTES;
  const front = yield { start: 0, end: headBytes };
  const head = readHead(front, byteLength, limits, name);
  const isSame = head?.root.offset === end.root.offset && head.root.length === end.root.length;
  if (isSame && head.records.bytes.every((byte, i) => byte === end.records?.bytes[i])) {
    return headBytes + trailerBytes + FOOTER_BYTES;
  }
  const actual = head === undefined ? "other bytes" : `a head with its root at ${head.root.offset}`;
  throw new CorruptChunkError(
    `The head of ${name}, its first ${headBytes} bytes, is damaged: expected what its end says, found ${actual}.`,
    { byteOffset: 0, expected: "what the end of the file says", actual },
  );
}

/** Gives a routine the ranges that it wants, over a source with promises; returns how many there were, too. */
export async function driveRanges<T>(
  search: Ranges<T>,
  read: (range: ByteRange) => Promise<Uint8Array>,
): Promise<{ found: T; reads: number }> {
  let reads = 0;
  let step = search.next();
  for (; step.done !== true; reads++) step = search.next(await read(step.value));
  return { found: step.value, reads };
}

/** The same without promises. */
export function driveRangesSync<T>(
  search: Ranges<T>,
  read: (range: ByteRange) => Uint8Array,
): { found: T; reads: number } {
  let reads = 0;
  let step = search.next();
  for (; step.done !== true; reads++) step = search.next(read(step.value));
  return { found: step.value, reads };
}

function rootOf(root: ChildRef, records: FileRecords): ChildRef {
  return { ...root, checksum: records.rootChecksum };
}

/** The end of a file from `start` on, at the latest. */
function* grown(tail: Segment, start: number): Ranges<Segment> {
  if (start >= tail.start) return tail;
  const more = yield { start, end: tail.start };
  return { start, bytes: joined(more, tail.bytes) };
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}

/** The structure's part that lies in front of the tail: joined to it where they touch. */
function* structureBefore({ structure }: FileRecords, tail: Segment): Ranges<Segment[]> {
  if (structure === undefined || structure.start >= tail.start) return [tail];
  if (structure.end - structure.start > MAX_STRUCTURE_BYTES || structure.end === structure.start) return [tail];
  if (structure.end >= tail.start) return [yield* grown(tail, structure.start)];
  return [tail, { start: structure.start, bytes: yield structure }];
}

/** The structure's part that lies behind the front. */
function* structureBeyond({ structure }: FileRecords, frontLength: number, byteLength: number): Ranges<Segment[]> {
  if (structure === undefined) return [];
  const start = Math.max(structure.start, frontLength);
  const end = Math.min(structure.end, byteLength);
  if (end <= start || end - start > MAX_STRUCTURE_BYTES) return [];
  return [{ start, bytes: yield { start, end } }];
}

function noTrailer(byteOffset: number, name: string): CorruptChunkError {
  return new CorruptChunkError(
    `The end of ${name} is damaged: expected a trailer in front of the footer, which has a checksum, found none.`,
    { byteOffset, expected: "a trailer in front of the footer", actual: "none" },
  );
}
