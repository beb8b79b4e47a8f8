/** Errors for values that are not of their type. In: what was expected, and the value. Out: an error that says both in a few words. */

import { SchemaMismatchError } from "../errors.ts";
import { MAX_INLINE_DEPTH } from "./depth.ts";

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

/** A value in a few words, for messages. */
export function describeValue(value: unknown): string {
  switch (typeof value) {
    case "string":
      return value.length > 40 ? `a string of ${value.length} characters` : JSON.stringify(value);
    case "number":
    case "boolean":
    case "undefined":
      return Object.is(value, -0) ? "-0" : String(value);
    case "bigint":
      return `${value}n`;
    case "object":
      if (value === null) return "null";
      if (Array.isArray(value)) return `an array of ${value.length}`;
      return describeObject(value);
    default:
      return withArticle(typeof value);
  }
}

function describeObject(value: object): string {
  const name: unknown = Object.getPrototypeOf(value)?.constructor?.name;
  return typeof name === "string" && name !== "Object" && name !== "" ? withArticle(name) : "an object";
}

/** A noun with "a" or "an" in front; "u" counts as it does in u8 and Uint8Array. */
export function withArticle(noun: string): string {
  return `${/^[aeio]/i.test(noun) ? "an" : "a"} ${noun}`;
}
