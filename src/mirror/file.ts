/** Step 9: an open file: its root, its structure, what it has cost. */

import { isParcodeError, SchemaMismatchError } from "../errors.ts";
import { type ChildRef, corrupt } from "../format/bounds.ts";
import type { Chunk } from "../format/chunk.ts";
import type { Routine } from "../read/drive.ts";
import type { ReadPlan } from "../read/dry-run.ts";
import { loadAt } from "../read/load-parts.ts";
import type { Opening } from "../read/opening.ts";
import { type Integrity, integrityOf } from "../read/pin.ts";
import { reach, taskOf } from "../read/reach.ts";
import type { Scope } from "../read/scope.ts";
import type { ChunkStore, ReadStats } from "../read/store.ts";
import type { ChunkTree } from "../read/tree.ts";
import type { VerifyOptions, VerifyReport } from "../read/verify.ts";
import type { LoadOptions, LoadProgressOptions } from "../schema/handles.ts";
import { contentOf } from "../schema/layout.ts";
import type { SchemaNode } from "../schema/node.ts";
import type { Schema } from "../schema/types.ts";
import { loadKits } from "./load-kits.ts";
import { makeHandle } from "./make.ts";
import { asyncRunner, type Runner } from "./runner.ts";
import { makeChunkMirror } from "./struct.ts";

/** What open files of both kinds have. */
interface FileFacts<Root> {
  /** The root's mirror: its inline fields are there, its chunks are read when asked for. */
  readonly root: Root;
  /** Length of the file in bytes. */
  readonly byteLength: number;
  /** Format version: 4, which the Rust crate reads, or 0x8004. */
  readonly version: number;
  /** The schema that it is read with: the caller's, or the file's own; undefined if there is neither. */
  readonly schema: Schema | undefined;
  /** What guards the chunks: "none" for plain PAR4 files. */
  readonly integrity: Integrity;
  /** What pins the file, where BLAKE3 guards it and it was opened with `verify`; for the option `integrity` of `open`. */
  readonly pin: string | undefined;
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
  /** Reads every chunk, compares it with its checksum, decompresses it, and checks that they form a tree. */
  verify(options?: VerifyOptions): Promise<VerifyReport>;
  /**
   * What an access would read now, without reading it: `file.explain((root) => root.players.get("Hero123"))`. What is here
   * already costs nothing. It ends at the first bytes that are not here: what is read behind them depends on them, and comes
   * on top, as the chunks of a value that is found in a bucket.
   */
  explain(access: (root: Root) => unknown): Promise<ReadPlan>;
  /**
   * Opens the file anew, as it is now: after a {@link SourceChangedError}, from the same place, with the same schema and
   * options, and a budget of its own. This one stays as it is: close it. A Source of your own is asked again as it is, and
   * must be able to give a newer version itself. I/O and errors as for `open`.
   * @param options `signal` ends opening; the one that was given to `open` does not.
   */
  reopen(options?: LoadOptions): Promise<AsyncFile<Root, Value>>;
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

/** The schema that a file is read with: the caller's, or the file's own. */
export interface Described {
  /** Undefined: only structure can be looked at. */
  readonly node: SchemaNode | undefined;
  /** Set where the schema is the file's own; then what is wrong with it is told when values are asked for. */
  readonly isOwn?: boolean;
  readonly failure?: unknown;
  /** Set where the caller's schema is another one than the file's, which `node` then goes by. */
  readonly view?: FileView;
}

/** What is made of a file for a caller with another schema. */
export interface FileView {
  /** The caller's schema. */
  readonly schema: SchemaNode;
  /** The whole value, from what was loaded, which nobody else has. */
  value(loaded: unknown): unknown;
  /** The root's mirror or handle, from the one of the file. */
  root(runner: Runner, scope: Scope, mirror: unknown): Routine<unknown>;
}

/** The schema of a file's description, or why it cannot be had. */
export function describedBy(description: Uint8Array, read: (bytes: Uint8Array) => SchemaNode): Described {
  try {
    return { node: read(description), isOwn: true };
  } catch (failure) {
    return { node: undefined, isOwn: true, failure };
  }
}

/** See tools.ts. */
export interface FileTools {
  inspectFile(parts: FileParts, runner: Runner, options: LoadOptions): unknown;
  verifyAll(parts: FileParts, runner: Runner, options: VerifyOptions): unknown;
  explainAccess(
    parts: FileParts,
    open: (again: Pick<FileParts, "store">) => Promise<{ readonly root: unknown }>,
    access: (root: unknown) => unknown,
  ): unknown;
}

/** What a file is opened from. */
export interface FileParts extends Described {
  readonly store: ChunkStore;
  readonly opening: Opening;
  readonly pin: string | undefined;
  /** A file without promises has them from the start, another one loads them when they are wanted. */
  readonly tools: FileTools | (() => Promise<FileTools>);
  readonly signal?: AbortSignal | undefined;
  /** Opens the same file again; only of files that were opened with promises. */
  readonly reopen?: (options: LoadOptions) => Promise<AsyncFile<unknown, unknown>>;
}

/** Both kinds of open file; the runner decides which. */
export class ParcodeFile {
  readonly version: number;
  readonly byteLength: number;
  readonly integrity: Integrity;
  readonly pin: string | undefined;
  readonly metadata: ReadonlyMap<string, string>;
  /** Hidden from whoever lists the members of a file. */
  readonly #own: { readonly runner: Runner; readonly parts: FileParts; readonly mirror: unknown };
  readonly schema: Schema | undefined;

  private constructor(parts: FileParts, runner: Runner, mirror: unknown) {
    this.version = parts.opening.version;
    this.byteLength = parts.store.byteLength;
    this.integrity = integrityOf(parts.opening.records);
    this.pin = parts.pin;
    this.metadata = parts.opening.records?.metadata ?? new Map();
    this.schema = (parts.view?.schema ?? parts.node) as Schema | undefined;
    this.#own = { runner, parts, mirror };
  }

  static async open(parts: FileParts): Promise<AsyncFile<unknown, unknown>> {
    const runner = asyncRunner(parts.store);
    if (parts.node !== undefined) await loadKits(parts.node);
    parts.signal?.throwIfAborted();
    try {
      const mirror =
        rootHere(parts, runner) ??
        (await runner.run("", { signal: parts.signal, keep: true }, (scope) => openRoot(parts, runner, scope)));
      return new ParcodeFile(parts, runner, mirror) as unknown as AsyncFile<unknown, unknown>;
    } catch (failure) {
      return new ParcodeFile(withFailure(parts, failure), runner, undefined) as unknown as AsyncFile<unknown, unknown>;
    }
  }

  /** What is behind an open file, for our own tools alone. @throws {TypeError} It is no file that this module has opened. */
  static inside(file: object): { readonly runner: Runner; readonly parts: FileParts } {
    return (file as ParcodeFile).#own;
  }

  static openSync(parts: FileParts, runner: Runner): SyncFile<unknown, unknown> {
    try {
      const mirror =
        rootHere(parts, runner) ?? runner.run("", { keep: true }, (scope) => openRoot(parts, runner, scope));
      return new ParcodeFile(parts, runner, mirror) as unknown as SyncFile<unknown, unknown>;
    } catch (failure) {
      return new ParcodeFile(withFailure(parts, failure), runner, undefined) as unknown as SyncFile<unknown, unknown>;
    }
  }

  get root(): unknown {
    this.known();
    return this.#own.mirror;
  }

  get stats(): ReadStats {
    return this.#own.parts.store.stats();
  }

  load(options: LoadProgressOptions = {}): unknown {
    const { content } = contentOf(this.known());
    const { opening, view } = this.#own.parts;
    const { signal, onProgress } = options;
    return this.#own.runner.run("", { signal, onProgress }, function* (scope): Routine<unknown> {
      const value = yield* loadAt(scope, content, opening.root, 0);
      return view === undefined ? value : view.value(value);
    });
  }

  inspect(options: LoadOptions = {}): unknown {
    return this.using((tools) => tools.inspectFile(this.#own.parts, this.#own.runner, options));
  }

  verify(options: VerifyOptions = {}): unknown {
    return this.using((tools) => tools.verifyAll(this.#own.parts, this.#own.runner, options));
  }

  explain(access: (root: unknown) => unknown): unknown {
    this.known();
    return this.using((tools) =>
      tools.explainAccess(this.#own.parts, (again) => ParcodeFile.open({ ...this.#own.parts, ...again }), access),
    );
  }

  private using(use: (tools: FileTools) => unknown): unknown {
    const { tools } = this.#own.parts;
    return typeof tools === "function" ? tools().then(use) : use(tools);
  }

  reopen(options: LoadOptions = {}): unknown {
    return this.#own.parts.reopen?.(options);
  }

  close(): unknown {
    return this.#own.runner.mode === "async" ? this.#own.parts.store.close() : this.#own.parts.store.closeSync();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#own.parts.store.close();
  }

  [Symbol.dispose](): void {
    this.#own.parts.store.closeSync();
  }

  private known(): SchemaNode {
    const { node, failure } = this.#own.parts;
    if (failure !== undefined) throw failure;
    if (node !== undefined) return node;
    throw noSchema();
  }
}

function noSchema(): SchemaMismatchError {
  return new SchemaMismatchError(
    "The file was opened without a schema, and has no description of its own: pass a schema to open() to read values.",
    { expected: "a schema", actual: "undefined" },
  );
}

/** Without a schema of the caller's, structure can be looked at although values cannot. @throws the failure otherwise */
function withFailure(parts: FileParts, failure: unknown): FileParts {
  if (parts.isOwn !== true || !isParcodeError(failure)) throw failure;
  return { ...parts, failure };
}

/**
 * The root's mirror where all of the structure came at open, without a routine; containers are looked at when they are used. Undefined
 * otherwise, and where anything is wrong: the routine says what.
 */
function rootHere({ node, view, store, opening }: FileParts, runner: Runner): unknown {
  if (node === undefined || view !== undefined || !opening.hasStructure) return undefined;
  const { root } = opening;
  try {
    const { content } = contentOf(node);
    const structs = new StructsHere(store);
    const chunk = structs.get(root, 0);
    if (content.kind === "struct") return makeChunkMirror(runner, structs, content, chunk);
    return makeHandle({ runner, content, ref: root, depth: 0, path: "" });
  } catch (error) {
    if (isParcodeError(error)) return undefined;
    throw error;
  }
}

/** The chunks of structs that came at open. */
class StructsHere {
  private readonly store: ChunkStore;
  private byteLength = 0;

  constructor(store: ChunkStore) {
    this.store = store;
  }

  /** @throws {CorruptChunkError} It did not come, or is damaged, or chunks form no tree: together they are more than the file. */
  get(ref: ChildRef, depth: number): Chunk {
    const chunk = this.store.findStructural(ref, depth);
    this.byteLength += ref.length;
    if (chunk !== undefined && this.byteLength <= this.store.byteLength) return chunk;
    throw corrupt(ref.offset, "a struct that came when the file was opened", "one that has to be read");
  }
}

/** Reads the structure and makes the root's mirror. */
function* openRoot(parts: FileParts, runner: Runner, scope: Scope): Routine<unknown> {
  const { node, view } = parts;
  const { root } = parts.opening;
  if (node === undefined) return undefined;
  const { content } = contentOf(node);
  yield* reach(scope, [taskOf(root, 0, content)], "structure");
  scope.pin();
  const mirror =
    content.kind === "struct"
      ? makeChunkMirror(runner, scope, content, scope.get(root, 0))
      : makeHandle({ runner, content, ref: root, depth: 0, path: "" });
  return view === undefined ? mirror : yield* view.root(runner, scope, mirror);
}
