/**
 * Step 1: what a field says about older files: the name that it had, and what it is where they do not have it. Nothing of
 * it is in the bytes or in a schema's description.
 */

import { SchemaMismatchError } from "../errors.ts";
import { nodeOf } from "./node.ts";
import type { Infer, Schema } from "./types.ts";

/** What a field says about files of earlier schemas. */
export interface FieldChange {
  /** Names that it had, the latest first. */
  readonly names: readonly string[];
  /** Gives its value where a file does not have it; undefined if there is none. */
  readonly missing: (() => unknown) | undefined;
}

/** Shared by all copies of the library in a program, since a schema may come from another one. */
const CHANGE = Symbol.for("parcode.change");

const NO_CHANGE: FieldChange = { names: [], missing: undefined };

/** What `schema`, a field's, says about older files. */
export function changeOf(schema: object): FieldChange {
  return (schema as { readonly [CHANGE]?: FieldChange })[CHANGE] ?? NO_CHANGE;
}

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

/** A copy of a plain value, which shares nothing that could be changed. */
export function copyOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(copyOf);
  if (ArrayBuffer.isView(value)) return (value as Uint8Array).slice();
  if (value instanceof Set) return new Set([...value].map(copyOf));
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [copyOf(key), copyOf(item)]));
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, copyOf(member)]));
}

/** Refuses what is said of older files where it would have no effect: only fields and alternatives have names. */
export function requireUnchanged(where: string, schema: Schema): void {
  const { names, missing } = changeOf(schema);
  if (missing === undefined && (names.length === 0 || where === "variant")) return;
  const what = missing === undefined ? "renamed" : "withDefault";
  const around = missing === undefined ? 'renamed("old", chunk(…))' : "withDefault(chunk(…), …)";
  const advice = where === "chunk" ? `write ${around} for the field` : "it is for fields of structs";
  throw new SchemaMismatchError(`${what}() directly inside ${where}() has no effect: ${advice}.`, {
    expected: `a schema without ${what}()`,
    actual: `${what}(${schema.kind})`,
  });
}
