/**
 * Step 1: which way a schema's values are ordered in a key. `descending(T)` is T with a mark: the same values, the same bytes in a
 * file, the opposite order in a key.
 */

import { nodeOf, requireInline, type SchemaNode } from "./node.ts";
import type { Schema } from "./types.ts";

interface Marked {
  readonly descending?: boolean;
}

/**
 * The same values in the opposite order, for a key of `orderedKey` or a part of one: `tuple([str, descending(i64)])`. Twice is as
 * good as not at all.
 * @throws {SchemaMismatchError} `schema` is none, or has a placement, as `chunk(T)` has.
 */
export function descending<S extends Schema>(schema: S): S {
  const node = nodeOf(schema, "descending() needs a schema");
  requireInline("descending", node);
  return withDirection(schema, !isDescending(node));
}

/** Whether values of `schema` come in descending order. What is inside of it has a direction of its own. */
export function isDescending(schema: SchemaNode): boolean {
  return (schema as Marked).descending === true;
}

/** `schema` without its mark, if it has one. */
export function ascending(schema: SchemaNode): SchemaNode {
  return isDescending(schema) ? withDirection(schema, false) : schema;
}

function withDirection<S extends Schema>(schema: S, isDown: boolean): S {
  const { descending: _, ...rest } = schema as S & Marked;
  return Object.freeze(isDown ? { ...rest, descending: true } : rest) as unknown as S;
}
