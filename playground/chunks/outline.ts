/**
 * The chunks of an open file, drawn from what is here of it: parents know where their children lie, so most of the map costs no
 * read. It looks behind the library's public surface, whose `inspect()` reads every chunk.
 */

import { signal } from "@preact/signals";
import type { AsyncFile, LoadOptions } from "parcode-web";
import { schemaText } from "../../src/describe/text.ts";
import type { ChildRef } from "../../src/format/bounds.ts";
import type { Chunk } from "../../src/format/chunk.ts";
import { type FileParts, ParcodeFile } from "../../src/mirror/file.ts";
import type { Runner } from "../../src/mirror/runner.ts";
import { Scope } from "../../src/read/scope.ts";
import { childLabels, type Label, rootLabel } from "../../src/read/tree.ts";
import { contentOf } from "../../src/schema/layout.ts";

/** Chunks that are kept in all: a hostile file may claim any number. */
const MAX_NODES = 120_000;
/** Deeper ones are not drawn. */
const MAX_DEPTH = 48;
/** Chunks that one read of many asks for. */
const WINDOW_CHUNKS = 64;

/** What is known of a chunk once it was read. */
export interface ChunkFacts {
  readonly codecId: number;
  readonly storedLength: number;
  /** Undefined where it cannot be decompressed. */
  readonly payloadLength: number | undefined;
  readonly childCount: number;
  readonly isGuarded: boolean;
}

/** One chunk. */
export interface ChunkNode {
  readonly ref: ChildRef;
  readonly depth: number;
  readonly parent: ChunkNode | undefined;
  /** The field it holds, or "[3]" for shards and buckets; empty for the root and where no schema says. */
  readonly name: string;
  readonly type: string | undefined;
  /** Which part of the root it belongs to, for its colour; -1: the root itself. */
  readonly part: number;
  readonly label: Label | undefined;
  facts: ChunkFacts | undefined;
  children: ChunkNode[];
  /** Children that are not kept, since there are too many. */
  left: number;
  /** Why it cannot be looked at. */
  problem: unknown;
}

export class Outline {
  readonly root: ChunkNode;
  /** Changes when more is known. */
  readonly version = signal(0);
  readonly byteLength: number;
  private readonly runner: Runner;
  private readonly parts: FileParts;
  private count = 1;
  private readonly byOffset = new Map<number, ChunkNode>();
  /** Chunks that nobody has read yet. */
  private unread: ChunkNode[] = [];

  constructor(file: AsyncFile<unknown, unknown>) {
    const { parts, runner } = ParcodeFile.inside(file);
    this.parts = parts;
    this.runner = runner;
    this.byteLength = file.byteLength;
    const { node, opening } = parts;
    const label = node === undefined ? undefined : rootLabel(contentOf(node).content);
    this.root = this.makeNode(opening.root, undefined, label, -1);
    this.unread.push(this.root);
    this.refresh();
  }

  /** The chunk that begins at a byte, if it is known. */
  at(offset: number): ChunkNode | undefined {
    return this.byOffset.get(offset);
  }

  /** Learns what can be learnt without reading. */
  refresh(): void {
    // A copy, so that looking does not count as reading.
    const scope = new Scope(this.parts.store.copy(() => undefined));
    const stack = this.unread;
    const before = stack.length;
    this.unread = [];
    const waiting: ChunkNode[] = [];
    for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
      if (scope.has(node.ref)) this.learn(node, scope.get.bind(scope, node.ref, node.depth), stack);
      else waiting.push(node);
    }
    this.unread = waiting.reverse();
    if (waiting.length !== before || this.version.value === 0) this.version.value++;
  }

  /** A chunk's own bytes, read if they are not here. @throws as any read */
  async read(node: ChunkNode, options: LoadOptions = {}): Promise<Chunk> {
    const { ref, depth } = node;
    const chunk = await this.runner.run("", { signal: options.signal, keep: true }, function* (scope) {
      if (!scope.has(ref)) yield { scope, wants: [{ ref, depth }] };
      return scope.get(ref, depth);
    });
    if (node.facts === undefined) {
      this.learn(node, () => chunk, this.unread);
      this.unread = this.unread.filter((other) => other !== node);
      this.version.value++;
    }
    return chunk;
  }

  /** Chunks that nobody has read. */
  get unreadCount(): number {
    return this.unread.length;
  }

  /** Reads every chunk, some at a time. @throws the signal's reason; what is wrong with a chunk stands with it */
  async readAll(options: LoadOptions = {}): Promise<void> {
    for (let window = this.nextWindow(); window.length > 0; window = this.nextWindow()) {
      try {
        await this.readWindow(window, options);
      } catch (error) {
        options.signal?.throwIfAborted();
        if (window.length === 1) (window[0] as ChunkNode).problem = error;
        else for (const node of window) await this.readWindow([node], options).catch((cause) => (node.problem = cause));
      }
      this.version.value++;
    }
  }

  private nextWindow(): ChunkNode[] {
    this.unread.sort((a, b) => a.ref.offset - b.ref.offset);
    return this.unread.splice(0, WINDOW_CHUNKS);
  }

  private async readWindow(window: readonly ChunkNode[], { signal }: LoadOptions): Promise<void> {
    const learn = (scope: Scope): void => {
      for (const node of window) this.learn(node, () => scope.get(node.ref, node.depth), this.unread);
    };
    await this.runner.run("", { signal }, function* (scope) {
      const wants = window.filter(({ ref }) => !scope.has(ref));
      if (wants.length > 0) yield { scope, wants };
      learn(scope);
    });
  }

  /** Notes what a chunk says; its children go to `next`. */
  private learn(node: ChunkNode, get: () => Chunk, next: ChunkNode[]): void {
    try {
      const chunk = get();
      node.facts = factsOf(chunk, node.ref);
      if (node.depth < MAX_DEPTH) this.addChildren(node, chunk);
    } catch (error) {
      node.problem = error;
    }
    for (const child of node.children) next.push(child);
  }

  private addChildren(node: ChunkNode, chunk: Chunk): void {
    const labels = node.label === undefined ? undefined : childLabels(node.label, chunk);
    const kept = Math.min(chunk.childCount, Math.max(0, MAX_NODES - this.count));
    for (let i = 0; i < kept; i++) {
      const part = node.parent === undefined ? i : node.part;
      node.children.push(this.makeNode(chunk.child(i), node, labels?.(i), part));
    }
    node.left = chunk.childCount - kept;
    this.count += kept;
  }

  private makeNode(ref: ChildRef, parent: ChunkNode | undefined, label: Label | undefined, part: number): ChunkNode {
    const type = label?.content === undefined ? undefined : schemaText(label.content, 80);
    const name = label?.name ?? "";
    const depth = parent === undefined ? 0 : parent.depth + 1;
    const rest = { facts: undefined, children: [], left: 0, problem: undefined };
    const node: ChunkNode = { ref, depth, parent, name, type, part, label, ...rest };
    this.byOffset.set(ref.offset, node);
    return node;
  }
}

function factsOf(chunk: Chunk, { checksum }: ChildRef): ChunkFacts {
  const { codecId, storedLength, childCount } = chunk;
  let payloadLength: number | undefined;
  try {
    ({ payloadLength } = chunk);
  } catch {
    // What cannot be decompressed is shown as it is stored.
  }
  return { codecId, storedLength, payloadLength, childCount, isGuarded: checksum !== undefined };
}

/** Bytes of a chunk and all that is known to lie below it. */
export function bytesBelow(node: ChunkNode): number {
  const { ref, children, facts, left } = node;
  if (facts === undefined || left > 0)
    return ref.start === undefined ? ref.length : ref.offset + ref.length - ref.start;
  return children.reduce((sum, child) => sum + bytesBelow(child), ref.length);
}

/** What to call a chunk. */
export function chunkTitle({ name, parent, ref }: ChunkNode): string {
  if (parent === undefined) return "root";
  if (name === "") return `chunk at ${ref.offset.toLocaleString("en-US")}`;
  return name.startsWith("[") && parent.parent !== undefined ? `${parent.name}${name}` : name;
}

/** The name of a codec. */
export function codecName(codecId: number): string {
  return codecId === 0 ? "none" : codecId === 1 ? "lz4" : `codec ${codecId}`;
}
