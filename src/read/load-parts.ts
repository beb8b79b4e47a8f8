/**
 * Step 7: whole values of any size, in bounded memory. In: a chunk's place. Out: the value; of the stored bytes, only a
 * window of shards and buckets with their descendants is held at a time, each read once.
 */

import { prefixPath } from "../errors.ts";
import type { ChildRef } from "../format/bounds.ts";
import type { Chunk } from "../format/chunk.ts";
import type { ChunkContent } from "../schema/layout.ts";
import { WindowsAhead } from "./ahead.ts";
import { areMapsApart, containerReader, placedReader } from "./containers.ts";
import type { Routine } from "./drive.ts";
import { keepShapes } from "./kept.ts";
import { loadContent } from "./load.ts";
import { reach, type Task, taskOf } from "./reach.ts";
import type { Scope } from "./scope.ts";
import { AHEAD_WINDOW_BYTES, MIN_PARALLEL_BYTES, SHORT_WINDOW_BYTES, WindowRoom, windows } from "./windows.ts";

/** The whole value at `ref`. */
export function* loadAt(scope: Scope, content: ChunkContent, ref: ChildRef, depth: number): Routine<unknown> {
  keepShapes();
  const placed = placedReader(content);
  const isRead = placed !== undefined && scope.has(ref) ? yield* placed(scope, content, scope.get(ref, depth)) : false;
  if (!isRead) yield* prepare(scope, [{ ...taskOf(ref, depth, content), path: "" }]);
  return loadContent(scope, content, scope.get(ref, depth));
}

/** Reads what `loadContent` will look at below `tasks`; lists and maps are decoded a window at a time. */
export function* prepare(scope: Scope, tasks: readonly Task[]): Routine<void> {
  if (scope.store.memory !== undefined) return;
  const parts = yield* readPlaces(scope, yield* reach(scope, tasks, "skeleton"));
  const areApart = areMapsApart(parts);
  const storedBytes = parts.reduce((total, { ref }) => total + ref.length, 0);
  const room = mayUseRoom(scope) ? new WindowRoom(Math.min(storedBytes, SHORT_WINDOW_BYTES)) : undefined;
  const isParallel = storedBytes >= MIN_PARALLEL_BYTES;
  if (room === undefined && scope.store.meter?.mayRefuse !== true && storedBytes > AHEAD_WINDOW_BYTES) {
    return yield* loadAhead(scope, [...windows(parts, AHEAD_WINDOW_BYTES)], isParallel, areApart);
  }
  for (const window of windows(parts, room === undefined ? undefined : SHORT_WINDOW_BYTES)) {
    const inner = scope.part(isParallel, room);
    yield* reach(inner, window, "all");
    loadWindow(scope, inner, window, areApart);
  }
}

/** Decodes each window while the next ones are on their way. */
function* loadAhead(
  scope: Scope,
  all: readonly (readonly Task[])[],
  isParallel: boolean,
  areApart: boolean,
): Routine<void> {
  const ahead = new WindowsAhead(scope, all, isParallel);
  try {
    for (let next = yield* ahead.next(); next !== undefined; next = yield* ahead.next()) {
      loadWindow(scope, next.scope, next.window, areApart);
    }
  } finally {
    ahead.end();
  }
}

function loadWindow(scope: Scope, inner: Scope, window: readonly Task[], areApart: boolean): void {
  for (const { ref, part, path } of window) {
    if (part === undefined) continue;
    try {
      const decoded = containerReader(part.content)?.loadPart({ whole: scope, scope: inner, ref, part, areApart });
      if (decoded !== undefined) scope.decoded.set(ref.offset, decoded);
    } catch (error) {
      throw prefixPath(path ?? "", error);
    }
  }
}

/** Whether reads cost no round trip and can be told where to read to. Workers want more at once than there is room for. */
function mayUseRoom({ readsAtOnce, store }: Scope): boolean {
  return readsAtOnce || (store.source.fill !== undefined && store.workers === undefined);
}

/** Reads containers whose parts are in one piece to where they belong. Returns the parts that this leaves. */
function* readPlaces(scope: Scope, parts: readonly Task[]): Routine<readonly Task[]> {
  const read = new Set<Chunk>();
  for (const { part, path } of parts) {
    const placed = part?.index === 0 ? placedReader(part.content) : undefined;
    if (part === undefined || placed === undefined) continue;
    try {
      if (yield* placed(scope, part.content, part.container)) read.add(part.container);
    } catch (error) {
      throw prefixPath(path ?? "", error);
    }
  }
  return read.size === 0 ? parts : parts.filter(({ part }) => part === undefined || !read.has(part.container));
}
