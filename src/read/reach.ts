/**
 * Step 7: getting descendants into a scope, level by level, so that all chunks of a level are asked for at once and
 * neighbours come in one read. In: chunks with what is in them. Out: nothing; the scope has them.
 */

import { prefixPath } from "../errors.ts";
import { type ChildRef, checkDepth, corrupt } from "../format/bounds.ts";
import type { Chunk } from "../format/chunk.ts";
import {
  type ChunkContent,
  type ChunkField,
  chunkKindOf,
  entryStruct,
  isStructural,
  itemChildren,
} from "../schema/layout.ts";
import type { ParentNode } from "../schema/node.ts";
import { memberText } from "../schema/path.ts";
import type { Routine, Want } from "./drive.ts";
import { isBlob, isLean, isPlainList, structChildren } from "./locate.ts";
import type { Scope } from "./scope.ts";

/** A chunk to be read, and how its children are to be understood. */
export interface Task extends Want {
  /** What the chunk holds; undefined for a shard or bucket. */
  readonly content?: ChunkContent;
  /** Chunked fields of each item, for a shard or bucket. */
  readonly fields?: readonly ChunkField[];
  /** For a shard or bucket: what it is part of. */
  readonly part?: Part;
  /** Where in the value, for messages: of a shard its list's; below items with "[]", since a shard does not tell them apart. */
  readonly path?: string | undefined;
}

/** The place of a shard or bucket in its list or map. */
export interface Part {
  readonly container: Chunk;
  readonly content: ChunkContent;
  readonly index: number;
}

/**
 * How far to go. "all": every descendant. "skeleton": as far as shards and buckets, which are returned. "structure":
 * structs and small containers. "structs": structs only, without which a mirror cannot be there.
 */
export type Reach = "all" | "skeleton" | "structure" | "structs";

/**
 * Containers are read at open, so that a lookup costs one read; but a table of places so large that it would delay
 * opening (1 MiB are 65,000 shards, 8 GiB of list) waits until it is asked for.
 */
const MAX_CONTAINER_BYTES = 1024 * 1024;

/** The task of a chunk with this content. */
export function taskOf(ref: ChildRef, depth: number, content: ChunkContent): Task {
  const container = isStructural(chunkKindOf(content)) || content.kind === "map";
  return { ref, depth, content, container };
}

/** Where all descendants are wanted, they are read along with their chunk if they are no more than this. */
const WHOLE_BYTES = 4 * 1024 * 1024;

/**
 * Reads the chunks of `tasks` and their descendants as far as `reach` says. Returns the shards and buckets left out.
 * @param deep How many bytes of descendants to read along with a chunk, for what comes after.
 */
export function* reach(
  scope: Scope,
  tasks: readonly Task[],
  how: Reach,
  deep = how === "all" || how === "skeleton" ? WHOLE_BYTES : 0,
): Routine<Task[]> {
  const left: Task[] = [];
  // Only structs have children of interest then; listing all shards of a large list would cost more than opening.
  const structsOnly = how === "structure" || how === "structs";
  let level: readonly Task[] = distinct(tasks);
  let bytes = 0;
  while (level.length > 0) {
    for (const task of level) bytes += task.ref.length;
    if (bytes > scope.store.byteLength) {
      throw corrupt(
        level[0]?.ref.offset ?? 0,
        "chunks that form a tree",
        "chunks that are referred to again and again",
      );
    }
    if (level.some((task) => !scope.has(task.ref))) {
      // What nobody wants lies among what is wanted.
      yield { scope, wants: level, deep: level.some(isPartial) ? 0 : deep };
    }
    const next: Task[] = [];
    for (const task of level) {
      const chunk = wantedChunk(scope, task);
      if (structsOnly && task.content?.kind !== "struct") continue;
      for (const child of childTasks(task, chunk)) {
        checkDepth(child.depth, scope.store.context.limits, child.ref.offset);
        if (wanted(child, how)) next.push(child);
        else if (how === "skeleton") left.push(child);
      }
    }
    level = distinct(next);
  }
  return left;
}

/** Whether not all of a chunk's descendants are wanted by anybody. */
function isPartial({ content, part, fields }: Task): boolean {
  if (isPartialContent(content ?? part?.content)) return true;
  return fields?.some((field) => field.isLeft || isPartialContent(field.content)) === true;
}

function isPartialContent(content: ChunkContent | undefined): boolean {
  return (content as ParentNode | undefined)?.isPartial === true;
}

function wantedChunk(scope: Scope, task: Task): Chunk {
  try {
    return scope.get(task.ref, task.depth);
  } catch (error) {
    throw task.path === undefined ? error : prefixPath(task.path, error);
  }
}

/** Tasks without repetitions, which a call for one key twice has, and a damaged file. */
function distinct(tasks: readonly Task[]): readonly Task[] {
  if (tasks.length < 2) return tasks;
  const byOffset = new Map<number, Task>();
  for (const task of tasks) byOffset.set(task.ref.offset, task);
  return byOffset.size === tasks.length ? tasks : [...byOffset.values()];
}

function wanted(task: Task, how: Reach): boolean {
  const { content } = task;
  switch (how) {
    case "all":
      return true;
    case "skeleton":
      return content !== undefined;
    case "structs":
      return content?.kind === "struct";
    default:
      if (content === undefined) return false;
      return (
        content.kind === "struct" || (isStructural(chunkKindOf(content)) && task.ref.length <= MAX_CONTAINER_BYTES)
      );
  }
}

/** The children of a chunk that was read, with what is in them. */
export function childTasks(task: Task, chunk: Chunk): Task[] {
  const depth = chunk.depth + 1;
  const { content } = task;
  if (content === undefined) return fieldTasks(chunk, task.fields ?? [], depth, task.path);
  switch (content.kind) {
    case "struct":
      return itemTasks(chunk, structChildren(content, chunk), 0, task.path);
    case "vec":
      return isPlainList(chunk) ? [] : shardTasks(task, chunk, itemChildren(content.item));
    case "typed":
    case "bytes":
      return isPlainList(chunk) ? [] : shardTasks(task, chunk, []);
    case "sortedMap":
      return isPlainList(chunk) ? [] : shardTasks(task, chunk, itemChildren(entryStruct(content)));
    case "hashMap":
    case "map":
      return isBlob(chunk) ? [] : shardTasks(task, chunk, isLean(chunk) ? itemChildren(content.value) : []);
    default:
      return [];
  }
}

function shardTasks(list: Task, container: Chunk, fields: readonly ChunkField[]): Task[] {
  const depth = container.depth + 1;
  const { path } = list;
  const content = list.content as ChunkContent;
  return container.children().map((ref, index) => ({ ref, depth, fields, part: { container, content, index }, path }));
}

function fieldTasks(chunk: Chunk, fields: readonly ChunkField[], depth: number, path: string | undefined): Task[] {
  const perItem = fields.length;
  if (perItem === 0) return [];
  if (chunk.childCount % perItem !== 0) {
    throw corrupt(chunk.offset, `a multiple of ${perItem} children`, String(chunk.childCount));
  }
  const paths = fields.map(({ name }) => (path === undefined ? undefined : `${path}[]${memberText(name)}`));
  const tasks = chunk.children().map((ref, i) => {
    const field = i % perItem;
    return { ...taskOf(ref, depth, (fields[field] as ChunkField).content), path: paths[field] };
  });
  return fields.some((field) => field.isLeft) ? tasks.filter((_, i) => !fields[i % perItem]?.isLeft) : tasks;
}

/** Tasks of one item's chunked fields, but for those that nobody wants. `path` leads to the item, where it is known. */
export function itemTasks(chunk: Chunk, fields: readonly ChunkField[], first: number, path?: string): Task[] {
  const tasks = fields.map((field, i) => {
    const task = taskOf(chunk.child(first + i), chunk.depth + 1, field.content);
    return { ...task, path: path === undefined ? undefined : path + memberText(field.name) };
  });
  return fields.some((field) => field.isLeft) ? tasks.filter((_, i) => !fields[i]?.isLeft) : tasks;
}
