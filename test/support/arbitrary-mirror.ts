/**
 * Walks a mirror with every method it has and compares each answer with the value that was written. One walk, written
 * with promises; the synchronous one runs the same calls and requires that none of them gives a promise.
 */
import { expect } from "vitest";
import { load, loadSync } from "../../src/index.ts";
import { comparerOf } from "../../src/schema/compare.ts";
import { contentOf, itemChildren } from "../../src/schema/layout.ts";
import { resolve, type SchemaNode, type StructNode } from "../../src/schema/node.ts";
import { difference } from "./arbitrary-difference.ts";

/** Any handle: the methods that its kind has. */
type AnyHandle = Record<string, (...args: unknown[]) => any>;

/** Gives a call's answer to the walk; the synchronous walk gets it as it is. */
type Walk = Generator<unknown, void, any>;

export async function lookAround(schema: SchemaNode, mirror: unknown, value: unknown): Promise<void> {
  const walk = walkMirror(schema, mirror, value, { load: load as never, handles: MAX_HANDLES });
  let result = walk.next();
  while (result.done !== true) {
    const given = result.value;
    if (isIterable(given)) {
      const items: unknown[] = [];
      for await (const item of given as AsyncIterable<unknown>) items.push(item);
      result = walk.next(items);
      continue;
    }
    expect(given).toBeInstanceOf(Promise);
    result = walk.next(await given);
  }
}

export function lookAroundSync(schema: SchemaNode, mirror: unknown, value: unknown): void {
  const walk = walkMirror(schema, mirror, value, { load: loadSync as never, handles: MAX_HANDLES });
  let result = walk.next();
  while (result.done !== true) {
    const given = result.value;
    expect(given).not.toBeInstanceOf(Promise);
    result = walk.next(given instanceof Iterated ? [...(given.values as Iterable<unknown>)] : given);
  }
}

/** An iteration, told apart from an array. */
class Iterated {
  readonly values: unknown;
  constructor(values: unknown) {
    this.values = values;
  }
  [Symbol.asyncIterator](): AsyncIterator<unknown> {
    return (this.values as AsyncIterable<unknown>)[Symbol.asyncIterator]();
  }
}

function isIterable(given: unknown): boolean {
  return given instanceof Iterated;
}

function check(schema: SchemaNode, actual: unknown, expected: unknown): void {
  const found = difference(schema, actual, expected);
  if (found !== undefined) throw new Error(found);
}

/** `load` or `loadSync`, and how many handles are still to be walked through: deep files have too many for a test. */
interface Walker {
  readonly load: (mirror: unknown) => unknown;
  handles: number;
}

/** Enough for every handle of most files; the rest is loaded as a whole with what holds it. */
const MAX_HANDLES = 40;

function* walkMirror(schema: SchemaNode, mirror: unknown, value: unknown, walker: Walker): Walk {
  const { content } = contentOf(schema);
  const handle = mirror as AnyHandle;
  if (walker.handles-- <= 0) return;
  switch (content.kind) {
    case "struct":
      return yield* walkStruct(content, mirror, value, walker);
    case "vec":
      return yield* walkVec(content, handle, value as unknown[], walker);
    case "typed":
    case "bytes":
      return yield* walkTyped(content, handle, value as Uint8Array);
    case "map":
    case "hashMap":
      yield* walkMap(content, handle, value as Map<unknown, unknown>, walker);
      return;
    case "sortedMap": {
      const entries = yield* walkMap(content, handle, value as Map<unknown, unknown>, walker);
      return yield* walkEnds(content, handle, entries);
    }
    default:
      check(content, yield handle.load?.(), value);
  }
}

function* walkStruct(node: StructNode, mirror: unknown, value: unknown, walker: Walker): Walk {
  const members = value as Record<string, unknown>;
  const view = mirror as Record<string, unknown>;
  for (const [name, field] of Object.entries(node.fields)) {
    if (field.kind === "chunk" || field.kind === "hashMap" || field.kind === "sortedMap") {
      expect(view[name], "a getter gives the same handle each time").toBe(view[name]);
      yield* walkMirror(field, view[name], members[name], walker);
    } else check(field, view[name], members[name]);
  }
  check(node, yield walker.load(mirror), value);
}

/** An item as lazy access gives it: a mirror where it is a struct, else the value. */
function* walkItem(schema: SchemaNode, item: unknown, value: unknown, walker: Walker): Walk {
  const node = resolve(schema);
  if (walker.handles <= 0) return;
  if (node.kind === "struct") yield* walkStruct(node, item, value, walker);
  else check(node, item, value);
}

function* walkVec(
  node: { readonly item: SchemaNode },
  handle: AnyHandle,
  value: readonly unknown[],
  walker: Walker,
): Walk {
  const list = node as SchemaNode;
  const { length } = value;
  expect(yield handle.count?.()).toBe(length);
  check(list, yield handle.load?.(), value);
  const ends = [yield handle.first?.(), yield handle.last?.()];
  if (length === 0) expect(ends).toEqual([undefined, undefined]);
  else {
    check(node.item, ends[0], value[0]);
    check(node.item, ends[1], value[length - 1]);
  }
  for (const index of someOf(length)) {
    check(node.item, yield handle.at?.(index), value[index]);
    yield* walkItem(node.item, yield handle.atLazy?.(index), value[index], walker);
  }
  for (const [start, end] of [[], [1], [0, -1], [-2], [Math.floor(length / 3), length - 1], [length], [2, 1]]) {
    check(list, yield handle.slice?.(start, end), value.slice(start, end));
  }
  check(list, yield new Iterated(handle.values?.()), value);
  check(list, yield new Iterated(handle), value);
  const lazy = (yield new Iterated(handle.lazy?.())) as unknown[];
  expect(lazy.length).toBe(length);
  // A walk through every chunk of every item would be quadratic in deep files; the ends stand for the rest.
  const deep = itemChildren(node.item).length > 0 ? someOf(length) : value.keys();
  for (const i of deep) yield* walkItem(node.item, lazy[i], value[i], walker);
}

function* walkTyped(node: SchemaNode, handle: AnyHandle, value: Uint8Array): Walk {
  expect(yield handle.count?.()).toBe(value.length);
  check(node, yield handle.load?.(), value);
  const { length } = value;
  for (const [start, end] of [[], [1], [0, -1], [-3, -1], [Math.floor(length / 3), length - 1], [length], [2, 1]]) {
    check(node, yield handle.slice?.(start, end), value.slice(start, end));
  }
}

function* walkMap(
  node: { readonly key: SchemaNode; readonly value: SchemaNode },
  handle: AnyHandle,
  value: ReadonlyMap<unknown, unknown>,
  walker: Walker,
): Generator<unknown, [unknown, unknown][], any> {
  const map = node as SchemaNode;
  expect(yield handle.count?.()).toBe(value.size);
  check(map, yield handle.load?.(), value);
  const keys = [...value.keys()];
  for (const index of someOf(keys.length)) {
    const key = keys[index];
    expect(yield handle.has?.(key)).toBe(true);
    check(node.value, yield handle.get?.(key), value.get(key));
    const item = yield handle.getLazy?.(key);
    if ((node as SchemaNode).kind !== "map") yield* walkItem(node.value, item, value.get(key), walker);
  }
  const wanted = [...keys].reverse().concat(keys.slice(0, 2));
  const many = (yield handle.getMany?.(wanted)) as unknown[];
  expect(many.length).toBe(wanted.length);
  for (const [i, key] of wanted.entries()) check(node.value, many[i], value.get(key));
  const entries = (yield new Iterated(handle.entries?.())) as [unknown, unknown][];
  check(map, new Map(entries), value);
  expect(entries.length).toBe(value.size);
  check(map, new Map((yield new Iterated(handle)) as [unknown, unknown][]), value);
  const lazy = (yield new Iterated(handle.lazy?.())) as [unknown, unknown][];
  expect(lazy.length).toBe(value.size);
  for (const i of someOf(lazy.length)) {
    const [key, item] = lazy[i] as [unknown, unknown];
    check(node.key, key, entries[i]?.[0]);
    if ((node as SchemaNode).kind !== "map") yield* walkItem(node.value, item, entries[i]?.[1], walker);
  }
  return entries;
}

function* walkEnds(
  node: { readonly key: SchemaNode; readonly value: SchemaNode },
  handle: AnyHandle,
  entries: readonly [unknown, unknown][],
): Walk {
  const compare = comparerOf(node.key);
  for (let i = 1; i < entries.length; i++) {
    if (compare(entries[i - 1]?.[0], entries[i]?.[0]) >= 0) throw new Error(`Entry ${i} is not in key order.`);
  }
  const ends = [yield handle.first?.(), yield handle.last?.()];
  if (entries.length === 0) return expect(ends).toEqual([undefined, undefined]);
  for (const [end, entry] of [
    [ends[0], entries[0]],
    [ends[1], entries.at(-1)],
  ] as [[unknown, unknown], [unknown, unknown]][]) {
    check(node.key, end[0], entry[0]);
    check(node.value, end[1], entry[1]);
  }
}

/** First, last and some between. */
function someOf(length: number): number[] {
  return [...new Set([0, 1, length >> 1, length - 2, length - 1])].filter((i) => i >= 0 && i < length);
}
