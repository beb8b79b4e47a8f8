/** What a value of a schema is in JavaScript. In: a value that may be anything. Out: the same, or the error that says what it should be. */

import { mismatch } from "../../bytes/writer.ts";

/** Something with a number of items that can be gone through. */
export type Sized = Iterable<never> & { readonly length?: number; readonly size?: number };

/** How many items it has. */
export function countOf(value: Sized): number {
  return value.length ?? (value.size as number);
}

export function requireNull(value: unknown): number {
  if (value !== null) throw mismatch("null", value);
  return 0;
}

export function requireBytes(value: unknown): Uint8Array {
  if (!(value instanceof Uint8Array)) throw mismatch("a Uint8Array", value);
  return value;
}

export function requireArray(value: unknown, length?: number): Sized {
  if (!Array.isArray(value) || (length !== undefined && value.length !== length)) {
    throw mismatch(length === undefined ? "an array" : `an array of ${length}`, value);
  }
  return value as unknown as Sized;
}

export function requireSet(value: unknown): Sized {
  if (!(value instanceof Set)) throw mismatch("a Set", value);
  return value as Sized;
}

export function requireMap(value: unknown): ReadonlyMap<never, never> {
  if (!(value instanceof Map)) throw mismatch("a Map", value);
  return value as ReadonlyMap<unknown, unknown> as ReadonlyMap<never, never>;
}
