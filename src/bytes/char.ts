/** One character. In: any value. Out: its code point, or the error that says what it is. */

import { mismatch } from "./mismatch.ts";

/** The code point of one character. @throws {SchemaMismatchError} */
export function requireChar(value: string): number {
  const code = typeof value === "string" ? value.codePointAt(0) : undefined;
  if (code === undefined || value.length !== (code > 0xffff ? 2 : 1) || (code >= 0xd800 && code <= 0xdfff)) {
    throw mismatch("a string of one character", value);
  }
  return code;
}
