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
import { type ChunkContent, type ChunkField, entryStruct, itemChildren, structLayout } from "../schema/layout.ts";
import type { SchemaNode } from "../schema/node.ts";
import type { Routine } from "./drive.ts";
import type { Opening } from "./opening.ts";
import type { Scope } from "./scope.ts";
import { windows } from "./windows.ts";

/** What a chunk looks like from outside. */
export type ChunkGuess = "generic" | "vec" | "map" | "leaf";

/** One chunk of the tree. */
export interface ChunkInfo {
  readonly guess: ChunkGuess;
  /** Where the schema is known: the field that the chunk holds; for shards and buckets their number, as "[3]". */
  readonly name?: string;
  /** Where the schema is known: what is in the chunk, as text. */
  readonly type?: string;
  readonly offset: number;
  /** Bytes of the whole chunk. */
  readonly length: number;
  /** Bytes of its payload as stored. */
  readonly storedLength: number;
  /** Bytes of its payload decompressed, extension block included; undefined for a compressed leaf, and where the codec is not registered. */
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

  /** The tree with the names and types of the file's schema, where it is known; otherwise with what chunks look like. */
  describe(): string {
    const lines: string[] = [];
    appendDescription(lines, this.root, "", "");
    return `${lines.join("\n")}\n`;
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

/** Shards and buckets that are shown one by one; of more, the rest in one line. */
const SHOWN_PARTS = 4;

function appendDescription(lines: string[], node: ChunkInfo, indent: string, deeper: string): void {
  const { name = "", type = GUESS_TEXT[node.guess], length, codecId, payloadLength, storedLength } = node;
  const codec = codecId === CODEC_NONE ? "" : `, ${codecId === CODEC_LZ4 ? "lz4" : `codec ${codecId}`}`;
  const ratio =
    codecId === CODEC_NONE || payloadLength === undefined
      ? ""
      : ` ${Math.round((100 * storedLength) / payloadLength)} %`;
  const title = name.startsWith("[") ? name : name === "" ? type : `${name}: ${type}`;
  lines.push(`${indent}${title} · ${grouped(length)} B at ${grouped(node.offset)}${codec}${ratio}`);
  const isList = node.children.length > SHOWN_PARTS && node.children[0]?.name?.startsWith("[") === true;
  const shown = isList ? node.children.slice(0, SHOWN_PARTS - 1) : node.children;
  const rest = node.children.length - shown.length;
  shown.forEach((child, i) => {
    const last = rest === 0 && i === shown.length - 1;
    appendDescription(lines, child, `${deeper}${last ? "└─ " : "├─ "}`, `${deeper}${last ? "   " : "│  "}`);
  });
  if (rest === 0) return;
  const bytes = node.children.slice(shown.length).reduce((sum, child) => sum + child.length, 0);
  lines.push(`${deeper}└─ ${grouped(rest)} more · ${grouped(bytes)} B`);
}

/** A number as people read it: 1,234,567. */
function grouped(value: number): string {
  return value.toLocaleString("en-US");
}

/** What the schema says about a chunk. */
export interface Label {
  readonly name: string;
  /** Undefined for a shard or bucket. */
  readonly content: ChunkContent | undefined;
  /** Chunked fields of each item, for a shard or bucket. */
  readonly fields: readonly ChunkField[];
}

/** A schema's text, for people. */
export type TypeText = (schema: SchemaNode) => string;

/** The schema of a file, for the names and types of its chunks. */
export interface TreeSchema {
  readonly content: ChunkContent;
  readonly text: TypeText;
}

interface Draft {
  readonly ref: ChildRef;
  readonly depth: number;
  readonly label: Label | undefined;
  children: Draft[];
  facts: Omit<ChunkInfo, "children"> | undefined;
}

/** Reads the tree, level by level, and holds a window of a level's bytes at a time. */
export function* walkTree(scope: Scope, { root, version }: Opening, schema?: TreeSchema): Routine<ChunkTree> {
  const label = schema === undefined ? undefined : rootLabel(schema.content);
  const top: Draft = { ref: root, depth: 0, label, children: [], facts: undefined };
  let level = [top];
  while (level.length > 0) {
    const next: Draft[] = [];
    for (const window of windows(level)) {
      const inner = scope.part();
      if (window.some(({ ref }) => !inner.has(ref))) yield { scope: inner, wants: window };
      for (const draft of window) {
        look(inner, draft, schema?.text);
        // One by one: a container may have more children than a call can have arguments.
        for (const child of draft.children) next.push(child);
      }
    }
    level = next;
  }
  return new ChunkTree(finish(top), version);
}

function look(scope: Scope, draft: Draft, text: TypeText | undefined): void {
  checkDepth(draft.depth, scope.store.context.limits, draft.ref.offset);
  const chunk = scope.get(draft.ref, draft.depth);
  scope.visit(chunk);
  const { label } = draft;
  draft.facts = { ...describe(chunk), ...labelFacts(label, text) };
  const labels = label === undefined ? undefined : childLabels(label, chunk);
  draft.children = chunk.children().map((ref, i) => ({
    ref,
    depth: draft.depth + 1,
    label: labels?.(i),
    children: [],
    facts: undefined,
  }));
}

/** What the schema says about the root. */
export function rootLabel(content: ChunkContent): Label {
  return { name: "", content, fields: [] };
}

function labelFacts(label: Label | undefined, text: TypeText | undefined): Pick<ChunkInfo, "name" | "type"> {
  if (label === undefined || text === undefined) return {};
  return label.content === undefined ? { name: label.name } : { name: label.name, type: text(label.content) };
}

/** What the schema says about each child; undefined where the file has another number of them than the schema. */
export function childLabels({ content, fields }: Label, chunk: Chunk): ((index: number) => Label) | undefined {
  switch (content?.kind) {
    case undefined:
      return chunk.childCount % fields.length === 0 ? (i) => fieldLabel(fields[i % fields.length]) : undefined;
    case "struct": {
      const { children } = structLayout(content);
      return children.length === chunk.childCount ? (i) => fieldLabel(children[i]) : undefined;
    }
    case "vec":
      return partLabels(itemChildren(content.item));
    case "hashMap":
    case "map":
      return partLabels(itemChildren(content.value));
    case "sortedMap":
      return partLabels(itemChildren(entryStruct(content)));
    default:
      return partLabels([]);
  }
}

function fieldLabel(field: ChunkField | undefined): Label {
  return { name: field?.name ?? "", content: field?.content, fields: [] };
}

function partLabels(fields: readonly ChunkField[]): (index: number) => Label {
  return (index) => ({ name: `[${index}]`, content: undefined, fields });
}

function finish(draft: Draft): ChunkInfo {
  return { ...(draft.facts as Omit<ChunkInfo, "children">), children: draft.children.map(finish) };
}

/** What a chunk looks like, as the crate's inspector guesses it. */
export function describe(chunk: Chunk): Omit<ChunkInfo, "children"> {
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
    return chunk.payloadLength;
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
