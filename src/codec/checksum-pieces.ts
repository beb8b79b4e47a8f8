/** Step 4: the checksums of chunks that lie in several pieces. In: the pieces, and the checksum that they should have. Out: whether they do. */

import { kernels } from "../../wasm/kernels.ts";
import type { Checksum } from "../format/integrity.ts";

const halves = new Uint32Array(2);

/** Whether `pieces`, one behind the other, have this checksum. Copies them where no kernel hashes them as they lie. */
export function matchesChecksum(checksum: Checksum, pieces: readonly Uint8Array[], expected: Uint8Array): boolean {
  if (checksum.name === "xxh64" && kernels.hashPieces(pieces, halves)) {
    return expected.every((byte, i) => byte === (((halves[i >> 2] as number) >>> ((i & 3) * 8)) & 0xff));
  }
  const bytes = joined(pieces);
  const actual = new Uint8Array(checksum.byteLength);
  checksum.write(bytes, 0, bytes.length, actual, 0);
  return actual.every((byte, i) => byte === expected[i]);
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((total, { length }) => total + length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
