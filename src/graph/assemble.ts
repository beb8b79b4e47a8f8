/**
 * Step 3: chunks → the file's bytes. In: payloads with their children's places. Out: blocks of the file, in order. Data
 * chunks go out at once; structural ones are held back and lie together at the end, where one read fetches them all.
 */

import type { Codec } from "../codec/codec.ts";
import type { ChildRef } from "../format/bounds.ts";
import { frameTailBytes, writeFrameTail } from "../format/chunk.ts";
import { writeFooter } from "../format/footer.ts";
import { CODEC_NONE } from "../format/layout.ts";

/** Size of the pieces that a sink is given; a larger chunk is a piece of its own. */
const BLOCK_BYTES = 1024 * 1024;

/** A smaller payload gains nothing from compression that its descriptions would not eat up again. */
const MIN_COMPRESSED_BYTES = 64;

/** A chunk's place in the file; a held chunk's is known only when the file is finished. */
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

interface StoredChunk extends ChunkParts {
  readonly codecId: number;
}

export class ChunkAssembler {
  /** Chunks, payload bytes before and after compression, so far. */
  chunks = 0;
  rawBytes = 0;
  storedBytes = 0;
  private readonly ready: Uint8Array[] = [];
  private readonly held: (StoredChunk & { place: Place })[] = [];
  private block: Uint8Array<ArrayBuffer> = new Uint8Array(BLOCK_BYTES);
  private used = 0;
  private blockOffset = 0;

  /** Bytes of the file so far. */
  get byteLength(): number {
    return this.blockOffset + this.used;
  }

  /** Appends a data chunk. Its children must have been appended before. */
  add(parts: ChunkParts): Place {
    return this.append(this.store(parts), { offset: 0, length: 0 });
  }

  /** Keeps a structural chunk for the end of the file. */
  hold(parts: ChunkParts): Place {
    const place = { offset: 0, length: 0 };
    const stored = this.store(parts);
    this.held.push({ ...stored, payload: stored.payload.slice(), place });
    return place;
  }

  /** Appends the structural chunks, in the order they came, and the footer. */
  finish(version: number, root: Place): void {
    for (const chunk of this.held) this.append(chunk, chunk.place);
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

  private store(parts: ChunkParts): StoredChunk {
    const { payload, codec } = parts;
    this.chunks++;
    this.rawBytes += payload.length;
    if (codec.id !== CODEC_NONE && payload.length >= MIN_COMPRESSED_BYTES) {
      const compressed = codec.encode(payload);
      if (compressed.length < payload.length) {
        this.storedBytes += compressed.length;
        return { ...parts, payload: compressed, codecId: codec.id };
      }
    }
    this.storedBytes += payload.length;
    return { ...parts, codecId: CODEC_NONE };
  }

  private append(chunk: StoredChunk, place: Place): Place {
    const { payload, children } = chunk;
    place.length = payload.length + frameTailBytes(children.length);
    this.reserve(place.length);
    place.offset = this.byteLength;
    this.block.set(payload, this.used);
    this.used = writeFrameTail(this.block, this.used + payload.length, {
      codecId: chunk.codecId,
      extended: chunk.extended ?? false,
      children,
    });
    return place;
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
