/**
 * Storage, the origin private file system: where a path leads, and what names mean. In: a path. Out: handles.
 */
import { InvalidOptionError, type StorageUnavailableError } from "../errors.ts";
import { unavailable } from "./failure.ts";

/** A synchronous file handle, which exists in dedicated workers only. */
export interface SyncAccessHandle {
  read(buffer: Uint8Array, options: { at: number }): number;
  write(buffer: Uint8Array, options: { at: number }): number;
  truncate(byteLength: number): void;
  getSize(): number;
  flush(): void;
  close(): void;
}

/** A file handle with what the types of the platform leave out. */
export interface OpfsFileHandle extends FileSystemFileHandle {
  createSyncAccessHandle?(options?: { mode: "readwrite" | "read-only" }): Promise<SyncAccessHandle>;
  /** Renames in place, over a file that has the name. */
  move?(name: string): Promise<void>;
}

/** Where a file lies. */
export interface OpfsPath {
  readonly directories: readonly string[];
  readonly name: string;
  /** The path in one piece: "worlds/a.par". */
  readonly text: string;
}

/** Names of files that are not complete: of writers at work, and of those that crashed. */
export const TEMPORARY_NAME = /^\..*\.[0-9a-f]{16}\.parcode-tmp$/s;

/** So much of a name stays in its temporary name, for whoever looks. */
const MAX_BASE_CODE_UNITS = 64;

/** A name in the same directory that no other writer has. */
export function temporaryName(base: string): string {
  const random = crypto.getRandomValues(new Uint8Array(8));
  const suffix = Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `.${base.slice(0, MAX_BASE_CODE_UNITS)}.${suffix}.parcode-tmp`;
}

/** The name of the lock that a writer of the file holds. */
export function lockOf(path: string): string {
  return `parcode-web opfs ${path}`;
}

/** The name of the lock that the writer of a temporary file holds while it lives. */
export function lockIn(directories: readonly string[], name: string): string {
  return lockOf([...directories, name].join("/"));
}

/** @throws {InvalidOptionError} The path names no file. */
export function parsePath(path: string): OpfsPath {
  const directories = directoriesOf(path);
  const name = directories.pop();
  if (name === undefined || path.endsWith("/")) throw invalid(path, "a path that ends with a file's name");
  if (TEMPORARY_NAME.test(name)) throw invalid(path, "a name that does not look like a temporary file's");
  return { directories, name, text: [...directories, name].join("/") };
}

/** @throws {InvalidOptionError} A step of the path is "." or "..". */
export function directoriesOf(path: string): string[] {
  if (typeof path !== "string") throw invalid(path, "a string");
  const steps = path.split("/").filter((step) => step !== "");
  if (steps.some((step) => step === "." || step === "..")) throw invalid(path, 'no "." and no ".."');
  return steps;
}

function invalid(path: string, expected: string): InvalidOptionError {
  const actual = JSON.stringify(path);
  return new InvalidOptionError(`A path in OPFS needs ${expected}, and this one is ${actual}.`, {
    option: "path",
    expected,
    actual,
  });
}

/**
 * The directory at the end of the steps.
 * @throws {StorageUnavailableError} No OPFS here. @throws the platform's NotFoundError, where it is not created.
 */
export async function directoryAt(
  name: string,
  steps: readonly string[],
  create: boolean,
): Promise<FileSystemDirectoryHandle> {
  let directory = await rootOf(name);
  for (const step of steps) directory = await directory.getDirectoryHandle(step, { create });
  return directory;
}

async function rootOf(name: string): Promise<FileSystemDirectoryHandle> {
  if (globalThis.navigator?.storage?.getDirectory === undefined) throw noOpfs(name);
  try {
    return await navigator.storage.getDirectory();
  } catch (cause) {
    throw noOpfs(name, cause);
  }
}

function noOpfs(name: string, cause?: unknown): StorageUnavailableError {
  const why =
    cause === undefined
      ? "there is no origin private file system (it needs a browser and https)"
      : `the browser gives no origin private file system: ${String(cause)}`;
  return unavailable(name, why, cause);
}
