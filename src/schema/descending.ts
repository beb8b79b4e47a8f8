/**
 * Step 1: marks on schemas that turn the order of keys around. `descending(T)` is T with a mark: the same values, the same bytes in a
 * file, the opposite order as a key or a part of one. order.ts says which way a schema goes.
 */

import { nodeOf, type RecursiveNode, requireInline, type SchemaNode } from "./node.ts";
import { isDescending, type Marked } from "./order.ts";
import type { Schema } from "./types.ts";

/**
 * The same values in the opposite order, for keys of `sortedMap` and `orderedKey` or parts of them: `tuple([str, descending(i64)])`.
 * Elsewhere it means nothing. Twice is as good as not at all.
 * @throws {SchemaMismatchError} `schema` is none, or has a placement, as `chunk(T)` has.
 */
export function descending<S extends Schema>(schema: S): S {
  const node = nodeOf(schema, "descending() needs a schema");
  requireInline("descending", node);
  return withDirection(schema, !isDescending(node));
}

/** What `recursive` stands for, with its mark. It may be `recursive` in turn, with a mark of its own. */
export function nextOf(node: RecursiveNode): SchemaNode {
  return nodeOf(node.get(), "The function of recursive() has to give a schema");
}

/** `schema` without its mark, if it has one. */
export function ascending(schema: SchemaNode): SchemaNode {
  return withDirection(schema, false);
}

/** `schema` with a mark or without; itself if it is so. */
export function withDirection<S extends Schema>(schema: S, isDown: boolean): S {
  const { descending: mark, ...rest } = schema as S & Marked;
  if ((mark === true) === isDown) return schema;
  return Object.freeze(isDown ? { ...rest, descending: true } : rest) as unknown as S;
}
