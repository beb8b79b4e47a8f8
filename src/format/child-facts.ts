/** What a chunk says about its children in its extension block. In: records that may be hostile. Out: complete references. */

import { ByteReader } from "../bytes/reader.ts";
import { MARKER_U16 } from "../bytes/varint.ts";
import { CorruptChunkError } from "../errors.ts";
import { type ChildRef, corrupt, subtreeStart } from "./bounds.ts";
import { type ExtensionRecord, recordOf } from "./extension.ts";
import type { Checksum } from "./integrity.ts";
import { EXTENSION_SUBTREES } from "./layout.ts";

/** The chunk whose children they are. */
interface Parent {
  readonly offset: number;
  readonly childCount: number;
}

export class ChildFacts {
  private readonly parentOffset: number;
  private readonly checksums: Uint8Array | undefined;
  private readonly checksumBytes: number;
  /** For each child, how far in front of it its descendants begin, in bytes. */
  private readonly distances: Float64Array | undefined;

  /** @throws {CorruptChunkError} A record does not fit the number of children, or one is missing that the file promises. */
  constructor(parent: Parent, records: readonly ExtensionRecord[], checksum: Checksum | undefined) {
    this.parentOffset = parent.offset;
    this.checksumBytes = checksum?.byteLength ?? 0;
    this.checksums = checksum === undefined ? undefined : checksumsOf(parent, records, checksum);
    this.distances = distancesOf(parent, recordOf(records, EXTENSION_SUBTREES));
  }

  /** `ref`, which is child `index`, with what is known about it. @throws {CorruptChunkError} Its descendants are no place. */
  complete(ref: ChildRef, index: number): ChildRef {
    const { checksums, distances, checksumBytes } = this;
    if (checksums === undefined && distances === undefined) return ref;
    const { offset, length } = ref;
    const checksum = checksums?.subarray(index * checksumBytes, (index + 1) * checksumBytes);
    if (distances === undefined) return { offset, length, checksum, start: undefined };
    const distance = distances[index] as number;
    return {
      offset,
      length,
      checksum,
      start: distance === 0 ? offset : subtreeStart(ref, distance, this.parentOffset),
    };
  }
}

function checksumsOf(parent: Parent, records: readonly ExtensionRecord[], checksum: Checksum): Uint8Array {
  const bytes = recordOf(records, checksum.recordTag);
  const expected = parent.childCount * checksum.byteLength;
  if (bytes?.length === expected) return bytes;
  const actual = bytes === undefined ? "none" : `${bytes.length} bytes of them`;
  throw corrupt(parent.offset, `checksums of its ${parent.childCount} children, ${expected} bytes`, actual);
}

function distancesOf(parent: Parent, bytes: Uint8Array | undefined): Float64Array | undefined {
  if (bytes === undefined) return undefined;
  if (bytes.length < parent.childCount) {
    throw corrupt(parent.offset, `starts for ${parent.childCount} children`, `${bytes.length} bytes`);
  }
  const distances = new Float64Array(parent.childCount);
  let reader: ByteReader | undefined;
  try {
    for (let i = 0; i < distances.length; i++) {
      // Children without descendants have 0, most others little: a reader comes with the first that takes more than a byte.
      const byte = bytes[i] as number;
      if (reader === undefined && byte < MARKER_U16) distances[i] = byte;
      else {
        reader ??= new ByteReader(bytes, i);
        distances[i] = reader.uint();
      }
    }
  } catch (error) {
    const actual = error instanceof CorruptChunkError ? (error.actual ?? error.message) : String(error);
    throw corrupt(parent.offset, `starts for ${parent.childCount} children`, actual);
  }
  return distances;
}
