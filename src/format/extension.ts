/**
 * The extension block at the end of a payload: records of tag, size and bytes, then the length of them all. Readers
 * that do not know it look at the payload's front only; readers that do skip tags they do not know.
 */

import { ByteReader } from "../bytes/reader.ts";
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

/** The records that fill the rest of `reader`; their bytes are views. @throws {CorruptChunkError} A record is cut off. */
export function readRecords(reader: ByteReader): readonly ExtensionRecord[] {
  const records: ExtensionRecord[] = [];
  while (reader.remaining > 0) {
    const tag = reader.u32();
    records.push({ tag, bytes: reader.take(reader.length(1)) });
  }
  return records;
}

/** Bytes of the first record with this tag. */
export function recordOf(records: readonly ExtensionRecord[], tag: number): Uint8Array | undefined {
  return records.find((record) => record.tag === tag)?.bytes;
}

/** Where the plain payload ends and which records follow it. */
export function splitExtension(
  payload: Uint8Array,
  chunkOffset: number,
): { plainLength: number; records: readonly ExtensionRecord[] } {
  const recordsEnd = payload.length - EXTENSION_LENGTH_BYTES;
  if (recordsEnd < 0) throw corrupt(chunkOffset, "an extension block", `a payload of ${payload.length} bytes`);
  const length = new ByteReader(payload, recordsEnd).fixedU32();
  if (length > recordsEnd)
    throw corrupt(chunkOffset, `extension records of at most ${recordsEnd} bytes`, String(length));
  const reader = new ByteReader(payload, recordsEnd - length, recordsEnd);
  try {
    return { plainLength: recordsEnd - length, records: readRecords(reader) };
  } catch (error) {
    if (!(error instanceof CorruptChunkError)) throw error;
    throw corrupt(chunkOffset, `extension records in ${length} bytes`, error.message);
  }
}
