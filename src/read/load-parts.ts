/**
 * Step 7: whole values of any size, in bounded memory. In: a chunk's place. Out: the value; of the stored bytes, only a
 * window of shards and buckets with their descendants is held at a time, each read once.
 */

import { prefixPath } from "../errors.ts";
import type { ChildRef } from "../format/bounds.ts";
import type { Chunk } from "../format/chunk.ts";
import type { ChunkContent } from "../schema/layout.ts";
import { MIN_PARALLEL_BYTES } from "./decompress.ts";
import type { Routine } from "./drive.ts";
import { itemReaderOf, listTable } from "./list.ts";
import { addBucket, listShard, loadContent } from "./load.ts";
import { inChunk } from "./locate.ts";
import { type AnyMapNode, BucketReader, bucketCount, isLean } from "./map.ts";
import { type Part, reach, storedItem, type Task, taskOf } from "./reach.ts";
import type { DecodedPart, MapAhead, Scope } from "./scope.ts";
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
  const areApart = areMapsApart(parts);
  const storedBytes = parts.reduce((total, { ref }) => total + ref.length, 0);
  for (const window of windows(parts)) {
    const inner = scope.part(storedBytes >= MIN_PARALLEL_BYTES);
    yield* reach(inner, window, "all");
    for (const { ref, part, path } of window) {
      if (part === undefined) continue;
      try {
        const decoded = decodePart(scope, inner, ref, part, areApart);
        if (decoded !== undefined) scope.decoded.set(ref.offset, decoded);
      } catch (error) {
        throw prefixPath(path ?? "", error);
      }
    }
  }
}

/**
 * Whether each map has all its buckets among these parts, in their order, and nothing else: then no two share one, as they do
 * in a damaged file, and their entries can go where they belong at once.
 */
function areMapsApart(parts: readonly Task[]): boolean {
  const counts = new Map<Chunk, number>();
  for (const { part } of parts) {
    if (part?.content.kind !== "hashMap" && part?.content.kind !== "map") continue;
    const count = counts.get(part.container) ?? 0;
    if (part.index !== count) return false;
    counts.set(part.container, count + 1);
  }
  try {
    for (const [container, count] of counts) {
      if (count !== container.childCount || count !== bucketCount(container)) return false;
    }
    return true;
  } catch {
    // A damaged container: whoever looks at it says where it stands.
    return false;
  }
}

/** What was decoded and did not go to its place at once. */
function decodePart(whole: Scope, scope: Scope, ref: ChildRef, part: Part, areApart: boolean): DecodedPart | undefined {
  const { container, content, index } = part;
  const item = storedItem(content);
  if (item !== undefined) {
    const kind = itemReaderOf(item);
    // A container may have more children than shards; those have no place.
    if (index >= listTable(container, kind.leastBytes).shardCount) return undefined;
    return { kind, value: listShard(scope, kind, container, index) };
  }
  if (content.kind === "hashMap" || content.kind === "map") {
    const ahead = areApart ? mapAhead(whole, content, container, index) : undefined;
    const entries = ahead?.entries ?? new Map<unknown, unknown>();
    const found = addBucket(scope, new BucketReader(content, isLean(container)), container, index, entries);
    if (ahead === undefined) return { kind: content, value: { entries, found } };
    whole.maps.set(container.offset, { ...ahead, buckets: index + 1, found: ahead.found + found });
    return undefined;
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

/** The map of a container, filled with what is in front of bucket `index`. */
function mapAhead(scope: Scope, map: AnyMapNode, container: Chunk, index: number): MapAhead | undefined {
  const known = scope.maps.get(container.offset);
  if (index === 0 && known === undefined) return { kind: map, entries: new Map(), buckets: 0, found: 0 };
  return known?.kind === map && known.buckets === index ? known : undefined;
}
