/** Step 7: a file that was pinned is that file, or is not read. */

import { xxh64Checksum } from "../codec/checksum.ts";
import { ChecksumMismatchError, InvalidOptionError } from "../errors.ts";
import type { Checksum } from "../format/integrity.ts";
import type { Opening } from "./opening.ts";

/** What guards the chunks of a file: a checksum that finds damage, a digest that resists forgery too, or nothing. */
export type Integrity = "none" | "xxh64" | "blake3";

export function integrityOf(records: Opening["records"]): Integrity {
  const byteLength = records?.rootChecksum?.length;
  return byteLength === undefined ? "none" : byteLength === 8 ? "xxh64" : "blake3";
}

/** What of a reader's options is about this. */
export interface GuardOptions {
  readonly verify: boolean;
  readonly integrity?: string | undefined;
}

/** What guards a file's chunks, and the file's pin. */
export interface Guard {
  readonly checksum: Checksum | undefined;
  readonly pin: string | undefined;
}

/** Whether BLAKE3 has to be there to read the file. */
export function needsBlake3({ records }: Opening, { verify }: GuardOptions): boolean {
  return verify && integrityOf(records) === "blake3";
}

/**
 * What guards the chunks of a file.
 * @param blake3 Where {@link needsBlake3} says so.
 * @throws {ChecksumMismatchError} The file is another one than was pinned. @throws {InvalidOptionError} It cannot be pinned.
 */
export function guardOf({ records }: Opening, options: GuardOptions, blake3: Guard | undefined): Guard {
  const { verify, integrity } = options;
  const kind = integrityOf(records);
  if (kind !== "blake3") {
    if (integrity !== undefined) throw notPinnable(kind);
    return { checksum: verify && kind === "xxh64" ? xxh64Checksum : undefined, pin: undefined };
  }
  if (blake3 === undefined) return { checksum: undefined, pin: undefined };
  if (integrity !== undefined && blake3.pin !== integrity) throw notPinned(blake3.pin, integrity);
  return blake3;
}

function notPinned(actual: string | undefined, expected: string): ChecksumMismatchError {
  return new ChecksumMismatchError(
    `The file is not the one that was pinned: its pin is ${actual}, and should be ${expected}.`,
    { expected, actual },
  );
}

/** The error for a pin of a file that cannot have one. */
function notPinnable(kind: Integrity): InvalidOptionError {
  const reason =
    kind === "none"
      ? "it has no checksums"
      : "its chunks are guarded by XXH64, which finds damage, but which anybody can forge";
  return new InvalidOptionError(
    `The option integrity cannot be used with this file: ${reason}. Write it with checksums: "blake3".`,
    { option: "integrity", expected: 'a file with checksums "blake3"', actual: `a file with checksums "${kind}"` },
  );
}
