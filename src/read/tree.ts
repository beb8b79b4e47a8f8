/**
 * Step 7: the tree of chunks, without a schema. What a chunk is, is guessed from its bytes exactly as the Rust crate's
 * inspector guesses it, so that both print the same text.
 *
 * @see https://docs.rs/parcode/0.6.1/parcode/inspector/
 */

import { ByteReader } from "../bytes/reader.ts";
import { isParcodeError } from "../errors.ts";
import type { ChildRef } from "../format/bounds.ts";
import { checkDepth } from "../format/bounds.ts";
import type { Chunk } from "../format/chunk.ts";
import { BUCKET_COUNT_BYTES, CODEC_LZ4, CODEC_NONE, VEC_TOTAL_BYTES } from "../format/layout.ts";
import type { Routine } from "./drive.ts";
import type { Opening } from "./opening.ts";
import type { Scope } from "./scope.ts";
import { windows } from "./windows.ts";

/** What a chunk looks like from outside. */
export type ChunkGuess = "generic" | "vec" | "map" | "leaf";

/** One chunk of the tree. */
export interface ChunkInfo {
  readonly guess: ChunkGuess;
  readonly offset: number;
  /** Bytes of the whole chunk. */
  readonly length: number;
  /** Bytes of its payload as stored. */
  readonly storedLength: number;
  /** Bytes of its payload decompressed; undefined for a compressed leaf, and where the codec is not registered. */
  readonly payloadLength: number | undefined;
  readonly codecId: number;
  /** For a "vec": its items. A guess may be wrong, and then the number is any: inexact beyond 2^53. */
  readonly items?: number;
  /** The same in all its digits. */
  readonly itemsText?: string;
  /** For a "vec": its shards. For a "map": its buckets. */
  readonly parts?: number;
  readonly children: readonly ChunkInfo[];
}

/** The chunks of a file. */
export class ChunkTree {
  readonly root: ChunkInfo;
  readonly version: number;
  /** Chunks in the tree, and bytes of all of them. */
  readonly chunks: number;
  readonly bytes: number;

  constructor(root: ChunkInfo, version: number) {
    this.root = root;
    this.version = version;
    let chunks = 0;
    let bytes = 0;
    const stack = [root];
    for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
      chunks++;
      bytes += node.length;
      for (const child of node.children) stack.push(child);
    }
    this.chunks = chunks;
    this.bytes = bytes;
  }

  /** The text of the crate's inspector, letter by letter. */
  toString(): string {
    const lines = ["=== PARCODE INSPECTOR REPORT ===", `Root Offset:    ${this.root.offset}`, "", "[GRAPH LAYOUT]"];
    appendLines(lines, this.root, "", true);
    return `${lines.join("\n")}\n`;
  }
}

const GUESS_TEXT: { readonly [Guess in ChunkGuess]: string } = {
  generic: "Generic Container",
  vec: "Vec Container",
  map: "Map Container",
  leaf: "Leaf/Blob",
};

function appendLines(lines: string[], node: ChunkInfo, indent: string, last: boolean): void {
  const algorithm =
    node.codecId === CODEC_NONE ? "None" : node.codecId === CODEC_LZ4 ? "LZ4" : `Unknown(${node.codecId})`;
  const facts = `Size: ${node.storedLength}b | Algo: ${algorithm} | Children: ${node.children.length}`;
  const more =
    node.guess === "vec"
      ? ` [Vec<${node.itemsText}> items across ${node.parts} logical shards]`
      : node.guess === "map"
        ? ` [Hashtable with ${node.parts} buckets]`
        : "";
  lines.push(`${indent}${last ? "└── " : "├── "}[${GUESS_TEXT[node.guess]}] ${facts}${more}`);
  const deeper = indent + (last ? "    " : "│   ");
  node.children.forEach((child, i) => {
    appendLines(lines, child, deeper, i === node.children.length - 1);
  });
}

interface Draft {
  readonly ref: ChildRef;
  readonly depth: number;
  children: Draft[];
  facts: Omit<ChunkInfo, "children"> | undefined;
}

/** Reads the tree, level by level, and holds a window of a level's bytes at a time. */
export function* walkTree(scope: Scope, { root, version }: Opening): Routine<ChunkTree> {
  const top: Draft = { ref: root, depth: 0, children: [], facts: undefined };
  let level = [top];
  while (level.length > 0) {
    const next: Draft[] = [];
    for (const window of windows(level)) {
      const inner = scope.part();
      if (window.some(({ ref }) => !inner.has(ref))) yield { scope: inner, wants: window };
      for (const draft of window) {
        look(inner, draft);
        // One by one: a container may have more children than a call can have arguments.
        for (const child of draft.children) next.push(child);
      }
    }
    level = next;
  }
  return new ChunkTree(finish(top), version);
}

function look(scope: Scope, draft: Draft): void {
  checkDepth(draft.depth, scope.store.context.limits, draft.ref.offset);
  const chunk = scope.get(draft.ref, draft.depth);
  scope.visit(chunk);
  draft.facts = describe(chunk);
  draft.children = chunk.children().map((ref) => ({ ref, depth: draft.depth + 1, children: [], facts: undefined }));
}

function finish(draft: Draft): ChunkInfo {
  return { ...(draft.facts as Omit<ChunkInfo, "children">), children: draft.children.map(finish) };
}

function describe(chunk: Chunk): Omit<ChunkInfo, "children"> {
  const { offset, length, storedLength, codecId } = chunk;
  const facts = { offset, length, storedLength, payloadLength: payloadLength(chunk), codecId };
  if (chunk.childCount === 0) return { ...facts, guess: "leaf" };
  if (facts.payloadLength === undefined) return { ...facts, guess: "generic" };
  const map = guessMap(chunk);
  if (map !== undefined) return { ...facts, guess: "map", parts: map };
  const vec = guessVec(chunk);
  return vec === undefined ? { ...facts, guess: "generic" } : { ...facts, guess: "vec", ...vec };
}

/** A leaf is not decompressed for its length, and what no codec here can decompress is shown as it is stored. */
function payloadLength(chunk: Chunk): number | undefined {
  if (chunk.childCount === 0 && chunk.codecId !== CODEC_NONE) return undefined;
  try {
    return chunk.payload.length;
  } catch (error) {
    if (isParcodeError(error, "UnknownCodec")) return undefined;
    throw error;
  }
}

function guessMap(chunk: Chunk): number | undefined {
  if (chunk.payload.length !== BUCKET_COUNT_BYTES) return undefined;
  const count = new ByteReader(chunk.payload).fixedU32();
  return count === chunk.childCount ? count : undefined;
}

function guessVec(chunk: Chunk): { items: number; itemsText: string; parts: number } | undefined {
  if (chunk.payload.length <= VEC_TOTAL_BYTES) return undefined;
  try {
    const reader = new ByteReader(chunk.payload);
    const items = reader.fixedU64();
    const runs = reader.length(2);
    let parts = 0;
    for (let i = 0; i < runs; i++) {
      reader.u32();
      parts = (parts + reader.u32()) >>> 0; // The crate adds u32s, and what looks like a list may be a bucket.
    }
    return { items: Number(items), itemsText: String(items), parts };
  } catch {
    return undefined;
  }
}
