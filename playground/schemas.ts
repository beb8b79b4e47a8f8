/** The schemas that the page knows, and one that the person writes down. */

import type { Schema } from "parcode-web";
import * as library from "parcode-web";
import { Cities, Names } from "../scripts/main-job/schemas.mjs";

/** A choice in the list of schemas. */
export interface SchemaChoice {
  readonly name: string;
  readonly title: string;
  readonly hint: string;
  readonly schema?: Schema;
}

/** The choice that takes its schema from the text field. */
export const OWN = "own";

export const CHOICES: readonly SchemaChoice[] = [
  { name: "none", title: "none", hint: "shows chunks and no values" },
  { name: "cities", title: "Cities of the world", hint: "what npm start packs; a key is FR/Lyon", schema: Cities },
  { name: "names", title: "Names of packages", hint: "what npm start -- --names packs; a key is vite", schema: Names },
  { name: OWN, title: "my own …", hint: "an expression in the library's own words" },
];

export const EXAMPLE = `struct({
  id: u64,
  name: str,
  settings: chunk(struct({ difficulty: u8, history: chunk(vec(str)) })),
  terrain: chunk(bytes),
  players: hashMap(str, struct({ level: u32, inventory: chunk(vec(u32)) })),
})`;

const BUILDERS = [
  ...["array", "bool", "bytes", "char", "chunk", "descending", "f32", "f64", "hashMap", "i8", "i16", "i32", "i64"],
  ...["i128", "int", "map", "option", "recursive", "set", "sortedMap", "str", "struct", "tuple", "typed", "u8", "u16"],
  ...["u32", "u64", "u128", "uint", "unit", "variant", "vec"],
];

/** The schema of an expression such as `struct({ id: u64 })`. It is the person's own code, run on their own page. */
export function schemaOf(text: string): Schema {
  const values = BUILDERS.map((name) => (library as Record<string, unknown>)[name]);
  const schema: unknown = new Function(...BUILDERS, `"use strict"; return (${text}\n);`)(...values);
  if (typeof schema === "object" && schema !== null && "kind" in schema) return schema as Schema;
  throw new TypeError("The text is no schema: write an expression such as struct({ id: u64, name: str }).");
}

/** A schema as the page looks at it: what it is made of, by kind. */
export interface SchemaView {
  readonly kind: string;
  readonly fields?: Readonly<Record<string, SchemaView>>;
  readonly inner?: SchemaView;
  readonly item?: SchemaView;
  readonly key?: SchemaView;
  readonly value?: SchemaView;
  readonly element?: string;
  readonly get?: () => SchemaView;
}

/** What is behind `chunk` and `recursive`. */
export function contentOf(schema: SchemaView): SchemaView {
  if (schema.kind === "chunk" && schema.inner !== undefined) return contentOf(schema.inner);
  if (schema.kind === "recursive" && schema.get !== undefined) return contentOf(schema.get());
  return schema;
}

/** A kind in few words: `vec of struct`, `hashMap from str`. */
export function kindText(schema: SchemaView): string {
  const { kind, item, key, element } = contentOf(schema);
  if (item !== undefined) return `${kind} of ${contentOf(item).kind}`;
  if (key !== undefined) return `${kind} from ${contentOf(key).kind}`;
  return element === undefined ? kind : `${kind} of ${element}`;
}

/** The key that a text stands for. @throws {SyntaxError} The text is none of this kind. */
export function keyOf(schema: SchemaView, text: string): unknown {
  const { kind } = contentOf(schema);
  if (kind === "str" || kind === "char") return text;
  if (/^[ui](64|128)$/.test(kind)) return BigInt(text);
  return JSON.parse(text);
}
