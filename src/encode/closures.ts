/**
 * Step 2: values → payload bytes, as a tree of closures made from a schema. Twin of decode/closures.ts, and the tested
 * equal of generate.ts where the platform forbids generated code.
 */

import { type ByteWriter, mismatch } from "../bytes/writer.ts";
import { structLayout } from "../schema/layout.ts";
import {
  type MapNode,
  type PrimitiveKind,
  resolvePlaced,
  type SchemaNode,
  type StructNode,
  type VariantNode,
} from "../schema/node.ts";
import { variantText } from "../schema/value-text.ts";
import { writeTyped } from "./typed.ts";

/** Writes one value; throws {@link SchemaMismatchError} without a path if it does not fit. */
export type Encode = (writer: ByteWriter, value: never) => void;

const PRIMITIVES: { readonly [Kind in PrimitiveKind]: Encode } = {
  u8: (w, v: number) => w.u8(v),
  u16: (w, v: number) => w.u16(v),
  u32: (w, v: number) => w.u32(v),
  u64: (w, v: bigint) => w.u64(v),
  u128: (w, v: bigint) => w.u128(v),
  i8: (w, v: number) => w.i8(v),
  i16: (w, v: number) => w.i16(v),
  i32: (w, v: number) => w.i32(v),
  i64: (w, v: bigint) => w.i64(v),
  i128: (w, v: bigint) => w.i128(v),
  uint: (w, v: number) => w.uint(v),
  int: (w, v: number) => w.int(v),
  f32: (w, v: number) => w.f32(v),
  f64: (w, v: number) => w.f64(v),
  bool: (w, v: boolean) => w.bool(v),
  str: (w, v: string) => w.str(v),
  char: (w, v: string) => w.char(v),
  bytes: (w, v: Uint8Array) => w.byteString(v),
  unit: (w, v: null) => w.unit(v),
};

const closures = new WeakMap<SchemaNode, Encode>();

/** The closure that encodes an inline value of `schema`, placements ignored. */
export function encodeClosure(schema: SchemaNode): Encode {
  const known = closures.get(schema);
  if (known !== undefined) return known;
  const encode = makeClosure(schema);
  closures.set(schema, encode);
  return encode;
}

function makeClosure(schema: SchemaNode): Encode {
  switch (schema.kind) {
    case "recursive":
      return (w, v) => {
        w.enter();
        encodeClosure(resolvePlaced(schema))(w, v);
        w.leave();
      };
    case "chunk":
      return encodeClosure(schema.inner);
    case "typed":
      return (w, v) => writeTyped(w, schema.element, v);
    case "vec": {
      const item = encodeClosure(schema.item);
      return (w, v: readonly never[]) => {
        w.varint(requireArray(v).length);
        for (const member of v) item(w, member);
      };
    }
    case "array": {
      const item = encodeClosure(schema.item);
      return (w, v: readonly never[]) => {
        for (const member of requireArray(v, schema.length)) item(w, member as never);
      };
    }
    case "set": {
      const item = encodeClosure(schema.item);
      return (w, v: ReadonlySet<never>) => {
        w.varint(requireSet(v).size);
        for (const member of v) item(w, member);
      };
    }
    case "option": {
      const item = encodeClosure(schema.item);
      return (w, v) => {
        w.byte(v === null ? 0 : 1);
        if (v !== null) item(w, v);
      };
    }
    case "tuple": {
      const parts = schema.items.map(encodeClosure);
      return (w, v: readonly never[]) => {
        requireArray(v, parts.length);
        for (let i = 0; i < parts.length; i++) (parts[i] as Encode)(w, v[i] as never);
      };
    }
    case "struct":
      return encodeFields(Object.entries(schema.fields));
    case "variant":
      return encodeVariant(schema);
    case "map":
    case "hashMap":
    case "sortedMap":
      return encodeMap(schema as MapNode);
    default:
      return PRIMITIVES[schema.kind];
  }
}

function encodeFields(fields: readonly (readonly [string, SchemaNode])[]): Encode {
  const names = fields.map(([name]) => name);
  let parts: readonly Encode[] | undefined;
  return (w, v: Readonly<Record<string, never>>) => {
    requireObject(v);
    parts ??= fields.map(([, schema]) => encodeClosure(schema));
    for (let i = 0; i < names.length; i++) (parts[i] as Encode)(w, v[names[i] as string] as never);
  };
}

function encodeVariant(node: VariantNode): Encode {
  const names = Object.keys(node.variants);
  const schemas = Object.values(node.variants);
  return (w, v: { readonly type: string; readonly value: never }) => {
    const index = names.indexOf(v?.type);
    if (index < 0) throw unknownVariant(names, v);
    w.varint(index);
    const schema = schemas[index] as SchemaNode;
    if (schema.kind !== "unit") encodeClosure(schema)(w, v.value);
  };
}

function encodeMap(node: MapNode): Encode {
  const key = encodeClosure(node.key);
  const value = encodeClosure(node.value);
  return (w, v: ReadonlyMap<never, never>) => {
    w.varint(requireMap(v).size);
    for (const [k, member] of v) {
      key(w, k);
      value(w, member);
    }
  };
}

/** The inline fields of a struct that stands in a chunk, shard or bucket. */
export function encodeShallowClosure(node: StructNode): Encode {
  return encodeFields(structLayout(node).inline.map((field) => [field.name, field.schema]));
}

export function requireObject(value: unknown): void {
  if (typeof value !== "object" || value === null) throw mismatch("an object", value);
}

export function requireArray(value: unknown, length?: number): readonly unknown[] {
  if (!Array.isArray(value) || (length !== undefined && value.length !== length)) {
    throw mismatch(length === undefined ? "an array" : `an array of ${length}`, value);
  }
  return value;
}

export function requireSet(value: unknown): ReadonlySet<unknown> {
  if (!(value instanceof Set)) throw mismatch("a Set", value);
  return value;
}

export function requireMap(value: unknown): ReadonlyMap<unknown, unknown> {
  if (!(value instanceof Map)) throw mismatch("a Map", value);
  return value;
}

export function unknownVariant(names: readonly string[], value: { readonly type?: unknown } | undefined): unknown {
  return mismatch(variantText(names), value?.type ?? value);
}
