/**
 * Checksums of chunks: each chunk's stands with its parent, the root's in the trailer, so that who verifies what was read
 * has verified the path to it. In: stored bytes. Out: checksums, or a typed error that names both.
 */

import { ChecksumMismatchError } from "../errors.ts";
import type { ChildRef } from "./bounds.ts";

/** A way to compute checksums; the implementations are in codec/. */
export interface Checksum {
  readonly name: "xxh64" | "blake3";
  /** Bytes of one checksum. */
  readonly byteLength: number;
  /** Tag of the extension record that holds those of a chunk's children. */
  readonly recordTag: number;
  /** Writes the checksum of `bytes[start, end)` to `out`, from `at` on. */
  write(bytes: Uint8Array, start: number, end: number, out: Uint8Array, at: number): void;
}

/** Checksums by number, in one buffer: a file may have millions of chunks. */
export class ChecksumList {
  readonly checksum: Checksum;
  private bytes = new Uint8Array(1024);
  private count = 0;

  constructor(checksum: Checksum) {
    this.checksum = checksum;
  }

  /** Computes one; returns its number. */
  add(bytes: Uint8Array, start: number, end: number): number {
    const index = this.reserve();
    this.set(index, bytes, start, end);
    return index;
  }

  /** The number of one that is computed later. */
  reserve(): number {
    const { byteLength } = this.checksum;
    if ((this.count + 1) * byteLength > this.bytes.length) {
      const larger = new Uint8Array(this.bytes.length * 2);
      larger.set(this.bytes);
      this.bytes = larger;
    }
    return this.count++;
  }

  /** Computes the one with this number. */
  set(index: number, bytes: Uint8Array, start: number, end: number): void {
    this.checksum.write(bytes, start, end, this.bytes, index * this.checksum.byteLength);
  }

  /** A view of checksum `index`; it holds until the next `add`. */
  get(index: number): Uint8Array {
    const { byteLength } = this.checksum;
    return this.bytes.subarray(index * byteLength, (index + 1) * byteLength);
  }
}

/**
 * Compares a chunk's stored bytes with its checksum.
 * @throws {ChecksumMismatchError} They are not the bytes that were written.
 */
export function verifyChecksum(checksum: Checksum, bytes: Uint8Array, ref: ChildRef, expected: Uint8Array): void {
  const actual = new Uint8Array(checksum.byteLength);
  checksum.write(bytes, 0, bytes.length, actual, 0);
  for (let i = 0; i < actual.length; i++) {
    if (actual[i] !== expected[i]) throw mismatch(checksum, ref, expected, actual);
  }
}

function mismatch({ name }: Checksum, ref: ChildRef, expected: Uint8Array, actual: Uint8Array): ChecksumMismatchError {
  const [wanted, found] = [hex(expected), hex(actual)];
  return new ChecksumMismatchError(
    `The chunk at offset ${ref.offset}, ${ref.length} bytes, is damaged: its ${name} is ${found}, and should be ${wanted}. Read it again from its origin, or replace the file.`,
    { chunkOffset: ref.offset, expected: wanted, actual: found },
  );
}

/** Bytes as lower-case hexadecimal digits. */
export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
