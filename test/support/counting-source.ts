/** A source without any of the shortcuts of memory: it has promises only, gives copies, and counts. */
import type { ByteRange, Source } from "parcode-web";

export interface CountingSource extends Source {
  /** Every read so far. */
  readonly reads: readonly ByteRange[];
  readonly bytesRead: number;
}

/**
 * `bytes` as a source that has to be fetched from.
 * @param frontBytes How much of the front comes with the length, as over HTTP.
 */
export function countingSource(bytes: Uint8Array, frontBytes?: number): CountingSource {
  const reads: ByteRange[] = [];
  return {
    name: "the counting source",
    reads,
    ...(frontBytes === undefined ? {} : { front: bytes.slice(0, frontBytes) }),
    get bytesRead() {
      return reads.reduce((total, { start, end }) => total + end - start, 0);
    },
    async size() {
      await Promise.resolve();
      return bytes.length;
    },
    async read(range) {
      reads.push(range);
      await Promise.resolve();
      if (range.start < 0 || range.start >= range.end || range.end > bytes.length) {
        throw new Error(`A read of ${range.start} to ${range.end} in a file of ${bytes.length} bytes.`);
      }
      return bytes.slice(range.start, range.end);
    },
  };
}
