/**
 * Step 3: chunks → the file's bytes. In: payloads with their children's places. Out: blocks of the file, in order. Data
 * chunks go out at once, or as soon as a worker has compressed them; structural ones are held back and lie together at
 * the end, where one read fetches them all.
 */

import type { Codec } from "../codec/codec.ts";
import { encodeChunk, MIN_COMPRESSED_BYTES } from "../codec/encode-chunk.ts";
import type { Executor } from "../codec/executor.ts";
import type { StructurePlace } from "../format/bounds.ts";
import { frameTailBytes } from "../format/chunk.ts";
import { type ExtensionRecord, extensionBlock } from "../format/extension.ts";
import { writeFooter } from "../format/footer.ts";
import { type Checksum, ChecksumList } from "../format/integrity.ts";
import { CODEC_NONE, FOOTER_BYTES, TRAILER_TAIL_BYTES } from "../format/layout.ts";
import { recordBytes, writeHead, writeTrailer } from "../format/trailer.ts";
import { EncodeBatch, SpareBuffers } from "./batch.ts";
import { childRecords } from "./seal.ts";
import { chunkLength, inOrder, putChunk, type StoredChunk, withRecords } from "./stored-chunk.ts";
import { headBytes, recordsLength, trailerRecords } from "./trailer-records.ts";
import type { WholeFile } from "./whole-file.ts";

const NO_BYTES = new Uint8Array(0);

/** Size of the pieces that a sink is given; a larger chunk is a piece of its own. The first is smaller: many files are. */
const BLOCK_BYTES = 1024 * 1024;
const FIRST_BLOCK_BYTES = 64 * 1024;

/** Payload bytes under way for each worker: what it works on, what waits in it, and what is being filled. */
const IN_FLIGHT_BYTES_PER_WORKER = 4 * 1024 * 1024;

/** Payload bytes appended in one go when they come back from workers: some milliseconds, with their checksums. */
const SETTLE_BYTES = 1024 * 1024;

/** What is shorter is copied twice for less than it costs to remember it. */
const MIN_LENT_BYTES = 4096;

/** A chunk's place in the file; known once the chunk is appended. */
export interface Place {
  offset: number;
  length: number;
  /** Where its descendants begin, if they lie in one piece in front of it; else its own offset. */
  start: number;
  /** Number of its checksum; -1 where there are none. */
  checksumIndex: number;
}

/** Bytes `start` (inclusive) to `end` (exclusive) of the file. */
interface Range {
  readonly start: number;
  readonly end: number;
}

/** How a file is put together. */
export interface AssembleOptions {
  /** Compresses elsewhere; without one, chunks are compressed as they come. */
  readonly executor?: Executor | undefined;
  /** Guards each chunk; without one, nothing does. */
  readonly checksum?: Checksum | undefined;
  /** Whether the file may have extension blocks and a trailer; false for a plain PAR4 file. */
  readonly extended?: boolean;
  /** Bytes kept free at the front for a head and the structure; 0 (default) for none. */
  readonly front?: number;
  /** Where the file is to be one array in memory. */
  readonly whole?: WholeFile | undefined;
}

export interface ChunkParts {
  /** Copied at once, so the buffer may be reused, unless it is lent. */
  readonly payload: Uint8Array;
  /** Whether the payload stays where it is until the file is finished. Its parents must be held. */
  readonly isLent?: boolean;
  /** The payload's first bytes, where they lie elsewhere; only of chunks that are not compressed. The caller's no more. */
  readonly head?: Uint8Array;
  readonly codec: Codec;
  readonly children: readonly Place[];
  /** Records for the chunk's extension block, besides those about its children. */
  readonly records?: readonly ExtensionRecord[];
}

/** A chunk that waits for its turn: behind others, or for its batch. */
interface WaitingChunk {
  readonly parts: ChunkParts;
  readonly place: Place;
  /** Undefined where the payload is stored as it is. */
  readonly batch: EncodeBatch | undefined;
  readonly index: number;
}

export class ChunkAssembler {
  /** Chunks, payload bytes before and after compression, so far. */
  chunks = 0;
  rawBytes = 0;
  storedBytes = 0;
  private readonly executor: Executor | undefined;
  private readonly extended: boolean;
  private readonly checksums: ChecksumList | undefined;
  private readonly ready: Uint8Array[] = [];
  private readonly held: { parts: ChunkParts; place: Place }[] = [];
  private waiting: WaitingChunk[] = [];
  private waitingBytes = 0;
  private batch: EncodeBatch | undefined = undefined;
  private readonly spare = new SpareBuffers();
  private block: Uint8Array = NO_BYTES;
  private used = 0;
  private blockOffset = 0;
  /** Where the piece of the block begins that nobody has yet. */
  private pieceStart = 0;
  private isFirstBlock = true;
  private readonly frontBytes: number;
  /** Undefined where blocks go to a sink. */
  private whole: WholeFile | undefined = undefined;
  private finishedFront: Uint8Array | undefined = undefined;
  /** The front of a file in one array. */
  private joinedFront: Uint8Array | undefined = undefined;
  /** Where the structure lies, once the file is finished. */
  structure: StructurePlace | undefined = undefined;
  /** The records of the trailer, as stored, once the file is finished. */
  records: Uint8Array = new Uint8Array(0);

  constructor(options: AssembleOptions = {}) {
    this.whole = options.executor === undefined ? options.whole : undefined;
    this.frontBytes = options.front ?? 0;
    if (this.frontBytes > 0) this.reserve(this.frontBytes);
    this.used = this.frontBytes;
    this.executor = options.executor;
    this.extended = options.extended ?? false;
    this.checksums = options.checksum === undefined ? undefined : new ChecksumList(options.checksum);
  }

  /** Bytes of the file so far. */
  get byteLength(): number {
    return this.blockOffset + this.used;
  }

  /** Appends a data chunk. Its children must have been appended before. */
  add(parts: ChunkParts): Place {
    const place = this.begin(parts.payload.length + (parts.head?.length ?? 0));
    if (this.whole !== undefined && parts.isLent === true && parts.payload.length >= MIN_LENT_BYTES) {
      this.leaveRoom(this.whole, this.seal(parts), place);
    } else if (this.executor === undefined) this.append(this.seal(parts), place);
    else this.enqueue(parts, place, this.executor);
    return place;
  }

  /** Appends a chunk without children as it is stored elsewhere. */
  addStored(stored: Uint8Array, codecId: number, extended: boolean): Place {
    const place = this.begin(stored.length);
    this.append({ head: NO_BYTES, stored, extension: NO_BYTES, codecId, children: [], extended }, place);
    return place;
  }

  /** Keeps a structural chunk for the end of the file. */
  hold(parts: ChunkParts): Place {
    const place = this.begin(parts.payload.length);
    this.held.push({ parts: { ...parts, payload: parts.payload.slice() }, place });
    return place;
  }

  private begin(rawBytes: number): Place {
    this.chunks++;
    this.rawBytes += rawBytes;
    return { offset: 0, length: 0, start: 0, checksumIndex: -1 };
  }

  /**
   * Something to wait for, before more chunks come: as many bytes are under way as the workers can use, or any at all
   * where the file is to be finished. There may be more to wait for behind it.
   */
  pending(finishing: boolean): Promise<void> | undefined {
    const { executor } = this;
    if (executor === undefined || this.waiting.length === 0) return undefined;
    const bound = finishing ? 0 : IN_FLIGHT_BYTES_PER_WORKER * Math.max(1, executor.workers);
    return this.waitingBytes > bound || finishing ? this.settle(bound) : undefined;
  }

  /**
   * Places the structural chunks, in the order they came, at the front if they fit there, else at the end; then the
   * trailer and the footer.
   * @param records What the trailer says besides what is known here; no trailer is written into a plain PAR4 file.
   */
  finish(version: number, root: Place, records: readonly ExtensionRecord[] = []): void {
    const front = this.joinedFront ?? new Uint8Array(this.frontBytes);
    const checksum = this.checksums?.checksum;
    const structure = this.placeInFront(front, headBytes({ checksum, records })) ?? this.placeAtEnd();
    this.held.length = 0;
    const rootChecksum = this.checksums?.get(root.checksumIndex);
    const place = { ...structure, front: this.frontBytes };
    this.structure = place;
    const bytes = recordBytes(trailerRecords(place, rootChecksum, records));
    this.records = bytes;
    if (this.extended) this.write(writeTrailer(bytes));
    this.write(writeFooter({ version, root, checked: this.extended }));
    if (this.frontBytes > 0) {
      front.set(writeHead({ version, root, fileLength: this.byteLength }, bytes));
      if (this.joinedFront === undefined) this.finishedFront = front;
    }
    this.endBlock();
  }

  /** The first bytes of the finished file, where they were kept free: they are written last. */
  get front(): Uint8Array | undefined {
    return this.finishedFront;
  }

  /** Keeps a place for a chunk whose payload is copied when the file is put together. */
  private leaveRoom(whole: WholeFile, chunk: StoredChunk, place: Place): void {
    this.endPiece();
    place.offset = this.byteLength;
    place.start = place.offset;
    place.length = chunkLength(chunk);
    place.checksumIndex = this.checksums?.reserve() ?? -1;
    this.storedBytes += place.length - frameTailBytes(0);
    this.blockOffset += place.length;
    whole.lend(chunk, place);
  }

  /**
   * Puts together what there is of a file in one array, where it is to be one; before `finish`, with the same records. In steps, since
   * all that was lent is copied here.
   */
  *join(records: readonly ExtensionRecord[]): Generator<undefined, void, unknown> {
    const { whole } = this;
    if (whole === undefined) return;
    this.endBlock();
    this.whole = undefined;
    const rest = this.restLength(records);
    const used = this.byteLength;
    const guard: Parameters<typeof whole.join>[1] = ({ checksumIndex }, bytes, start, end) =>
      this.checksums?.set(checksumIndex, bytes, start, end);
    if (rest === undefined) {
      this.ready.push(...(yield* whole.blocks(guard)));
      return;
    }
    this.block = yield* whole.join(used + rest, guard);
    this.used = used;
    this.blockOffset = 0;
    this.joinedFront = this.block.subarray(0, this.frontBytes);
  }

  /** Bytes of the file behind its data; undefined where that is not known before it is there. */
  private restLength(records: readonly ExtensionRecord[]): number | undefined {
    const known = { checksum: this.checksums?.checksum, records };
    let structure = 0;
    for (const { parts } of this.held) {
      if (parts.codec.id !== CODEC_NONE) return undefined;
      structure += chunkLength(this.seal(parts));
    }
    const isInFront = this.frontBytes > 0 && headBytes(known) + structure <= this.frontBytes;
    const trailer = this.extended ? recordsLength(known) + TRAILER_TAIL_BYTES : 0;
    return (isInFront ? 0 : structure) + trailer + FOOTER_BYTES;
  }

  private placeAtEnd(): Range {
    const start = this.byteLength;
    for (const { parts, place } of this.held) {
      this.append(this.seal(parts), place);
      // Its descendants lie elsewhere, in several pieces.
      place.start = place.offset;
    }
    return { start, end: this.byteLength };
  }

  /** Undefined if they do not fit. */
  private placeInFront(front: Uint8Array, start: number): Range | undefined {
    if (front.length === 0) return undefined;
    const { storedBytes } = this;
    let end = start;
    for (const { parts, place } of this.held) {
      const chunk = this.seal(parts);
      if (end + chunkLength(chunk) > front.length) {
        this.storedBytes = storedBytes;
        return undefined;
      }
      end = this.put(chunk, place, front, end, end);
      place.start = place.offset;
    }
    return { start, end };
  }

  private write(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.block.set(bytes, this.used);
    this.used += bytes.length;
  }

  /** The next complete block, or undefined. It is the caller's for good. */
  nextBlock(): Uint8Array | undefined {
    return this.ready.shift();
  }

  private enqueue(parts: ChunkParts, place: Place, executor: Executor): void {
    const { codec } = parts;
    // What a parent says about its children is known when they have been appended; until then it waits as it is.
    const waits = this.extended && parts.children.length > 0;
    const payload = waits || codec.id === CODEC_NONE ? parts.payload : withRecords(parts.payload, parts.records ?? []);
    if (waits || codec.id === CODEC_NONE || payload.length < MIN_COMPRESSED_BYTES) {
      if (this.waiting.length === 0) return this.append(this.seal(parts), place);
      this.waitingBytes += parts.payload.length;
      this.waiting.push({ parts: { ...parts, payload: parts.payload.slice() }, place, batch: undefined, index: 0 });
      return;
    }
    if (this.batch !== undefined && !this.batch.fits(payload)) this.send(executor);
    this.batch ??= new EncodeBatch(payload.length, this.spare);
    const index = this.batch.add(payload, codec.id);
    this.waitingBytes += parts.payload.length;
    this.waiting.push({ parts, place, batch: this.batch, index });
  }

  /** The stored form of a chunk whose children have been appended. */
  private seal(parts: ChunkParts): StoredChunk {
    const { codec, children } = parts;
    const records = [...(parts.records ?? [])];
    if (this.extended && children.length > 0) records.push(...childRecords(children, this.checksums));
    const extended = records.length > 0;
    if (codec.id === CODEC_NONE) {
      const extension = extended ? extensionBlock(inOrder(records)) : NO_BYTES;
      const { payload: stored, head = NO_BYTES } = parts;
      return { head, stored, extension, codecId: CODEC_NONE, children, extended };
    }
    const payload = withRecords(parts.payload, records);
    const stored = encodeChunk(payload, codec);
    const codecId = stored === payload ? CODEC_NONE : codec.id;
    return { head: NO_BYTES, stored, extension: NO_BYTES, codecId, children, extended };
  }

  private send(executor: Executor): void {
    this.batch?.send(executor);
    this.batch = undefined;
  }

  /** Waits for batches, in order, until at most `bound` bytes are under way; appends what is there, up to a limit. */
  private async settle(bound: number): Promise<void> {
    const stop = this.waitingBytes - SETTLE_BYTES;
    let done = 0;
    for (const chunk of this.waiting) {
      if (this.waitingBytes <= stop) break;
      if (this.waitingBytes <= bound && chunk.batch !== undefined && !chunk.batch.isDone) break;
      if (chunk.batch === this.batch && chunk.batch !== undefined) this.send(this.executor as Executor);
      const stored = await this.stored(chunk);
      this.append(stored, chunk.place);
      chunk.batch?.release(chunk.index);
      this.waitingBytes -= chunk.parts.payload.length;
      done++;
    }
    this.waiting = this.waiting.slice(done);
  }

  private append(chunk: StoredChunk, place: Place): void {
    this.reserve(chunkLength(chunk));
    this.used = this.put(chunk, place, this.block, this.used, this.byteLength);
  }

  /** Writes a chunk to `at` of a block, which is byte `offset` of the file. Returns where it ends in the block. */
  private put(chunk: StoredChunk, place: Place, block: Uint8Array, at: number, offset: number): number {
    const end = putChunk(chunk, block, at);
    place.length = end - at;
    place.offset = offset;
    place.start = offset;
    for (const child of chunk.children) place.start = Math.min(place.start, child.start);
    this.storedBytes += place.length - frameTailBytes(chunk.children.length);
    if (this.checksums !== undefined) place.checksumIndex = this.checksums.add(block, at, end);
    return end;
  }

  private async stored(chunk: WaitingChunk): Promise<StoredChunk> {
    const { parts, batch, index } = chunk;
    if (batch === undefined) return this.seal(parts);
    const { stored, codecId } = (await batch.result())(index);
    const extended = (parts.records ?? []).length > 0;
    return { head: NO_BYTES, stored, extension: NO_BYTES, codecId, children: parts.children, extended };
  }

  private reserve(byteLength: number): void {
    if (this.used + byteLength <= this.block.length) return;
    this.endBlock();
    const isFirst = this.isFirstBlock;
    this.isFirstBlock = false;
    this.block = new Uint8Array(isFirst ? byteLength + FIRST_BLOCK_BYTES : Math.max(BLOCK_BYTES, byteLength));
  }

  private endBlock(): void {
    this.endPiece();
    this.blockOffset += this.used;
    this.used = 0;
    this.pieceStart = 0;
    this.block = NO_BYTES;
  }

  private endPiece(): void {
    if (this.used > this.pieceStart) {
      const piece = this.block.subarray(this.pieceStart, this.used);
      if (this.whole !== undefined) this.whole.keep(piece);
      else this.ready.push(piece);
    }
    this.pieceStart = this.used;
  }
}
