/** Step 7: a file that was pinned is that file, or is not read. */

import { ChecksumMismatchError, InvalidOptionError } from "../errors.ts";
import type { Checksum } from "../format/integrity.ts";
import type { Integrity } from "./verify.ts";

/** What guards a file's chunks, and the file's pin. */
export interface Guard {
  readonly checksum: Checksum | undefined;
  readonly pin: string | undefined;
}

/** @throws {ChecksumMismatchError} The file is another one than was pinned. */
export function requirePinned(actual: string, expected: string): void {
  if (actual === expected) return;
  throw new ChecksumMismatchError(
    `The file is not the one that was pinned: its pin is ${actual}, and should be ${expected}.`,
    { expected, actual },
  );
}

/** The error for a pin of a file that cannot have one. */
export function notPinnable(kind: Integrity): InvalidOptionError {
  const reason =
    kind === "none"
      ? "it has no checksums"
      : "its chunks are guarded by XXH64, which finds damage, but which anybody can forge";
  return new InvalidOptionError(
    `The option integrity cannot be used with this file: ${reason}. Write it with checksums: "blake3".`,
    { option: "integrity", expected: 'a file with checksums "blake3"', actual: `a file with checksums "${kind}"` },
  );
}
