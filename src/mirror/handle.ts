/** Step 9: what all handles have in common: where their chunk is, and `load`. */

import type { ChildRef } from "../format/bounds.ts";
import type { Chunk } from "../format/chunk.ts";
import type { Routine } from "../read/drive.ts";
import { loadAt } from "../read/load-parts.ts";
import { taskOf } from "../read/reach.ts";
import type { Scope, ScopeOptions } from "../read/scope.ts";
import type { HandleDescription, LoadOptions, LoadProgressOptions } from "../schema/handles.ts";
import type { ChunkContent } from "../schema/layout.ts";
import type { Runner } from "./runner.ts";

/** Node shows objects with this method in their own words, and not the whole file that they lead to. */
export const INSPECT = Symbol.for("nodejs.util.inspect.custom");

/** Where a handle's chunk is, and what is in it. */
export interface HandlePlace<Content extends ChunkContent = ChunkContent> {
  readonly runner: Runner;
  readonly content: Content;
  readonly ref: ChildRef;
  readonly depth: number;
  /** From the root, for messages. */
  readonly path: string;
}

/** A handle to any chunked value. Its methods give promises or values, as its runner does. */
export class ValueHandle<Content extends ChunkContent = ChunkContent> {
  // Hidden, since they lead to the whole file: whoever lists or compares a handle's members meets none.
  readonly #place: HandlePlace<Content>;
  #container: Chunk | undefined;

  constructor(place: HandlePlace<Content>) {
    this.#place = place;
  }

  protected get place(): HandlePlace<Content> {
    return this.#place;
  }

  load(options: LoadProgressOptions = {}): unknown {
    const { content, ref, depth } = this.place;
    return this.run({ signal: options.signal, onProgress: options.onProgress }, (scope) =>
      loadAt(scope, content, ref, depth),
    );
  }

  toJSON(): HandleDescription {
    return { chunk: this.place.content.kind };
  }

  [INSPECT](): string {
    return `[${this.place.content.kind} chunk at ${this.place.path.replace(/^\./, "") || "the root"}]`;
  }

  protected run<T>(options: ScopeOptions, routine: (scope: Scope) => Routine<T>): T | Promise<T> {
    return this.place.runner.run(this.place.path, options, routine);
  }

  /** Runs a routine that reads a little, and keeps it for later calls. */
  protected look<T>(options: LoadOptions | undefined, routine: (scope: Scope) => Routine<T>): T | Promise<T> {
    return this.run({ signal: options?.signal, keep: true }, routine);
  }

  /** The handle's own chunk, once a call has read it. */
  protected get container(): Chunk | undefined {
    return this.#container;
  }

  /** The handle's own chunk where it came at open. */
  protected chunkHere(): Chunk | undefined {
    const { ref, depth, runner } = this.place;
    this.#container ??= runner.store.findStructural(ref, depth);
    return this.#container;
  }

  /** The handle's own chunk: a container, which is kept, since every call needs it. */
  protected *chunk(scope: Scope): Routine<Chunk> {
    if (this.chunkHere() === undefined) {
      const { ref, depth, content } = this.place;
      if (!scope.has(ref)) yield { scope, wants: [taskOf(ref, depth, content)] };
      this.#container = scope.get(ref, depth);
    }
    return this.#container as Chunk;
  }
}
