/**
 * Step 7: whole values of any size, in bounded memory. In: a chunk's place. Out: the value; of the stored bytes, only a
 * window of shards and buckets with their descendants is held at a time, each read once.
 */

import { prefixPath } from "../errors.ts";
import type { ChildRef } from "../format/bounds.ts";
import type { ChunkContent } from "../schema/layout.ts";
import { MIN_PARALLEL_BYTES } from "./decompress.ts";
import type { Routine } from "./drive.ts";
import { itemReaderOf, listTable } from "./list.ts";
import { bucketEntries, listShard, loadContent } from "./load.ts";
import { inChunk } from "./locate.ts";
import { BucketReader, isLean } from "./map.ts";
import { type Part, reach, storedItem, type Task, taskOf } from "./reach.ts";
import type { DecodedPart, Scope } from "./scope.ts";
import { shardAhead } from "./typed-list.ts";
import { windows } from "./windows.ts";

/** The whole value at `ref`. */
export function* loadAt(scope: Scope, content: ChunkContent, ref: ChildRef, depth: number): Routine<unknown> {
  yield* prepare(scope, [{ ...taskOf(ref, depth, content), path: "" }]);
  return loadContent(scope, content, scope.get(ref, depth));
}

/** Reads what `loadContent` will look at below `tasks`; lists and maps are decoded a window at a time. */
export function* prepare(scope: Scope, tasks: readonly Task[]): Routine<void> {
  if (scope.store.memory !== undefined) return;
  const parts = yield* reach(scope, tasks, "skeleton");
  const storedBytes = parts.reduce((total, { ref }) => total + ref.length, 0);
  for (const window of windows(parts)) {
    const inner = scope.part(storedBytes >= MIN_PARALLEL_BYTES);
    yield* reach(inner, window, "all");
    for (const { ref, part, path } of window) {
      if (part === undefined) continue;
      try {
        const decoded = decodePart(scope, inner, ref, part);
        if (decoded !== undefined) scope.decoded.set(ref.offset, decoded);
      } catch (error) {
        throw prefixPath(path ?? "", error);
      }
    }
  }
}

/** Undefined for a child that has no place: a container may have more of them than shards. */
function decodePart(whole: Scope, scope: Scope, ref: ChildRef, part: Part): DecodedPart | undefined {
  const { container, content, index } = part;
  const item = storedItem(content);
  if (item !== undefined) {
    const kind = itemReaderOf(item);
    if (index >= listTable(container, kind.leastBytes).shardCount) return undefined;
    return { kind, value: listShard(scope, kind, container, index) };
  }
  if (content.kind === "hashMap" || content.kind === "map") {
    const reader = new BucketReader(content, isLean(container));
    return { kind: content, value: bucketEntries(scope, reader, container, index) };
  }
  const chunk = scope.get(ref, container.depth + 1);
  scope.visit(chunk);
  try {
    const kind = content.kind === "typed" ? content.element : "u8";
    return { kind, value: shardAhead(whole, kind, container, index, chunk) };
  } catch (error) {
    throw inChunk(chunk, error);
  }
}
