/**
 * The chunks of one file, on their way into another. In: an open file. Out: calls of an assembler, depth first, children
 * before their parents, as the writer makes them. Payloads are copied as they are stored; those of chunks with children are
 * compressed again, since what they say about their children stands in them.
 */

import type { CodecRegistry } from "./codec/registry.ts";
import { readDescription } from "./describe/read.ts";
import { isParcodeError } from "./errors.ts";
import { type ChildRef, checkDepth } from "./format/bounds.ts";
import type { Chunk } from "./format/chunk.ts";
import type { ExtensionRecord } from "./format/extension.ts";
import {
  CHILD_REF_BYTES,
  EXTENSION_CHILD_CHECKSUMS,
  EXTENSION_CHILD_DIGESTS,
  EXTENSION_SUBTREES,
} from "./format/layout.ts";
import type { ChunkAssembler, Place } from "./graph/assemble.ts";
import type { Routine } from "./graph/routine.ts";
import type { Opening } from "./read/opening.ts";
import { Scope } from "./read/scope.ts";
import type { ChunkStore } from "./read/store.ts";
import { childLabels, describe, type Label, rootLabel } from "./read/tree.ts";
import { windows } from "./read/windows.ts";
import { chunkKindOf, contentOf, isStructural } from "./schema/layout.ts";

/** Records that say where children are and what they are: written anew. */
const ABOUT_CHILDREN: ReadonlySet<number> = new Set([
  EXTENSION_CHILD_CHECKSUMS,
  EXTENSION_CHILD_DIGESTS,
  EXTENSION_SUBTREES,
]);

/** A reference, a digest and a subtree start for each child; and what else a chunk takes. */
const CHILD_BYTES = CHILD_REF_BYTES + 32 + 9;
const CHUNK_BYTES = 64;

/** A chunk without children, below a struct of the structure, that is taken for a part of it where no schema says so. */
const SMALL_LEAF_BYTES = 256;

/** A chunk on its way. */
interface Visit {
  readonly ref: ChildRef;
  readonly depth: number;
  /** What the file's description says about it, where there is one. */
  readonly label: Label | undefined;
  /** Whether it may belong to the structure: it is reached without passing a shard or bucket. */
  readonly isTop: boolean;
}

export class ChunkCopier {
  private readonly store: ChunkStore;
  private readonly opening: Opening;
  private readonly codecs: CodecRegistry;
  private readonly root: Visit;
  private readonly onBytes: (bytes: number) => void;

  /** @param onBytes Called with the length of each chunk that was copied. */
  constructor(store: ChunkStore, opening: Opening, codecs: CodecRegistry, onBytes: (bytes: number) => void) {
    this.store = store;
    this.opening = opening;
    this.codecs = codecs;
    this.onBytes = onBytes;
    this.root = { ref: opening.root, depth: 0, label: describedRoot(opening), isTop: true };
  }

  /** The most that the structural chunks can take in the new file, in bytes. */
  async structureBytes(signal: AbortSignal | undefined): Promise<number> {
    const scope = new Scope(this.store, { signal });
    let bytes = 0;
    let level = [this.root];
    while (level.length > 0) {
      await scope.fetch(level);
      const next: Visit[] = [];
      for (const visit of level) {
        const chunk = this.chunkOf(scope, visit);
        if (!isPartOfStructure(visit, chunk)) continue;
        bytes += chunk.payload.length + chunk.childCount * CHILD_BYTES + CHUNK_BYTES;
        for (const { bytes: own, tag } of chunk.records) if (!ABOUT_CHILDREN.has(tag)) bytes += own.length + 10;
        if (isStruct(visit, chunk)) next.push(...childrenOf(visit, chunk));
      }
      level = next;
    }
    return bytes;
  }

  /** Copies the whole file. */
  *file(
    assembler: ChunkAssembler,
    records: readonly ExtensionRecord[],
    signal: AbortSignal | undefined,
  ): Routine<void> {
    const scope = new Scope(this.store, { signal });
    yield scope.fetch([this.root]);
    const root = yield* this.copy(assembler, scope, this.root);
    assembler.finish(this.opening.version, root, records);
  }

  private *copy(assembler: ChunkAssembler, scope: Scope, visit: Visit): Routine<Place> {
    const chunk = this.chunkOf(scope, visit);
    scope.visit(chunk);
    this.onBytes(chunk.length);
    const hold = isPartOfStructure(visit, chunk);
    if (chunk.childCount === 0 && !hold) {
      const stored = scope.bytesOf(visit.ref).subarray(0, chunk.storedLength);
      return assembler.addStored(stored, chunk.codecId, chunk.extended);
    }
    const children: Place[] = [];
    for (const window of windows(childrenOf(visit, chunk))) {
      const inner = scope.part();
      yield inner.fetch(window);
      for (const child of window) {
        children.push(yield* this.copy(assembler, inner, child));
        yield undefined;
      }
    }
    const codec = this.codecs.byId(chunk.codecId, { chunkOffset: chunk.offset });
    const records = chunk.records.filter(({ tag }) => !ABOUT_CHILDREN.has(tag));
    const parts = { payload: chunk.payload, codec, children, records };
    return hold ? assembler.hold(parts) : assembler.add(parts);
  }

  private chunkOf(scope: Scope, { ref, depth }: Visit): Chunk {
    checkDepth(depth, this.store.context.limits, ref.offset);
    return scope.get(ref, depth);
  }
}

function describedRoot({ records }: Opening): Label | undefined {
  if (records?.schema === undefined) return undefined;
  try {
    return rootLabel(contentOf(readDescription(records.schema)).content);
  } catch (error) {
    // A description that this library cannot read: the file is copied like one without.
    if (isParcodeError(error)) return undefined;
    throw error;
  }
}

function childrenOf(visit: Visit, chunk: Chunk): Visit[] {
  const labels = visit.label === undefined ? undefined : childLabels(visit.label, chunk);
  const isTop = visit.isTop && isStruct(visit, chunk);
  const depth = visit.depth + 1;
  return chunk.children().map((ref, i) => ({ ref, depth, label: labels?.(i), isTop }));
}

/** Whether the chunk is a struct, below which the structure goes on. */
function isStruct({ label }: Visit, chunk: Chunk): boolean {
  if (label !== undefined) return label.content?.kind === "struct";
  return chunk.childCount > 0 && describe(chunk).guess === "generic";
}

function isPartOfStructure({ isTop, label, depth }: Visit, chunk: Chunk): boolean {
  if (!isTop) return false;
  if (depth === 0) return true;
  if (label?.content !== undefined) return isStructural(chunkKindOf(label.content));
  return chunk.childCount > 0 || chunk.length <= SMALL_LEAF_BYTES;
}
