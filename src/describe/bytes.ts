/** Table → bytes; docs/FORMAT.md says how they look. Twin of read-table.ts. */

import { ByteWriter } from "../bytes/writer.ts";
import { DESCENDING, KIND_NUMBERS, type Table, type TableNode } from "./table.ts";

/** First number of a description. */
export const DESCRIPTION_VERSION = 1;

/** Most descriptions are smaller; the writers grow. */
const INITIAL_BYTES = 1024;

/** The bytes of a table, of exactly their length. */
export function writeTable(table: Table): Uint8Array {
  const writer = new ByteWriter(INITIAL_BYTES);
  const body = new ByteWriter(INITIAL_BYTES);
  writer.varint(DESCRIPTION_VERSION);
  writer.varint(table.length);
  for (const node of table) {
    body.reset();
    writeBody(body, node);
    writer.varint(KIND_NUMBERS[node.kind] + (node.isDescending ? DESCENDING : 0));
    writer.varint(body.byteLength);
    writer.raw(body.peek());
  }
  return writer.finish().slice();
}

function writeBody(body: ByteWriter, { kind, parts, names, length, element }: TableNode): void {
  if (element !== undefined) body.varint(KIND_NUMBERS[element]);
  if (kind === "tuple" || names !== undefined) body.varint(parts.length);
  parts.forEach((part, i) => {
    if (names !== undefined) body.str(names[i] as string);
    body.varint(part);
  });
  if (length !== undefined) body.varint(length);
}
