/**
 * Step 1: which way a schema's values are ordered in a key. `descending(T)` is T with a mark: the same values, the same bytes in a
 * file, the opposite order as a key or a part of one.
 */

import { nodeOf, type RecursiveNode, requireInline, resolve, type SchemaNode } from "./node.ts";
import type { Schema } from "./types.ts";

interface Marked {
  readonly descending?: boolean;
}

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

/** Whether values of `schema` come in descending order. What is inside of it has a direction of its own. */
export function isDescending(schema: SchemaNode): boolean {
  return (schema as Marked).descending === true;
}

/**
 * The same, with the marks of all that `recursive` stands for on the way to a value.
 * @throws {SchemaMismatchError} as resolve
 */
export function isReversed(schema: SchemaNode): boolean {
  // Says so where there is no end to it.
  resolve(schema);
  let isDown = isDescending(schema);
  for (let at = schema; at.kind === "recursive"; ) {
    at = at.get();
    if (isDescending(at)) isDown = !isDown;
  }
  return isDown;
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
