/**
 * Parts of a key one behind the other, as generated code: each call has a place of its own, which engines inline, where a loop over parts
 * of all schemas is one place for all. In: components. Out: a writer and a reader of all of them, the same as the loops of components.ts,
 * which are used where code must not be generated.
 */

import { canGenerate, literal } from "../schema/generate.ts";
import type { Component } from "./primitives.ts";

/** Longer rows gain little, and compile for long. */
const MAX_PARTS = 16;

/** A row is an array of its parts, or an object with a member for each. */
export interface Unrolled {
  /** Writes all parts; gives an error to `fail` with the number of the part. The value is known to be an array or an object. */
  readonly write: (
    writer: Parameters<Component["write"]>[0],
    value: object,
    fail: (part: number, error: unknown) => unknown,
  ) => void;
  readonly read: Component["read"];
}

/** The generated code for a row, if there can be any. `names`: of the members; undefined for an array. */
export function unroll(parts: readonly Component[], names: readonly string[] | undefined): Unrolled | undefined {
  if (parts.length > MAX_PARTS || !canGenerate()) return undefined;
  const at = parts.map((_, i) => (names === undefined ? `[${i}]` : `[${literal(names[i] as string)}]`));
  const members = parts.map(
    (_, i) => `${names === undefined ? "" : `[${literal(names[i] as string)}]: `}r${i}(reader)`,
  );
  const text = `"use strict";
${parts.map((_, i) => `const w${i} = parts[${i}].write, r${i} = parts[${i}].read;`).join("\n")}
return {
  write(writer, value, fail) {
    let part = 0;
    try {
${at.map((place, i) => `      part = ${i}; w${i}(writer, value${place});`).join("\n")}
    } catch (error) { throw fail(part, error); }
  },
  read(reader) { return ${names === undefined ? `[${members.join(", ")}]` : `({ ${members.join(", ")} })`}; },
};`;
  return new Function("parts", text)(parts) as Unrolled;
}
