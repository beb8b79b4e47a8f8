/** The files that this page has in the browser's own storage: OPFS and IndexedDB. */

import type { Target } from "./target.ts";

export interface StoredFile {
  readonly place: "opfs" | "indexeddb";
  /** The path in OPFS, or the key in IndexedDB. */
  readonly name: string;
  readonly byteLength: number;
  /** When it was completed, in milliseconds since 1970. */
  readonly lastModified: number;
  readonly target: Extract<Target, { kind: "opfs" | "indexeddb" }>;
}

/** Where the library keeps files in IndexedDB, unless it is told otherwise. */
const DATABASE = "parcode-web";

/** All of them, the newest first. A place that this browser has not is no failure: there are no files in it. */
export async function listStored(): Promise<StoredFile[]> {
  const [inOpfs, inDatabase] = await Promise.all([listInOpfs(), listInDatabase()]);
  return [...inOpfs, ...inDatabase].sort((a, b) => b.lastModified - a.lastModified);
}

async function listInOpfs(): Promise<StoredFile[]> {
  if (!("getDirectory" in (navigator.storage ?? {}))) return [];
  const { listOpfs } = await import("parcode-web/opfs");
  const entries = await listOpfs().catch(noneWhereThereIsNoStorage);
  // The origin may have other pages, whose files are none of ours.
  return entries
    .filter(({ path }) => path.endsWith(".par"))
    .map(({ path, ...rest }) => ({ ...rest, place: "opfs", name: path, target: { kind: "opfs", path } }));
}

async function listInDatabase(): Promise<StoredFile[]> {
  // Asking for a database that is not there would make it.
  const databases = (await globalThis.indexedDB?.databases?.().catch(() => [])) ?? [];
  if (!databases.some(({ name }) => name === DATABASE)) return [];
  const { listIndexedDb } = await import("parcode-web/indexeddb");
  const entries = await listIndexedDb().catch(noneWhereThereIsNoStorage);
  return entries.map(({ key, ...rest }) => ({
    ...rest,
    place: "indexeddb",
    name: key,
    target: { kind: "indexeddb", name: key },
  }));
}

function noneWhereThereIsNoStorage(error: unknown): [] {
  if (error instanceof Error && "code" in error && error.code === "StorageUnavailable") return [];
  throw error;
}

/** Removes one. Returns whether it was there. @throws {StorageBusyError} It is being written, or open elsewhere. */
export async function removeStored({ place, name }: Pick<StoredFile, "place" | "name">): Promise<boolean> {
  if (place === "opfs") return (await import("parcode-web/opfs")).removeFromOpfs(name);
  return (await import("parcode-web/indexeddb")).removeFromIndexedDb(name);
}
