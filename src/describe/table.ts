/**
 * A schema as a table: its nodes in a row, which refer to each other by index. Shared and recursive schemas are finite
 * in it. The form between a schema and its bytes, in both directions; node 0 is the root.
 */

import type { ParcodeError } from "../errors.ts";
import type { PrimitiveKind, SchemaNode } from "../schema/node.ts";
import type { ElementKind } from "../schema/types.ts";

/** What a node of the table can be. */
export type Kind = SchemaNode["kind"];

/** One node. Which members it has besides `parts` depends on its kind. */
export interface TableNode {
  readonly kind: Kind;
  /** Indexes of the nodes it is made of, in order: item, items, fields, alternatives, or key and value. */
  readonly parts: readonly number[];
  /** Names of the parts of a struct or variant. */
  readonly names?: readonly string[];
  /** Items of an array. */
  readonly length?: number;
  /** Elements of a typed array. */
  readonly element?: ElementKind;
  /** Whether values come in descending order, in a key of a sorted map. */
  readonly isDescending?: true;
}

export type Table = readonly TableNode[];

/** Why a node is refused, apart from what was expected there. */
export interface Reason {
  readonly cause?: unknown;
  /** Name of the limit that it exceeds. */
  readonly limit?: string;
}

/** Makes the error for node `index`: what was expected there, and what was found. */
export type Refuse = (index: number, expected: string, actual: string, reason?: Reason) => ParcodeError;

/**
 * Nodes of one schema. Thousands of times what people write, and few enough that a function of recursive() that makes a
 * new schema at each call is found out at once.
 */
export const MAX_DESCRIPTION_NODES = 65_536;

/** Bytes of one description. */
export const MAX_DESCRIPTION_BYTES = 1024 * 1024;

/**
 * Nodes that a walk through the parts in order is inside of at once. Every routine that compiles a schema walks so, on a
 * stack that ends after a few thousand levels.
 */
export const MAX_DESCRIPTION_DEPTH = 512;

/**
 * Parts of one value that take no bytes, such as those of array(unit, 9). A payload does not pay for them, so that a
 * description could make a few bytes grow without end.
 */
export const MAX_DESCRIPTION_EMPTY_PARTS = 256;

/** The number of each kind in a description. Never given a second meaning; docs/FORMAT.md has the same table. */
export const KIND_NUMBERS: { readonly [K in Kind]: number } = {
  u8: 0,
  u16: 1,
  u32: 2,
  u64: 3,
  u128: 4,
  i8: 5,
  i16: 6,
  i32: 7,
  i64: 8,
  i128: 9,
  uint: 10,
  int: 11,
  f32: 12,
  f64: 13,
  bool: 14,
  str: 15,
  char: 16,
  bytes: 17,
  unit: 18,
  typed: 32,
  vec: 33,
  array: 34,
  tuple: 35,
  set: 36,
  option: 37,
  map: 38,
  struct: 39,
  variant: 40,
  recursive: 41,
  chunk: 48,
  hashMap: 49,
  sortedMap: 50,
};

/** Added to the number of a kind whose values come in descending order. Readers that do not know it refuse the number. */
export const DESCENDING = 64;

/** Whether a kind has no parts and nothing else to say. */
export function isPrimitive(kind: Kind): kind is PrimitiveKind {
  return KIND_NUMBERS[kind] < KIND_NUMBERS.typed;
}

/** Whether a kind says where a value lies. */
export function isPlacement(kind: Kind): boolean {
  return kind === "chunk" || kind === "hashMap" || kind === "sortedMap";
}
