/** The 26 bytes at the end of a file. In: bytes. Out: version and root, checked against the file's length. */

import { crc32 } from "../bytes/crc32.ts";
import { TWO_POW_32 } from "../bytes/varint.ts";
import { ChecksumMismatchError, NotAParcodeFileError, UnsupportedVersionError } from "../errors.ts";
import { type ChildRef, checkRef, type Limits } from "./bounds.ts";
import {
  FOOTER_BYTES,
  FOOTER_CHECKSUM_AT,
  FOOTER_MAGIC,
  FOOTER_ROOT_LENGTH_AT,
  FOOTER_ROOT_OFFSET_AT,
  FOOTER_VERSION_AT,
  VERSION_EXTENDED,
  VERSION_PARCODE,
} from "./layout.ts";

export interface Footer {
  readonly version: number;
  readonly root: ChildRef;
  /**
   * "valid": its checksum is that of its bytes, and a trailer stands in front of it. "none": 0, not computed. "other": of
   * another writer, or damaged.
   */
  readonly checksum: "valid" | "none" | "other";
}

/** First byte of the footer in a file of `fileLength` bytes. */
export function footerStart(fileLength: number, name: string): number {
  if (fileLength >= FOOTER_BYTES) return fileLength - FOOTER_BYTES;
  throw new NotAParcodeFileError(
    `${name} has ${fileLength} bytes; a .par file has at least the ${FOOTER_BYTES} bytes of its footer. Is it complete?`,
    { byteOffset: fileLength, expected: `>= ${FOOTER_BYTES} bytes`, actual: `${fileLength} bytes` },
  );
}

/**
 * Reads the last {@link FOOTER_BYTES} bytes of a file.
 * @throws {NotAParcodeFileError} No magic. @throws {UnsupportedVersionError} @throws {CorruptChunkError} The root lies outside.
 */
export function readFooter(bytes: Uint8Array, fileLength: number, limits: Limits, name: string): Footer {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = view.getUint32(0, true);
  if (magic !== FOOTER_MAGIC) {
    const actual = [...bytes.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    throw new NotAParcodeFileError(
      `${name} is no .par file, or its end was cut off: expected "PAR4" (50 41 52 34) ${FOOTER_BYTES} bytes before the end, found ${actual}.`,
      { byteOffset: fileLength - FOOTER_BYTES, expected: "50 41 52 34", actual },
    );
  }
  const version = checkVersion(
    view.getUint16(FOOTER_VERSION_AT, true),
    fileLength - FOOTER_BYTES + FOOTER_VERSION_AT,
    name,
  );
  const root = { offset: readU64(view, FOOTER_ROOT_OFFSET_AT), length: readU64(view, FOOTER_ROOT_LENGTH_AT) };
  checkRef(root, fileLength - FOOTER_BYTES, limits, () => "The footer's root chunk");
  const stored = view.getUint32(FOOTER_CHECKSUM_AT, true);
  return { version, root, checksum: stored === 0 ? "none" : stored === footerChecksum(bytes) ? "valid" : "other" };
}

/** The error for a footer whose checksum does not hold although it has to. */
export function footerDamage(bytes: Uint8Array, byteOffset: number, name: string): ChecksumMismatchError {
  const stored = new DataView(bytes.buffer, bytes.byteOffset).getUint32(FOOTER_CHECKSUM_AT, true);
  const actual = footerChecksum(bytes);
  return new ChecksumMismatchError(
    `The footer of ${name}, its last ${FOOTER_BYTES} bytes, is damaged: its CRC-32 is ${hex32(actual)}, and should be ${hex32(stored)}.`,
    { byteOffset, expected: hex32(stored), actual: hex32(actual) },
  );
}

/** The version, if it is one that can be read. @throws {UnsupportedVersionError} */
export function checkVersion(version: number, byteOffset: number, name: string): number {
  if (version === VERSION_PARCODE || version === VERSION_EXTENDED) return version;
  throw new UnsupportedVersionError(
    `${name} has format version ${version}; this library reads versions 4 and 0x8004. A newer library may read it.`,
    { version, byteOffset, expected: "4 or 0x8004", actual: String(version) },
  );
}

/** 0 means that there is none, so a CRC-32 of 0 is stored as 1. */
function footerChecksum(bytes: Uint8Array): number {
  return crc32(bytes, 0, FOOTER_CHECKSUM_AT) || 1;
}

/** A CRC-32 as text. */
export function hex32(value: number): string {
  return value.toString(16).padStart(8, "0");
}

/** The footer of a file; its checksum is 0, "not computed", unless it is to be `checked`. */
export function writeFooter(footer: Omit<Footer, "checksum"> & { readonly checked: boolean }): Uint8Array {
  const bytes = new Uint8Array(FOOTER_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, FOOTER_MAGIC, true);
  view.setUint16(FOOTER_VERSION_AT, footer.version, true);
  writeU64(view, FOOTER_ROOT_OFFSET_AT, footer.root.offset);
  writeU64(view, FOOTER_ROOT_LENGTH_AT, footer.root.length);
  view.setUint32(FOOTER_CHECKSUM_AT, footer.checked ? footerChecksum(bytes) : 0, true);
  return bytes;
}

/** A u64 as a number; beyond 2^53 it is inexact, and so large that every bound refuses it. */
export function readU64(view: DataView, at: number): number {
  return view.getUint32(at + 4, true) * TWO_POW_32 + view.getUint32(at, true);
}

/** A u64 from a number, 0 <= value < 2^53. */
export function writeU64(view: DataView, at: number, value: number): void {
  view.setUint32(at, value >>> 0, true);
  view.setUint32(at + 4, Math.floor(value / TWO_POW_32), true);
}
