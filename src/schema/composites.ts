/** Step 1: schemas made of schemas. Each call returns an immutable value that can be reused in many places. */

import { SchemaMismatchError } from "../errors.ts";
import { requireUnchanged } from "./change.ts";
import { nodeOf, requireInline } from "./node.ts";
import { namedSchemas } from "./struct.ts";
import type {
  ArraySchema,
  ElementKind,
  Fields,
  MapSchema,
  OptionSchema,
  RecursiveSchema,
  Schema,
  SetSchema,
  TupleSchema,
  TypedSchema,
  VariantSchema,
  VecSchema,
} from "./types.ts";

/** A list of any length (Rust: Vec<T>); an array. As a chunk it is sharded: items are read without their neighbours. */
export function vec<Item extends Schema>(item: Item): VecSchema<Item> {
  return Object.freeze({ kind: "vec", item: part("vec", item) });
}

/** Exactly `length` items, stored without a length (Rust: [T; N]); an array. */
export function array<Item extends Schema>(item: Item, length: number): ArraySchema<Item> {
  if (!Number.isSafeInteger(length) || length < 0 || length > 2 ** 32 - 1) {
    throw new SchemaMismatchError(`array() needs a length from 0 to 2^32 - 1, found ${length}.`, {
      expected: "an integer from 0 to 2^32 - 1",
      actual: String(length),
    });
  }
  return Object.freeze({ kind: "array", item: part("array", item), length });
}

/** A fixed row of values of different types (Rust: (A, B)); an array. */
export function tuple<const Items extends readonly Schema[]>(items: Items): TupleSchema<Items> {
  if (!Array.isArray(items))
    throw new SchemaMismatchError("tuple() needs an array of schemas, as in tuple([u32, str]).");
  for (const item of items) part("tuple", item);
  return Object.freeze({ kind: "tuple", items: Object.freeze([...items]) as unknown as Items });
}

/** Distinct values (Rust: HashSet or BTreeSet); a Set, in the order of insertion. */
export function set<Item extends Schema>(item: Item): SetSchema<Item> {
  return Object.freeze({ kind: "set", item: part("set", item) });
}

/** A value or null (Rust: Option). A nested option cannot tell `Some(None)` from `None` and is refused. */
export function option<Item extends Schema>(item: Item): OptionSchema<Item> {
  const { kind } = part("option", item);
  if (kind === "option" || kind === "unit") {
    throw new SchemaMismatchError(
      `option(${kind}) has two values that are both null; use variant({ None: unit, Some: … }).`,
    );
  }
  return Object.freeze({ kind: "option", item });
}

const ELEMENT_KINDS: ReadonlySet<string> = new Set<ElementKind>([
  ...(["u8", "u16", "u32", "u64", "i8", "i16", "i32", "i64", "uint", "int", "f32", "f64"] as const),
]);

/** Numbers in a typed array (Rust: Vec<f32> …): typed(f32) is a Float32Array, typed(uint) a Float64Array of integers. */
export function typed<Kind extends ElementKind>(element: Schema & { readonly kind: Kind }): TypedSchema<Kind> {
  if (!ELEMENT_KINDS.has(nodeOf(element, "typed() needs a schema").kind)) {
    throw new SchemaMismatchError(
      `typed() needs a number of at most 64 bits, such as typed(f32), found ${element.kind}; use vec() for it.`,
      { expected: "a number of at most 64 bits", actual: element.kind },
    );
  }
  return Object.freeze({ kind: "typed", element: element.kind });
}

/** A map stored in one piece, inline or as one chunk (Rust: HashMap or BTreeMap); a Map. See hashMap for large ones. */
export function map<K extends Schema, V extends Schema>(key: K, value: V): MapSchema<K, V> {
  return Object.freeze({ kind: "map", key: part("map", key), value: part("map", value) });
}

/**
 * One of several named alternatives (Rust: enum): `{ type: "Move", value: … }`, or `{ type: "Stop" }` for `unit`.
 *
 * The order of declaration is the number in the file: append new variants, do not reorder them.
 */
export function variant<V extends Fields>(variants: V): VariantSchema<V> {
  const named = namedSchemas("variant", "alternative", variants);
  if (Object.keys(named).length === 0) throw new SchemaMismatchError("variant() needs at least one alternative.");
  for (const schema of Object.values(named)) part("variant", schema);
  return Object.freeze({ kind: "variant", variants: named });
}

/**
 * A schema that is used before it is complete: `recursive(() => Tree)` inside of Tree (Rust: Box<Tree>). It stands for
 * values, not for places: a `chunk`, `hashMap` or `sortedMap` behind it is refused, except in a `chunk`.
 */
export function recursive<S extends Schema>(get: () => S): RecursiveSchema<S> {
  if (typeof get !== "function") {
    throw new SchemaMismatchError("recursive() needs a function that gives a schema, as in recursive(() => Tree).");
  }
  return Object.freeze({ kind: "recursive", get });
}

/** A part that is always inline; a placement would have no effect there, which nobody who writes one expects. */
function part<S extends Schema>(where: string, schema: S): S {
  requireInline(where, nodeOf(schema, `${where}() needs a schema`));
  requireUnchanged(where, schema);
  return schema;
}
