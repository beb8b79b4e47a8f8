/**
 * Schemas from the descriptions of Rust types in test/fixtures: `{ kind: "vec", item: { kind: "u32" } }` → `vec(u32)`.
 *
 * A few things have more than one schema here; a {@link Flavour} chooses. One `Descriptors` builds each named type once.
 */
import {
  array,
  bool,
  bytes,
  char,
  chunk,
  f32,
  f64,
  hashMap,
  i8,
  i16,
  i32,
  i64,
  i128,
  int,
  map,
  option,
  recursive,
  type Schema,
  set,
  str,
  struct,
  tuple,
  typed,
  u8,
  u16,
  u32,
  u64,
  u128,
  uint,
  unit,
  variant,
  vec,
} from "parcode-web";

/** A Rust type. Which members there are depends on `kind`; see test/fixtures/README.md. */
export interface Descriptor {
  readonly kind: string;
  readonly name?: string;
  readonly item?: Descriptor;
  readonly items?: readonly Descriptor[];
  readonly len?: number;
  readonly key?: Descriptor;
  readonly value?: Descriptor;
  readonly ok?: Descriptor;
  readonly err?: Descriptor;
  readonly fields?: readonly FieldDescriptor[];
  readonly parcodeObject?: boolean;
  readonly variants?: readonly VariantDescriptor[];
}

export interface FieldDescriptor {
  readonly name: string;
  readonly type: Descriptor;
  readonly chunkable?: boolean;
  readonly map?: boolean;
  readonly compression?: string;
}

export interface VariantDescriptor {
  readonly name: string;
  readonly index: number;
  readonly newtype?: Descriptor;
  readonly tuple?: readonly Descriptor[];
  readonly struct?: readonly FieldDescriptor[];
}

/** Named types, by name. */
export type TypeTable = Readonly<Record<string, Descriptor>>;

/**
 * - "plain": lists are arrays, `Vec<u8>` is `bytes`, 64-bit integers are bigints, a root map is `map()`.
 * - "typed": lists of numbers, `Vec<u8>` too, are typed arrays, and a root map is `hashMap()`.
 * - "numbers": 64-bit integers are `uint` and `int`, and `Vec<u8>` is a plain list.
 */
export type Flavour = "plain" | "typed" | "numbers";

const PRIMITIVES: Readonly<Record<string, Schema>> = {
  ...{ u8, u16, u32, u64, u128, i8, i16, i32, i64, i128, f32, f64, bool, char, bytes, unit },
  ...{ usize: u64, isize: i64, string: str },
};

/** How each number is called in a typed array. */
const ELEMENTS: Readonly<Record<string, Parameters<typeof typed>[0]>> = {
  ...{ u8, u16, u32, u64, i8, i16, i32, i64, f32, f64 },
  ...{ usize: u64, isize: i64 },
};

const NUMBERS: Readonly<Record<string, Schema>> = { u64: uint, usize: uint, i64: int, isize: int };

export class Descriptors {
  readonly flavour: Flavour;
  private readonly types: TypeTable;
  private readonly built = new Map<string, Schema>();
  private readonly building = new Set<string>();

  constructor(types: TypeTable = {}, flavour: Flavour = "plain") {
    this.types = types;
    this.flavour = flavour;
  }

  /** The schema of a file whose root is of this type. */
  root(type: Descriptor): Schema {
    if (type.kind === "map" && this.flavour === "typed") return this.mapOf(type, true);
    return this.schema(type);
  }

  /** The schema of a value of this type. `key`: it stands in a map's key, where there are no typed arrays. */
  schema(type: Descriptor, key = false): Schema {
    const primitive = (this.flavour === "numbers" ? NUMBERS[type.kind] : undefined) ?? PRIMITIVES[type.kind];
    if (primitive !== undefined) return primitive;
    switch (type.kind) {
      case "ref":
        return this.named(type.name as string);
      case "vec":
        return this.list(type.item as Descriptor, key);
      case "set":
        return set(this.schema(type.item as Descriptor, key));
      case "array":
        return array(this.schema(type.item as Descriptor, key), type.len as number);
      case "option":
        return this.option(this.schema(type.item as Descriptor, key));
      case "newtypeStruct":
        return this.schema(type.item as Descriptor, key);
      case "tuple":
      case "tupleStruct":
        return tuple((type.items as Descriptor[]).map((item) => this.schema(item, key)));
      case "unitStruct":
        return unit;
      case "result":
        return variant({ Ok: this.schema(type.ok as Descriptor, key), Err: this.schema(type.err as Descriptor, key) });
      case "map":
        return this.mapOf(type, false);
      case "struct":
        return this.struct(type.fields as FieldDescriptor[], type.parcodeObject === true);
      case "enum":
        return this.variant(type.variants as VariantDescriptor[]);
      default:
        throw new Error(`There is no schema for kind "${type.kind}".`);
    }
  }

  /** What a `ref` refers to. */
  definition(type: Descriptor): Descriptor {
    if (type.kind !== "ref") return type;
    const found = this.types[type.name as string];
    if (found === undefined) throw new Error(`There is no type "${type.name}".`);
    return found;
  }

  /** Whether lists of this item are typed arrays. */
  isTyped(item: Descriptor, key: boolean): boolean {
    return this.flavour === "typed" && !key && ELEMENTS[item.kind] !== undefined;
  }

  private named(name: string): Schema {
    const known = this.built.get(name);
    if (known !== undefined) return known;
    if (this.building.has(name)) return recursive(() => this.built.get(name) as Schema);
    this.building.add(name);
    const schema = this.schema(this.definition({ kind: "ref", name }));
    this.building.delete(name);
    this.built.set(name, schema);
    return schema;
  }

  private list(item: Descriptor, key: boolean): Schema {
    if (this.isTyped(item, key)) return typed(ELEMENTS[item.kind] as Parameters<typeof typed>[0]);
    if (item.kind === "u8" && this.flavour !== "numbers") return bytes;
    return vec(this.schema(item, key));
  }

  /** `Some(None)` and `None` are told apart by a variant, which has the same bytes. */
  private option(item: Schema): Schema {
    return isNullable(item) ? variant({ None: unit, Some: item }) : option(item);
  }

  private mapOf(type: Descriptor, sharded: boolean): Schema {
    const key = this.schema(type.key as Descriptor, true);
    const value = this.schema(type.value as Descriptor);
    return sharded ? hashMap(key, value) : map(key, value);
  }

  private struct(fields: readonly FieldDescriptor[], isObject: boolean): Schema {
    const built: Record<string, Schema> = {};
    for (const field of fields) built[field.name] = isObject ? this.field(field) : this.schema(field.type);
    return struct(built);
  }

  private field({ type, chunkable = false, map: isMap = false, compression }: FieldDescriptor): Schema {
    // "zstd" is a name that the crate accepts, and has no codec for.
    const codec = compression?.toLowerCase();
    const options = codec === undefined || codec === "zstd" ? {} : { compression: codec };
    if (isMap && type.kind === "map") {
      return hashMap(this.schema(type.key as Descriptor, true), this.schema(type.value as Descriptor), options);
    }
    const schema = this.schema(type);
    return chunkable || isMap ? chunk(schema, options) : schema;
  }

  private variant(variants: readonly VariantDescriptor[]): Schema {
    const built: Record<string, Schema> = {};
    for (const { name, newtype, tuple: parts, struct: fields } of variants) {
      if (newtype !== undefined) built[name] = this.schema(newtype);
      else if (parts !== undefined) built[name] = tuple(parts.map((part) => this.schema(part)));
      else built[name] = fields === undefined ? unit : this.struct(fields, false);
    }
    return variant(built);
  }
}

/** Whether an option of this schema would have two values that are both null. */
export function isNullable(schema: Schema): boolean {
  return schema.kind === "option" || schema.kind === "unit";
}
