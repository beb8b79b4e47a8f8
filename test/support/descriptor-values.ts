/**
 * The notation of values in test/fixtures, as the values of our schemas, and back. `{"some": {"hex": "0a"}}` of an
 * `Option<Vec<u8>>` is a Uint8Array; decimal strings are bigints; `{"map": [[k, v]]}` is a Map.
 *
 * A NaN in a plain number has no bits of its own in JavaScript: engines may change them, so going back gives the usual
 * ones. In a typed array they stay what they were.
 */
import {
  type Descriptor,
  type Descriptors,
  type FieldDescriptor,
  isNullable,
  type VariantDescriptor,
} from "./descriptor.ts";
import { bytesOfHex, hexOfBytes } from "./fixtures.ts";

interface FloatBits {
  readonly f32bits?: string;
  readonly f64bits?: string;
}

const view = new DataView(new ArrayBuffer(8));

const ARRAYS = {
  ...{ u8: Uint8Array, u16: Uint16Array, u32: Uint32Array, u64: BigUint64Array, usize: BigUint64Array },
  ...{ i8: Int8Array, i16: Int16Array, i32: Int32Array, i64: BigInt64Array, isize: BigInt64Array },
  ...{ f32: Float32Array, f64: Float64Array },
};

const WIDE = new Set(["u64", "i64", "u128", "i128", "usize", "isize"]);
const NARROWED = new Set(["u64", "i64", "usize", "isize"]);

/** In place of an integer that `uint` and `int` refuse. */
export const UNSAFE: unique symbol = Symbol("an integer that a number cannot hold exactly");

/** The value that `json` stands for. `key`: it stands in a map's key. */
export function fromNotation(types: Descriptors, type: Descriptor, json: any, key = false): unknown {
  if (WIDE.has(type.kind)) {
    if (types.flavour !== "numbers" || !NARROWED.has(type.kind)) return BigInt(json);
    return Number.isSafeInteger(Number(json)) ? Number(json) : UNSAFE;
  }
  switch (type.kind) {
    case "f32":
    case "f64":
      return typeof json === "number" ? json : floatOf(json);
    case "bytes":
      return bytesOfHex(json.hex);
    case "vec":
      return listOf(types, type.item as Descriptor, json, key);
    case "array":
      return json.map((item: unknown) => fromNotation(types, type.item as Descriptor, item, key));
    case "set":
      return new Set(json.map((item: unknown) => fromNotation(types, type.item as Descriptor, item, key)));
    case "option":
      return optionOf(types, type.item as Descriptor, json, key);
    case "ref":
      return fromNotation(types, types.definition(type), json, key);
    case "newtypeStruct":
      return fromNotation(types, type.item as Descriptor, json, key);
    case "tuple":
    case "tupleStruct":
      return (type.items as Descriptor[]).map((item, i) => fromNotation(types, item, json[i], key));
    case "result":
      return withValue(json.variant, types, json.variant === "Ok" ? type.ok : type.err, json.value);
    case "map":
      return mapOf(types, type, json);
    case "struct":
      return fieldsOf(types, type.fields as FieldDescriptor[], json);
    case "enum":
      return variantOf(types, type.variants as VariantDescriptor[], json);
    default:
      return json;
  }
}

function floatOf({ f32bits, f64bits }: FloatBits): number {
  if (f64bits !== undefined) {
    view.setBigUint64(0, BigInt(`0x${f64bits}`));
    return view.getFloat64(0);
  }
  view.setUint32(0, Number.parseInt(f32bits as string, 16));
  return view.getFloat32(0);
}

function listOf(types: Descriptors, item: Descriptor, json: any, key: boolean): unknown {
  if (item.kind === "u8") {
    const bytes = bytesOf(json);
    return types.flavour === "numbers" ? [...bytes] : bytes;
  }
  if (types.isTyped(item, key)) return typedOf(item.kind as keyof typeof ARRAYS, json);
  return json.map((part: unknown) => fromNotation(types, item, part, key));
}

function bytesOf(json: any): Uint8Array {
  if (Array.isArray(json)) return new Uint8Array(json);
  if (json.hex !== undefined) return bytesOfHex(json.hex);
  const unit = bytesOfHex(json.repeatHex);
  const bytes = new Uint8Array(json.length);
  for (let at = 0; at < bytes.length; at += unit.length) bytes.set(unit.subarray(0, bytes.length - at), at);
  return bytes;
}

/** Bit by bit, so that a NaN keeps its own. */
function typedOf(kind: keyof typeof ARRAYS, json: readonly any[]): unknown {
  const array = new ARRAYS[kind](json.length);
  const bits = new DataView(array.buffer);
  const little = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
  json.forEach((item, i) => {
    if (typeof item === "object" && kind === "f32") bits.setUint32(4 * i, Number.parseInt(item.f32bits, 16), little);
    else if (typeof item === "object") bits.setBigUint64(8 * i, BigInt(`0x${item.f64bits}`), little);
    else array[i] = WIDE.has(kind) ? BigInt(item) : item;
  });
  return array;
}

function optionOf(types: Descriptors, item: Descriptor, json: any, key: boolean): unknown {
  if (!isNullable(types.schema(item, key))) return json === null ? null : fromNotation(types, item, json.some, key);
  return json === null ? { type: "None" } : withValue("Some", types, item, json.some, key);
}

/** A variant's value; `unit` has none of its own. */
function withValue(
  name: string,
  types: Descriptors,
  type: Descriptor | undefined,
  json: unknown,
  key = false,
): unknown {
  if (type === undefined || types.schema(type, key).kind === "unit") return { type: name };
  return { type: name, value: fromNotation(types, type, json, key) };
}

function mapOf(types: Descriptors, type: Descriptor, json: any): Map<unknown, unknown> {
  const entries = json.map ?? [];
  return new Map(
    entries.map(([k, v]: [unknown, unknown]) => [
      fromNotation(types, type.key as Descriptor, k, true),
      fromNotation(types, type.value as Descriptor, v),
    ]),
  );
}

function fieldsOf(types: Descriptors, fields: readonly FieldDescriptor[], json: any): Record<string, unknown> {
  return Object.fromEntries(fields.map(({ name, type }) => [name, fromNotation(types, type, json[name])]));
}

function variantOf(types: Descriptors, variants: readonly VariantDescriptor[], json: any): unknown {
  const found = variants.find(({ name }) => name === json.variant) as VariantDescriptor;
  const { name, newtype, tuple, struct } = found;
  if (newtype !== undefined) return withValue(name, types, newtype, json.value);
  if (tuple !== undefined)
    return { type: name, value: tuple.map((part, i) => fromNotation(types, part, json.value[i])) };
  return struct === undefined ? { type: name } : { type: name, value: fieldsOf(types, struct, json.value) };
}

/** The notation of a value; `fromNotation` undone. Maps come out in the order of the fixtures. */
export function toNotation(types: Descriptors, type: Descriptor, value: any): unknown {
  if (WIDE.has(type.kind)) return String(value);
  switch (type.kind) {
    case "f32":
    case "f64":
      return Number.isFinite(value) && !Object.is(value, -0) ? value : floatBits(type.kind, value);
    case "bytes":
      return { hex: hexOfBytes(value) };
    case "vec":
      return listNotation(types, type.item as Descriptor, value);
    case "array":
    case "set":
      return [...value].map((item) => toNotation(types, type.item as Descriptor, item));
    case "option":
      return optionNotation(types, type.item as Descriptor, value);
    case "ref":
      return toNotation(types, types.definition(type), value);
    case "newtypeStruct":
      return toNotation(types, type.item as Descriptor, value);
    case "tuple":
    case "tupleStruct":
      return (type.items as Descriptor[]).map((item, i) => toNotation(types, item, value[i]));
    case "result": {
      const index = value.type === "Ok" ? 0 : 1;
      const inner = (index === 0 ? type.ok : type.err) as Descriptor;
      return { variant: value.type, index, value: toNotation(types, inner, value.value ?? null) };
    }
    case "map": {
      const entries = [...value].map(([k, v]) => [
        toNotation(types, type.key as Descriptor, k),
        toNotation(types, type.value as Descriptor, v),
      ]);
      return { map: sortByText(entries) };
    }
    case "struct":
      return fieldsNotation(types, type.fields as FieldDescriptor[], value);
    case "enum":
      return variantNotation(types, type.variants as VariantDescriptor[], value);
    default:
      return value;
  }
}

function floatBits(kind: string, value: number): FloatBits {
  view.setFloat64(0, value);
  if (kind === "f64") return { f64bits: hexOfBytes(new Uint8Array(view.buffer)) };
  view.setFloat32(0, value);
  return { f32bits: hexOfBytes(new Uint8Array(view.buffer, 0, 4)) };
}

function listNotation(types: Descriptors, item: Descriptor, value: any): unknown {
  if (item.kind === "u8") return value.length === 0 ? [] : { hex: hexOfBytes(Uint8Array.from(value)) };
  return Array.from(value, (part) => toNotation(types, item, part));
}

function optionNotation(types: Descriptors, item: Descriptor, value: any): unknown {
  if (!isNullable(types.schema(item))) return value === null ? null : { some: toNotation(types, item, value) };
  return value.type === "None" ? null : { some: toNotation(types, item, value.value ?? null) };
}

function fieldsNotation(types: Descriptors, fields: readonly FieldDescriptor[], value: any): Record<string, unknown> {
  return Object.fromEntries(fields.map(({ name, type }) => [name, toNotation(types, type, value[name])]));
}

function variantNotation(types: Descriptors, variants: readonly VariantDescriptor[], value: any): unknown {
  const { name, index, newtype, tuple, struct } = variants.find(
    (each) => each.name === value.type,
  ) as VariantDescriptor;
  const found = { variant: name, index };
  if (newtype !== undefined) return { ...found, value: toNotation(types, newtype, value.value ?? null) };
  if (tuple !== undefined) return { ...found, value: tuple.map((part, i) => toNotation(types, part, value.value[i])) };
  return struct === undefined ? found : { ...found, value: fieldsNotation(types, struct, value.value) };
}

/** By the UTF-8 bytes of the keys' JSON, which is the order of code points. */
function sortByText(entries: unknown[][]): unknown[][] {
  const keyed = entries.map((entry) => ({
    entry,
    text: [...JSON.stringify(entry[0])].map((c) => c.codePointAt(0) as number),
  }));
  keyed.sort((a, b) => {
    for (let i = 0; i < Math.min(a.text.length, b.text.length); i++) {
      const order = (a.text[i] as number) - (b.text[i] as number);
      if (order !== 0) return order;
    }
    return a.text.length - b.text.length;
  });
  return keyed.map(({ entry }) => entry);
}
