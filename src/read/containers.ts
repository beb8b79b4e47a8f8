/**
 * Step 7: who loads lists, typed arrays and maps. In: what is in a chunk. Out: the one who loads it, who must be here: whoever opens
 * a file sees to those that its schema has use for, and a reader of maps carries no lists.
 */

import type { ChildRef } from "../format/bounds.ts";
import type { Chunk } from "../format/chunk.ts";
import type { ChunkContent } from "../schema/layout.ts";
import type { Routine } from "./drive.ts";
import type { Part, Task } from "./reach.ts";
import type { DecodedPart, Scope } from "./scope.ts";

/** What is read in one way. */
export type ContainerKind = "list" | "typed" | "map" | "plainMap" | "sortedMap";

const KINDS: { readonly [kind: string]: ContainerKind } = {
  vec: "list",
  typed: "typed",
  bytes: "typed",
  map: "plainMap",
  hashMap: "map",
  sortedMap: "sortedMap",
};

/** Of which kind of container this content is; undefined for a struct and for what is one value. */
export function containerKindOf(content: ChunkContent): ContainerKind | undefined {
  return KINDS[content.kind];
}

/** A shard or bucket that is decoded before its container is looked at. */
export interface PartAhead {
  /** The call that it is for. */
  readonly whole: Scope;
  /** What holds its bytes. */
  readonly scope: Scope;
  readonly ref: ChildRef;
  readonly part: Part;
  /** See {@link areMapsApart}. */
  readonly areApart: boolean;
}

/** Loads containers of one kind. */
export interface ContainerReader {
  /** The whole value of a container whose descendants have been read. */
  load(scope: Scope, content: ChunkContent, container: Chunk): unknown;
  /** What was decoded and did not go to its place at once. */
  loadPart(ahead: PartAhead): DecodedPart | undefined;
  /** For maps. */
  areApart?(parts: readonly Task[]): boolean;
}

/** Reads a whole value to where it belongs, before anything else is read for it; false where that does not go. */
export type ReadPlaced = (scope: Scope, content: ChunkContent, container: Chunk) => Routine<boolean>;

const readers = new Map<ContainerKind, ContainerReader>();

/** Makes known who loads containers of a kind. */
export function installReader(kind: ContainerKind, reader: ContainerReader): void {
  readers.set(kind, reader);
}

let readPlaced: ReadPlaced | undefined;

/** Makes known who reads typed arrays to where they belong: a reader without promises in a page has no use for that. */
export function installPlaced(reader: ReadPlaced): void {
  readPlaced = reader;
}

/** Who reads this content to where it belongs; undefined where nobody does. */
export function placedReader(content: ChunkContent): ReadPlaced | undefined {
  return containerKindOf(content) === "typed" ? readPlaced : undefined;
}

/** Who loads this content; undefined for a struct and for what is one value. */
export function containerReader(content: ChunkContent): ContainerReader | undefined {
  const kind = containerKindOf(content);
  return kind === undefined ? undefined : (readers.get(kind) as ContainerReader);
}

/**
 * Whether each map has all its buckets among these parts, in their order, and nothing else: then no two share one, as they do
 * in a damaged file, and their entries can go where they belong at once.
 */
export function areMapsApart(parts: readonly Task[]): boolean {
  return (readers.get("map") ?? readers.get("plainMap"))?.areApart?.(parts) ?? true;
}
