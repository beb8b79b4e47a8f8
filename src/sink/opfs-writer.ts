/**
 * Step 5 of the way, in OPFS: one file written in the calling thread. In: blocks. Out: the file, written under a temporary
 * name, checked, and renamed when it is whole.
 */
import { SinkFailedError } from "../errors.ts";
import { busy, kindOf, outOfSpace, storageError, unavailable } from "../storage/failure.ts";
import { type HeldLock, hasLocks, tryLock } from "../storage/lock.ts";
import {
  directoryAt,
  lockIn,
  lockOf,
  type OpfsFileHandle,
  type OpfsPath,
  type SyncAccessHandle,
  TEMPORARY_NAME,
  temporaryName,
} from "../storage/opfs.ts";
import type { Block, BlockWriter } from "./block-sink.ts";

/** A reader that holds a sync access handle keeps the file from being replaced; most are done by then. */
const PUBLISH_TRIES_MILLISECONDS = [0, 50, 200, 750];

/** A stream that was aborted keeps its file locked for some milliseconds. */
const REMOVE_TRIES_MILLISECONDS = [0, 10, 50, 250];

/** What a writer puts bytes into. */
interface Target {
  readonly mode: "sync" | "stream";
  write(bytes: Block, at: number): void | Promise<void>;
  close(): Promise<void>;
  abort(): Promise<void>;
}

/** Writes a file in this thread: through a sync access handle where there is one (dedicated workers), else a stream. */
export class OpfsWriter implements BlockWriter {
  readonly temporaryName: string;
  readonly #path: OpfsPath;
  readonly #locks: HeldLock[] = [];
  #directory: FileSystemDirectoryHandle | undefined;
  #handle: OpfsFileHandle | undefined;
  #target: Target | undefined;
  #byteLength = 0;
  #freedBytes = 0;

  private constructor(path: OpfsPath) {
    this.#path = path;
    this.temporaryName = temporaryName(path.name);
  }

  /**
   * Opens a temporary file beside the path, and removes what crashed writers have left there.
   * @throws {StorageUnavailableError} No OPFS. @throws {StorageBusyError} Somebody writes this file. @throws {QuotaExceededError}
   */
  static async open(path: OpfsPath): Promise<OpfsWriter> {
    const writer = new OpfsWriter(path);
    await writer.#attempt(() => writer.#open());
    return writer;
  }

  get mode(): "sync" | "stream" {
    return this.#target?.mode ?? "stream";
  }

  async write(block: Block, length: number): Promise<Block> {
    await this.#attempt(async () => {
      await this.#target?.write(block.subarray(0, length), this.#byteLength);
      this.#byteLength += length;
    });
    return block;
  }

  async writeFront(bytes: Uint8Array): Promise<void> {
    await this.#attempt(async () => {
      await this.#target?.write(new Uint8Array(bytes), 0);
    });
  }

  async publish(): Promise<void> {
    await this.#attempt(async () => {
      await this.#target?.close();
      this.#target = undefined;
      await this.#verify();
      await this.#rename();
      this.#handle = undefined;
    });
    await this.#release();
  }

  async discard(): Promise<void> {
    await this.#target?.abort().catch(ignore);
    this.#target = undefined;
    if (this.#handle !== undefined) {
      const remove = async (): Promise<void> => await this.#directory?.removeEntry(this.temporaryName);
      const isRemoved = await untilUnlocked(REMOVE_TRIES_MILLISECONDS, remove).then(() => true, ignore);
      if (isRemoved === true) this.#freedBytes += this.#byteLength;
    }
    this.#handle = undefined;
    await this.#release();
  }

  async #open(): Promise<void> {
    const { text, directories, name } = this.#path;
    await this.#lock(lockOf(text), "another writer is at work on this file");
    this.#directory = await directoryAt(text, directories, true);
    await this.#directory.getFileHandle(name).catch((error: unknown) => {
      if (kindOf(error) !== "NotFoundError") throw error;
    });
    this.#freedBytes += await removeLeftovers(this.#directory, directories);
    await this.#lock(lockIn(directories, this.temporaryName), "another writer has the same temporary name");
    this.#handle = await this.#directory.getFileHandle(this.temporaryName, { create: true });
    this.#target = await openTarget(this.#handle, text);
  }

  async #lock(name: string, why: string): Promise<void> {
    const lock = await tryLock(name);
    if (lock === undefined) throw busy(this.#path.text, why);
    this.#locks.push(lock);
  }

  /** The file must have the length that was written: a file system that lost bytes is found out before they count. */
  async #verify(): Promise<void> {
    const size = (await this.#handle?.getFile())?.size;
    if (size === this.#byteLength) return;
    throw new SinkFailedError(`${this.#path.text}: ${this.#byteLength} bytes were written, but the file has ${size}.`, {
      expected: `${this.#byteLength} bytes`,
      actual: `${size} bytes`,
    });
  }

  async #rename(): Promise<void> {
    const handle = this.#handle;
    if (handle === undefined) return;
    await untilUnlocked(PUBLISH_TRIES_MILLISECONDS, () =>
      handle.move === undefined ? this.#copyIntoPlace(handle) : handle.move(this.#path.name),
    );
  }

  /** Without a rename: a stream into the file shows its bytes all at once when it is closed. */
  async #copyIntoPlace(handle: FileSystemFileHandle): Promise<void> {
    const file = await handle.getFile();
    const place = await this.#directory?.getFileHandle(this.#path.name, { create: true });
    if (place !== undefined) await file.stream().pipeTo(await place.createWritable());
    await this.#directory?.removeEntry(this.temporaryName);
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (cause) {
      await this.discard();
      throw (await storageError(this.#path.text, cause, this.#freedBytes)) ?? cause;
    }
  }

  async #release(): Promise<void> {
    await Promise.all(this.#locks.splice(0).map((lock) => lock.release()));
  }
}

/** Does `work`, again after so many milliseconds each where something still has the file open. */
async function untilUnlocked(pauses: readonly number[], work: () => Promise<void>): Promise<void> {
  let failure: unknown;
  for (const milliseconds of pauses) {
    if (milliseconds > 0) await new Promise((resolve) => setTimeout(resolve, milliseconds));
    try {
      return await work();
    } catch (error) {
      failure = error;
      if (kindOf(error) !== "NoModificationAllowedError") break;
    }
  }
  throw failure;
}

/** Removes the files of writers that are no more. Returns how many bytes that freed. */
async function removeLeftovers(directory: FileSystemDirectoryHandle, steps: readonly string[]): Promise<number> {
  let freedBytes = 0;
  if (!hasLocks()) return freedBytes;
  const names: string[] = [];
  for await (const name of directory.keys()) if (TEMPORARY_NAME.test(name)) names.push(name);
  for (const name of names) {
    const lock = await tryLock(lockIn(steps, name));
    if (lock === undefined) continue;
    try {
      const { size } = await (await directory.getFileHandle(name)).getFile();
      await directory.removeEntry(name);
      freedBytes += size;
    } catch {
      // Another writer has removed it in the meantime, or it cannot be removed now: the next writer will see.
    }
    await lock.release();
  }
  return freedBytes;
}

async function openTarget(handle: OpfsFileHandle, name: string): Promise<Target> {
  const hasStreams = "createWritable" in handle;
  if (handle.createSyncAccessHandle !== undefined) {
    try {
      return syncTarget(await handle.createSyncAccessHandle());
    } catch (error) {
      // There are engines that have the function, and refuse to do it.
      if (!hasStreams || kindOf(error) !== "NotSupportedError") throw error;
    }
  }
  if (!hasStreams) throw unavailable(name, "this browser writes files in workers only, and none could be started");
  const stream = await handle.createWritable();
  return {
    mode: "stream",
    write: (data, position) => stream.write({ type: "write", position, data }),
    close: () => stream.close(),
    abort: () => stream.abort(),
  };
}

function syncTarget(handle: SyncAccessHandle): Target {
  return {
    mode: "sync",
    write(bytes, at) {
      for (let done = 0; done < bytes.length; ) {
        const count = handle.write(done === 0 ? bytes : bytes.subarray(done), { at: at + done });
        // Chromium returns a negative error code as a large number where the quota is used up, and throws nothing.
        if (!(count > 0 && count <= bytes.length - done)) throw outOfSpace();
        done += count;
      }
    },
    close: async () => {
      handle.flush();
      handle.close();
    },
    abort: async () => handle.close(),
  };
}

function ignore(): void {}
