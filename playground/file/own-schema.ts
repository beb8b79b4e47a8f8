/** A schema that the person writes down, in the library's own words. */

import type { Schema } from "parcode-web";
import * as library from "parcode-web";

/** What stands in the field at first. */
export const SCHEMA_EXAMPLE = `struct({
  id: u64,
  name: str,
  settings: chunk(struct({ difficulty: u8, history: chunk(vec(str)) })),
  terrain: chunk(bytes),
  players: hashMap(str, struct({ level: u32, inventory: chunk(vec(u32)) })),
})`;

const BUILDERS = (
  "array bool bytes char chunk descending f32 f64 hashMap i8 i16 i32 i64 i128 int map option recursive set " +
  "sortedMap str struct tuple typed u8 u16 u32 u64 u128 uint unit variant vec"
).split(" ");

/**
 * A module such as the library prints for a file, as the body of a function: without what it imports, and without types. What is
 * declared last is the schema.
 */
function bodyOf(text: string): string {
  if (!/^\s*(?:import|export)\b/m.test(text)) return `return (${text}\n);`;
  const plain = text
    .replace(/^import\b[^;]*;/gm, "")
    .replace(/^export type\b[^;]*;/gm, "")
    .replace(/^export const\b/gm, "const");
  const [, last = ""] = [...plain.matchAll(/^const\s+([\w$]+)/gm)].at(-1) ?? [];
  return `${plain}\nreturn ${last};`;
}

/**
 * The schema of an expression such as `struct({ id: u64 })`. It is the person's own code, typed on their own page; an address
 * never brings one along.
 */
export function schemaOf(text: string): Schema {
  const known = BUILDERS.filter((name) => name in library);
  const values = known.map((name) => (library as Record<string, unknown>)[name]);
  const schema: unknown = new Function(...known, `"use strict"; ${bodyOf(text)}`)(...values);
  if (typeof schema === "object" && schema !== null && "kind" in schema) return schema as Schema;
  throw new TypeError("The text is no schema: write an expression such as struct({ id: u64, name: str }).");
}
