/** Step 9: lazy views of items and values of maps, for the handles of lists and maps. */

import type { Chunk } from "../format/chunk.ts";
import type { Routine } from "../read/drive.ts";
import { itemTasks, reach, type Task } from "../read/reach.ts";
import type { Scope } from "../read/scope.ts";
import { type ChunkField, itemChildren } from "../schema/layout.ts";
import { resolve, type SchemaNode } from "../schema/node.ts";
import type { Runner } from "./runner.ts";
import { makeMirror } from "./struct.ts";

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
