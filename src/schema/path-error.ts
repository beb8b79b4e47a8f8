/** Step 1: errors of a check that know where in the value they are. In: an error, a step or a path. Out: the error with that. */

import { tooDeep } from "../bytes/mismatch.ts";
// Not through errors.ts: at the end of the stack, what a module runner puts between two modules may give nothing.
import { SchemaMismatchError } from "../errors/base.ts";

/** Puts a step of the path in front of what an error has; the path grows from the inside out as the error rises. */
export function prefixed(segment: string, error: unknown): unknown {
  if (error instanceof SchemaMismatchError) {
    const { expected, actual } = error;
    return new SchemaMismatchError(error.message, { expected, actual, path: segment + (error.path ?? "") });
  }
  if (error instanceof RangeError) {
    return tooDeep();
  }
  return error;
}

/** The error with the whole path in its message; `parent` is the path of the value that was looked at. */
export function withPath(error: unknown, parent: string): unknown {
  if (!(error instanceof SchemaMismatchError)) return error instanceof RangeError ? prefixed("", error) : error;
  const path = shortPath((parent + (error.path ?? "")).replace(/^\./, ""));
  const message = path === "" ? error.message : `${path}: ${error.message}`;
  return new SchemaMismatchError(message, { path, expected: error.expected, actual: error.actual, cause: error.cause });
}

/** Values that contain themselves have paths of thousands of steps; the first ones and the last ones tell enough. */
function shortPath(path: string): string {
  return path.length <= 2 * MAX_PATH_END ? path : `${path.slice(0, MAX_PATH_END)}…${path.slice(-MAX_PATH_END)}`;
}

const MAX_PATH_END = 80;
