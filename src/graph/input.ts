/**
 * Step 3: what a plan is given, and what is wrong with it. In: values and errors. Out: iterators, and errors that name
 * the path.
 */

import { mismatch } from "../bytes/writer.ts";
import { prefixPath, SchemaIncompatibleError, SchemaMismatchError } from "../errors.ts";
import { measure } from "../schema/check.ts";
import type { SchemaNode } from "../schema/node.ts";
import { withPath } from "../schema/path-error.ts";
import { keyText } from "../schema/value-text.ts";

/** The iterator of an AsyncIterable, or undefined. */
export function asyncIterator(value: unknown): AsyncIterator<unknown> | undefined {
  if (typeof value !== "object" || value === null || !(Symbol.asyncIterator in value)) return undefined;
  return (value as AsyncIterable<unknown>)[Symbol.asyncIterator]();
}

/** The items of a list. @throws {SchemaMismatchError} There is nothing to iterate. */
export function iterable(value: unknown): Iterable<unknown> {
  if (Array.isArray(value)) return value;
  if (typeof value === "object" && value !== null && Symbol.iterator in value) return value as Iterable<unknown>;
  throw mismatch("an array, or an Iterable or AsyncIterable of items", value);
}

/** Runs a step whose errors have no path yet. */
export function atPath<T>(path: string, step: () => T): T {
  try {
    return step();
  } catch (error) {
    throw withPath(error, path);
  }
}

/** Runs `write`; if the value does not fit, the check finds out where and says it. */
export function located<T>(path: string, schema: SchemaNode, value: unknown, write: () => T): T {
  try {
    return write();
  } catch (error) {
    throw explained(error, path, schema, value);
  }
}

/** The error of a write with its whole path, which an encoder does not know. `path` leads to `value`. */
export function explained(error: unknown, path: string, schema: SchemaNode, value: unknown): unknown {
  if (!(error instanceof SchemaMismatchError) && !(error instanceof RangeError)) return error;
  if (error instanceof SchemaMismatchError && error.path !== undefined) return withPath(error, path);
  try {
    measure(schema, value, path);
  } catch (checked) {
    return checked;
  }
  return withPath(error, path);
}

/** Puts a step in front of the path of an error that has one; the others are looked for by `measure`. */
export function deeper(segment: string, error: unknown): unknown {
  return error instanceof SchemaMismatchError && error.path !== undefined ? prefixPath(segment, error) : error;
}

/** The error for a list that comes with promises, where there can be none. */
export function needsPromises(): SchemaMismatchError {
  return new SchemaMismatchError("An AsyncIterable cannot be written without promises: use save() or serialize().", {
    expected: "an array or an Iterable",
    actual: "an AsyncIterable",
  });
}

/** The error for what `compatibility: "parcode"` cannot write. */
export function notInCrate(path: string, reason: string): SchemaIncompatibleError {
  const where = path === "" ? "The root" : path;
  return new SchemaIncompatibleError(
    `${where} cannot be written with compatibility: "parcode", for the Rust crate: ${reason}. Change the schema, or leave the option out.`,
    { path, expected: "what the Rust crate reads", actual: reason },
  );
}

/** The error for a map with two keys of the same content. */
export function equalKeys(key: unknown): SchemaMismatchError {
  return new SchemaMismatchError("Two keys of the map are equal; keep one of them.", {
    path: keyText(key),
    expected: "distinct keys",
    actual: "two equal ones",
  });
}
