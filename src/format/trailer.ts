/**
 * The trailer, in front of the footer, and the head, at the front of a file that is laid out for it: the same records,
 * which say what guards the chunks, where the structure lies and what is in the file. In: bytes that may be hostile.
 * Out: records whose CRC-32 holds.
 */

import { crc32 } from "../bytes/crc32.ts";
import { ByteReader } from "../bytes/reader.ts";
import { ByteWriter } from "../bytes/writer.ts";
import { ChecksumMismatchError, CorruptChunkError, LimitExceededError } from "../errors.ts";
import { type ChildRef, checkRef, checkStructure, type Limits, type StructurePlace } from "./bounds.ts";
import { type ExtensionRecord, readRecords, recordOf, writeRecords } from "./extension.ts";
import { checkVersion, hex32, readU64, writeU64 } from "./footer.ts";
import {
  EXTENDED_MAGIC,
  FOOTER_BYTES,
  HEAD_CHECKSUM_BYTES,
  HEAD_FIXED_BYTES,
  HEAD_VERSION,
  TRAILER_METADATA,
  TRAILER_ROOT_CHECKSUM,
  TRAILER_SCHEMA,
  TRAILER_STRUCTURE,
  TRAILER_TAIL_BYTES,
} from "./layout.ts";

/** Records of a trailer or head at most, in bytes: a description and metadata take a few thousand. */
export const MAX_TRAILER_BYTES = 16 * 1024 * 1024;

/** What the records of a trailer or head say. */
export interface FileRecords {
  readonly structure: StructurePlace | undefined;
  /** Of the root chunk: 8 bytes of XXH64 or 32 of BLAKE3. */
  readonly rootChecksum: Uint8Array | undefined;
  /** The schema's description. */
  readonly schema: Uint8Array | undefined;
  readonly metadata: ReadonlyMap<string, string>;
  /** All records as stored: what a pin is the digest of. */
  readonly bytes: Uint8Array;
}

/** All records, one behind the other, as they stand in trailer and head alike. */
export function recordBytes(records: readonly ExtensionRecord[]): Uint8Array {
  const writer = new ByteWriter(256);
  writeRecords(writer, records);
  return writer.finish();
}

/** A trailer around `records`. */
export function writeTrailer(records: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(records.length + TRAILER_TAIL_BYTES);
  const view = new DataView(bytes.buffer);
  bytes.set(records);
  view.setUint32(records.length, records.length, true);
  view.setUint32(records.length + 4, crc32(bytes, 0, records.length + 4), true);
  view.setUint32(records.length + 8, EXTENDED_MAGIC, true);
  return bytes;
}

/**
 * Length of the trailer that ends with `tail`, which has at least {@link TRAILER_TAIL_BYTES}; 0 if there is none.
 * @param trailerEnd Where the footer starts.
 */
export function trailerLength(tail: Uint8Array, trailerEnd: number, name: string): number {
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  const at = tail.length - TRAILER_TAIL_BYTES;
  if (at < 0 || view.getUint32(at + 8, true) !== EXTENDED_MAGIC) return 0;
  const byteLength = view.getUint32(at, true) + TRAILER_TAIL_BYTES;
  if (byteLength > trailerEnd) {
    throw damaged("trailer", name, trailerEnd, `at most ${trailerEnd} bytes`, String(byteLength));
  }
  if (byteLength > MAX_TRAILER_BYTES) throw tooLarge("trailer", name, byteLength);
  return byteLength;
}

/** Reads a whole trailer. @throws {ChecksumMismatchError} @throws {CorruptChunkError} */
export function readTrailer(bytes: Uint8Array, trailerEnd: number, name: string): FileRecords {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = bytes.length - TRAILER_TAIL_BYTES;
  checkCrc(bytes, size + 4, view.getUint32(size + 4, true), "trailer", name, trailerEnd - bytes.length);
  return parse(bytes.subarray(0, size), name, trailerEnd - bytes.length);
}

/** What a head says about its file. */
export interface Head {
  readonly version: number;
  readonly root: ChildRef;
  readonly fileLength: number;
  /** Where the part of the file ends in which chunks lie: the trailer has the same records. */
  readonly dataEnd: number;
  readonly records: FileRecords;
}

/** A head; `records` as in the trailer. */
export function writeHead(head: Omit<Head, "records" | "dataEnd">, records: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(headLength(records.length));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, EXTENDED_MAGIC, true);
  view.setUint8(4, HEAD_VERSION);
  view.setUint16(6, head.version, true);
  writeU64(view, 8, head.fileLength);
  writeU64(view, 16, head.root.offset);
  writeU64(view, 24, head.root.length);
  view.setUint32(32, records.length, true);
  bytes.set(records, HEAD_FIXED_BYTES);
  const end = HEAD_FIXED_BYTES + records.length;
  view.setUint32(end, crc32(bytes, 0, end), true);
  return bytes;
}

/** Length of a head with so many bytes of records. */
export function headLength(recordsLength: number): number {
  return HEAD_FIXED_BYTES + recordsLength + HEAD_CHECKSUM_BYTES;
}

/**
 * The head at the front of a file, if it counts: it is whole within `front`, its CRC-32 holds and `fileLength` is the
 * file's. A file that was appended to has outgrown its head, and its footer is the truth.
 */
export function readHead(front: Uint8Array, fileLength: number, limits: Limits, name: string): Head | undefined {
  if (front.length < HEAD_FIXED_BYTES) return undefined;
  const view = new DataView(front.buffer, front.byteOffset, front.byteLength);
  if (view.getUint32(0, true) !== EXTENDED_MAGIC || view.getUint8(4) !== HEAD_VERSION) return undefined;
  if (readU64(view, 8) !== fileLength) return undefined;
  const end = HEAD_FIXED_BYTES + view.getUint32(32, true);
  if (end + HEAD_CHECKSUM_BYTES > front.length) return undefined;
  if (crc32(front, 0, end) !== view.getUint32(end, true)) return undefined;
  const version = checkVersion(view.getUint16(6, true), 6, name);
  const root = { offset: readU64(view, 16), length: readU64(view, 24) };
  const records = front.subarray(HEAD_FIXED_BYTES, end);
  const dataEnd = fileLength - FOOTER_BYTES - TRAILER_TAIL_BYTES - records.length;
  checkRef(root, dataEnd, limits, () => "The head's root chunk");
  return { version, root, fileLength, dataEnd, records: parse(records, name, dataEnd) };
}

function parse(bytes: Uint8Array, name: string, dataEnd: number): FileRecords {
  try {
    const records = readRecords(bytes, 0, bytes.length);
    const metadata = recordOf(records, TRAILER_METADATA);
    return {
      structure: structureOf(recordOf(records, TRAILER_STRUCTURE), dataEnd, headLength(bytes.length)),
      rootChecksum: checksumOf(recordOf(records, TRAILER_ROOT_CHECKSUM)),
      schema: recordOf(records, TRAILER_SCHEMA),
      metadata: metadata === undefined ? new Map() : metadataOf(metadata),
      bytes,
    };
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    const message = `The records of ${name} cannot be read: ${cause.message}`;
    throw new CorruptChunkError(message, { expected: "records of a trailer", actual: cause.message, cause });
  }
}

function structureOf(bytes: Uint8Array | undefined, dataEnd: number, headBytes: number): FileRecords["structure"] {
  if (bytes === undefined) return undefined;
  if (bytes.length !== 24) throw new Error(`the place of the structure has ${bytes.length} bytes, not 24.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const structure = { start: readU64(view, 0), end: readU64(view, 8), front: readU64(view, 16) };
  checkStructure(structure, dataEnd, headBytes);
  return structure;
}

function checksumOf(bytes: Uint8Array | undefined): Uint8Array | undefined {
  if (bytes === undefined || bytes.length === 8 || bytes.length === 32) return bytes;
  throw new Error(`the root's checksum has ${bytes.length} bytes, not 8 or 32.`);
}

/** The record of where the structure lies. */
export function structureRecord(structure: StructurePlace): ExtensionRecord {
  const bytes = new Uint8Array(24);
  const view = new DataView(bytes.buffer);
  writeU64(view, 0, structure.start);
  writeU64(view, 8, structure.end);
  writeU64(view, 16, structure.front);
  return { tag: TRAILER_STRUCTURE, bytes };
}

/** The record of the user's own strings, in the order of their names' code units. */
export function metadataRecord(metadata: Readonly<Record<string, string>>): ExtensionRecord {
  const writer = new ByteWriter(256);
  const names = Object.keys(metadata).sort();
  writer.varint(names.length);
  for (const name of names) {
    writer.str(name);
    writer.str(metadata[name] as string);
  }
  return { tag: TRAILER_METADATA, bytes: writer.finish() };
}

function metadataOf(bytes: Uint8Array): ReadonlyMap<string, string> {
  const metadata = new Map<string, string>();
  const reader = new ByteReader(bytes);
  const count = reader.length(2);
  for (let left = count; left > 0; left--) metadata.set(reader.str(), reader.str());
  if (metadata.size < count) throw new Error(`the metadata has ${count} strings with ${metadata.size} names.`);
  return metadata;
}

function checkCrc(bytes: Uint8Array, end: number, stored: number, what: string, name: string, at: number): void {
  const actual = crc32(bytes, 0, end);
  if (actual === stored) return;
  throw new ChecksumMismatchError(
    `The ${what} of ${name} is damaged: its CRC-32 is ${hex32(actual)}, and should be ${hex32(stored)}.`,
    { byteOffset: at, expected: hex32(stored), actual: hex32(actual) },
  );
}

function damaged(what: string, name: string, at: number, expected: string, actual: string): CorruptChunkError {
  return new CorruptChunkError(`The ${what} of ${name} is damaged: expected ${expected}, found ${actual}.`, {
    byteOffset: at,
    expected,
    actual,
  });
}

function tooLarge(what: string, name: string, byteLength: number): LimitExceededError {
  return new LimitExceededError(
    `The ${what} of ${name} claims ${byteLength} bytes; at most ${MAX_TRAILER_BYTES} are read.`,
    { limit: "MAX_TRAILER_BYTES", expected: `<= ${MAX_TRAILER_BYTES} bytes`, actual: String(byteLength) },
  );
}
