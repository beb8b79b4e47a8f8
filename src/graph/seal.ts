/** Step 3: what a chunk says about its children. In: their places, once appended. Out: records for its extension block. */

import { ByteWriter } from "../bytes/writer.ts";
import type { ExtensionRecord } from "../format/extension.ts";
import type { ChecksumList } from "../format/integrity.ts";
import { EXTENSION_SUBTREES } from "../format/layout.ts";
import type { Place } from "./assemble.ts";

/** The children's checksums, and where their descendants begin if any has some. */
export function childRecords(children: readonly Place[], checksums: ChecksumList | undefined): ExtensionRecord[] {
  const records: ExtensionRecord[] = [];
  if (checksums !== undefined) {
    const { recordTag, byteLength } = checksums.checksum;
    const bytes = new Uint8Array(children.length * byteLength);
    children.forEach((child, i) => {
      bytes.set(checksums.get(child.checksumIndex), i * byteLength);
    });
    records.push({ tag: recordTag, bytes });
  }
  if (children.some(({ start, offset }) => start < offset)) {
    const writer = new ByteWriter(children.length * 3 + 16);
    for (const { start, offset } of children) writer.varint(offset - start);
    records.push({ tag: EXTENSION_SUBTREES, bytes: writer.finish() });
  }
  return records;
}
