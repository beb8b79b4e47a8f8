/** Step 1: which way a schema's values are ordered in a key, as its marks say; descending.ts makes those. */

import { resolve, type SchemaNode } from "./node.ts";

/** A schema with a mark, or without one. */
export interface Marked {
  readonly descending?: boolean;
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
