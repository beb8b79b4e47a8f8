/**
 * What a schema says about the data, as bytes that a file can hold, and back. In: a schema. Out: its description, which
 * is the same for all schemas that mean the same; or the other way round.
 */

import { ILL_FORMED, utf8Length } from "../bytes/utf8.ts";
import { SchemaMismatchError } from "../errors.ts";
import type { SchemaNode } from "../schema/node.ts";
import { build } from "./build.ts";
import { corrupt, limit, readTable, writeTable } from "./bytes.ts";
import { checkTable } from "./check.ts";
import { collect } from "./collect.ts";
import { merge } from "./merge.ts";
import { MAX_DESCRIPTION_BYTES, type Refuse, type Table, walk } from "./table.ts";

/**
 * The description of `schema`. Two schemas have the same one exactly if they say the same about the data: names, order,
 * kinds and placements, but neither codecs nor the sizes of shards and buckets, which readers need not know.
 *
 * Takes n log n time for a schema of n parts: some 0.1 ms for one of fifty.
 * @throws {SchemaMismatchError} No description can hold it: more than 65,536 parts, more than 1 MiB, 512 levels; or it has
 * no values, or keys without a hash or an order. The path says where.
 */
export function describeSchema(schema: SchemaNode): Uint8Array {
  const bytes = writeTable(tableOf(schema));
  if (bytes.length <= MAX_DESCRIPTION_BYTES) return bytes;
  const expected = `a schema whose description takes at most ${MAX_DESCRIPTION_BYTES} bytes`;
  throw mismatch("", expected, `${bytes.length} bytes`);
}

/** The table of a schema, the smallest there is, checked. */
export function tableOf(schema: SchemaNode): Table {
  const collected = collect(schema);
  const { table, origins } = merge(collected.table);
  const refuse: Refuse = (index, expected, actual, reason) =>
    mismatch(collected.pathOf(origins[index] as number), expected, actual, reason?.cause);
  checkNames(table, refuse);
  checkTable(table, walk(table), refuse);
  return table;
}

function checkNames(table: Table, refuse: Refuse): void {
  table.forEach(({ names }, index) => {
    for (const name of names ?? []) {
      if (utf8Length(name) === ILL_FORMED) throw refuse(index, "names without lone surrogates", JSON.stringify(name));
    }
  });
}

function mismatch(path: string, expected: string, actual: string, cause?: unknown): SchemaMismatchError {
  const at = path === "" ? "" : `${path}: `;
  return new SchemaMismatchError(`${at}Expected ${expected}, found ${actual}.`, { path, expected, actual, cause });
}

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
