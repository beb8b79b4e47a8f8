/**
 * Two-ended buffers: values go to the head, lengths to the tail, until both meet. The interfaces are small, so that a program can
 * bring its own; `BufferWriter` and `BufferReader` work on a Uint8Array.
 */

import { bufferOverflow, keyFailure, prematureEnd } from "../failure.ts";

/** Takes bytes at its head. */
export interface HeadWriter {
  /** Appends `bytes[start, end)` behind what was written to the head. The bytes are only lent: copy them. */
  writeHead(bytes: Uint8Array, start: number, end: number): void;
}

/** Takes bytes at its head and at its tail. */
export interface TwoEndedWriter extends HeadWriter {
  /** Puts `bytes[start, end)`, in this order, in front of what was written to the tail. The bytes are only lent: copy them. */
  writeTail(bytes: Uint8Array, start: number, end: number): void;
}

/** Gives bytes from its head. */
export interface HeadReader {
  /** Where the bytes lie that were read last; another array after each call, if need be. */
  readonly bytes: Uint8Array;
  /** Bytes not yet read, from either end. */
  readonly remaining: number;
  /**
   * Takes the first `byteLength` bytes that are left. They begin at the returned index of {@link bytes}, until the next call.
   * @throws {KeyCodingError} `PrematureEndOfInput`: there are fewer.
   */
  readHead(byteLength: number): number;
}

/** Gives bytes from its head and from its tail. */
export interface TwoEndedReader extends HeadReader {
  /** As {@link HeadReader.readHead}, for the last `byteLength` bytes that are left, in the order in which they lie. */
  readTail(byteLength: number): number;
}

/** The next byte at the head. The array is asked for afterwards, since reading may put another one there. */
export function readByte(reader: HeadReader): number {
  const at = reader.readHead(1);
  return reader.bytes[at] as number;
}

/** Writes into a Uint8Array from both ends, without allocating. */
export class BufferWriter implements TwoEndedWriter {
  private bytes: Uint8Array;
  private head = 0;
  private tail: number;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.tail = bytes.length;
  }

  /** Starts again, in another array. */
  reset(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.head = 0;
    this.tail = bytes.length;
  }

  /** @throws {KeyCodingError} `BufferOverflow`: head and tail would meet. */
  writeHead(bytes: Uint8Array, start: number, end: number): void {
    const at = this.head;
    const next = at + end - start;
    if (next > this.tail) throw bufferOverflow(end - start, this.tail - at);
    this.head = next;
    for (let i = start; i < end; i++) this.bytes[at + i - start] = bytes[i] as number;
  }

  /** @throws {KeyCodingError} `BufferOverflow`: head and tail would meet. */
  writeTail(bytes: Uint8Array, start: number, end: number): void {
    const at = this.tail - (end - start);
    if (at < this.head) throw bufferOverflow(end - start, this.tail - this.head);
    this.tail = at;
    for (let i = start; i < end; i++) this.bytes[at + i - start] = bytes[i] as number;
  }

  /** Moves the tail to the head. Returns the number of bytes written, from the start of the array; nothing may follow. */
  finish(): number {
    if (this.head !== this.tail) this.bytes.copyWithin(this.head, this.tail);
    const byteLength = this.bytes.length - (this.tail - this.head);
    this.head = this.tail;
    return byteLength;
  }

  /** @throws {KeyCodingError} `BufferUnderflow`: there is room left between head and tail. */
  requireFull(): void {
    if (this.head === this.tail) return;
    throw keyFailure("BufferUnderflow", "a buffer of exactly the size", `${this.tail - this.head} bytes too many`);
  }
}

/** Reads a Uint8Array from both ends; copies nothing. */
export class BufferReader implements TwoEndedReader {
  readonly bytes: Uint8Array;
  private head: number;
  private tail: number;

  /** Reads `bytes[start, end)`. */
  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.bytes = bytes;
    this.head = start;
    this.tail = end;
  }

  get remaining(): number {
    return this.tail - this.head;
  }

  readHead(byteLength: number): number {
    const at = this.head;
    if (byteLength > this.tail - at) throw prematureEnd(byteLength, this.tail - at, at);
    this.head = at + byteLength;
    return at;
  }

  readTail(byteLength: number): number {
    const at = this.tail - byteLength;
    if (at < this.head) throw prematureEnd(byteLength, this.remaining, this.head);
    this.tail = at;
    return at;
  }

  /** @throws {KeyCodingError} `BufferUnderflow`: bytes are left. */
  requireEmpty(): void {
    if (this.remaining === 0) return;
    throw keyFailure("BufferUnderflow", "the end", `${this.remaining} more bytes`, this.head);
  }
}

/** The tail of a writer as a head: what is written goes in front of what was written to the tail. */
export class WriteToTail implements HeadWriter {
  private readonly writer: TwoEndedWriter;
  constructor(writer: TwoEndedWriter) {
    this.writer = writer;
  }
  writeHead(bytes: Uint8Array, start: number, end: number): void {
    this.writer.writeTail(bytes, start, end);
  }
}

/** A writer whose tail is its head: everything is appended in the order in which it is written. Not for ordered keys. */
export class WriteToHead implements TwoEndedWriter {
  private readonly writer: HeadWriter;
  constructor(writer: HeadWriter) {
    this.writer = writer;
  }
  writeHead(bytes: Uint8Array, start: number, end: number): void {
    this.writer.writeHead(bytes, start, end);
  }
  writeTail(bytes: Uint8Array, start: number, end: number): void {
    this.writer.writeHead(bytes, start, end);
  }
}

/** The tail of a reader as a head. */
export class ReadFromTail implements HeadReader {
  private readonly reader: TwoEndedReader;
  constructor(reader: TwoEndedReader) {
    this.reader = reader;
  }
  get bytes(): Uint8Array {
    return this.reader.bytes;
  }
  get remaining(): number {
    return this.reader.remaining;
  }
  readHead(byteLength: number): number {
    return this.reader.readTail(byteLength);
  }
}

/** Inverts every bit of `bytes[start, end)` in place: what ascended descends. */
export function invert(bytes: Uint8Array, start = 0, end = bytes.length): void {
  for (let i = start; i < end; i++) bytes[i] = ~(bytes[i] as number);
}

/** What is written to it arrives inverted, in pieces. */
export class InvertingWriter implements TwoEndedWriter {
  private readonly writer: TwoEndedWriter;
  private readonly piece = new Uint8Array(256);

  constructor(writer: TwoEndedWriter) {
    this.writer = writer;
  }

  writeHead(bytes: Uint8Array, start: number, end: number): void {
    for (let at = start; at < end; at += this.piece.length) {
      this.writer.writeHead(this.piece, 0, this.fill(bytes, at, end));
    }
  }

  /** The last piece first, since each goes in front of the one before. */
  writeTail(bytes: Uint8Array, start: number, end: number): void {
    for (let to = end; to > start; to -= this.piece.length) {
      this.writer.writeTail(this.piece, 0, this.fill(bytes, Math.max(start, to - this.piece.length), to));
    }
  }

  private fill(bytes: Uint8Array, start: number, end: number): number {
    const byteLength = Math.min(end - start, this.piece.length);
    for (let i = 0; i < byteLength; i++) this.piece[i] = ~(bytes[start + i] as number);
    return byteLength;
  }
}

/** Gives inverted what it reads. */
export class InvertingReader implements TwoEndedReader {
  private readonly reader: TwoEndedReader;
  bytes = new Uint8Array(256);

  constructor(reader: TwoEndedReader) {
    this.reader = reader;
  }
  get remaining(): number {
    return this.reader.remaining;
  }
  readHead(byteLength: number): number {
    return this.take(this.reader.readHead(byteLength), byteLength);
  }
  readTail(byteLength: number): number {
    return this.take(this.reader.readTail(byteLength), byteLength);
  }

  private take(from: number, byteLength: number): number {
    if (byteLength > this.bytes.length) this.bytes = new Uint8Array(byteLength * 2);
    for (let i = 0; i < byteLength; i++) this.bytes[i] = ~(this.reader.bytes[from + i] as number);
    return 0;
  }
}
