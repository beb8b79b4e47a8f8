/** Step 1: structs. Apart from composites.ts, all of which a reader carries that has one of them, since descriptions need them all. */

import { describeValue, withArticle } from "../bytes/describe-value.ts";
import { SchemaMismatchError } from "../errors.ts";
import { nodeOf } from "./node.ts";
import type { Fields, StructSchema } from "./types.ts";

/**
 * Named fields, stored in order of declaration, without names.
 *
 * A name must not look like an array index ("0", "17"), since JavaScript would move it to the front; use a tuple.
 */
export function struct<F extends Fields>(fields: F): StructSchema<F> {
  return Object.freeze({ kind: "struct", fields: namedSchemas("struct", "field", fields) });
}

/** The fields of a struct, or the alternatives of a variant: a copy, checked. @throws {SchemaMismatchError} */
export function namedSchemas<F extends Fields>(where: string, what: string, fields: F): F {
  if (!isPlainObject(fields)) {
    throw new SchemaMismatchError(
      `${where}() needs an object of schemas, as in ${where}({ name: str }), found ${describeValue(fields)}.`,
      { expected: "an object of schemas", actual: describeValue(fields) },
    );
  }
  for (const [name, schema] of Object.entries(fields)) {
    if (/^(0|[1-9]\d*)$/.test(name)) {
      throw new SchemaMismatchError(
        `${where}() cannot keep the order of ${withArticle(what)} named "${name}", since JavaScript moves numbers to the front; use tuple() or a name.`,
        { path: name },
      );
    }
    if (name === "__proto__") {
      throw new SchemaMismatchError(`${where}() cannot have ${withArticle(what)} named "__proto__".`, { path: name });
    }
    nodeOf(schema, `${where}() needs for its ${what} ${JSON.stringify(name)} a schema`, name);
  }
  return Object.freeze({ ...fields });
}

/** `{ __proto__: str }` sets the prototype and no field, so an object with a prototype of its own is a mistake. */
function isPlainObject(fields: unknown): fields is Fields {
  if (typeof fields !== "object" || fields === null || Array.isArray(fields)) return false;
  const prototype: unknown = Object.getPrototypeOf(fields);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
