/**
 * A chunk: stored payload, child table, meta byte. In: a chunk's bytes. Out: its payload, decompressed and without the
 * extension block, and its children's places, checked.
 */

import { TWO_POW_32 } from "../bytes/varint.ts";
import { CorruptChunkError, isParcodeError, LimitExceededError } from "../errors.ts";
import { type ChildRef, checkApart, checkRef, checkSize, corrupt, type Limits } from "./bounds.ts";
import { ChildFacts } from "./child-facts.ts";
import { type ExtensionRecord, recordOf, splitExtension } from "./extension.ts";
import { readU64 } from "./footer.ts";
import type { Checksum } from "./integrity.ts";
import {
  CHILD_COUNT_BYTES,
  CHILD_REF_BYTES,
  CODEC_NONE,
  META_BYTES,
  META_COMPRESSION,
  META_COMPRESSION_SHIFT,
  META_EXTENDED,
  META_HAS_CHILDREN,
  META_RESERVED,
} from "./layout.ts";

const NO_RECORDS: readonly ExtensionRecord[] = [];

/** What a chunk's last bytes say, before its payload is looked at. */
export interface ChunkFrame {
  readonly codecId: number;
  readonly extended: boolean;
  readonly childCount: number;
  /** Bytes of the stored payload. */
  readonly storedLength: number;
}

/** Decompresses a stored payload; the reader's codecs, seen from here. The chunk's offset is for errors. */
export type Decompress = (
  codecId: number,
  stored: Uint8Array,
  maxByteLength: number,
  chunkOffset: number,
) => Uint8Array;

/** The same, for as long as `use` runs: it gets the payload where the codec made it, and must keep no view of it. */
export type LendPayload = <T>(
  codecId: number,
  stored: Uint8Array,
  maxByteLength: number,
  chunkOffset: number,
  use: (payload: Uint8Array) => T,
) => T;

/** What the chunks of one file have in common. */
export interface ChunkContext {
  /** End of the part of the file in which chunks lie. */
  readonly dataEnd: number;
  readonly limits: Limits;
  readonly decompress: Decompress;
  readonly lend: LendPayload;
  /** What guards the file's chunks; undefined where nothing does, or nobody wants to know. */
  readonly checksum: Checksum | undefined;
}

/** Reads the frame from the end of the chunk's `bytes`, which may be the last few of them only. */
export function readFrame(bytes: Uint8Array, ref: ChildRef): ChunkFrame {
  const meta = bytes[bytes.length - 1] as number;
  if ((meta & META_RESERVED) !== 0) throw unknownBits(ref, meta);
  const codecId = (meta & META_COMPRESSION) >> META_COMPRESSION_SHIFT;
  const extended = (meta & META_EXTENDED) !== 0;
  if ((meta & META_HAS_CHILDREN) === 0) {
    return { codecId, extended, childCount: 0, storedLength: ref.length - META_BYTES };
  }
  const tail = CHILD_COUNT_BYTES + META_BYTES;
  if (ref.length < tail) throw corrupt(ref.offset, "a child count in front of the meta byte", `${ref.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const childCount = view.getUint32(bytes.length - tail, true);
  const storedLength = ref.length - tail - childCount * CHILD_REF_BYTES;
  if (storedLength < 0) throw tooManyChildren(ref, childCount, ref.length - tail);
  return { codecId, extended, childCount, storedLength };
}

function unknownBits(ref: ChildRef, meta: number): CorruptChunkError {
  return corrupt(ref.offset, "bits 5 to 7 of the meta byte to be 0", `0x${meta.toString(16).padStart(2, "0")}`);
}

function tooManyChildren(ref: ChildRef, childCount: number, room: number): CorruptChunkError {
  return corrupt(ref.offset, `at most ${Math.floor(room / CHILD_REF_BYTES)} children`, String(childCount));
}

interface Payload {
  readonly plain: Uint8Array;
  readonly records: readonly ExtensionRecord[];
}

/** One chunk of an open file. */
export class Chunk implements ChildRef {
  readonly offset: number;
  readonly length: number;
  readonly codecId: number;
  readonly childCount: number;
  /** Bytes of the payload as stored. */
  readonly storedLength: number;
  readonly extended: boolean;
  /** Chunks between this one and the root. */
  readonly depth: number;
  /** What a reader worked out from the payload: a table, an index. Whoever uses it checks what it is. */
  derived: unknown = undefined;
  private readonly table: DataView | undefined;
  private readonly context: ChunkContext;
  /** The payload as stored, or with its extension block where it is `open`. */
  private whole: Uint8Array;
  private opened: Payload | undefined = undefined;
  private facts: ChildFacts | undefined = undefined;

  /**
   * Reads the frame; the payload is decompressed when it is asked for.
   * @param bytes All bytes of the chunk; kept.
   * @param ready Its payload with the extension block, where it was decompressed before.
   * @throws {CorruptChunkError} The frame is damaged.
   */
  constructor(bytes: Uint8Array, ref: ChildRef, depth: number, context: ChunkContext, ready?: Uint8Array) {
    const frame = readFrame(bytes, ref);
    this.offset = ref.offset;
    this.length = ref.length;
    this.codecId = frame.codecId;
    this.childCount = frame.childCount;
    this.storedLength = frame.storedLength;
    this.depth = depth;
    this.context = context;
    const tableBytes = frame.childCount * CHILD_REF_BYTES;
    this.table =
      tableBytes === 0 ? undefined : new DataView(bytes.buffer, bytes.byteOffset + frame.storedLength, tableBytes);
    this.extended = frame.extended;
    this.whole = ready ?? bytes.subarray(0, frame.storedLength);
    if (ready !== undefined || frame.codecId === CODEC_NONE) this.opened = this.split();
  }

  /**
   * The payload, decompressed, without the extension block. CPU: the first access decompresses.
   * @throws {CorruptChunkError} @throws {UnknownCodecError} @throws {LimitExceededError}
   */
  get payload(): Uint8Array {
    return this.open().plain;
  }

  /** Bytes of the payload, decompressed, with the extension block. @throws as `payload` */
  get payloadLength(): number {
    this.open();
    return this.whole.length;
  }

  /** The records of the extension block. @throws as `payload` */
  get records(): readonly ExtensionRecord[] {
    return this.open().records;
  }

  /**
   * Gives the payload, without the extension block, to `use`, which must keep no view of it. Unless somebody has asked for
   * `payload` before, it is decompressed for this call alone: one allocation and one copy less.
   * @throws as `payload` and `use`
   */
  usePayload<T>(use: (payload: Uint8Array) => T): T {
    if (this.opened !== undefined) return use(this.opened.plain);
    const { context, offset } = this;
    let lent = false;
    try {
      return context.lend(this.codecId, this.whole, context.limits.maxChunkBytes, offset, (whole) => {
        checkSize(whole.length, context.limits, offset);
        const { plain } = this.split(whole);
        lent = true;
        return use(plain);
      });
    } catch (error) {
      throw lent ? error : atChunk(error, offset);
    }
  }

  private open(): Payload {
    if (this.opened === undefined) {
      this.whole = decompress(this.whole, this.codecId, this, this.context);
      this.opened = this.split();
    }
    return this.opened;
  }

  private split(whole = this.whole): Payload {
    if (!this.extended) return { plain: whole, records: NO_RECORDS };
    const { plainLength, records } = splitExtension(whole, this.offset);
    return { plain: whole.subarray(0, plainLength), records };
  }

  /** The same chunk, as it is seen from another level. */
  atDepth(depth: number): Chunk {
    return Object.assign(Object.create(Chunk.prototype) as Chunk, this, { depth, derived: undefined });
  }

  /** Bytes of the chunk's extension record with this tag. */
  record(tag: number): Uint8Array | undefined {
    return this.extended ? recordOf(this.records, tag) : undefined;
  }

  /**
   * Place of child `index`, checked to lie inside the file and outside of this chunk, with what this chunk says about it.
   * CPU: the first access decompresses, since that stands behind the payload.
   */
  child(index: number): ChildRef {
    if (this.table === undefined || index >= this.childCount) {
      throw corrupt(this.offset, `at least ${index + 1} children`, String(this.childCount));
    }
    const at = index * CHILD_REF_BYTES;
    const ref = { offset: readU64(this.table, at), length: readU64(this.table, at + 8) };
    const { dataEnd, limits } = this.context;
    checkRef(ref, dataEnd, limits, () => `Child ${index} of the chunk at offset ${this.offset}`);
    if (ref.offset + ref.length > this.offset && this.offset + this.length > ref.offset) checkApart(ref, this);
    this.facts ??= this.childFacts();
    return this.facts.complete(ref, index);
  }

  private childFacts(): ChildFacts {
    const { checksum } = this.context;
    if (!this.extended) return new ChildFacts(this, [], checksum);
    try {
      return new ChildFacts(this, this.records, checksum);
    } catch (error) {
      // Nothing below can be read then; where it lies can still be shown.
      if (isParcodeError(error, "UnknownCodec")) return new ChildFacts(this, [], undefined);
      throw error;
    }
  }

  /** Places of the children `start` (inclusive) to `end` (exclusive). */
  children(start = 0, end = this.childCount): ChildRef[] {
    const refs: ChildRef[] = [];
    for (let i = start; i < end; i++) refs.push(this.child(i));
    return refs;
  }
}

function decompress(stored: Uint8Array, codecId: number, ref: ChildRef, context: ChunkContext): Uint8Array {
  if (codecId === CODEC_NONE) return stored;
  try {
    const payload = context.decompress(codecId, stored, context.limits.maxChunkBytes, ref.offset);
    checkSize(payload.length, context.limits, ref.offset);
    return payload;
  } catch (error) {
    throw atChunk(error, ref.offset);
  }
}

/** A codec's error, told with the chunk; codecs know bytes only. */
function atChunk(error: unknown, chunkOffset: number): unknown {
  if (!isParcodeError(error) || error.chunkOffset !== undefined) return error;
  const { expected, actual } = error;
  const message = `The chunk at offset ${chunkOffset} does not decompress: ${error.message}`;
  const details = { chunkOffset, expected, actual, cause: error };
  if (error.code === "LimitExceeded") return new LimitExceededError(message, { ...details, limit: error.limit });
  return error.code === "CorruptChunk" ? new CorruptChunkError(message, details) : error;
}

/** Size of a chunk's child table and meta byte. */
export function frameTailBytes(childCount: number): number {
  return childCount === 0 ? META_BYTES : childCount * CHILD_REF_BYTES + CHILD_COUNT_BYTES + META_BYTES;
}

/** Writes child table and meta byte of a chunk to `target` from `offset`; returns the end. The room must be there. */
export function writeFrameTail(
  target: Uint8Array,
  offset: number,
  frame: { readonly codecId: number; readonly extended: boolean; readonly children: readonly ChildRef[] },
): number {
  const { children } = frame;
  let at = offset;
  for (const child of children) {
    at = putU64(target, at, child.offset);
    at = putU64(target, at, child.length);
  }
  if (children.length > 0) at = putU32(target, at, children.length);
  const hasChildren = children.length > 0 ? META_HAS_CHILDREN : 0;
  target[at] = hasChildren | (frame.codecId << META_COMPRESSION_SHIFT) | (frame.extended ? META_EXTENDED : 0);
  return at + META_BYTES;
}

function putU64(target: Uint8Array, at: number, value: number): number {
  return putU32(target, putU32(target, at, value >>> 0), Math.floor(value / TWO_POW_32));
}

function putU32(target: Uint8Array, at: number, value: number): number {
  target[at] = value;
  target[at + 1] = value >>> 8;
  target[at + 2] = value >>> 16;
  target[at + 3] = value >>> 24;
  return at + 4;
}
