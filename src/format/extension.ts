/**
 * The extension block at the end of a payload: records of tag, size and bytes, then the length of them all. Readers
 * that do not know it look at the payload's front only; readers that do skip tags they do not know.
 */

import { ByteReader } from "../bytes/reader.ts";
import { MARKER_U16 } from "../bytes/varint.ts";
import { ByteWriter } from "../bytes/writer.ts";
import { CorruptChunkError } from "../errors.ts";
import { corrupt } from "./bounds.ts";
import { EXTENSION_LENGTH_BYTES } from "./layout.ts";

export interface ExtensionRecord {
  readonly tag: number;
  readonly bytes: Uint8Array;
}

/** `payload` with its extension block behind it. */
export function appendExtension(payload: Uint8Array, records: readonly ExtensionRecord[]): Uint8Array {
  const writer = new ByteWriter(payload.length + 64);
  writer.raw(payload);
  writeRecords(writer, records);
  writer.fixedU32(writer.byteLength - payload.length);
  return writer.finish();
}

/** The block alone, to be stored behind its payload. */
export function extensionBlock(records: readonly ExtensionRecord[]): Uint8Array {
  const writer = new ByteWriter(64 + records.reduce((total, { bytes }) => total + bytes.length, 0));
  writeRecords(writer, records);
  writer.fixedU32(writer.byteLength);
  return writer.finish();
}

/** Records, one behind the other. */
export function writeRecords(writer: ByteWriter, records: readonly ExtensionRecord[]): void {
  for (const record of records) {
    writer.varint(record.tag);
    writer.varint(record.bytes.length);
    writer.raw(record.bytes);
  }
}

/** The records that fill `bytes[start, end)`; theirs are views. @throws {CorruptChunkError} A record is cut off. */
export function readRecords(bytes: Uint8Array, start: number, end: number): readonly ExtensionRecord[] {
  const records: ExtensionRecord[] = [];
  for (let at = start; at < end; ) {
    const tag = bytes[at] as number;
    const byteLength = bytes[at + 1] as number;
    const from = at + 2;
    // Tag and length in a byte each, as nearly all have them: every open file has some of these, and a reader costs more.
    if (from <= end && tag < MARKER_U16 && byteLength < MARKER_U16 && byteLength <= end - from) {
      at = from + byteLength;
      records.push({ tag, bytes: bytes.subarray(from, at) });
    } else {
      const reader = new ByteReader(bytes, at, end);
      records.push({ tag: reader.u32(), bytes: reader.take(reader.length(1)) });
      at = reader.position;
    }
  }
  return records;
}

/** Bytes of the first record with this tag. */
export function recordOf(records: readonly ExtensionRecord[], tag: number): Uint8Array | undefined {
  for (const record of records) if (record.tag === tag) return record.bytes;
  return undefined;
}

/** Where the plain payload ends and which records follow it. */
export function splitExtension(
  payload: Uint8Array,
  chunkOffset: number,
): { plainLength: number; records: readonly ExtensionRecord[] } {
  const recordsEnd = payload.length - EXTENSION_LENGTH_BYTES;
  if (recordsEnd < 0) throw corrupt(chunkOffset, "an extension block", `a payload of ${payload.length} bytes`);
  const low = (payload[recordsEnd] as number) | ((payload[recordsEnd + 1] as number) << 8);
  const high = (payload[recordsEnd + 2] as number) | ((payload[recordsEnd + 3] as number) << 8);
  const length = (low | (high << 16)) >>> 0;
  if (length > recordsEnd)
    throw corrupt(chunkOffset, `extension records of at most ${recordsEnd} bytes`, String(length));
  const plainLength = recordsEnd - length;
  try {
    return { plainLength, records: readRecords(payload, plainLength, recordsEnd) };
  } catch (error) {
    if (!(error instanceof CorruptChunkError)) throw error;
    throw corrupt(chunkOffset, `extension records in ${length} bytes`, error.message);
  }
}
