/**
 * Step 1: does a value fit its schema, and how many bytes is it? In: a schema and any value. Out: the size of the value's
 * plain encoding, or {@link SchemaMismatchError} with the path, before a byte is written.
 */

import { requireChar } from "../bytes/char.ts";
import { MAX_INLINE_DEPTH } from "../bytes/depth.ts";
import { withArticle } from "../bytes/describe-value.ts";
import { mismatch, tooDeep } from "../bytes/mismatch.ts";
import { ILL_FORMED, utf8Length } from "../bytes/utf8-write.ts";
import { bigVarintSize, varintSize, zigzag32, zigzagBig } from "../bytes/varint-write.ts";
import { SchemaMismatchError } from "../errors.ts";
import { resolvePlaced, type SchemaNode, type StructNode, type VariantNode } from "./node.ts";
import { memberText } from "./path.ts";
import { prefixed, withPath } from "./path-error.ts";
import { type AnyTypedArray, typedArrayClass } from "./typed-array.ts";
import type { ElementKind } from "./types.ts";
import { keyText, structText, variantText } from "./value-text.ts";

/** Size of a value's encoding in bytes; throws if the value does not fit. */
export type Measure = (value: never) => number;

const U64_MAX = 2n ** 64n - 1n;

const PRIMITIVES: { readonly [kind: string]: Measure } = {
  u8: unsigned(0xff, () => 1),
  u16: unsigned(0xffff, varintSize),
  u32: unsigned(0xffffffff, varintSize),
  uint: unsigned(Number.MAX_SAFE_INTEGER, varintSize),
  i8: signed(0x7f, () => 1),
  i16: signed(0x7fff, (value) => varintSize(zigzag32(value))),
  i32: signed(0x7fffffff, (value) => varintSize(zigzag32(value))),
  int: (value: number) => {
    if (!Number.isSafeInteger(value)) throw mismatch("a safe integer within ±(2^53 - 1)", value);
    return varintSize(value < 0 ? -value * 2 - 1 : value * 2);
  },
  u64: bigint(0n, U64_MAX, bigVarintSize),
  i64: bigint(-(2n ** 63n), 2n ** 63n - 1n, (value) => bigVarintSize(zigzagBig(value))),
  u128: bigint(0n, 2n ** 128n - 1n, bigVarintSize),
  i128: bigint(-(2n ** 127n), 2n ** 127n - 1n, (value) => bigVarintSize(zigzagBig(value))),
  f32: float(4),
  f64: float(8),
  bool: (value: boolean) => {
    if (typeof value !== "boolean") throw mismatch("a boolean", value);
    return 1;
  },
  unit: (value: null) => {
    if (value !== null) throw mismatch("null", value);
    return 0;
  },
  str: (value: string) => {
    if (typeof value !== "string") throw mismatch("a string", value);
    if (value.length >= TEXT_UNIT) spend(Math.floor(value.length / TEXT_UNIT));
    const byteLength = utf8Length(value);
    if (byteLength === ILL_FORMED) throw mismatch("a string without lone surrogates", value);
    return varintSize(byteLength) + byteLength;
  },
  char: (value: string) => {
    requireChar(value);
    return utf8Length(value);
  },
  bytes: (value: Uint8Array) => {
    if (!(value instanceof Uint8Array)) throw mismatch("a Uint8Array", value);
    return varintSize(value.length) + value.length;
  },
};

export { keyText, memberText, variantText };

function unsigned(max: number, size: (value: number) => number): Measure {
  const expected = `an integer from 0 to ${max}`;
  return (value: number) => {
    if (typeof value !== "number" || !(value >= 0 && value <= max) || !Number.isInteger(value)) {
      throw mismatch(expected, value);
    }
    return size(value);
  };
}

function signed(max: number, size: (value: number) => number): Measure {
  const expected = `an integer from ${-max - 1} to ${max}`;
  return (value: number) => {
    if (typeof value !== "number" || !(value >= -max - 1 && value <= max) || !Number.isInteger(value)) {
      throw mismatch(expected, value);
    }
    return size(value);
  };
}

function bigint(min: bigint, max: bigint, size: (value: bigint) => number): Measure {
  const expected = `a bigint from ${min}n to ${max}n`;
  return (value: bigint) => {
    if (typeof value !== "bigint" || value < min || value > max) throw mismatch(expected, value);
    return size(value);
  };
}

function float(size: number): Measure {
  return (value: number) => {
    if (typeof value !== "number") throw mismatch("a number", value);
    return size;
  };
}

/** Levels of recursive types around the value that is being looked at, inside of its payload. */
let depth = 0;

/** Work that may still be done in one piece, in items; not a plain variable, which would hold a number object of its own. */
const WORK = new Float64Array([Number.POSITIVE_INFINITY]);

/** Code units of a text that count as one item: they cost as much. */
const TEXT_UNIT = 64;

/** Thrown where a piece of work is larger than it may be; see {@link measureWithin}. */
const TOO_MUCH = Symbol("too much work for one piece");

function spend(items: number): void {
  const left = (WORK[0] as number) - items;
  WORK[0] = left;
  if (left < 0) throw TOO_MUCH;
}

const measures = new WeakMap<SchemaNode, Measure>();

export function measureOf(schema: SchemaNode): Measure {
  const known = measures.get(schema);
  if (known !== undefined) return known;
  const measure = makeMeasure(schema);
  measures.set(schema, measure);
  return measure;
}

function makeMeasure(schema: SchemaNode): Measure {
  if (schema.kind in PRIMITIVES) return PRIMITIVES[schema.kind] as Measure;
  switch (schema.kind) {
    case "recursive":
      return (value) => {
        spend(1);
        // One more than an encoder allows, which knows better where a chunk starts and the count starts anew.
        if (++depth > MAX_INLINE_DEPTH + 1) throw tooDeep();
        const size = measureOf(resolvePlaced(schema))(value);
        depth--;
        return size;
      };
    case "chunk":
      return measurePlaced(measureOf(schema.inner));
    case "typed":
      return measureTyped(schema.element);
    case "vec":
      return measureList(measureOf(schema.item), undefined);
    case "array":
      return measureList(measureOf(schema.item), schema.length);
    case "tuple":
      return measureTuple(schema.items.map(measureOf));
    case "set":
      return measureSet(measureOf(schema.item));
    case "option": {
      const item = measureOf(schema.item);
      return (value) => {
        if (value === null) return 1;
        if (value === undefined) throw mismatch("a value or null", value);
        return 1 + item(value);
      };
    }
    case "struct":
      return measureStruct(schema);
    case "variant":
      return measureVariant(schema);
    case "map":
      return measureMap(measureOf(schema.key), measureOf(schema.value));
    case "hashMap":
    case "sortedMap":
      return measurePlaced(measureMap(measureOf(schema.key), measureOf(schema.value)));
    default:
      throw new SchemaMismatchError(`Expected a schema, found kind "${schema.kind}".`);
  }
}

/** A value in chunks of its own: nesting inside of payloads starts anew. */
function measurePlaced(measure: Measure): Measure {
  return (value) => {
    const before = depth;
    depth = 0;
    const size = measure(value);
    depth = before;
    return size;
  };
}

function measureTyped(element: ElementKind): Measure {
  const arrayClass = typedArrayClass(element);
  return (value: AnyTypedArray) => {
    if (!(value instanceof arrayClass)) throw mismatch(withArticle(arrayClass.name), value);
    checkElements(element, value, 0, value.length);
    return varintSize(value.length) + value.byteLength;
  };
}

/** Checks elements whose class holds more than the schema allows. */
export function checkElements(element: ElementKind, value: AnyTypedArray, from: number, to: number): void {
  if (element !== "uint" && element !== "int") return;
  spend(to - from);
  const check = PRIMITIVES[element] as (value: number) => number;
  let index = from;
  try {
    for (; index < to; index++) check(value[index] as number);
  } catch (error) {
    throw prefixed(`[${index}]`, error);
  }
}

function measureList(item: Measure, length: number | undefined): Measure {
  const expected = length === undefined ? "an array" : `an array of ${length}`;
  return (value: readonly never[]) => {
    if (!Array.isArray(value) || (length !== undefined && value.length !== length)) throw mismatch(expected, value);
    const head = length === undefined ? varintSize(value.length) : 0;
    return head + measureItems(item, value, 0, value.length);
  };
}

/** Size of the items `from` to `to`, the end exclusive. */
export function measureItems(item: Measure, value: readonly unknown[], from: number, to: number): number {
  spend(to - from);
  return NUMBERS.has(item) ? sizeOfNumbers(item, value, from, to) : sizeOfItems(item, value, from, to);
}

/** Those whose lists are arrays of numbers. */
const NUMBERS: ReadonlySet<Measure> = /* @__PURE__ */ new Set(
  ["u8", "i8", "u16", "i16", "u32", "i32", "uint", "int", "f32", "f64"].map((kind) => PRIMITIVES[kind] as Measure),
);

function sizeOfItems(item: Measure, value: readonly unknown[], from: number, to: number): number {
  let size = 0;
  let index = from;
  try {
    for (; index < to; index++) size += item(value[index] as never);
  } catch (error) {
    throw prefixed(`[${index}]`, error);
  }
  return size;
}

/**
 * The same, as a function of its own: compiled code that loads items of arrays of all kinds makes those of numbers into arrays
 * of objects first, twice as large, and slow for whoever uses them from then on.
 */
function sizeOfNumbers(item: Measure, value: readonly unknown[], from: number, to: number): number {
  let size = 0;
  let index = from;
  try {
    for (; index < to; index++) size += item(value[index] as never);
  } catch (error) {
    throw prefixed(`[${index}]`, error);
  }
  return size;
}

function measureTuple(parts: readonly Measure[]): Measure {
  const expected = `an array of ${parts.length}`;
  return (value: readonly never[]) => {
    if (!Array.isArray(value) || value.length !== parts.length) throw mismatch(expected, value);
    let size = 0;
    for (let i = 0; i < parts.length; i++) size += within(`[${i}]`, parts[i] as Measure, value[i] as never);
    return size;
  };
}

function measureSet(item: Measure): Measure {
  return (value: ReadonlySet<never>) => {
    if (!(value instanceof Set)) throw mismatch("a Set", value);
    spend(value.size);
    let size = varintSize(value.size);
    let index = 0;
    for (const member of value) size += within(`{${index++}}`, item, member as never);
    return size;
  };
}

function measureStruct(node: StructNode): Measure {
  const names = Object.keys(node.fields);
  let parts: readonly Measure[] | undefined;
  return (value: Readonly<Record<string, never>>) => {
    if (typeof value !== "object" || value === null) throw mismatch(structText(names), value);
    parts ??= Object.values(node.fields).map(measureOf);
    let size = 0;
    let index = 0;
    try {
      for (; index < parts.length; index++) size += (parts[index] as Measure)(value[names[index] as string] as never);
    } catch (error) {
      throw prefixed(memberText(names[index] as string), error);
    }
    return size;
  };
}

function measureVariant(node: VariantNode): Measure {
  const names = Object.keys(node.variants);
  let parts: readonly Measure[] | undefined;
  return (value: { readonly type: string; readonly value: never }) => {
    const index = names.indexOf(value?.type);
    if (index < 0) throw mismatch(variantText(names), value?.type ?? value);
    parts ??= Object.values(node.variants).map(measureOf);
    const tag = varintSize(index);
    if ((node.variants[names[index] as string] as SchemaNode).kind === "unit") return tag;
    return tag + within(".value", parts[index] as Measure, value.value);
  };
}

function measureMap(key: Measure, value: Measure): Measure {
  return (map: ReadonlyMap<never, never>) => {
    if (!(map instanceof Map)) throw mismatch("a Map", map);
    spend(map.size);
    let size = varintSize(map.size);
    for (const [k, v] of map as ReadonlyMap<never, never>) {
      try {
        size += key(k);
        size += value(v);
      } catch (error) {
        throw prefixed(keyText(k), error);
      }
    }
    return size;
  };
}

function within<T>(segment: string, measure: (value: T) => number, value: T): number {
  try {
    return measure(value);
  } catch (error) {
    throw prefixed(segment, error);
  }
}

/**
 * Size of `value` in the plain encoding of `schema`, in bytes; exact but for typed arrays of varints, whose elements
 * count with their size in memory.
 * @param path Path of `value` from the root, for the error.
 * @throws {SchemaMismatchError} The value does not fit; `path` says where, `expected` and `actual` what.
 */
export function measure(schema: SchemaNode, value: unknown, path = ""): number {
  try {
    begin(0, Number.POSITIVE_INFINITY);
    return measureOf(schema)(value as never);
  } catch (error) {
    throw withPath(error, path);
  }
}

/**
 * What `work` returns, or undefined if it would have looked at more than `items` items; then nothing is known.
 * @param level Levels of recursive types around what it looks at.
 */
export function measureWithin<T>(items: number, level: number, work: () => T): T | undefined {
  try {
    begin(level, items);
    return work();
  } catch (error) {
    if (error === TOO_MUCH) return undefined;
    throw error;
  }
}

/** Of the items that {@link measureWithin} allowed. */
export function itemsLeft(): number {
  return WORK[0] as number;
}

function begin(level: number, items: number): void {
  depth = level;
  WORK[0] = items;
}

/** Checks that a value fits; the error's path starts at the value, and its message does not repeat it. */
export function requireFit(schema: SchemaNode, value: unknown): void {
  try {
    begin(0, Number.POSITIVE_INFINITY);
    measureOf(schema)(value as never);
  } catch (error) {
    throw prefixed("", error);
  }
}
