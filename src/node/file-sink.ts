/**
 * Step 5 of the way, in Node: a file on disk. In: consecutive pieces. Out: the file, written beside its place and renamed
 * when it is whole, so that a crash at any time leaves what was there before.
 */
import { type FileHandle, open, realpath, rename, stat, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { CallQueue } from "../sink/call-queue.ts";
import { SinkLifecycle } from "../sink/lifecycle.ts";
import type { Sink } from "../sink/sink.ts";

/**
 * A sink into the file at `path`, whose directory must exist.
 *
 * The bytes go to a hidden file in the same directory (see {@link TEMPORARY_FILE_NAME}); `close()` forces them to disk and
 * renames it, keeping the permissions of a file that was there. A symbolic link stays, and its target is replaced.
 * Readers that have the old file open keep reading the old one. Always end with `close()` or `abort()`.
 * @throws {SinkFailedError} From `write` and `close`: disk full, no such directory, no permission. The hidden file is gone then.
 */
export function fileSink(path: string | URL): Sink {
  return new NodeFileSink(path instanceof URL ? fileURLToPath(path) : path);
}

/** Names of the files that writers which crashed have left behind; they can be deleted when no writer runs. */
export const TEMPORARY_FILE_NAME = /^\..*\.[0-9a-f]{16}\.parcode-tmp$/s;

/** 256 KiB. A write costs 20 to 50 µs of system call and thread change whatever its size; a copy into a block, next to nothing. */
const BLOCK_BYTES = 256 * 1024;

/** Below the 2^31 - 1 bytes that one system call can take. */
const MAX_CALL_BYTES = 1024 * 1024 * 1024;

/** Of a name of up to 255 bytes, so many code units (up to three bytes each) that the rest of the temporary name fits. */
const MAX_BASE_CODE_UNITS = 64;

interface OpenFile {
  readonly handle: FileHandle;
  readonly temporaryPath: string;
  readonly finalPath: string;
}

class NodeFileSink implements Sink {
  readonly name: string;
  readonly #lifecycle: SinkLifecycle;
  #file: OpenFile | undefined;
  #block: Uint8Array | undefined;
  #filled = 0;
  readonly #calls = new CallQueue();

  constructor(path: string) {
    this.name = path;
    this.#lifecycle = new SinkLifecycle(path);
  }

  write(bytes: Uint8Array): void | Promise<void> {
    this.#lifecycle.checkWritable();
    if (this.#file !== undefined && this.#calls.isIdle && this.#keep(bytes)) return;
    return this.#calls.run(async () => {
      this.#lifecycle.checkWritable();
      await this.#attempt(() => this.#append(bytes));
    });
  }

  async writeFront(bytes: Uint8Array): Promise<void> {
    this.#lifecycle.checkWritable();
    await this.#calls.run(async () => {
      this.#lifecycle.checkWritable();
      await this.#attempt(async () => {
        const { handle } = await this.#open();
        await this.#flush(handle);
        await writeAll(handle, bytes, 0);
      });
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

  /** Copies `bytes` into the block if they fit. */
  #keep(bytes: Uint8Array): boolean {
    if (this.#filled + bytes.byteLength > BLOCK_BYTES) return false;
    this.#block ??= new Uint8Array(BLOCK_BYTES);
    this.#block.set(bytes, this.#filled);
    this.#filled += bytes.byteLength;
    return true;
  }

  async #append(bytes: Uint8Array): Promise<void> {
    const file = await this.#open();
    if (this.#keep(bytes)) return;
    await this.#flush(file.handle);
    if (bytes.byteLength > BLOCK_BYTES) await writeAll(file.handle, bytes);
    else this.#keep(bytes);
  }

  async #flush(handle: FileHandle): Promise<void> {
    if (this.#block !== undefined && this.#filled > 0) await writeAll(handle, this.#block.subarray(0, this.#filled));
    this.#filled = 0;
  }

  async #open(): Promise<OpenFile> {
    if (this.#file !== undefined) return this.#file;
    // Through a link, so that the link stays and the rename does not leave the file system of its target.
    const finalPath = await realpath(this.name).catch(() => this.name);
    const existing = await stat(finalPath).catch(() => undefined);
    if (existing !== undefined && !existing.isFile()) throw new Error("its path is taken by something that is no file");
    const temporaryPath = join(dirname(finalPath), temporaryName(basename(finalPath)));
    const handle = await open(temporaryPath, "wx");
    this.#file = { handle, temporaryPath, finalPath };
    if (existing !== undefined) await handle.chmod(existing.mode & 0o7777);
    return this.#file;
  }

  async #complete(): Promise<void> {
    const { handle, temporaryPath, finalPath } = await this.#open();
    await this.#flush(handle);
    await handle.sync();
    await handle.close();
    this.#lifecycle.checkWritable(); // The last moment at which an abort counts.
    await rename(temporaryPath, finalPath);
    this.#file = undefined;
    this.#block = undefined;
    await syncDirectory(dirname(finalPath));
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (cause) {
      await this.#discard();
      this.#lifecycle.checkWritable(); // Aborted while it worked: that is what to say then.
      throw this.#lifecycle.fail(`the file could not be written: ${reasonOf(cause, this.name)}.`, cause);
    }
  }

  /** Removes what was written. Never rejects: what cannot be removed is recognisable by its name. */
  async #discard(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    this.#block = undefined;
    if (file === undefined) return;
    await file.handle.close().catch(ignore);
    await unlink(file.temporaryPath).catch(ignore);
  }
}

/** A name in the same directory that no other writer has. */
function temporaryName(base: string): string {
  // Not from node:crypto: to import that takes longer than to open a file, and readers import this module, too.
  const random = Buffer.from(crypto.getRandomValues(new Uint8Array(8))).toString("hex");
  return `.${base.slice(0, MAX_BASE_CODE_UNITS)}.${random}.parcode-tmp`;
}

/** @param position Byte of the file; default: behind what was written last. */
async function writeAll(handle: FileHandle, bytes: Uint8Array, position?: number): Promise<void> {
  for (let done = 0; done < bytes.byteLength; ) {
    const at = position === undefined ? null : position + done;
    const { bytesWritten } = await handle.write(bytes, done, Math.min(MAX_CALL_BYTES, bytes.byteLength - done), at);
    if (bytesWritten === 0) throw new Error("the system took no bytes");
    done += bytesWritten;
  }
}

/** Makes the rename itself survive a power cut, where the platform can; the file is complete and in place without it. */
async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, "r").catch(ignore);
  await handle?.sync().catch(ignore);
  await handle?.close().catch(ignore);
}

function reasonOf(cause: unknown, path: string): string {
  if (!(cause instanceof Error)) return String(cause);
  const code = "code" in cause ? String(cause.code) : "";
  const reason = REASONS.get(code);
  if (code === "ENOENT") return `its directory ${dirname(path)} does not exist (${code})`;
  return reason === undefined ? cause.message : `${reason} (${code})`;
}

const REASONS = new Map([
  ["ENOSPC", "the disk is full"],
  ["EDQUOT", "the quota is used up"],
  ["EFBIG", "the file system or a limit allows no file that large"],
  ["EACCES", "writing into its directory is not permitted"],
  ["EPERM", "writing into its directory is not permitted"],
  ["EROFS", "the file system is read-only"],
  ["ENOTDIR", "a part of its path is no directory"],
]);

function ignore(): void {}
