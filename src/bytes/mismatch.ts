/** Errors for values that are not of their type. In: what was expected, and the value. Out: an error that says both in a few words. */

import { SchemaMismatchError } from "../errors/base.ts";
import { MAX_INLINE_DEPTH } from "./depth.ts";
import { describeValue } from "./describe-value.ts";

/** The error for a value that is not of its type. */
export function mismatch(expected: string, value: unknown): SchemaMismatchError {
  const actual = describeValue(value);
  return new SchemaMismatchError(`Expected ${expected}, found ${actual}.`, { expected, actual });
}

/** The error for a value that no reader would read, or that has no end. */
export function tooDeep(): SchemaMismatchError {
  const expected = `a value that nests at most ${MAX_INLINE_DEPTH} levels deep`;
  const actual = "one that nests deeper, or contains itself";
  return new SchemaMismatchError(`Expected ${expected}, found ${actual}.`, { expected, actual });
}
