/** Step 7: both ends of a file, compared with each other: for a check of all of it. */

import { CorruptChunkError } from "../errors.ts";
import { FOOTER_BYTES, TRAILER_TAIL_BYTES } from "../format/layout.ts";
import { headLength, readHead } from "../format/trailer.ts";
import { findEnd, type OpeningOptions, type Ranges } from "./opening.ts";

/**
 * Reads the end of a file and its head, whichever of them opening has used.
 * @returns Bytes of head, trailer and footer together.
 * @throws {ChecksumMismatchError} @throws {CorruptChunkError} One of them is damaged, or they name different roots.
 */
export function* checkEnds(options: OpeningOptions): Ranges<number> {
  const { byteLength, limits, name } = options;
  const end = yield* findEnd({ ...options, front: undefined });
  const trailerBytes = end.records === undefined ? 0 : end.records.bytes.length + TRAILER_TAIL_BYTES;
  const headBytes = headLength(end.records?.bytes.length ?? 0);
  const frontBytes = end.records?.structure?.front ?? 0;
  if (frontBytes === 0) return trailerBytes + FOOTER_BYTES;
  const front = yield { start: 0, end: headBytes };
  const head = readHead(front, byteLength, limits, name);
  const isSame = head?.root.offset === end.root.offset && head.root.length === end.root.length;
  if (isSame && head.records.bytes.every((byte, i) => byte === end.records?.bytes[i])) {
    return headBytes + trailerBytes + FOOTER_BYTES;
  }
  const actual = head === undefined ? "other bytes" : `a head with its root at ${head.root.offset}`;
  throw new CorruptChunkError(
    `The head of ${name}, its first ${headBytes} bytes, is damaged: expected what its end says, found ${actual}.`,
    { byteOffset: 0, expected: "what the end of the file says", actual },
  );
}
