/**
 * Step 9: shards and buckets that a handle reads without loading all, what slices of them are, and lazy views of what is in them. One
 * module for all that walks, so that it is one file.
 */

import type { ChildRef } from "../format/bounds.ts";
import type { Chunk } from "../format/chunk.ts";
import type { Routine } from "../read/drive.ts";
import { itemTasks, reach, type Task } from "../read/reach.ts";
import type { Scope } from "../read/scope.ts";
import { type ChunkField, itemChildren } from "../schema/layout.ts";
import { resolve, type SchemaNode } from "../schema/node.ts";
import type { Runner } from "./runner.ts";
import { makeMirror } from "./struct.ts";

/**
 * One round trip costs as much as these bytes: where a shard or bucket and all that lies below it are no more, they come
 * with one read.
 */
export const ALONG_BYTES = 64 * 1024;

/**
 * Reads chunks without their descendants.
 * @param deep How many bytes of them to read along with a chunk, where some will be wanted next.
 */
export function* fetchChunks(scope: Scope, refs: readonly ChildRef[], depth: number, deep = 0): Routine<Chunk[]> {
  const tasks = refs.map((ref) => ({ ref, depth }));
  yield* reach(scope, tasks, "structs", deep);
  return refs.map((ref) => scope.get(ref, depth));
}

/** Start and end of a slice of `length` items, as Array.prototype.slice counts them. */
export function sliceBounds(start: number | undefined, end: number | undefined, length: number): [number, number] {
  const bound = (value: number | undefined, fallback: number): number => {
    if (value === undefined) return fallback;
    const whole = Math.trunc(value) || 0;
    return whole < 0 ? Math.max(0, length + whole) : Math.min(whole, length);
  };
  const from = bound(start, 0);
  return [from, Math.max(from, bound(end, length))];
}

/** An item of a list or value of a map, in a shard or bucket that was read. */
export interface LazyItem {
  readonly value: unknown;
  /** Its first child. */
  readonly first: number;
  readonly path: string;
}

/** Lazy views of items: mirrors where they are structs, the values themselves elsewhere. Reads nested structs. */
export function* lazyItems(
  runner: Runner,
  scope: Scope,
  schema: SchemaNode,
  chunk: Chunk,
  items: readonly LazyItem[],
): Routine<unknown[]> {
  const node = resolve(schema);
  if (node.kind !== "struct") return items.map((item) => item.value);
  const fields = itemChildren(node);
  if (fields.some((field) => field.content.kind === "struct")) {
    const tasks = items.flatMap((item) => structTasks(chunk, fields, item.first));
    yield* reach(scope, tasks, "structs");
  }
  return items.map(({ value, first, path }) => makeMirror({ runner, scope, node, chunk, first, path }, value));
}

function structTasks(chunk: Chunk, fields: readonly ChunkField[], first: number): Task[] {
  return itemTasks(chunk, fields, first).filter((task) => task.content?.kind === "struct");
}
