/**
 * Step 7: finding a file's end or head, and its structure. In: a file's length, and what is here of its front. Out: version,
 * root, what guards the chunks and what the file says of itself. A generator of byte ranges, so that it runs with and
 * without promises.
 */

import { CorruptChunkError } from "../errors.ts";
import { type ChildRef, checkRef, type Limits } from "../format/bounds.ts";
import { footerDamage, footerStart, readFooter } from "../format/footer.ts";
import { FOOTER_BYTES } from "../format/layout.ts";
import { type FileRecords, readHead, readTrailer, trailerLength } from "../format/trailer.ts";
import type { ByteRange, Source } from "../source/source.ts";
import type { Segment } from "./store.ts";

/**
 * The end of a file that is read at open. Our files have their structure there, in front of the footer, so for most
 * files one read brings everything but data; 64 KiB cost about one round trip.
 */
const TAIL_BYTES = 64 * 1024;

/** A structure up to this size is read in one piece at open; of a larger one, what is needed. */
const MAX_STRUCTURE_BYTES = 4 * 1024 * 1024;

/**
 * The front of a file that is read first where the source is near, unless the file is small: head and structure of most files that
 * have them there. A read without a promise costs about as much as 32 KiB do, others more.
 */
const NEAR_FRONT_BYTES = 64 * 1024;
const SYNC_FRONT_BYTES = 32 * 1024;

/** How many bytes to look at first at the front of a near source; undefined for others. */
export function nearFront({ isRemote, readSync }: Source): number | undefined {
  if (isRemote !== false) return undefined;
  return readSync === undefined ? NEAR_FRONT_BYTES : SYNC_FRONT_BYTES;
}

/** A file whose end or head was found. */
export interface Opening {
  readonly version: number;
  readonly root: ChildRef;
  /** Where the part of the file ends in which chunks lie. */
  readonly dataEnd: number;
  /** Undefined for a plain PAR4 file. */
  readonly records: FileRecords | undefined;
  /** What was read on the way. Nothing of a file in memory. */
  readonly segments: readonly Segment[];
  /** Whether all structural chunks are in what was read, as the file says where they lie. */
  readonly hasStructure: boolean;
}

export interface OpeningOptions {
  readonly byteLength: number;
  readonly limits: Limits;
  /** What to call the file in messages. */
  readonly name: string;
  /** The first bytes of the file, where they are here already. */
  readonly front?: Uint8Array | undefined;
  /** All of its bytes, where they are in memory. */
  readonly memory?: Uint8Array | undefined;
  /** Bytes to be read at the front before the end is looked at: see {@link nearFront}. */
  readonly nearBytes?: number | undefined;
}

/** What finding all that has cost, in reads of the source and in bytes. */
export interface OpeningCost {
  requests: number;
  bytes: number;
}

/** Yields the ranges that it wants, and is given their bytes. */
export type Ranges<T> = Generator<ByteRange, T, Uint8Array>;

/** The first range to be read; undefined where the first bytes are here already. */
export function firstRange({ byteLength, front, memory, nearBytes, name }: OpeningOptions): ByteRange | undefined {
  footerStart(byteLength, name);
  if (front !== undefined || memory !== undefined) return undefined;
  if (nearBytes !== undefined && byteLength > TAIL_BYTES) return { start: 0, end: nearBytes };
  return { start: Math.max(0, byteLength - TAIL_BYTES), end: byteLength };
}

/**
 * What the first bytes say, where they say all: most files need no more.
 * @param first What was read of {@link firstRange}.
 */
export function openingIn(options: OpeningOptions, first: Segment | undefined): Opening | undefined {
  const tail = first ?? (options.memory === undefined ? undefined : { start: 0, bytes: options.memory });
  const isFront = tail === undefined || tail.start + tail.bytes.length < options.byteLength;
  const front = tail?.bytes ?? (options.front as Uint8Array);
  const found = isFront ? openingAtFront(options, front) : openingAtEnd(options, tail);
  if (typeof found !== "object") return undefined;
  return found.hasStructure || found.records?.structure === undefined ? found : undefined;
}

/**
 * Finds the end of a file, or its head where the first bytes are here.
 * @param first What was read already: the end of the file, or its front.
 */
export function* findEnd(options: OpeningOptions, first?: Segment): Ranges<Opening> {
  const { byteLength, name } = options;
  footerStart(byteLength, name);
  const isEnd = first !== undefined && first.start + first.bytes.length === byteLength;
  const front = isEnd ? undefined : (first?.bytes ?? options.front);
  const atFront = front === undefined ? undefined : openingAtFront(options, front);
  if (atFront !== undefined) return yield* withStructureBehind(atFront, byteLength);
  const start = Math.max(0, byteLength - TAIL_BYTES);
  let tail: Segment = isEnd ? first : { start, bytes: yield { start, end: byteLength } };
  let atEnd = openingAtEnd(options, tail);
  if (typeof atEnd === "number") {
    tail = yield* grown(tail, atEnd);
    atEnd = openingAtEnd(options, tail) as Opening;
  }
  return yield* withStructureBefore(atEnd, tail);
}

/** What the head says, where it counts. */
function openingAtFront({ byteLength, limits, name }: OpeningOptions, front: Uint8Array): Opening | undefined {
  const head = readHead(front, byteLength, limits, name);
  if (head === undefined) return undefined;
  const { version, records, dataEnd } = head;
  const { structure } = records;
  const hasStructure = structure !== undefined && structure.end <= front.length;
  const root = { offset: head.root.offset, length: head.root.length, checksum: records.rootChecksum };
  return { version, root, dataEnd, records, segments: [{ start: 0, bytes: front }], hasStructure };
}

/** What footer and trailer say; where `tail` would have to begin, if the trailer begins in front of it. */
function openingAtEnd({ byteLength, limits, name, memory }: OpeningOptions, tail: Segment): Opening | number {
  const footerBytes = tail.bytes.subarray(-FOOTER_BYTES);
  const footer = readFooter(footerBytes, byteLength, limits, name);
  const { version } = footer;
  const trailerEnd = byteLength - FOOTER_BYTES;
  const segments = memory === undefined ? [tail] : [];
  const length = trailerLength(tail.bytes.subarray(0, trailerEnd - tail.start), trailerEnd, name);
  if (length > 0 && footer.checksum !== "valid") throw footerDamage(footerBytes, trailerEnd, name);
  if (length === 0 && footer.checksum === "valid") throw noTrailer(trailerEnd, name);
  if (length === 0) {
    const { root } = footer;
    return { version, root, dataEnd: trailerEnd, records: undefined, segments, hasStructure: tail.start === 0 };
  }
  const dataEnd = trailerEnd - length;
  checkRef(footer.root, dataEnd, limits, () => "The footer's root chunk");
  if (dataEnd < tail.start) return dataEnd;
  const records = readTrailer(tail.bytes.subarray(dataEnd - tail.start, trailerEnd - tail.start), trailerEnd, name);
  const root = { offset: footer.root.offset, length: footer.root.length, checksum: records.rootChecksum };
  const { structure } = records;
  const hasStructure = tail.start === 0 || (structure !== undefined && structure.start >= tail.start);
  return { version, root, dataEnd, records, segments, hasStructure };
}

/** Gives a routine the ranges that it wants, over a source with promises. */
export async function driveRanges<T>(search: Ranges<T>, read: (range: ByteRange) => Promise<Uint8Array>): Promise<T> {
  let step = search.next();
  while (step.done !== true) step = search.next(await read(step.value));
  return step.value;
}

/** Finds all that opening needs: in the first bytes that are read, and where they do not say all, in more. */
export async function openRanges(
  options: OpeningOptions,
  read: (range: ByteRange) => Promise<Uint8Array>,
): Promise<Opening> {
  const range = firstRange(options);
  const first = range === undefined ? undefined : { start: range.start, bytes: await read(range) };
  return openingIn(options, first) ?? (await driveRanges(findEnd(options, first), read));
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

/** With the structure's part that lies in front of the tail: joined to it where they touch. */
function* withStructureBefore(opening: Opening, tail: Segment): Ranges<Opening> {
  const structure = opening.records?.structure;
  if (structure === undefined || opening.hasStructure) return opening;
  if (structure.end - structure.start > MAX_STRUCTURE_BYTES || structure.end === structure.start) return opening;
  const segments =
    structure.end >= tail.start
      ? [yield* grown(tail, structure.start)]
      : [tail, { start: structure.start, bytes: yield structure }];
  return { ...opening, segments, hasStructure: true };
}

/** With the structure's part that lies behind the front. */
function* withStructureBehind(opening: Opening, byteLength: number): Ranges<Opening> {
  const structure = opening.records?.structure;
  const [front] = opening.segments;
  if (structure === undefined || front === undefined || opening.hasStructure) return opening;
  const start = Math.max(structure.start, front.bytes.length);
  const end = Math.min(structure.end, byteLength);
  if (end <= start || end - start > MAX_STRUCTURE_BYTES) return opening;
  return { ...opening, segments: [front, { start, bytes: yield { start, end } }], hasStructure: true };
}

function noTrailer(byteOffset: number, name: string): CorruptChunkError {
  return new CorruptChunkError(
    `The end of ${name} is damaged: expected a trailer in front of the footer, which has a checksum, found none.`,
    { byteOffset, expected: "a trailer in front of the footer", actual: "none" },
  );
}
