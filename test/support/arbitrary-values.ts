/**
 * Values that fit a schema, drawn towards the edges: borders of varints, of integer types and of the lengths at which
 * text is read and written in another way. In: a schema. Out: an arbitrary of fast-check.
 */
import fc from "fast-check";
import { resolve, type SchemaNode } from "../../src/schema/node.ts";
import { typedArrayClass } from "../../src/schema/typed-array.ts";

type Values = fc.Arbitrary<unknown>;

/** How long lists and how deep recursive values may become. */
interface Room {
  readonly maxLength: number;
  /** Passes through `recursive` that are left; at 0 everything that may be empty is. */
  readonly depth: number;
}

/** Borders of the varint encoding, of zigzag and of the integer types. */
const BORDERS = [
  ...[0n, 1n, 124n, 125n, 126n, 127n, 128n, 249n, 250n, 251n, 252n, 253n, 254n, 255n, 256n],
  ...[32_767n, 32_768n, 65_535n, 65_536n, 2n ** 31n, 2n ** 32n, 2n ** 52n, 2n ** 53n, 2n ** 63n, 2n ** 64n],
  ...[2n ** 96n, 2n ** 127n, 2n ** 128n],
].flatMap((border) => [border - 1n, border, border + 1n, -border - 1n, -border, -border + 1n]);

function bigints(min: bigint, max: bigint): fc.Arbitrary<bigint> {
  const inside = [...new Set(BORDERS)].filter((border) => border >= min && border <= max);
  return fc.oneof(fc.constantFrom(...inside, min, max), fc.bigInt({ min, max }));
}

function integers(min: number, max: number): fc.Arbitrary<number> {
  return bigints(BigInt(min), BigInt(max)).map(Number);
}

const MAX_SAFE = Number.MAX_SAFE_INTEGER;

/** Any code point but surrogates, and the borders of UTF-8's lengths. */
const characters = fc.oneof(
  fc.constantFrom(
    "a",
    "\0",
    "\u007f",
    "\u0080",
    "\u07ff",
    "\u0800",
    "\ud7ff",
    "\ue000",
    "\ufeff",
    "\uffff",
    "𐀀",
    "\u{10ffff}",
  ),
  fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
);

const texts = fc.oneof(
  fc.string({ unit: characters, maxLength: 6 }),
  fc.string({ unit: "binary-ascii", maxLength: 60 }),
  fc
    .tuple(fc.constantFrom(23, 24, 25, 47, 48, 49, 250, 251), fc.constantFrom("x", "é", "漢", "𝄞"), fc.boolean())
    .map(([length, character, tail]) => character.repeat(length) + (tail ? "é" : "")),
  fc.constantFrom("", "\ufeffbom", "__proto__", "constructor", "e\u0301", "a\u2028b\u2029"),
);

const PRIMITIVES: { readonly [kind: string]: Values } = {
  u8: integers(0, 0xff),
  u16: integers(0, 0xffff),
  u32: integers(0, 0xffff_ffff),
  i8: integers(-0x80, 0x7f),
  i16: integers(-0x8000, 0x7fff),
  i32: integers(-0x8000_0000, 0x7fff_ffff),
  uint: integers(0, MAX_SAFE),
  int: integers(-MAX_SAFE, MAX_SAFE),
  u64: bigints(0n, 2n ** 64n - 1n),
  i64: bigints(-(2n ** 63n), 2n ** 63n - 1n),
  u128: bigints(0n, 2n ** 128n - 1n),
  i128: bigints(-(2n ** 127n), 2n ** 127n - 1n),
  f32: fc.float(),
  f64: fc.double(),
  bool: fc.boolean(),
  str: texts,
  char: characters,
  bytes: fc.uint8Array({ maxLength: 300, size: "+1" }),
  unit: fc.constant(null),
};

/** Values of `schema`. Members of sets and keys of maps are distinct by value, as they are in the file. */
export function valuesOf(schema: SchemaNode, maxLength = 10): Values {
  return values(schema, { maxLength, depth: 3 });
}

function values(schema: SchemaNode, room: Room): Values {
  const primitive = PRIMITIVES[schema.kind];
  if (primitive !== undefined) return primitive;
  const inner: Room = { ...room, maxLength: Math.min(room.maxLength, 4) };
  switch (schema.kind) {
    case "recursive":
      return values(resolve(schema), { maxLength: 3, depth: room.depth - 1 });
    case "chunk":
      return values(schema.inner, room);
    case "typed":
      return typedValues(schema.element, room);
    case "vec":
      return list(schema.item, room, { maxLength: length(room) });
    case "array":
      return list(schema.item, room, { minLength: schema.length, maxLength: schema.length });
    case "tuple":
      return fc.tuple(...schema.items.map((item) => values(item, inner)));
    case "set":
      return distinct(values(schema.item, inner), length(room)).map((members) => new Set(members));
    case "option":
      return room.depth <= 0 ? fc.constant(null) : fc.option(values(schema.item, inner), { nil: null });
    case "struct":
      return fc.record(Object.fromEntries(Object.entries(schema.fields).map(([k, v]) => [k, values(v, room)])));
    case "variant":
      return variantValues(schema.variants, inner);
    case "map":
    case "hashMap":
    case "sortedMap":
      return distinct(values(schema.key, inner), length(room)).chain((keys) =>
        list(schema.value, room, { minLength: keys.length, maxLength: keys.length }).map(
          (members) => new Map(keys.map((key, i) => [key, (members as unknown[])[i]])),
        ),
      );
    default:
      throw new Error(`No values for ${schema.kind}.`);
  }
}

function length(room: Room): number {
  return room.depth <= 0 ? 0 : room.maxLength;
}

function list(item: SchemaNode, room: Room, lengths: { minLength?: number; maxLength: number }): Values {
  if (lengths.maxLength === 0) return fc.constant([]);
  const inner = { ...room, maxLength: Math.min(room.maxLength, 4) };
  // fast-check prefers short lists; "max" makes long ones, of which shards are cut, as likely.
  return fc.array(values(item, inner), { ...lengths, size: lengths.maxLength > 10 ? "max" : "small" });
}

/** Members that differ as values, not only as objects. */
function distinct(members: Values, maxLength: number): fc.Arbitrary<unknown[]> {
  if (maxLength === 0) return fc.constant([]);
  return fc.uniqueArray(members, {
    maxLength,
    size: maxLength > 10 ? "max" : "small",
    selector: contentText,
  });
}

/** The same for equal values: objects may have a prototype or none, and −0 and 0 are one key of a Map. */
export function contentText(value: unknown): string {
  return value === 0 ? "0" : fc.stringify(value).replaceAll("__proto__:null,", "").replaceAll("__proto__:null", "");
}

function variantValues(variants: Readonly<Record<string, SchemaNode>>, room: Room): Values {
  const all = Object.entries(variants);
  const flat = all.filter(([, schema]) => schema.kind in PRIMITIVES);
  const usable = room.depth <= 0 && flat.length > 0 ? flat : all;
  return fc.oneof(
    ...usable.map(([type, schema]) =>
      schema.kind === "unit" ? fc.constant({ type }) : values(schema, room).map((value) => ({ type, value })),
    ),
  );
}

function typedValues(element: Parameters<typeof typedArrayClass>[0], room: Room): Values {
  const ArrayClass = typedArrayClass(element);
  const maxLength = length(room) * 3;
  return fc
    .array(PRIMITIVES[element] as Values, { maxLength, size: maxLength > 10 ? "max" : "small" })
    .chain((elements) =>
      // Sometimes a view into a larger buffer, which starts where no element of another type would.
      fc.constantFrom(0, 1, 3).map((before) => {
        const buffer = new ArrayBuffer((before + elements.length + 2) * ArrayClass.BYTES_PER_ELEMENT);
        const view = new ArrayClass(buffer, before * ArrayClass.BYTES_PER_ELEMENT, elements.length);
        for (let i = 0; i < elements.length; i++) (view as unknown as unknown[])[i] = elements[i];
        return view;
      }),
    );
}
