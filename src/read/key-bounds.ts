/**
 * Step 7: bounds of a range of keys. In: the options of a call. Out: predicates over keys, which are false in front of a
 * place in the order and true from there on. A bound may have fewer parts than a key: it stands for all keys that begin so.
 */

import { InvalidOptionError, SchemaMismatchError } from "../errors.ts";
import { requireFit } from "../schema/check.ts";
import { comparerOf } from "../schema/compare.ts";
import { resolve, type SchemaNode } from "../schema/node.ts";
import { isReversed } from "../schema/order.ts";
import { keyText } from "../schema/value-text.ts";

/** Which keys, by their order. */
export interface KeyBounds {
  readonly gt?: unknown;
  readonly gte?: unknown;
  readonly lt?: unknown;
  readonly lte?: unknown;
}

/** True from some place in the order on. */
export type From = (key: unknown) => boolean;

/** The first key of a range, and the first behind it. */
export interface KeySpan {
  /** Undefined: from the first key of the map. */
  readonly start: From | undefined;
  /** Undefined: to the last. */
  readonly end: From | undefined;
}

/** @throws {SchemaMismatchError} A bound is no key, nor the beginning of one. @throws {InvalidOptionError} Two bounds at one end. */
export function spanOf(schema: SchemaNode, bounds: KeyBounds): KeySpan {
  for (const [a, b] of [["gt", "gte"] as const, ["lt", "lte"] as const]) {
    if (bounds[a] === undefined || bounds[b] === undefined) continue;
    throw new InvalidOptionError(`A range has ${a} or ${b}, and not both.`, { option: a, expected: `${a} or ${b}` });
  }
  const { gt, gte, lt, lte } = bounds;
  const at = (bound: unknown, isBehind: boolean): From | undefined => {
    if (bound === undefined) return undefined;
    const compare = compareHead(schema, bound);
    return isBehind ? (key) => compare(key) > 0 : (key) => compare(key) >= 0;
  };
  return { start: at(gt, true) ?? at(gte, false), end: at(lte, true) ?? at(lt, false) };
}

/**
 * Keys that begin so: text or bytes with this beginning; rows and structs with these first parts, of which the last, where
 * it is text or bytes, may be the beginning of one.
 */
export function prefixSpan(schema: SchemaNode, prefix: unknown): KeySpan {
  const node = resolve(schema);
  const heads = partsOf(node, prefix);
  if (heads === undefined) {
    requireHead(node, schema, prefix);
    const order = beginningOrder(schema, prefix);
    return { start: (key) => order(key) >= 0, end: (key) => order(key) > 0 };
  }
  const last = heads.length - 1;
  const compares = heads.map(({ schema: part, value }, i) => {
    requireHead(node, part, value, prefix);
    return i === last ? beginningOrder(part, value) : comparison(part, value);
  });
  const order = headOrder(schema, compares);
  return { start: (key) => order(key) >= 0, end: (key) => order(key) > 0 };
}

type Order = (key: unknown) => number;

function compareHead(schema: SchemaNode, bound: unknown): Order {
  const node = resolve(schema);
  const heads = partsOf(node, bound);
  if (heads === undefined) {
    requireHead(node, schema, bound);
    return comparison(schema, bound);
  }
  const compares = heads.map(({ schema: part, value }) => {
    requireHead(node, part, value, bound);
    return comparison(part, value);
  });
  return headOrder(schema, compares);
}

function comparison(schema: SchemaNode, bound: unknown): Order {
  const compare = comparerOf(schema);
  return (key) => compare(key, bound);
}

/** The order of keys by their first parts, which a key that is descending as a whole turns round. */
function headOrder(schema: SchemaNode, compares: readonly Order[]): Order {
  const node = resolve(schema);
  const sign = isReversed(schema) ? -1 : 1;
  return (key) => sign * firstDifference(node, key, compares);
}

function firstDifference(node: SchemaNode, key: unknown, compares: readonly Order[]): number {
  const parts = node.kind === "struct" ? Object.keys(node.fields) : undefined;
  for (let i = 0; i < compares.length; i++) {
    const part = (key as Record<string | number, unknown>)[parts === undefined ? i : (parts[i] as string)];
    const order = (compares[i] as Order)(part);
    if (order !== 0) return order;
  }
  return 0;
}

/** 0 for what begins with `beginning`. */
function beginningOrder(schema: SchemaNode, beginning: unknown): Order {
  const compare = comparerOf(schema);
  const node = resolve(schema);
  if (node.kind === "str") {
    return (key) => ((key as string).startsWith(beginning as string) ? 0 : compare(key, beginning));
  }
  if (node.kind === "bytes") {
    const head = beginning as Uint8Array;
    return (key) => (head.every((byte, i) => (key as Uint8Array)[i] === byte) ? 0 : compare(key, head));
  }
  return (key) => compare(key, beginning);
}

/** The first parts of a row or struct that are given, each with its schema; undefined where keys have no parts. */
function partsOf(node: SchemaNode, bound: unknown): { schema: SchemaNode; value: unknown }[] | undefined {
  if (node.kind === "tuple" && Array.isArray(bound) && bound.length <= node.items.length && bound.length > 0) {
    return bound.map((value, i) => ({ schema: node.items[i] as SchemaNode, value }));
  }
  if (node.kind !== "struct" || typeof bound !== "object" || bound === null) return undefined;
  const given: { schema: SchemaNode; value: unknown }[] = [];
  for (const [name, schema] of Object.entries(node.fields)) {
    if (!Object.hasOwn(bound, name)) break;
    given.push({ schema, value: (bound as Record<string, unknown>)[name] });
  }
  const isHead = given.length > 0 && Object.keys(bound).length === given.length;
  return isHead ? given : undefined;
}

function requireHead(key: SchemaNode, part: SchemaNode, value: unknown, whole: unknown = value): void {
  try {
    requireFit(part, value);
  } catch (error) {
    if (!(error instanceof SchemaMismatchError)) throw error;
    const { expected, actual } = error;
    throw new SchemaMismatchError(
      `${keyText(whole)} is no key of this map, nor the beginning of one: expected ${expected}, found ${actual}.`,
      { path: keyText(whole), expected: expected ?? key.kind, actual },
    );
  }
}
