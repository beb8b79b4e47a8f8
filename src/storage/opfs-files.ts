/** Storage, the origin private file system as a whole: what is in it, and taking something out. */
import { SourceUnavailableError } from "../errors.ts";
import { busy, kindOf, storageError } from "./failure.ts";
import { tryLock } from "./lock.ts";
import { directoriesOf, directoryAt, lockOf, parsePath, TEMPORARY_NAME } from "./opfs.ts";

/** A file of OPFS. */
export interface OpfsEntry {
  /** As `opfsSource` takes it: "worlds/a.par". */
  readonly path: string;
  readonly byteLength: number;
  /** When it was written, in milliseconds since 1970. */
  readonly lastModified: number;
}

/**
 * The files in a directory of OPFS and below, sorted by path. Files that are being written are not among them.
 * I/O: about half a millisecond for each file.
 * @param directory Default: everything. A directory that does not exist has no files.
 * @throws {StorageUnavailableError} No OPFS here.
 */
export async function listOpfs(directory = ""): Promise<OpfsEntry[]> {
  const steps = directoriesOf(directory);
  const entries: OpfsEntry[] = [];
  try {
    await collect(await directoryAt(directory || "OPFS", steps, false), steps, entries);
  } catch (error) {
    if (kindOf(error) !== "NotFoundError") throw (await storageError(directory, error, 0)) ?? error;
  }
  return entries.sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function collect(
  directory: FileSystemDirectoryHandle,
  steps: readonly string[],
  entries: OpfsEntry[],
): Promise<void> {
  for await (const handle of directory.values()) {
    const inside = [...steps, handle.name];
    if (handle.kind === "directory") await collect(handle, inside, entries);
    else if (!TEMPORARY_NAME.test(handle.name)) {
      // A file may go while the others are being looked at.
      const file = await handle.getFile().catch(() => undefined);
      if (file === undefined) continue;
      entries.push({ path: inside.join("/"), byteLength: file.size, lastModified: file.lastModified });
    }
  }
}

/**
 * Removes the file at `path` from OPFS; its directories stay. Returns whether there was one.
 * @throws {StorageBusyError} It is being written, or open through a sync access handle.
 * @throws {StorageUnavailableError} No OPFS here. @throws {SourceUnavailableError} `path` is a directory.
 */
export async function removeFromOpfs(path: string): Promise<boolean> {
  const { text, directories, name } = parsePath(path);
  const lock = await tryLock(lockOf(text));
  if (lock === undefined) throw busy(text, "a writer is at work on this file");
  try {
    const directory = await directoryAt(text, directories, false);
    await directory.getFileHandle(name);
    await directory.removeEntry(name);
    return true;
  } catch (cause) {
    if (kindOf(cause) === "NotFoundError") return false;
    const error = await storageError(text, cause, 0);
    if (error !== undefined) throw error;
    throw new SourceUnavailableError(`${text}: it cannot be removed: ${String(cause)}.`, { retryable: false, cause });
  } finally {
    await lock.release();
  }
}
