/**
 * A schema as the library's own routines see it: a union told apart by `kind`. The public interfaces of types.ts carry
 * types for the type checker; this one is for `switch`.
 */

import { describeValue } from "../bytes/describe-value.ts";
import { SchemaMismatchError } from "../errors.ts";
import type { ElementKind, Schema } from "./types.ts";

/** Kinds without parts. */
export type PrimitiveKind =
  | "u8"
  | "u16"
  | "u32"
  | "u64"
  | "u128"
  | "i8"
  | "i16"
  | "i32"
  | "i64"
  | "i128"
  | "uint"
  | "int"
  | "f32"
  | "f64"
  | "bool"
  | "str"
  | "char"
  | "bytes"
  | "unit";

export interface PrimitiveNode {
  readonly kind: PrimitiveKind;
}
export interface TypedNode {
  readonly kind: "typed";
  readonly element: ElementKind;
}
/** What a schema says of the chunks below. */
export interface ParentNode {
  /** Some of them are left: see {@link ChunkNode}. */
  readonly isPartial?: true;
}
export interface ItemNode extends ParentNode {
  readonly kind: "vec" | "set" | "option";
  readonly item: SchemaNode;
}
export interface ArrayNode {
  readonly kind: "array";
  readonly item: SchemaNode;
  readonly length: number;
}
export interface TupleNode {
  readonly kind: "tuple";
  readonly items: readonly SchemaNode[];
}
export interface StructNode extends ParentNode {
  readonly kind: "struct";
  readonly fields: Readonly<Record<string, SchemaNode>>;
}
export interface VariantNode {
  readonly kind: "variant";
  readonly variants: Readonly<Record<string, SchemaNode>>;
}
export interface RecursiveNode {
  readonly kind: "recursive";
  readonly get: () => SchemaNode;
}
export interface ChunkNode {
  readonly kind: "chunk";
  readonly inner: SchemaNode;
  readonly compression: string | undefined;
  /** A field that the file has and nobody wants: it keeps its place, and is not read. */
  readonly isLeft?: true;
}
export interface MapNode extends ParentNode {
  readonly kind: "map";
  readonly key: SchemaNode;
  readonly value: SchemaNode;
}
export interface HashMapNode extends ParentNode {
  readonly kind: "hashMap";
  readonly key: SchemaNode;
  readonly value: SchemaNode;
  readonly compression: string | undefined;
  readonly bucketBytes: number | undefined;
}
export interface SortedMapNode extends ParentNode {
  readonly kind: "sortedMap";
  readonly key: SchemaNode;
  readonly value: SchemaNode;
  readonly compression: string | undefined;
  readonly shardBytes: number | undefined;
  readonly duplicates?: "error" | "last" | undefined;
}

export type SchemaNode =
  | PrimitiveNode
  | TypedNode
  | ItemNode
  | ArrayNode
  | TupleNode
  | StructNode
  | VariantNode
  | RecursiveNode
  | ChunkNode
  | MapNode
  | HashMapNode
  | SortedMapNode;

const KINDS: ReadonlySet<string> = new Set<SchemaNode["kind"]>([
  ...(["u8", "u16", "u32", "u64", "u128", "i8", "i16", "i32", "i64", "i128", "uint", "int", "f32", "f64"] as const),
  ...(["bool", "str", "char", "bytes", "unit", "typed", "vec", "set", "option", "array", "tuple", "struct"] as const),
  ...(["variant", "recursive", "chunk", "map", "hashMap", "sortedMap"] as const),
]);

/**
 * The schema as a union. Catches at once what is no schema at all, such as a builder that was not called.
 * @param wanted What is wanted, and by whom, for the message.
 * @throws {SchemaMismatchError} `schema` was not made by a builder of this library.
 */
export function nodeOf(schema: Schema, wanted = "Expected a schema", path?: string): SchemaNode {
  const kind: unknown = schema?.kind;
  if (typeof kind === "string" && KINDS.has(kind)) return schema as SchemaNode;
  const actual = describeNoSchema(schema);
  throw new SchemaMismatchError(`${wanted} such as u32, str or struct({ … }), found ${actual}.`, {
    expected: "a schema",
    actual,
    path,
  });
}

function describeNoSchema(value: unknown): string {
  if (typeof value === "function") return `the function ${value.name}: a builder has to be called, as in vec(u32)`;
  if (value === undefined) return "undefined: one that is declared later is taken by recursive(() => …)";
  return describeValue(value);
}

/** How often one schema stands for another before it is taken for one that refers to nothing but itself. */
const MAX_STEPS = 64;

/** The error for a schema in which there is nothing but `recursive` and `chunk`. */
export function nothingButItself(): SchemaMismatchError {
  return new SchemaMismatchError(
    "A recursive schema refers to nothing but itself: put it inside a struct, vec or option.",
    { expected: "a schema of values", actual: "nothing but recursive() and chunk()" },
  );
}

/**
 * Follows `recursive` to what it stands for.
 * @throws {SchemaMismatchError} That is a placement, which would have no effect behind it.
 */
export function resolve(node: SchemaNode): Exclude<SchemaNode, RecursiveNode> {
  return node.kind === "recursive" ? resolveRecursive(node) : node;
}

function resolveRecursive(node: RecursiveNode): Exclude<SchemaNode, RecursiveNode> {
  const target = resolvePlaced(node);
  const { kind } = target;
  if (kind !== "chunk" && kind !== "hashMap" && kind !== "sortedMap") return target;
  const advice =
    kind === "chunk"
      ? "leave chunk() out of what it stands for, and write chunk(recursive(() => …)) for the field"
      : `write chunk(recursive(() => …)) for the field, or use map() in place of ${kind}()`;
  throw new SchemaMismatchError(`recursive() stands for a ${kind}(), which has no place of its own there: ${advice}.`, {
    expected: "a schema without a placement behind recursive()",
    actual: `${kind}()`,
  });
}

/**
 * The same where a placement has no part to play: at the root of a file and in a chunk, which has a place of its own anyway,
 * and in what is wholly inline.
 */
export function resolvePlaced(node: SchemaNode): Exclude<SchemaNode, RecursiveNode> {
  return node.kind === "recursive" ? behindRecursive(node) : node;
}

function behindRecursive(node: RecursiveNode): Exclude<SchemaNode, RecursiveNode> {
  let current: SchemaNode = node;
  for (let steps = 0; current.kind === "recursive"; steps++) {
    if (steps > MAX_STEPS) throw nothingButItself();
    const target = current.get();
    if (target === undefined)
      throw new SchemaMismatchError("The function of recursive() gives undefined, and no schema.");
    current = nodeOf(target, "The function of recursive() has to give a schema");
  }
  return current;
}

/** Refuses a placement where it would have no effect. */
export function requireInline(where: string, { kind }: SchemaNode): void {
  if (kind !== "chunk" && kind !== "hashMap" && kind !== "sortedMap") return;
  const advice = kind === "chunk" ? "leave chunk() out" : "use map()";
  throw new SchemaMismatchError(
    `${kind}() directly inside ${where}() has no place of its own in the file: make it a field of a struct, or ${advice}.`,
    { expected: "a schema without a placement", actual: `${kind}()` },
  );
}
