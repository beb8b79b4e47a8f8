/**
 * Step 8: payload bytes → values, as a tree of closures made from a schema. Twin of encode/closures.ts. The tested equal
 * of generate.ts where the platform forbids generated code, and the one that knows the path when bytes are wrong.
 */

import type { ByteReader } from "../bytes/reader.ts";
import { ParcodeError, prefixPath } from "../errors/base.ts";
import { structLayout } from "../schema/layout.ts";
import {
  type MapNode,
  type PrimitiveKind,
  resolvePlaced,
  type SchemaNode,
  type StructNode,
  type VariantNode,
} from "../schema/node.ts";
import { memberText } from "../schema/path.ts";
import { minimumSize } from "../schema/size.ts";
import type { ElementKind } from "../schema/types.ts";
import { readTyped } from "./typed.ts";

/** Reads one value and leaves the reader behind it. */
export type Decode = (reader: ByteReader) => unknown;

/**
 * Arrays of up to so many items are made in their size: three times as small as those that grow, and not made twice. How many
 * items there are is a claim, so a larger array grows with what is found.
 */
export const MAX_SIZED_ITEMS = 1024;

const PRIMITIVES: { readonly [Kind in PrimitiveKind]: Decode } = {
  u8: (r) => r.u8(),
  u16: (r) => r.u16(),
  u32: (r) => r.u32(),
  u64: (r) => r.u64(),
  u128: (r) => r.u128(),
  i8: (r) => r.i8(),
  i16: (r) => r.i16(),
  i32: (r) => r.i32(),
  i64: (r) => r.i64(),
  i128: (r) => r.i128(),
  uint: (r) => r.uint(),
  int: (r) => r.int(),
  f32: (r) => r.f32(),
  f64: (r) => r.f64(),
  bool: (r) => r.bool(),
  str: (r) => r.str(),
  char: (r) => r.char(),
  bytes: (r) => r.byteString(),
  unit: () => null,
};

const closures = new WeakMap<SchemaNode, Decode>();

/** The closure that decodes an inline value of `schema`, placements ignored. */
export function decodeClosure(schema: SchemaNode): Decode {
  const known = PRIMITIVES[schema.kind as PrimitiveKind] ?? closures.get(schema);
  if (known !== undefined) return known;
  const decode = makeClosure(schema);
  closures.set(schema, decode);
  return decode;
}

function makeClosure(schema: SchemaNode): Decode {
  switch (schema.kind) {
    case "recursive":
      return decodeRecursive(schema);
    case "chunk":
      return decodeClosure(schema.inner);
    case "typed":
      return decodeTyped(schema.element);
    case "vec":
      return decodeList(schema.item);
    case "array":
      return decodeArray(schema.item, schema.length);
    case "set":
      return decodeSet(schema.item);
    case "option":
      return decodeOption(schema.item);
    case "tuple":
      return decodeTuple(schema.items);
    case "struct":
      return decodeStruct(Object.entries(schema.fields));
    case "variant":
      return decodeVariant(schema);
    case "map":
    case "hashMap":
    case "sortedMap":
      return decodeMap(schema as MapNode);
    default:
      return PRIMITIVES[schema.kind];
  }
}

// Each in a function of its own: the one that makes closures of all kinds would take as long to compile as all of them do.

function decodeRecursive(schema: SchemaNode): Decode {
  return (r) => {
    r.enter();
    const value = decodeClosure(resolvePlaced(schema))(r);
    r.leave();
    return value;
  };
}

function decodeTyped(element: ElementKind): Decode {
  return (r) => readTyped(r, element);
}

function decodeList(schema: SchemaNode): Decode {
  const item = decodeClosure(schema);
  const least = minimumSize(schema);
  return (r) => decodeItems(r, item, r.length(least));
}

function decodeArray(schema: SchemaNode, length: number): Decode {
  const item = decodeClosure(schema);
  const least = minimumSize(schema);
  return (r) => decodeItems(r, item, least === 0 ? r.emptyItems(length) : length);
}

function decodeSet(schema: SchemaNode): Decode {
  const list = decodeList(schema);
  return (r) => new Set(list(r) as unknown[]);
}

function decodeOption(schema: SchemaNode): Decode {
  const item = decodeClosure(schema);
  return (r) => (r.some() ? item(r) : null);
}

function decodeTuple(items: readonly SchemaNode[]): Decode {
  const parts = items.map(decodeClosure);
  return (r) => parts.map((part, i) => within(`[${i}]`, part, r));
}

// Where the stack has ended there is none left for a path, so only errors of ours are given one.

function decodeItems(r: ByteReader, item: Decode, count: number): unknown[] {
  const items: unknown[] = count > MAX_SIZED_ITEMS ? [] : new Array(count);
  let index = 0;
  try {
    for (; index < count; index++) items[index] = item(r);
  } catch (error) {
    throw error instanceof ParcodeError ? prefixPath(`[${index}]`, error) : error;
  }
  return items;
}

function decodeStruct(fields: readonly (readonly [string, SchemaNode])[]): Decode {
  let parts: readonly Decode[] | undefined;
  return (r) => {
    parts ??= fields.map(([, schema]) => decodeClosure(schema));
    const value: Record<string, unknown> = {};
    let index = 0;
    try {
      for (; index < fields.length; index++) {
        value[(fields[index] as readonly [string, SchemaNode])[0]] = (parts[index] as Decode)(r);
      }
    } catch (error) {
      throw error instanceof ParcodeError
        ? prefixPath(memberText((fields[index] as readonly [string, SchemaNode])[0]), error)
        : error;
    }
    return value;
  };
}

function decodeVariant(node: VariantNode): Decode {
  const names = Object.keys(node.variants);
  const schemas = Object.values(node.variants);
  return (r) => {
    const index = r.variant(names.length);
    const schema = schemas[index] as SchemaNode;
    const type = names[index];
    return schema.kind === "unit" ? { type } : { type, value: within(".value", decodeClosure(schema), r) };
  };
}

function decodeMap(node: MapNode): Decode {
  const key = decodeClosure(node.key);
  const value = decodeClosure(node.value);
  const least = minimumSize(node.key) + minimumSize(node.value);
  return (r) => {
    const count = r.length(least);
    const map = new Map<unknown, unknown>();
    let index = 0;
    try {
      for (; index < count; index++) {
        const k = key(r);
        map.set(k, value(r));
      }
    } catch (error) {
      throw error instanceof ParcodeError ? prefixPath(`{${index}}`, error) : error;
    }
    return map;
  };
}

/**
 * The inline fields of a struct that stands in a chunk, shard or bucket. Chunked fields are there as undefined, in
 * their place, so that the object has its final shape.
 */
export function decodeShallowClosure(node: StructNode): Decode {
  const names = Object.keys(node.fields);
  const parts = new Array<Decode | undefined>(names.length);
  for (const { name, schema } of structLayout(node).inline) parts[names.indexOf(name)] = decodeClosure(schema);
  return (r) => {
    const value: Record<string, unknown> = {};
    let index = 0;
    try {
      for (; index < names.length; index++) value[names[index] as string] = parts[index]?.(r);
    } catch (error) {
      throw error instanceof ParcodeError ? prefixPath(memberText(names[index] as string), error) : error;
    }
    return value;
  };
}

function within(segment: string, decode: Decode, r: ByteReader): unknown {
  try {
    return decode(r);
  } catch (error) {
    throw error instanceof ParcodeError ? prefixPath(segment, error) : error;
  }
}
