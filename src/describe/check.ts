/** What must hold in a table, whether it comes from a schema or from a file. In: a table. Out: nothing, or an error. */

import { SchemaMismatchError } from "../errors.ts";
import { requireOrdered } from "../schema/compare.ts";
import { requireHashable } from "../schema/hashable.ts";
import type { SchemaNode } from "../schema/node.ts";
import {
  isPlacement,
  type Kind,
  MAX_DESCRIPTION_DEPTH,
  MAX_DESCRIPTION_EMPTY_PARTS,
  type Refuse,
  type Table,
  type TableNode,
} from "./table.ts";
import { usersOf, type Walk } from "./walk.ts";

/** Checks all that the builders of schemas cannot see where parts refer to each other in cycles. */
export function checkTable(table: Table, walk: Walk, refuse: Refuse): void {
  if (walk.depth > MAX_DESCRIPTION_DEPTH) {
    throw refuse(0, `at most ${MAX_DESCRIPTION_DEPTH} levels of nesting`, `${walk.depth}`, {
      limit: "MAX_DESCRIPTION_DEPTH",
    });
  }
  table.forEach(({ kind, parts }, index) => {
    for (const part of parts) checkPart(kind, (table[part] as TableNode).kind, index, refuse);
  });
  checkFinite(table, refuse);
  checkEmptyParts(table, refuse);
  checkKeys(table, "hashMap", requireHashable, refuse);
  checkKeys(table, "sortedMap", requireOrdered, refuse);
}

/** Placements only where they have a place of their own, and two nulls never in one option. */
function checkPart(kind: Kind, part: Kind, index: number, refuse: Refuse): void {
  const isNull = part === "option" || part === "unit";
  switch (kind) {
    case "struct":
      return;
    case "recursive":
      if (isNull) return;
      throw refuse(index, "an option or a unit behind recursive()", part);
    case "option":
      if (isNull) throw refuse(index, "an option of what is not null itself", `option(${part})`);
      break;
    case "chunk":
      if (part === "recursive") throw refuse(index, "a chunk of something else than recursive()", part);
      break;
    default:
  }
  if (isPlacement(part)) throw refuse(index, `no placement directly inside of ${kind}()`, `${part}()`);
}

/** A schema whose values would contain themselves whatever they are has no values. */
function checkFinite(table: Table, refuse: Refuse): void {
  const finite = new Set(settle(table, partsThatMustBe));
  if (finite.size === table.length) return;
  const index = table.findIndex((_, i) => !finite.has(i));
  throw refuse(
    index,
    "values that have an end",
    "a schema that contains itself: put it inside a vec, option or variant",
  );
}

/** How many parts of a node must have values so that it has one. */
function partsThatMustBe({ kind, parts, length }: TableNode): number {
  switch (kind) {
    case "struct":
    case "tuple":
      return parts.length;
    case "array":
      return length === 0 ? 0 : 1;
    case "variant":
    case "chunk":
    case "recursive":
      return 1;
    default:
      return 0;
  }
}

/** Nodes, each behind as many of its parts as it needs; without those for which there is no such order. */
function settle(table: Table, needs: (node: TableNode) => number): readonly number[] {
  const users = usersOf(table);
  const missing = table.map(needs);
  const settled = missing.flatMap((count, index) => (count === 0 ? [index] : []));
  for (const index of settled) {
    for (const user of users[index] as readonly number[]) {
      const left = (missing[user] as number) - 1;
      missing[user] = left;
      if (left === 0) settled.push(user);
    }
  }
  return settled;
}

/** A value whose parts take no bytes must not have many of them. */
function checkEmptyParts(table: Table, refuse: Refuse): void {
  const takesBytes = new Uint8Array(table.length);
  const empty = new Float64Array(table.length);
  for (const index of settle(table, (node) => (isPaid(node) ? 0 : partsThatMustBe(node)))) {
    const node = table[index] as TableNode;
    takesBytes[index] = Number(
      isPaid(node) || (node.length !== 0 && node.parts.some((part) => takesBytes[part] === 1)),
    );
    const count = isPaid(node) ? 0 : emptyPartsOf(node, empty, takesBytes[index] === 1);
    empty[index] = count + 1 - (takesBytes[index] as number);
    if (count > MAX_DESCRIPTION_EMPTY_PARTS) {
      const actual = `${count}, such as units and empty arrays`;
      throw refuse(index, `at most ${MAX_DESCRIPTION_EMPTY_PARTS} parts that take no bytes in one value`, actual, {
        limit: "MAX_DESCRIPTION_EMPTY_PARTS",
      });
    }
  }
}

/** Kinds with a length, tag or content in front of their parts, which those are read after. */
function isPaid({ kind }: TableNode): boolean {
  return kind !== "struct" && kind !== "tuple" && kind !== "array" && !WRAPPERS.has(kind) && kind !== "unit";
}

const WRAPPERS: ReadonlySet<Kind> = new Set<Kind>(["chunk", "recursive"]);

function emptyPartsOf({ kind, parts, length }: TableNode, empty: Float64Array, takesBytes: boolean): number {
  const count = parts.reduce((total, part) => total + (empty[part] as number), 0);
  if (kind !== "array") return count;
  // Items that take bytes pay for what is inside of them.
  return takesBytes ? 0 : count * (length as number);
}

/** Keys as deep as they go, also behind what leads back. */
function checkKeys(
  table: Table,
  kind: "hashMap" | "sortedMap",
  require: (schema: SchemaNode) => void,
  refuse: Refuse,
): void {
  const seen = new Uint8Array(table.length);
  table.forEach((map, index) => {
    if (map.kind !== kind) return;
    const pending = [map.parts[0] as number];
    for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
      if (seen[at] !== 0) continue;
      seen[at] = 1;
      const node = table[at] as TableNode;
      requireKey(node.kind, require, (cause) =>
        refuse(index, cause.expected ?? "a key", cause.actual ?? node.kind, { cause }),
      );
      pending.push(...node.parts);
    }
  });
}

function requireKey(
  kind: Kind,
  require: (schema: SchemaNode) => void,
  refuse: (cause: SchemaMismatchError) => unknown,
): void {
  // The kind alone, with parts that any key may have: they are looked at on their own.
  const unit = { kind: "unit" };
  const shallow = { kind, item: unit, items: [], fields: {}, variants: {}, get: () => unit };
  try {
    require(shallow as unknown as SchemaNode);
  } catch (error) {
    throw error instanceof SchemaMismatchError ? refuse(error) : error;
  }
}
