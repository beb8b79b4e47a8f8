/**
 * Storage, IndexedDB: connections that come back when they are lost. In: a database and a store, and work for one
 * transaction. Out: what the work gives.
 *
 * A file is a manifest in one store and its bytes as Blobs, the parts, in another: `[id, index]` → Blob. Parts whose id no
 * manifest names belong to a file that is being written, or to a writer that crashed.
 */
import { type IDBPDatabase, type IDBPObjectStore, openDB } from "idb";
import { InvalidOptionError } from "../errors.ts";
import { busy, kindOf, storageError, unavailable } from "./failure.ts";
import { tryLock } from "./lock.ts";

/** Where files lie in IndexedDB. */
export interface IndexedDbOptions {
  /** Name of the database (default "parcode-web"). It may have other stores as well. */
  readonly database?: string;
  /** Name of the object store of the files' descriptions (default "files"); their bytes lie in NAME.parts. */
  readonly store?: string;
}

/** The same, complete. */
export interface Place {
  readonly database: string;
  readonly files: string;
  readonly parts: string;
}

/** What is known of a complete file. */
export interface Manifest {
  readonly id: string;
  readonly byteLength: number;
  readonly parts: number;
  readonly lastModified: number;
}

type Database = IDBPDatabase;

/** What a transaction is for. */
export interface TransactionOptions {
  readonly mode: "readonly" | "readwrite";
  /** Without the store of manifests: who reads those need not wait for it. */
  readonly onlyParts?: boolean;
  /** "strict": on disk, also after a power cut, when it is done. */
  readonly durability?: "strict" | "relaxed";
}

/** The two stores of a place, in a transaction; one that is for reading refuses to write. */
export interface Stores {
  readonly files: IDBPObjectStore<unknown, string[], string, "readwrite">;
  readonly parts: IDBPObjectStore<unknown, string[], string, "readwrite">;
}

/** Another connection that does not give way, or a deletion that waits for one, holds a database for longer than this. */
const OPEN_MILLISECONDS = 5000;

/** The connection was closed, or the transaction ended, without the work being at fault. */
const LOST = new Set(["InvalidStateError", "AbortError", "UnknownError", "NotFoundError"]);

/** Connections in use, by database. They close when the database is to be deleted or upgraded by somebody else. */
const connections = new Map<string, Promise<Database>>();

export function placeOf(options: IndexedDbOptions = {}): Place {
  const { database = "parcode-web", store = "files" } = options;
  return { database, files: store, parts: `${store}.parts` };
}

/** @throws {InvalidOptionError} The key is no text, or empty. */
export function checkKey(key: string): string {
  if (typeof key === "string" && key !== "") return key;
  throw new InvalidOptionError("A file in IndexedDB needs a key: a text that is not empty.", {
    option: "key",
    expected: "a text that is not empty",
    actual: String(key),
  });
}

/** What to call a file in messages. */
export function nameOf(place: Place, key: string): string {
  return `${key} (IndexedDB ${place.database}/${place.files})`;
}

/** The name of the lock that a writer of the file holds. */
export function lockOfKey(place: Place, key: string): string {
  return `parcode-web indexeddb ${place.database}/${place.files}/${key}`;
}

/** The name of the lock that a writer holds while parts with this id are its own. */
export function lockOfId(place: Place, id: string): string {
  return `parcode-web indexeddb parts ${place.database}/${place.files}/${id}`;
}

/** The keys of all parts of a file; an array sorts behind all numbers. */
export function partsOf(id: string): IDBKeyRange {
  return IDBKeyRange.bound([id], [id, []]);
}

/**
 * Does `work` in a transaction, and again in another one, through a new connection, where the first connection was lost.
 * @throws {StorageUnavailableError} No IndexedDB. @throws {StorageBusyError} The database cannot be opened in time.
 * @throws what `work` throws; nothing is changed then.
 */
export async function inTransaction<Result>(
  place: Place,
  name: string,
  options: TransactionOptions,
  work: (stores: Stores) => Promise<Result>,
): Promise<Result> {
  const first = await connect(place, name);
  try {
    return await runTransaction(first, place, options, work);
  } catch (error) {
    if (!LOST.has(kindOf(error))) throw error;
    drop(place.database, first);
  }
  return runTransaction(await connect(place, name), place, options, work);
}

async function runTransaction<Result>(
  database: Database,
  place: Place,
  { mode, onlyParts = false, durability = "relaxed" }: TransactionOptions,
  work: (stores: Stores) => Promise<Result>,
): Promise<Result> {
  const names = onlyParts ? [place.parts] : [place.files, place.parts];
  const transaction = database.transaction(names, mode, { durability });
  // Its failure is told by the work's own requests, or by waiting for it below.
  transaction.done.catch(ignore);
  const storeOf = (store: string) => transaction.objectStore(store) as Stores["files"];
  const parts = storeOf(place.parts);
  let result: Result;
  try {
    result = await work({ files: onlyParts ? parts : storeOf(place.files), parts });
  } catch (error) {
    if (transaction.error === null) abort(transaction);
    throw error;
  }
  await transaction.done;
  return result;
}

function abort(transaction: { abort(): void }): void {
  try {
    transaction.abort();
  } catch {
    // It has ended already.
  }
}

async function connect(place: Place, name: string): Promise<Database> {
  if (globalThis.indexedDB === undefined) throw unavailable(name, "there is no IndexedDB");
  for (;;) {
    const opened = connections.get(place.database);
    if (opened === undefined) {
      const opening = open(place, name);
      connections.set(place.database, opening);
      opening.catch(() => connections.delete(place.database));
      return opening;
    }
    const database = await opened;
    if (hasStores(database, place)) return database;
    drop(place.database, database);
  }
}

/** Opens the database, and upgrades it where it lacks the stores. */
async function open(place: Place, name: string): Promise<Database> {
  for (let version: number | undefined; ; ) {
    let database: Database;
    try {
      database = await openInTime(place, version, name);
    } catch (error) {
      const kind = kindOf(error);
      // Somebody else has upgraded it in the meantime: what version it has now, opening it tells.
      if (kind === "VersionError" && version !== undefined) {
        version = undefined;
        continue;
      }
      if (kind === "InvalidStateError") throw unavailable(name, "the browser refuses it (InvalidStateError)", error);
      throw (await storageError(name, error, 0)) ?? error;
    }
    if (hasStores(database, place)) return database;
    version = database.version + 1;
    database.close();
  }
}

function openInTime(place: Place, version: number | undefined, name: string): Promise<Database> {
  return new Promise((resolve, reject) => {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      reject(busy(name, `the database ${place.database} is held by another page, and did not open in time`));
    }, OPEN_MILLISECONDS);
    const opening = openDB(place.database, version, {
      upgrade(database) {
        for (const store of [place.files, place.parts])
          if (!database.objectStoreNames.contains(store)) database.createObjectStore(store);
      },
      blocking: () => void opening.then((database) => drop(place.database, database)),
      terminated: () => void opening.then((database) => drop(place.database, database)),
    });
    opening
      .then((database) => (isLate ? database.close() : resolve(database)), reject)
      .finally(() => clearTimeout(timer));
  });
}

/** Closes a connection once its transactions are done; the next use opens another. */
function drop(name: string, database: Database): void {
  database.close();
  const current = connections.get(name);
  void current?.then((found) => {
    if (found === database && connections.get(name) === current) connections.delete(name);
  });
}

function hasStores(database: Database, place: Place): boolean {
  return database.objectStoreNames.contains(place.files) && database.objectStoreNames.contains(place.parts);
}

/** A file in IndexedDB. */
export interface IndexedDbEntry {
  /** As `indexedDbSource` takes it. */
  readonly key: string;
  readonly byteLength: number;
  /** When it was completed, in milliseconds since 1970. */
  readonly lastModified: number;
}

/**
 * The files in a store of IndexedDB, sorted by key. Files that are being written are not among them.
 * @throws {StorageUnavailableError} No IndexedDB here. @throws {StorageBusyError} Another page holds the database.
 */
export async function listIndexedDb(options?: IndexedDbOptions): Promise<IndexedDbEntry[]> {
  const place = placeOf(options);
  const [keys, manifests] = await inTransaction(place, place.database, { mode: "readonly" }, ({ files }) =>
    Promise.all([files.getAllKeys(), files.getAll() as Promise<Manifest[]>]),
  );
  return manifests.map(({ byteLength, lastModified }, index) => ({
    key: String(keys[index]),
    byteLength,
    lastModified,
  }));
}

/**
 * Removes a file from IndexedDB. Returns whether there was one. Who has it open reads on where the browser keeps its Blobs.
 * @throws {StorageBusyError} It is being written, or another page holds the database. @throws {StorageUnavailableError}
 */
export async function removeFromIndexedDb(key: string, options?: IndexedDbOptions): Promise<boolean> {
  const place = placeOf(options);
  const name = nameOf(place, checkKey(key));
  const lock = await tryLock(lockOfKey(place, key));
  if (lock === undefined) throw busy(name, "a writer is at work on this file");
  try {
    return await inTransaction(place, name, { mode: "readwrite" }, async ({ files, parts }) => {
      const manifest: Manifest | undefined = await files.get(key);
      if (manifest === undefined) return false;
      await Promise.all([files.delete(key), parts.delete(partsOf(manifest.id))]);
      return true;
    });
  } finally {
    await lock.release();
  }
}

function ignore(): void {}
