/**
 * Random schemas from every builder, with values that fit them. In: nothing, or which part of the builders to use. Out:
 * arbitraries of fast-check, whose examples print as the source text of the schema.
 */
import fc from "fast-check";
import {
  array,
  bool,
  bytes,
  char,
  chunk,
  descending,
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
  sortedMap,
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
} from "../../src/index.ts";
import type { SchemaNode } from "../../src/schema/node.ts";
import { schemaText } from "./arbitrary-text.ts";
import { valuesOf } from "./arbitrary-values.ts";

type Schemas = fc.Arbitrary<Schema>;

const numbers = [u8, u16, u32, u64, i8, i16, i32, i64, uint, int, f32, f64] as const;
const primitives = fc.constantFrom<Schema>(...numbers, u128, i128, bool, str, char, bytes, unit);
const hashablePrimitives = fc.constantFrom<Schema>(
  ...[u8, u16, u32, u64, u128, i8, i16, i32, i64, i128, uint, int, bool, str, char, bytes],
);
const typedArrays = fc.constantFrom(...numbers).map((element) => typed(element));

/** Names that an object, a class, generated code or a promise could trip over; "then" and "at" are ordinary fields. */
const NAMES = [
  ...[
    "a",
    "b",
    "c",
    "id",
    "name",
    "load",
    "then",
    "at",
    "toJSON",
    "toString",
    "constructor",
    "valueOf",
    "type",
    "value",
  ],
  ...["hasOwnProperty", "v0", "w", "r", "x", "with space", "quote\"'`", "line\u2028", "é", "𝄞", "-1", "1.5", "00", ""],
];

const names = fc.oneof({ weight: 3, arbitrary: fc.constantFrom("a", "b", "c", "d", "e") }, fc.constantFrom(...NAMES));

function fields(
  part: Schemas,
  lengths: { minLength?: number; maxLength: number },
): fc.Arbitrary<Record<string, Schema>> {
  return fc
    .uniqueArray(names, { ...lengths, size: "max" })
    .chain((chosen) => fc.tuple(...chosen.map((name) => fc.tuple(fc.constant(name), part))))
    .map((entries) => Object.fromEntries(entries));
}

/** Values that contain themselves, inline or through chunks. Fixed shapes: what matters is how they are reached. */
interface AnyStruct extends Schema {
  readonly kind: "struct";
}
const Tree: AnyStruct = struct({ name: str, children: vec(recursive(() => Tree)) });
const Chain: AnyStruct = struct({ value: u32, next: option(recursive(() => Chain)) });
const Json: Schema = variant({
  Null: unit,
  Flag: bool,
  Number: f64,
  Text: str,
  List: vec(recursive(() => Json)),
  Record: map(
    str,
    recursive(() => Json),
  ),
});
const ChunkTree: AnyStruct = struct({ name: str, children: chunk(vec(recursive(() => ChunkTree))), size: u16 });
const MapTree: AnyStruct = struct({
  label: u8,
  kids: hashMap(
    str,
    recursive(() => MapTree),
    { bucketBytes: 40 },
  ),
});
const SortedTree: AnyStruct = struct({
  kids: sortedMap(
    i16,
    recursive(() => SortedTree),
    { shardBytes: 20 },
  ),
  note: chunk(str),
});
const Mutual: AnyStruct = struct({
  others: chunk(vec(struct({ weight: f32, back: chunk(vec(recursive(() => Mutual))) }))),
});

const inlineRecursive = fc.constantFrom<Schema>(
  Tree,
  Chain,
  Json,
  recursive(() => Tree),
  recursive(() => Json),
);
const chunkedRecursive = fc.constantFrom<Schema>(
  ChunkTree,
  MapTree,
  SortedTree,
  Mutual,
  recursive(() => ChunkTree),
);

/** Keys of a hash map; `ordered` adds what only a sorted map takes. */
function keys(ordered: boolean): Schemas {
  const base = ordered ? fc.oneof(hashablePrimitives, fc.constantFrom<Schema>(f32, f64, unit)) : hashablePrimitives;
  const { key } = fc.letrec<{ key: Schema; upward: Schema }>((tie) => ({
    // In a key of a hash map it means nothing.
    key: fc.oneof(
      { withCrossShrink: true },
      { weight: 4, arbitrary: tie("upward") },
      { weight: 1, arbitrary: tie("upward").map((schema) => descending(schema)) },
    ),
    upward: fc.oneof(
      { maxDepth: 2, withCrossShrink: true },
      { weight: 4, arbitrary: base },
      { weight: 1, arbitrary: fc.array(tie("key"), { minLength: 1, maxLength: 3 }).map((items) => tuple(items)) },
      { weight: 1, arbitrary: fields(tie("key"), { minLength: 1, maxLength: 3 }).map(struct) },
      { weight: 1, arbitrary: tie("key").map(vec) },
      { weight: 1, arbitrary: fc.tuple(tie("key"), fc.nat({ max: 3 })).map(([item, n]) => array(item, n)) },
      { weight: 1, arbitrary: tie("key").map(optional) },
      { weight: 1, arbitrary: fields(tie("key"), { minLength: 1, maxLength: 3 }).map(variant) },
      { weight: 1, arbitrary: fc.constantFrom<Schema>(recursive(() => Chain)) },
    ),
  }));
  return key;
}

/** An option, which refuses what is null already. */
function optional(item: Schema): Schema {
  return item.kind === "option" || item.kind === "unit" ? tuple([item]) : option(item);
}

const compressions = fc.constantFrom(undefined, undefined, "none", "lz4");
const smallSizes = fc.constantFrom(undefined, 1, 12, 40, 200, 5000);

function withOptions<K extends string>(name: K): fc.Arbitrary<{ compression?: string } & { [name in K]?: number }> {
  return fc.record({ compression: compressions, [name]: smallSizes }).map((options) => defined(options)) as never;
}

function defined<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
}

const { inline, placed, field } = fc.letrec<{ inline: Schema; placed: Schema; field: Schema }>((tie) => ({
  /** Anything that may stand anywhere. */
  inline: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    { weight: 8, arbitrary: primitives },
    { weight: 2, arbitrary: typedArrays },
    { weight: 2, arbitrary: tie("inline").map(vec) },
    { weight: 1, arbitrary: fc.tuple(tie("inline"), fc.nat({ max: 4 })).map(([item, n]) => array(item, n)) },
    { weight: 1, arbitrary: fc.array(tie("inline"), { maxLength: 4 }).map((items) => tuple(items)) },
    { weight: 1, arbitrary: tie("inline").map(set) },
    { weight: 1, arbitrary: tie("inline").map(optional) },
    { weight: 1, arbitrary: fc.tuple(tie("inline"), tie("inline")).map(([key, value]) => map(key, value)) },
    { weight: 3, arbitrary: fields(tie("field"), { maxLength: 4 }).map(struct) },
    { weight: 1, arbitrary: fields(tie("inline"), { minLength: 1, maxLength: 4 }).map(variant) },
    { weight: 1, arbitrary: fc.oneof(inlineRecursive, chunkedRecursive) },
  ),
  /** What has a chunk of its own where it is a field. */
  placed: fc.oneof(
    { withCrossShrink: true },
    {
      weight: 4,
      arbitrary: fc
        .tuple(tie("inline"), compressions)
        .map(([inner, compression]) => chunk(inner, defined({ compression }) as { compression?: string })),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(keys(false), tie("inline"), withOptions("bucketBytes"))
        .map(([key, value, options]) => hashMap(key, value, options)),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(keys(true), tie("inline"), withOptions("shardBytes"))
        .map(([key, value, options]) => sortedMap(key, value, options)),
    },
  ),
  field: fc.oneof({ withCrossShrink: true }, tie("inline"), tie("placed")),
}));

/** Schemas that are inline where they are a part of something: no placement at the top. */
export const inlineSchemas: Schemas = inline;

/** Keys that a hash map takes. */
export const hashableKeys: Schemas = keys(false);

/** Keys that a sorted map takes. */
export const orderedKeys: Schemas = keys(true);

/** Schemas of whole files. Most are structs with chunks. */
export const schemas: Schemas = fc.oneof(
  { weight: 6, arbitrary: fields(field, { minLength: 1, maxLength: 5 }).map(struct) },
  { weight: 2, arbitrary: placed },
  { weight: 1, arbitrary: inline },
  { weight: 1, arbitrary: fields(placed, { minLength: 1, maxLength: 3 }).map((f) => chunk(vec(struct(f)))) },
  {
    weight: 1,
    arbitrary: fields(placed, { minLength: 1, maxLength: 3 }).map((f) => hashMap(str, struct(f), { bucketBytes: 60 })),
  },
  {
    weight: 1,
    arbitrary: fields(placed, { minLength: 1, maxLength: 3 }).map((f) => sortedMap(u16, struct(f), { shardBytes: 60 })),
  },
  { weight: 1, arbitrary: chunkedRecursive },
);

/** A schema and a value that fits it. Prints as source text. */
export interface Sample {
  readonly schema: Schema;
  readonly node: SchemaNode;
  readonly value: unknown;
}

/** Schemas with fitting values. */
export function samplesOf(from: Schemas, maxLength = 10): fc.Arbitrary<Sample> {
  return from.chain((schema) => valuesOf(schema as SchemaNode, maxLength).map((value) => makeSample(schema, value)));
}

function makeSample(schema: Schema, value: unknown): Sample {
  const node = schema as SchemaNode;
  return {
    schema,
    node,
    value,
    [fc.toStringMethod]: () => `\n  schema: ${schemaText(node)}\n  value: ${fc.stringify(value)}\n`,
  } as Sample;
}

/** Whole files: any schema with a value, some long enough for many shards. */
export const samples: fc.Arbitrary<Sample> = fc.oneof(
  { weight: 3, arbitrary: samplesOf(schemas) },
  { weight: 1, arbitrary: samplesOf(schemas, 60) },
);

/** What decides the bytes of a file, apart from its value. */
export const formats = fc.record(
  {
    compression: fc.constantFrom("none", "lz4"),
    shardBytes: fc.constantFrom(1, 7, 24, 64, 300, 4000),
  },
  { requiredKeys: [] },
);

/**
 * Cases to try: `few` in every run, times VITE_PROPERTY_RUNS where somebody looks for faults. Ends before the test does,
 * so that a failure that is long to shrink is told with what was found so far.
 */
export function runs(few: number): { numRuns: number; interruptAfterTimeLimit: number } {
  const factor = Number((import.meta as { env?: Record<string, string> }).env?.VITE_PROPERTY_RUNS ?? 1);
  return { numRuns: Math.ceil(few * factor), interruptAfterTimeLimit: 15_000 * Math.max(1, factor) };
}
