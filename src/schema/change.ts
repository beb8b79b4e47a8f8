/**
 * Step 1: what a field says about older files: the name that it had, and what it is where they do not have it. Nothing of
 * it is in the bytes or in a schema's description.
 */

import { SchemaMismatchError } from "../errors.ts";
import type { Schema } from "./types.ts";

/** What a field says about files of earlier schemas. */
export interface FieldChange {
  /** Names that it had, the latest first. */
  readonly names: readonly string[];
  /** Gives its value where a file does not have it; undefined if there is none. */
  readonly missing: (() => unknown) | undefined;
}

/** Shared by all copies of the library in a program, since a schema may come from another one. */
export const CHANGE = Symbol.for("parcode.change");

const NO_CHANGE: FieldChange = { names: [], missing: undefined };

/** What `schema`, a field's, says about older files. */
export function changeOf(schema: object): FieldChange {
  return (schema as { readonly [CHANGE]?: FieldChange })[CHANGE] ?? NO_CHANGE;
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
