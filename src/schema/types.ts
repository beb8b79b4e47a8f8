/**
 * What a schema is to the type checker. Types only: one interface per kind of schema with one phantom member, so that
 * an error message names the kind (`VecSchema<U32>`) and not an expanded structure.
 */

import type {
  BytesHandle,
  Handle,
  MapHandle,
  SortedMapHandle,
  SyncHandle,
  SyncMapHandle,
  SyncSortedMapHandle,
  SyncTypedHandle,
  SyncVecHandle,
  TypedHandle,
  VecHandle,
} from "./handles.ts";

/** Key of the phantom member that carries a schema's types; there is nothing behind it at run time. */
export declare const types: unique symbol;

/** The types that belong to a schema. */
export interface SchemaTypes {
  /** The plain value. */
  readonly value: unknown;
  /** What {@link Mirror} gives: the value's lazy view where it is a chunk of its own, such as the root. */
  readonly mirror: unknown;
  readonly syncMirror: unknown;
  /** What stands in a struct's mirror for a field of this schema. */
  readonly field: unknown;
  readonly syncField: unknown;
  /** What lazy access to an item of a list or a map gives. */
  readonly item: unknown;
  readonly syncItem: unknown;
  /** What a write takes where the value is a chunk of its own: lists may come from an Iterable or AsyncIterable. */
  readonly input: Takes<unknown>;
  /** What a write takes for a field of this schema. */
  readonly fieldInput: Takes<unknown>;
}

/**
 * Something that takes values: a schema whose writes take more can stand for one whose writes take less. A method, since
 * the parameters of methods are compared both ways, and a schema of any type has to fit `Schema`.
 */
export type Takes<Value> = { take(value: Value): void }["take"];

/** A schema: says what values are like, in TypeScript and in bytes. Build them with `struct`, `vec`, `u32` … */
export interface Schema<Types extends SchemaTypes = SchemaTypes> {
  readonly kind: string;
  readonly [types]?: Types;
}

/** Types of a schema `S`. */
export type TypesOf<S extends Schema> = NonNullable<S[typeof types]>;

/** The plain TypeScript type of the values of a schema: `type World = Infer<typeof World>`. */
export type Infer<S extends Schema> = TypesOf<S>["value"];

/** The lazy view of a schema's values that `open` gives: inline fields are values, chunked ones are handles. */
export type Mirror<S extends Schema> = TypesOf<S>["mirror"];

/** The lazy view that `openSync` gives: as {@link Mirror}, without promises. */
export type SyncMirror<S extends Schema> = TypesOf<S>["syncMirror"];

/** What a write takes for a schema: {@link Infer}, or an Iterable or AsyncIterable in place of a chunked list. */
export type Input<S extends Schema> = Parameters<TypesOf<S>["input"]>[0];

/** As {@link Input}, where the schema is a field's. */
type FieldInput<S extends Schema> = Parameters<TypesOf<S>["fieldInput"]>[0];

/**
 * A schema whose types are written down, for values that contain themselves:
 * `const Tree: SchemaOf<Tree, TreeMirror> = struct({ children: chunk(vec(recursive(() => Tree))) })`.
 *
 * The mirror is an interface of your own, with the handles that stand for the chunked fields. The mirror of `openSync` is
 * a third type, for those who use both. A type that is wholly inline needs neither: `SchemaOf<Json>`.
 */
export interface SchemaOf<
  Value,
  MirrorType = Handle<Value>,
  SyncMirrorType = MirrorType extends Handle<Value> ? SyncHandle<Value> : unknown,
  Item = MirrorType extends Handle<Value> ? Value : MirrorType,
  SyncItem = MirrorType extends Handle<Value> ? Value : SyncMirrorType,
> extends Schema<{
    value: Value;
    mirror: MirrorType;
    syncMirror: SyncMirrorType;
    field: Value;
    syncField: Value;
    item: Item;
    syncItem: SyncItem;
    input: Takes<Value>;
    fieldInput: Takes<Value>;
  }> {}

/** Types of a schema that is inline wherever it stands in something else. */
export interface InlineTypes<Value> {
  readonly value: Value;
  readonly mirror: Handle<Value>;
  readonly syncMirror: SyncHandle<Value>;
  readonly field: Value;
  readonly syncField: Value;
  readonly item: Value;
  readonly syncItem: Value;
  readonly input: Takes<Value>;
  readonly fieldInput: Takes<Value>;
}

/** Inline, with a richer handle where it is a chunk of its own. */
interface ContainerTypes<Value, Lazy, SyncLazy, Source = Value> extends SchemaTypes {
  readonly value: Value;
  readonly mirror: Lazy;
  readonly syncMirror: SyncLazy;
  readonly field: Value;
  readonly syncField: Value;
  readonly item: Value;
  readonly syncItem: Value;
  readonly input: Takes<Source>;
  readonly fieldInput: Takes<Value>;
}

/** A chunk of its own wherever it is a field. */
interface PlacedTypes<Value, Lazy, SyncLazy, Source = Value> extends SchemaTypes {
  readonly value: Value;
  readonly mirror: Lazy;
  readonly syncMirror: SyncLazy;
  readonly field: Lazy;
  readonly syncField: SyncLazy;
  readonly item: Value;
  readonly syncItem: Value;
  readonly input: Takes<Source>;
  readonly fieldInput: Takes<Source>;
}

/** A type of one number, boolean, text or nothing. */
export interface PrimitiveSchema<Kind extends string, Value> extends Schema<InlineTypes<Value>> {
  readonly kind: Kind;
}

export interface U8 extends PrimitiveSchema<"u8", number> {}
export interface U16 extends PrimitiveSchema<"u16", number> {}
export interface U32 extends PrimitiveSchema<"u32", number> {}
export interface U64 extends PrimitiveSchema<"u64", bigint> {}
export interface U128 extends PrimitiveSchema<"u128", bigint> {}
export interface I8 extends PrimitiveSchema<"i8", number> {}
export interface I16 extends PrimitiveSchema<"i16", number> {}
export interface I32 extends PrimitiveSchema<"i32", number> {}
export interface I64 extends PrimitiveSchema<"i64", bigint> {}
export interface I128 extends PrimitiveSchema<"i128", bigint> {}
export interface Uint extends PrimitiveSchema<"uint", number> {}
export interface Int extends PrimitiveSchema<"int", number> {}
export interface F32 extends PrimitiveSchema<"f32", number> {}
export interface F64 extends PrimitiveSchema<"f64", number> {}
export interface Bool extends PrimitiveSchema<"bool", boolean> {}
export interface Str extends PrimitiveSchema<"str", string> {}
export interface Char extends PrimitiveSchema<"char", string> {}
export interface Unit extends PrimitiveSchema<"unit", null> {}

export interface Bytes extends Schema<ContainerTypes<Uint8Array, BytesHandle, SyncTypedHandle<Uint8Array>>> {
  readonly kind: "bytes";
}

/** The typed array for each element schema of {@link TypedSchema}. */
export interface TypedArrays {
  u8: Uint8Array;
  u16: Uint16Array;
  u32: Uint32Array;
  u64: BigUint64Array;
  i8: Int8Array;
  i16: Int16Array;
  i32: Int32Array;
  i64: BigInt64Array;
  uint: Float64Array;
  int: Float64Array;
  f32: Float32Array;
  f64: Float64Array;
}

/** Kinds of number that a typed array can hold. */
export type ElementKind = keyof TypedArrays;

export interface TypedSchema<Kind extends ElementKind>
  extends Schema<
    ContainerTypes<TypedArrays[Kind], TypedHandle<TypedArrays[Kind]>, SyncTypedHandle<TypedArrays[Kind]>>
  > {
  readonly kind: "typed";
  readonly element: Kind;
}

export interface VecSchema<Item extends Schema>
  extends Schema<
    ContainerTypes<
      Infer<Item>[],
      VecHandle<Infer<Item>, TypesOf<Item>["item"]>,
      SyncVecHandle<Infer<Item>, TypesOf<Item>["syncItem"]>,
      readonly Infer<Item>[] | Iterable<Infer<Item>> | AsyncIterable<Infer<Item>>
    >
  > {
  readonly kind: "vec";
  readonly item: Item;
}

export interface ArraySchema<Item extends Schema> extends Schema<InlineTypes<Infer<Item>[]>> {
  readonly kind: "array";
  readonly item: Item;
  readonly length: number;
}

export interface TupleSchema<Items extends readonly Schema[]>
  extends Schema<InlineTypes<{ -readonly [I in keyof Items]: Infer<Items[I]> }>> {
  readonly kind: "tuple";
  readonly items: Items;
}

export interface SetSchema<Item extends Schema> extends Schema<InlineTypes<Set<Infer<Item>>>> {
  readonly kind: "set";
  readonly item: Item;
}

export interface OptionSchema<Item extends Schema> extends Schema<InlineTypes<Infer<Item> | null>> {
  readonly kind: "option";
  readonly item: Item;
}

/** Types of a map from `K` to `V`. */
type MapTypesOf<K extends Schema, V extends Schema> = ContainerTypes<
  Map<Infer<K>, Infer<V>>,
  MapHandle<Infer<K>, Infer<V>>,
  SyncMapHandle<Infer<K>, Infer<V>>
>;

export interface MapSchema<K extends Schema, V extends Schema> extends Schema<MapTypesOf<K, V>> {
  readonly kind: "map";
  readonly key: K;
  readonly value: V;
}

/** The fields of a struct by name, in order of declaration. */
export interface Fields {
  readonly [name: string]: Schema;
}

/** Marks a struct's mirror with the value that `load(mirror)` gives. */
export interface Loadable<Value> {
  readonly [types]?: { readonly value: Value };
}

/** Marks a synchronous struct's mirror with the value that `loadSync(mirror)` gives. */
export interface SyncLoadable<Value> {
  readonly [types]?: { readonly syncValue: Value };
}

export interface StructTypes<F extends Fields> extends SchemaTypes {
  readonly value: { [Name in keyof F]: Infer<F[Name]> };
  readonly mirror: { readonly [Name in keyof F]: TypesOf<F[Name]>["field"] } & Loadable<this["value"]>;
  readonly syncMirror: { readonly [Name in keyof F]: TypesOf<F[Name]>["syncField"] } & SyncLoadable<this["value"]>;
  readonly field: { [Name in keyof F]: Infer<F[Name]> };
  readonly syncField: { [Name in keyof F]: Infer<F[Name]> };
  readonly item: this["mirror"];
  readonly syncItem: this["syncMirror"];
  readonly input: Takes<{ readonly [Name in keyof F]: FieldInput<F[Name]> }>;
  readonly fieldInput: Takes<this["value"]>;
}

export interface StructSchema<F extends Fields> extends Schema<StructTypes<F>> {
  readonly kind: "struct";
  readonly fields: F;
}

/** Value of the variant `Name`: its content is in `value`, except for `unit`, which has none. */
type VariantValue<Name, S extends Schema> = S extends { readonly kind: "unit" }
  ? { type: Name }
  : { type: Name; value: Infer<S> };

export interface VariantSchema<V extends Fields>
  extends Schema<InlineTypes<{ [Name in keyof V]: VariantValue<Name, V[Name]> }[keyof V]>> {
  readonly kind: "variant";
  readonly variants: V;
}

export interface RecursiveSchema<S extends Schema> extends Schema<TypesOf<S>> {
  readonly kind: "recursive";
  readonly get: () => S;
}

export interface ChunkTypes<S extends Schema> extends SchemaTypes {
  readonly value: Infer<S>;
  readonly mirror: Mirror<S>;
  readonly syncMirror: SyncMirror<S>;
  readonly field: Mirror<S>;
  readonly syncField: SyncMirror<S>;
  readonly item: Infer<S>;
  readonly syncItem: Infer<S>;
  readonly input: TypesOf<S>["input"];
  readonly fieldInput: TypesOf<S>["input"];
}

export interface ChunkSchema<S extends Schema> extends Schema<ChunkTypes<S>> {
  readonly kind: "chunk";
  readonly inner: S;
  readonly compression: string | undefined;
}

export interface HashMapSchema<K extends Schema, V extends Schema>
  extends Schema<
    PlacedTypes<
      Map<Infer<K>, Infer<V>>,
      MapHandle<Infer<K>, Infer<V>, TypesOf<V>["item"]>,
      SyncMapHandle<Infer<K>, Infer<V>, TypesOf<V>["syncItem"]>
    >
  > {
  readonly kind: "hashMap";
  readonly key: K;
  readonly value: V;
  readonly compression: string | undefined;
  readonly bucketBytes: number | undefined;
}

/**
 * What a write takes for a sorted map: a Map, entries in any order in an array, or entries in the order of their keys from a
 * generator or AsyncIterable.
 */
export type EntrySource<K, V> =
  | Map<K, V>
  | readonly (readonly [K, V])[]
  | IterableIterator<readonly [K, V]>
  | AsyncIterable<readonly [K, V]>;

export interface SortedMapSchema<K extends Schema, V extends Schema>
  extends Schema<
    PlacedTypes<
      Map<Infer<K>, Infer<V>>,
      SortedMapHandle<Infer<K>, Infer<V>, TypesOf<V>["item"]>,
      SyncSortedMapHandle<Infer<K>, Infer<V>, TypesOf<V>["syncItem"]>,
      EntrySource<Infer<K>, Infer<V>>
    >
  > {
  readonly kind: "sortedMap";
  readonly key: K;
  readonly value: V;
  readonly compression: string | undefined;
  readonly shardBytes: number | undefined;
  readonly duplicates: "error" | "last" | undefined;
}
