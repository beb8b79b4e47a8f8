/**
 * Step 5 of the way: a file in the browser's origin private file system. In: consecutive pieces. Out: the file, written
 * beside its place and renamed when it is whole, so that a crash at any time leaves what was there before.
 */
import { ParcodeError } from "../errors.ts";
import { type OpfsFileHandle, type OpfsPath, parsePath } from "../storage/opfs.ts";
import { CallQueue } from "./call-queue.ts";
import { SinkLifecycle } from "./lifecycle.ts";
import { RemoteOpfsWriter } from "./opfs-remote.ts";
import { type Block, type BlockWriter, OpfsWriter } from "./opfs-writer.ts";
import type { Sink } from "./sink.ts";

/** How `opfsSink` writes. */
export interface OpfsSinkOptions {
  /**
   * Starts the worker that writes for a page; it runs `parcode-web/opfs/worker`. Needed where a bundler does not find our
   * own. False: no worker; the page writes through a stream, at about a tenth of the speed.
   */
  readonly createWorker?: (() => Worker | Promise<Worker>) | false;
}

/** A sink into a file of OPFS. */
export interface OpfsSink extends Sink {
  /**
   * Through what the bytes go, once the first are on their way: a sync access handle in a "worker" or in this thread
   * ("sync"), or a "stream", where neither can be had.
   */
  readonly mode: "worker" | "sync" | "stream" | undefined;
}

/**
 * A sink into the file at `path` in OPFS, such as "worlds/a.par"; directories are created.
 *
 * The bytes go to a hidden file in the same directory; `close()` flushes it, compares its length and renames it. What
 * crashed writers have left in the directory is removed by the next writer. Always end with `close()` or `abort()`.
 * Memory: up to four blocks of 1 MiB. CPU on a page: one copy of each byte; the rest is done by a worker.
 * @throws {InvalidOptionError} `path` names no file.
 * @throws {StorageUnavailableError} From `write` and `close`, as all below: no OPFS here.
 * @throws {StorageBusyError} Somebody else writes this file, or holds it open through a sync access handle at the end.
 * @throws {QuotaExceededError} No room; what was written is gone again. @throws {WorkerCrashedError} @throws {SinkFailedError}
 */
export function opfsSink(path: string, options: OpfsSinkOptions = {}): OpfsSink {
  return new FileSink(parsePath(path), options);
}

/** 1 MiB: a message between threads costs 40 to 100 µs whatever its size, and copying as much less than a millisecond. */
const BLOCK_BYTES = 1024 * 1024;

class FileSink implements OpfsSink {
  readonly name: string;
  readonly #path: OpfsPath;
  readonly #createWorker: OpfsSinkOptions["createWorker"];
  readonly #lifecycle: SinkLifecycle;
  readonly #calls = new CallQueue();
  #writer: BlockWriter | undefined;
  #mode: OpfsSink["mode"];
  #block: Block | undefined;
  #filled = 0;

  constructor(path: OpfsPath, options: OpfsSinkOptions) {
    this.name = path.text;
    this.#path = path;
    this.#createWorker = options.createWorker;
    this.#lifecycle = new SinkLifecycle(path.text);
  }

  get mode(): OpfsSink["mode"] {
    return this.#mode;
  }

  write(bytes: Uint8Array): void | Promise<void> {
    this.#lifecycle.checkWritable();
    if (this.#block !== undefined && this.#calls.isIdle && this.#filled + bytes.byteLength < BLOCK_BYTES) {
      this.#keep(bytes);
      return;
    }
    return this.#calls.run(async () => {
      this.#lifecycle.checkWritable();
      await this.#attempt(() => this.#append(bytes));
    });
  }

  async close(): Promise<void> {
    this.#lifecycle.checkWritable();
    await this.#calls.run(async () => {
      this.#lifecycle.checkWritable();
      await this.#attempt(() => this.#complete());
      this.#lifecycle.close();
    });
  }

  async abort(reason?: unknown): Promise<void> {
    if (this.#lifecycle.abort(reason)) await this.#calls.run(() => this.#discard());
  }

  async #append(bytes: Uint8Array): Promise<void> {
    const writer = await this.#open();
    for (let rest = bytes; rest.byteLength > 0; ) {
      rest = rest.subarray(this.#keep(rest));
      if (this.#filled === BLOCK_BYTES) await this.#flush(writer);
    }
  }

  /** Copies what fits into the block. Returns how much. */
  #keep(bytes: Uint8Array): number {
    this.#block ??= new Uint8Array(BLOCK_BYTES);
    const piece = bytes.subarray(0, BLOCK_BYTES - this.#filled);
    this.#block.set(piece, this.#filled);
    this.#filled += piece.byteLength;
    return piece.byteLength;
  }

  async #flush(writer: BlockWriter): Promise<void> {
    const block = this.#block;
    if (block === undefined || this.#filled === 0) return;
    const length = this.#filled;
    this.#block = undefined;
    this.#filled = 0;
    this.#block = await writer.write(block, length);
  }

  async #open(): Promise<BlockWriter> {
    this.#writer ??= await openWriter(this.#path, this.#createWorker);
    this.#mode = this.#writer.mode;
    return this.#writer;
  }

  async #complete(): Promise<void> {
    const writer = await this.#open();
    await this.#flush(writer);
    this.#lifecycle.checkWritable(); // The last moment at which an abort counts.
    await writer.publish();
    this.#writer = undefined;
    this.#block = undefined;
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (cause) {
      await this.#discard();
      this.#lifecycle.checkWritable(); // Aborted while it worked: that is what to say then.
      if (cause instanceof ParcodeError) throw this.#lifecycle.failAs(cause);
      throw this.#lifecycle.fail(`the file could not be written: ${String(cause)}.`, cause);
    }
  }

  async #discard(): Promise<void> {
    const writer = this.#writer;
    this.#writer = undefined;
    this.#block = undefined;
    this.#filled = 0;
    await writer?.discard();
  }
}

/** Here, where this thread has sync access handles; in a worker, where there is one; here through a stream otherwise. */
async function openWriter(path: OpfsPath, createWorker: OpfsSinkOptions["createWorker"]): Promise<BlockWriter> {
  const isPossible = typeof FileSystemFileHandle === "function";
  const hasSyncHandles =
    isPossible && (FileSystemFileHandle.prototype as OpfsFileHandle).createSyncAccessHandle !== undefined;
  const mayUseWorker =
    isPossible && createWorker !== false && (createWorker !== undefined || typeof Worker === "function");
  if (!hasSyncHandles && mayUseWorker) {
    const writer = await RemoteOpfsWriter.open(path, createWorker || undefined);
    if (writer !== undefined) return writer;
  }
  return OpfsWriter.open(path);
}
