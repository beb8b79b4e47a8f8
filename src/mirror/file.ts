/** Step 9: an open file: its root, its structure, what it has cost. */

import { SchemaMismatchError } from "../errors.ts";
import type { Routine } from "../read/drive.ts";
import { loadAt } from "../read/load-parts.ts";
import type { Opening } from "../read/opening.ts";
import { reach, taskOf } from "../read/reach.ts";
import type { Scope } from "../read/scope.ts";
import type { ChunkStore, ReadStats } from "../read/store.ts";
import { type ChunkTree, walkTree } from "../read/tree.ts";
import {
  type Integrity,
  integrityOf,
  type VerifyOptions,
  type VerifyReport,
  verifyEnds,
  verifyEndsSync,
  verifyFile,
} from "../read/verify.ts";
import type { LoadOptions, LoadProgressOptions } from "../schema/handles.ts";
import { contentOf } from "../schema/layout.ts";
import type { SchemaNode } from "../schema/node.ts";
import { makeHandle } from "./make.ts";
import { asyncRunner, type Runner, syncRunner } from "./runner.ts";
import { makeChunkMirror } from "./struct.ts";

/** What open files of both kinds have. */
interface FileFacts<Root> {
  /** The root's mirror: its inline fields are there, its chunks are read when asked for. */
  readonly root: Root;
  /** Length of the file in bytes. */
  readonly byteLength: number;
  /** Format version: 4, which the Rust crate reads, or 0x8004. */
  readonly version: number;
  /** What guards the chunks: "none" for plain PAR4 files. */
  readonly integrity: Integrity;
  /** The strings that were stored with the file. */
  readonly metadata: ReadonlyMap<string, string>;
  /** What reading has cost so far. */
  readonly stats: ReadStats;
}

/** A file that was opened with `open`. */
export interface AsyncFile<Root, Value> extends FileFacts<Root>, AsyncDisposable {
  /** Everything in the file, as plain values. Stored bytes are held a window at a time. */
  load(options?: LoadProgressOptions): Promise<Value>;
  /** The tree of chunks, without their values. `String(tree)` is the text of the Rust crate's inspector. */
  inspect(options?: LoadOptions): Promise<ChunkTree>;
  /** Reads and decompresses every chunk and checks that they form a tree. */
  verify(options?: VerifyOptions): Promise<VerifyReport>;
  /** Frees what the file holds. Reads afterwards throw {@link ClosedError}. */
  close(): Promise<void>;
}

/** A file that was opened with `openSync`. */
export interface SyncFile<Root, Value> extends FileFacts<Root>, Disposable {
  load(): Value;
  inspect(): ChunkTree;
  verify(): VerifyReport;
  close(): void;
}

/** What a file is opened from. */
export interface FileParts {
  readonly store: ChunkStore;
  readonly opening: Opening;
  /** Undefined: only structure can be looked at. */
  readonly node: SchemaNode | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Both kinds of open file; the runner decides which. */
export class ParcodeFile {
  readonly version: number;
  readonly byteLength: number;
  readonly integrity: Integrity;
  readonly metadata: ReadonlyMap<string, string>;
  private readonly runner: Runner;
  private readonly parts: FileParts;
  private readonly mirror: unknown;

  private constructor(parts: FileParts, runner: Runner, mirror: unknown) {
    this.version = parts.opening.version;
    this.byteLength = parts.store.byteLength;
    this.integrity = integrityOf(parts.opening.records);
    this.metadata = parts.opening.records?.metadata ?? new Map();
    this.parts = parts;
    this.runner = runner;
    this.mirror = mirror;
    for (const name of ["parts", "runner", "mirror"]) Object.defineProperty(this, name, { enumerable: false });
  }

  static async open(parts: FileParts): Promise<AsyncFile<unknown, unknown>> {
    const runner = asyncRunner(parts.store);
    const mirror = await runner.run("", { signal: parts.signal, keep: true }, (scope) =>
      openRoot(parts, runner, scope),
    );
    return new ParcodeFile(parts, runner, mirror) as unknown as AsyncFile<unknown, unknown>;
  }

  static openSync(parts: FileParts): SyncFile<unknown, unknown> {
    const runner = syncRunner(parts.store);
    const mirror = runner.run("", { keep: true }, (scope) => openRoot(parts, runner, scope));
    return new ParcodeFile(parts, runner, mirror) as unknown as SyncFile<unknown, unknown>;
  }

  get root(): unknown {
    this.schema();
    return this.mirror;
  }

  get stats(): ReadStats {
    return this.parts.store.stats();
  }

  load(options: LoadProgressOptions = {}): unknown {
    const { content } = contentOf(this.schema());
    const { root } = this.parts.opening;
    return this.runner.run("", { signal: options.signal, onProgress: options.onProgress }, (scope) =>
      loadAt(scope, content, root, 0),
    );
  }

  inspect(options: LoadOptions = {}): unknown {
    return this.runner.run("", { signal: options.signal }, (scope) => walkTree(scope, this.parts.opening));
  }

  verify(options: VerifyOptions = {}): unknown {
    const { store } = this.parts;
    if (this.runner.mode === "sync") return this.verifyChunks(verifyEndsSync(store), options);
    return verifyEnds(store, options.signal).then((endBytes) => this.verifyChunks(endBytes, options));
  }

  private verifyChunks(endBytes: number, options: VerifyOptions): unknown {
    return this.runner.run("", { signal: options.signal }, (scope) =>
      verifyFile(scope, this.parts.opening, endBytes, options),
    );
  }

  close(): unknown {
    return this.runner.mode === "async" ? this.parts.store.close() : this.parts.store.closeSync();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.parts.store.close();
  }

  [Symbol.dispose](): void {
    this.parts.store.closeSync();
  }

  private schema(): SchemaNode {
    if (this.parts.node !== undefined) return this.parts.node;
    throw new SchemaMismatchError("The file was opened without a schema: pass one to open() to read values.", {
      expected: "a schema",
      actual: "undefined",
    });
  }
}

/** Reads the structure and makes the root's mirror. */
function* openRoot(parts: FileParts, runner: Runner, scope: Scope): Routine<unknown> {
  const { node } = parts;
  const { root } = parts.opening;
  if (node === undefined) return undefined;
  const { content } = contentOf(node);
  yield* reach(scope, [taskOf(root, 0, content)], "structure");
  scope.pin();
  if (content.kind === "struct") return makeChunkMirror(runner, scope, content, scope.get(root, 0), "");
  return makeHandle({ runner, content, ref: root, depth: 0, path: "" });
}
