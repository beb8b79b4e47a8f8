/**
 * Step 5 of the way: a file in the browser's origin private file system. In: consecutive pieces. Out: the file, written
 * beside its place and renamed when it is whole, so that a crash at any time leaves what was there before.
 */
import { type OpfsFileHandle, type OpfsPath, parsePath } from "../storage/opfs.ts";
import { BlockSink, type BlockWriter } from "./block-sink.ts";
import { RemoteOpfsWriter } from "./opfs-remote.ts";
import { OpfsWriter } from "./opfs-writer.ts";
import type { Sink } from "./sink.ts";

/** How `opfsSink` writes. */
export interface OpfsSinkOptions {
  /**
   * Starts the worker that writes for a page; it runs `parcode-web/opfs/worker`. Needed where a bundler does not find our
   * own. False: no worker; the page writes through a stream, at a fifth of the speed.
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

/**
 * 1 MiB: a message between threads costs 40 to 100 µs whatever its size, and copying as much less than a millisecond. 256 MB,
 * to the end of publishing, went at 1.1 GB/s from a page (0.24 through a stream) where the bare sync handle, flushed, took 1.4.
 */
const BLOCK_BYTES = 1024 * 1024;

class FileSink extends BlockSink implements OpfsSink {
  readonly #path: OpfsPath;
  readonly #createWorker: OpfsSinkOptions["createWorker"];
  #mode: OpfsSink["mode"];

  constructor(path: OpfsPath, options: OpfsSinkOptions) {
    super(path.text, BLOCK_BYTES);
    this.#path = path;
    this.#createWorker = options.createWorker;
  }

  get mode(): OpfsSink["mode"] {
    return this.#mode;
  }

  protected override async openWriter(): Promise<BlockWriter> {
    const writer = await openWriter(this.#path, this.#createWorker);
    this.#mode = writer.mode;
    return writer;
  }
}

/** Here, where this thread has sync access handles; in a worker, where there is one; here through a stream otherwise. */
async function openWriter(
  path: OpfsPath,
  createWorker: OpfsSinkOptions["createWorker"],
): Promise<OpfsWriter | RemoteOpfsWriter> {
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
