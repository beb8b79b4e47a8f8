/**
 * What a schema says about the data, as bytes that a file can hold. In: a schema. Out: its description, which is the same
 * for all schemas that mean the same. Twin of read.ts.
 */

import { ILL_FORMED, utf8Length } from "../bytes/utf8-write.ts";
import { SchemaMismatchError } from "../errors.ts";
import type { SchemaNode } from "../schema/node.ts";
import { writeTable } from "./bytes.ts";
import { checkTable } from "./check.ts";
import { collect } from "./collect.ts";
import { merge } from "./merge.ts";
import { MAX_DESCRIPTION_BYTES, type Refuse, type Table } from "./table.ts";
import { walk } from "./walk.ts";

/**
 * The description of `schema`. Two schemas have the same one exactly if they say the same about the data: names, order,
 * kinds and placements, but neither codecs nor the sizes of shards and buckets, which readers need not know.
 *
 * Takes n log n time for a schema of n parts, once: some 0.1 ms for one of fifty. The bytes are shared, and not to be changed.
 * @throws {SchemaMismatchError} No description can hold it: more than 65,536 parts, more than 1 MiB, 512 levels; or it has
 * no values, or keys without a hash or an order. The path says where.
 */
export function describeSchema(schema: SchemaNode): Uint8Array {
  let bytes = descriptions.get(schema);
  if (bytes === undefined) {
    bytes = writeTable(tableOf(schema));
    if (bytes.length > MAX_DESCRIPTION_BYTES) {
      const expected = `a schema whose description takes at most ${MAX_DESCRIPTION_BYTES} bytes`;
      throw mismatch("", expected, `${bytes.length} bytes`);
    }
    descriptions.set(schema, bytes);
  }
  return bytes;
}

/** Schemas do not change, and are written and opened with again and again. */
const descriptions = new WeakMap<SchemaNode, Uint8Array>();

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
