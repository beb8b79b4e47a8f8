/**
 * Step 3: chunks → the file's bytes. In: payloads with their children's places. Out: blocks of the file, in order. Data
 * chunks go out at once, or as soon as a worker has compressed them; structural ones are held back and lie together at
 * the end, where one read fetches them all.
 */

import type { Codec } from "../codec/codec.ts";
import { encodeChunk, MIN_COMPRESSED_BYTES } from "../codec/encode-chunk.ts";
import type { Executor } from "../codec/executor.ts";
import type { ChildRef } from "../format/bounds.ts";
import { frameTailBytes, writeFrameTail } from "../format/chunk.ts";
import { writeFooter } from "../format/footer.ts";
import { CODEC_NONE } from "../format/layout.ts";
import { EncodeBatch } from "./batch.ts";

/** Size of the pieces that a sink is given; a larger chunk is a piece of its own. */
const BLOCK_BYTES = 1024 * 1024;

/** Payload bytes under way for each worker: what it works on, what waits in it, and what is being filled. */
const IN_FLIGHT_BYTES_PER_WORKER = 4 * 1024 * 1024;

/** A chunk's place in the file; known once the chunk is appended. */
export interface Place {
  offset: number;
  length: number;
}

export interface ChunkParts {
  /** Copied at once, so the buffer may be reused. */
  readonly payload: Uint8Array;
  readonly codec: Codec;
  readonly children: readonly Place[];
  /** Whether the payload ends with an extension block. */
  readonly extended?: boolean;
}

/** A chunk in its stored form, on its way into a block. */
interface StoredChunk {
  readonly stored: Uint8Array;
  readonly codecId: number;
  readonly children: readonly Place[];
  readonly extended: boolean;
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
  private readonly ready: Uint8Array[] = [];
  private readonly held: { chunk: StoredChunk; place: Place }[] = [];
  private waiting: WaitingChunk[] = [];
  private waitingBytes = 0;
  private batch: EncodeBatch | undefined;
  private block: Uint8Array<ArrayBuffer> = new Uint8Array(BLOCK_BYTES);
  private used = 0;
  private blockOffset = 0;

  /** @param executor Compresses elsewhere; without one, chunks are compressed as they come. */
  constructor(executor?: Executor) {
    this.executor = executor;
  }

  /** Bytes of the file so far. */
  get byteLength(): number {
    return this.blockOffset + this.used;
  }

  /** Appends a data chunk. Its children must have been appended before. */
  add(parts: ChunkParts): Place {
    const place = { offset: 0, length: 0 };
    this.chunks++;
    this.rawBytes += parts.payload.length;
    if (this.executor === undefined) this.append(store(parts), place);
    else this.enqueue(parts, place, this.executor);
    return place;
  }

  /** Keeps a structural chunk for the end of the file. */
  hold(parts: ChunkParts): Place {
    const place = { offset: 0, length: 0 };
    this.chunks++;
    this.rawBytes += parts.payload.length;
    const chunk = store(parts);
    this.held.push({ chunk: { ...chunk, stored: chunk.stored.slice() }, place });
    return place;
  }

  /**
   * Something to wait for, before more chunks come: as many bytes are under way as the workers can use, or any at all
   * where the file is to be finished.
   */
  pending(finishing: boolean): Promise<void> | undefined {
    const { executor } = this;
    if (executor === undefined || this.waiting.length === 0) return undefined;
    const bound = finishing ? 0 : IN_FLIGHT_BYTES_PER_WORKER * Math.max(1, executor.workers);
    return this.waitingBytes > bound || finishing ? this.settle(bound) : undefined;
  }

  /** Appends the structural chunks, in the order they came, and the footer. */
  finish(version: number, root: Place): void {
    for (const { chunk, place } of this.held) this.append(chunk, place);
    this.held.length = 0;
    const footer = writeFooter({ version, root: root as ChildRef });
    this.reserve(footer.length);
    this.block.set(footer, this.used);
    this.used += footer.length;
    this.endBlock();
  }

  /** The next complete block, or undefined. It is the caller's for good. */
  nextBlock(): Uint8Array | undefined {
    return this.ready.shift();
  }

  private enqueue(parts: ChunkParts, place: Place, executor: Executor): void {
    const { payload, codec } = parts;
    this.waitingBytes += payload.length;
    if (codec.id === CODEC_NONE || payload.length < MIN_COMPRESSED_BYTES) {
      this.waiting.push({ parts: { ...parts, payload: payload.slice() }, place, batch: undefined, index: 0 });
      return;
    }
    if (this.batch !== undefined && !this.batch.fits(payload)) this.send(executor);
    this.batch ??= new EncodeBatch(payload.length);
    const index = this.batch.add(payload, codec.id);
    this.waiting.push({ parts, place, batch: this.batch, index });
  }

  private send(executor: Executor): void {
    this.batch?.send(executor);
    this.batch = undefined;
  }

  /** Waits for batches, in order, until at most `bound` bytes are under way; appends what is there. */
  private async settle(bound: number): Promise<void> {
    let done = 0;
    for (const chunk of this.waiting) {
      if (this.waitingBytes <= bound && chunk.batch !== undefined && !chunk.batch.isDone) break;
      if (chunk.batch === this.batch && chunk.batch !== undefined) this.send(this.executor as Executor);
      const stored = await storedOf(chunk);
      this.append(stored, chunk.place);
      this.waitingBytes -= chunk.parts.payload.length;
      done++;
    }
    this.waiting = this.waiting.slice(done);
  }

  private append(chunk: StoredChunk, place: Place): void {
    const { stored, children } = chunk;
    this.storedBytes += stored.length;
    place.length = stored.length + frameTailBytes(children.length);
    this.reserve(place.length);
    place.offset = this.byteLength;
    this.block.set(stored, this.used);
    this.used = writeFrameTail(this.block, this.used + stored.length, chunk);
  }

  private reserve(byteLength: number): void {
    if (this.used + byteLength <= this.block.length) return;
    this.endBlock();
    if (byteLength > this.block.length) this.startBlock(byteLength);
  }

  private endBlock(): void {
    if (this.used > 0) this.ready.push(this.block.subarray(0, this.used));
    this.blockOffset += this.used;
    this.used = 0;
    this.startBlock(BLOCK_BYTES);
  }

  private startBlock(byteLength: number): void {
    this.block = new Uint8Array(byteLength);
  }
}

function store(parts: ChunkParts): StoredChunk {
  const { payload, codec, children, extended = false } = parts;
  const stored = encodeChunk(payload, codec);
  return { stored, codecId: stored === payload ? CODEC_NONE : codec.id, children, extended };
}

async function storedOf(chunk: WaitingChunk): Promise<StoredChunk> {
  const { parts, batch, index } = chunk;
  const { payload, children, extended = false } = parts;
  if (batch === undefined) return { stored: payload, codecId: CODEC_NONE, children, extended };
  const { stored, codecId } = (await batch.result())(index);
  return { stored, codecId, children, extended };
}
