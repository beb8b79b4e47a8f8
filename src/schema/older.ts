/** Step 1: what a program says about a field of older files: the name that it had, and what it is where they do not have it. */

import { SchemaMismatchError } from "../errors.ts";
import { CHANGE, changeOf, type FieldChange } from "./change.ts";
import { copyOf } from "./copy.ts";
import { nodeOf } from "./node.ts";
import type { Infer, Schema } from "./types.ts";

/**
 * A field that older files may not have: there it is read as `value`.
 *
 * Nothing changes for writing, which wants the field, and for files that have it. A placement goes inside:
 * `withDefault(chunk(vec(str)), [])` is a handle to no items.
 * @param value The value, of which each reader gets a copy of its own; or a function that gives a fresh one each time.
 */
export function withDefault<S extends Schema>(schema: S, value: Infer<S> | (() => Infer<S>)): S {
  const missing = typeof value === "function" ? (value as () => unknown) : () => copyOf(value);
  return changed("withDefault", schema, { ...changeOf(schema), missing });
}

/**
 * A field, or an alternative of a variant, that was called `old` in older files: `{ health: renamed("hp", u32) }`. Where a
 * file has a field of the new name, that one is read. For a field that had several names: `renamed("b", renamed("a", T))`.
 */
export function renamed<S extends Schema>(old: string, schema: S): S {
  if (typeof old !== "string") {
    throw new SchemaMismatchError('renamed() needs the old name and a schema, as in renamed("hp", u32).', {
      expected: "a name",
      actual: typeof old,
    });
  }
  const change = changeOf(schema);
  return changed("renamed", schema, { ...change, names: [old, ...change.names] });
}

/** The same schema once more, since what is said is said of one field. */
function changed<S extends Schema>(where: string, schema: S, change: FieldChange): S {
  nodeOf(schema, `${where}() needs a schema`);
  return Object.freeze({ ...schema, [CHANGE]: change });
}
