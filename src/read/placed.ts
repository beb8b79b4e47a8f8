/**
 * Step 7: elements that are read to where they belong. In: a list's container whose shards lie one behind the other, each as
 * long as its elements need. Out: one array, in the memory that they were read to, with each shard compared with its checksum.
 * Or nothing, where anything is out of the ordinary: then the usual way reads it again, and makes every error.
 */

import { IS_LITTLE_ENDIAN, TWO_POW_32 } from "../bytes/varint.ts";
import { heldBytes } from "../bytes/varint-held.ts";
import type { ChildRef } from "../format/bounds.ts";
import type { Chunk } from "../format/chunk.ts";
import { META_BYTES } from "../format/layout.ts";
import type { RunTable } from "../format/runs.ts";
import type { ChunkContent } from "../schema/layout.ts";
import { type AnyTypedArray, storedWidth, typedArrayClass } from "../schema/typed-array.ts";
import type { ElementKind } from "../schema/types.ts";
import { DEFAULT_MAX_READ_BYTES } from "../source/coalesce.ts";
import type { ByteRange, SyncSource } from "../source/source.ts";
import type { Routine } from "./drive.ts";
import { elementOf } from "./load-typed.ts";
import { isPlainList } from "./locate.ts";
import { readAndMove } from "./placed-own.ts";
import { isAsExpected, type PlacedList, type ShardEnds } from "./placed-shard.ts";
import type { Scope } from "./scope.ts";
import { typedTable } from "./typed-list.ts";
import { windows } from "./windows.ts";

/** Below this, reads of neighbours together are worth more than a copy saved. */
const MIN_BYTES = 256 * 1024;
/** Mean size of the shards from which one target for each, and one between two, cost less than the copy. */
const MIN_SHARD_BYTES = 4 * 1024;
/**
 * One read, four shards of the usual size: they are hashed while they are in a processor's cache, and the next are read
 * meanwhile where there are promises.
 */
const READ_BYTES = 4 * (128 + 1) * 1024;

/** Fills under way. */
const MAX_FILLS = 2;

/** One shard, and where its bytes went: its elements into the array, what is around them elsewhere. */
interface PlacedShard extends ShardEnds {
  readonly elements: Uint8Array;
}

/** Bytes of the file that go to where they belong. */
interface Placement extends ByteRange {
  /** As many bytes as that, in memory that nobody else has. */
  readonly targets: readonly Uint8Array[];
  /** Called when they are full, for one placement at a time, in any order. */
  readonly onFilled: () => void;
}

/** Reads all elements of a list, for `load` to find them; see {@link ReadPlaced}. */
export function* loadPlaced(scope: Scope, content: ChunkContent, container: Chunk): Routine<boolean> {
  const kind = elementOf(content);
  const array = yield* readPlaced(scope, kind, container, typedTable(container, kind));
  if (array !== undefined) scope.arrays.set(container.offset, { kind, array, isWhole: true, isTaken: false });
  return array !== undefined;
}

/** All elements of a list, whose table this is; undefined if they are not to be had in this way, for whatever reason. */
function* readPlaced(
  scope: Scope,
  element: ElementKind,
  container: Chunk,
  table: RunTable,
): Routine<AnyTypedArray | undefined> {
  const width = storedWidth(element);
  if (width === undefined || (width > 1 && !IS_LITTLE_ENDIAN)) return undefined;
  if (isPlainList(container) || table.shardCount !== container.childCount) return undefined;
  const way = wayOf(scope);
  if (way === undefined || table.total * width < Math.max(MIN_BYTES, table.shardCount * MIN_SHARD_BYTES))
    return undefined;
  const refs = container.children();
  if (!areInOnePiece(scope, refs, table, width)) return undefined;
  const list = { refs, table, width };
  const memory = way === "fill" ? yield* readInto(scope, list) : yield* readAndMove(scope, list);
  if (memory === undefined) return undefined;
  for (const ref of refs) {
    scope.visit(ref);
    scope.store.bytesUsed += ref.length;
  }
  return new (typedArrayClass(element))(memory);
}

/** How elements get to where they belong. Those of a file in memory are copied from where they are. */
function wayOf({ store, readsAtOnce }: Scope): "fill" | "move" | undefined {
  const { source, memory, planning } = store;
  // Whoever wants shorter reads than most gets them.
  if (memory !== undefined || planning.maxReadBytes < DEFAULT_MAX_READ_BYTES) return undefined;
  if ((readsAtOnce ? (source as SyncSource).fillSync : source.fill) !== undefined) return "fill";
  return source.givesOwnBytes === true && !readsAtOnce ? "move" : undefined;
}

/** All elements, read to their places. */
function* readInto(scope: Scope, { refs, table, width }: PlacedList): Routine<ArrayBuffer | undefined> {
  const memory = scope.store.source.unclearedMemory?.(table.total * width) ?? new ArrayBuffer(table.total * width);
  let isSound = true;
  const check = (shards: readonly PlacedShard[]): void => {
    isSound &&= shards.every(({ ref, count, head, elements, tail }) =>
      isAsExpected(scope, { ref, count, head, tail }, [head, elements, tail]),
    );
  };
  const placements = placementsOf(shardsIn(memory, refs, table, width), check);
  scope.admit(placements, true);
  scope.announce(placements);
  yield { read: () => fill(scope, placements), readSync: () => fillSync(scope, placements) };
  // What was not filled may be anything.
  return isSound ? memory : undefined;
}

/** Reads to the places, two at a time: while one is being looked at, the next is on its way. */
async function fill(scope: Scope, placements: readonly Placement[]): Promise<void> {
  const { store, signal } = scope;
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let place = placements[next++]; place !== undefined; place = placements[next++]) {
      const { start, end, targets, onFilled } = place;
      await store.reads.fill(start, targets, end - start, signal);
      signal?.throwIfAborted();
      onFilled();
      scope.progress(end - start, 0);
    }
  };
  try {
    await Promise.all(Array.from({ length: MAX_FILLS }, worker));
  } finally {
    next = placements.length;
  }
}

function fillSync(scope: Scope, placements: readonly Placement[]): void {
  const source = scope.store.source as SyncSource;
  for (const { start, end, targets, onFilled } of placements) {
    source.fillSync?.(start, targets);
    scope.store.countRead(end - start);
    onFilled();
    scope.progress(end - start, 0);
  }
}

/** Whether no shard is here already, and each begins where the one before ends and has the length that its elements need. */
function areInOnePiece(scope: Scope, refs: readonly ChildRef[], table: RunTable, width: number): boolean {
  let at = refs[0]?.offset;
  for (let index = 0; index < refs.length; index++) {
    const ref = refs[index] as ChildRef;
    const count = table.itemsIn(index);
    if (ref.offset !== at || ref.length !== heldBytes(count) + count * width + META_BYTES) return false;
    if (count >= TWO_POW_32 || scope.has(ref)) return false;
    at += ref.length;
  }
  return true;
}

/** `memory` for the elements, and some for what is around them, dealt to the shards. */
function shardsIn(memory: ArrayBuffer, refs: readonly ChildRef[], table: RunTable, width: number): PlacedShard[] {
  const around = new ArrayBuffer(refs.reduce((total, { length }) => total + length, 0) - table.total * width);
  let to = 0;
  let aroundAt = 0;
  return refs.map((ref, index) => {
    const count = table.itemsIn(index);
    const byteLength = count * width;
    const headBytes = ref.length - byteLength - META_BYTES;
    const shard = {
      ref,
      count,
      head: new Uint8Array(around, aroundAt, headBytes),
      elements: new Uint8Array(memory, to, byteLength),
      tail: new Uint8Array(around, aroundAt + headBytes, META_BYTES),
    };
    to += byteLength;
    aroundAt += headBytes + META_BYTES;
    return shard;
  });
}

function placementsOf(shards: readonly PlacedShard[], check: (filled: readonly PlacedShard[]) => void): Placement[] {
  const placements: Placement[] = [];
  for (const window of windows(shards, READ_BYTES)) {
    const { offset } = (window[0] as PlacedShard).ref;
    const last = (window[window.length - 1] as PlacedShard).ref;
    const targets = window.flatMap(({ head, elements, tail }) => [head, elements, tail]);
    placements.push({ start: offset, end: last.offset + last.length, targets, onFilled: () => check(window) });
  }
  return placements;
}
