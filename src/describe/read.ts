/**
 * What a file says about its data. In: a description. Out: the schema that it describes. Twin of describe.ts, apart from it
 * because only those who lack a schema, or have another one, need it.
 */

import type { SchemaNode } from "../schema/node.ts";
import { build } from "./build.ts";
import { checkTable } from "./check.ts";
import { corrupt, limit, readTable } from "./read-table.ts";
import type { Refuse } from "./table.ts";
import { walk } from "./walk.ts";

/**
 * The schema of a description, as the builders make it. The bytes may be hostile; what is found wrong carries its place
 * in them as `byteOffset`. Cost: linear in the bytes.
 * @throws {CorruptChunkError} The bytes are no description, or say what no schema can be.
 * @throws {LimitExceededError} More than 1 MiB, 65,536 nodes, 512 levels or 256 parts without bytes.
 * @throws {UnsupportedVersionError} A description of a later version of the format.
 */
export function readDescription(bytes: Uint8Array): SchemaNode {
  const { table, offsets } = readTable(bytes);
  const refuse: Refuse = (index, expected, actual, reason) => {
    const at = offsets[index] as number;
    return reason?.limit === undefined
      ? corrupt(at, expected, actual, reason?.cause)
      : limit(reason.limit, expected, actual, at);
  };
  const way = walk(table);
  checkTable(table, way, refuse);
  return build(table, way, refuse);
}
