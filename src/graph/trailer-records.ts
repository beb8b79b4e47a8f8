/** Step 3: what trailer and head say. In: where the structure lies, the root's checksum, records of the writer's. Out: records, and their lengths. */

import type { StructurePlace } from "../format/bounds.ts";
import type { ExtensionRecord } from "../format/extension.ts";
import type { Checksum } from "../format/integrity.ts";
import { TRAILER_ROOT_CHECKSUM } from "../format/layout.ts";
import { headLength, recordBytes, structureRecord } from "../format/trailer.ts";

/** What is known of them before a file is written. */
export interface KnownRecords {
  readonly checksum?: Checksum | undefined;
  readonly records: readonly ExtensionRecord[];
}

/** Length of the head of a file with this checksum and these records besides its own. */
export function headBytes(known: KnownRecords): number {
  return headLength(recordsLength(known));
}

/** Length of all records of such a file, as stored. */
export function recordsLength({ checksum, records }: KnownRecords): number {
  const rootChecksum = checksum === undefined ? undefined : new Uint8Array(checksum.byteLength);
  return recordBytes(trailerRecords({ start: 0, end: 0, front: 0 }, rootChecksum, records)).length;
}

export function trailerRecords(
  structure: StructurePlace,
  rootChecksum: Uint8Array | undefined,
  more: readonly ExtensionRecord[],
): readonly ExtensionRecord[] {
  const root = rootChecksum === undefined ? [] : [{ tag: TRAILER_ROOT_CHECKSUM, bytes: rootChecksum }];
  return [structureRecord(structure), ...root, ...more];
}
