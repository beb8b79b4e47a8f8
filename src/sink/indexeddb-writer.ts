/**
 * Step 5 of the way, in IndexedDB: one file as parts. In: blocks. Out: the file, whose manifest is swapped in one transaction
 * when all parts are there; that of before goes with its parts in the same one.
 */
import { SinkFailedError } from "../errors.ts";
import { busy, storageError } from "../storage/failure.ts";
import {
  inTransaction,
  lockOfId,
  lockOfKey,
  type Manifest,
  nameOf,
  type Place,
  partsOf,
  type Stores,
  type TransactionOptions,
} from "../storage/indexeddb.ts";
import { type HeldLock, hasLocks, tryLock } from "../storage/lock.ts";
import type { Block, BlockWriter } from "./block-sink.ts";

/** After an error only `discard()` is called, which the writer itself has done then. */
export class IndexedDbWriter implements BlockWriter {
  readonly #place: Place;
  readonly #key: string;
  readonly #name: string;
  readonly #id = randomId();
  readonly #locks: HeldLock[] = [];
  /** The put that is under way; it never rejects, and a failure is told by the next call. */
  #pending: Promise<unknown> = Promise.resolve();
  #failure: { readonly cause: unknown } | undefined;
  #parts = 0;
  /** The first part, which may be replaced at the end. Blobs are handles: it takes no memory here. */
  #firstPart: Blob | undefined;
  #byteLength = 0;
  #storedBytes = 0;
  #freedBytes = 0;

  private constructor(place: Place, key: string) {
    this.#place = place;
    this.#key = key;
    this.#name = nameOf(place, key);
  }

  /**
   * Locks the key, and removes what crashed writers have left in the store.
   * @throws {StorageUnavailableError} @throws {StorageBusyError} @throws {QuotaExceededError}
   */
  static async open(place: Place, key: string): Promise<IndexedDbWriter> {
    const writer = new IndexedDbWriter(place, key);
    await writer.#attempt(async () => {
      await writer.#lock(lockOfKey(place, key));
      writer.#freedBytes += await removeLeftovers(place, writer.#name);
      await writer.#lock(lockOfId(place, writer.#id));
    });
    return writer;
  }

  /** Copies the bytes; resolves when those of the call before are stored. */
  async write(block: Block, length: number): Promise<Block> {
    const part = new Blob([block.subarray(0, length)]);
    await this.#settle();
    this.#firstPart ??= part;
    this.#byteLength += part.size;
    this.#put(part, this.#parts++);
    return block;
  }

  async writeFront(bytes: Uint8Array): Promise<void> {
    await this.#settle();
    const first = this.#firstPart;
    if (first === undefined || first.size < bytes.byteLength) {
      throw new SinkFailedError(`${this.#name}: the front of ${bytes.byteLength} bytes is larger than the first part.`);
    }
    this.#put(new Blob([new Uint8Array(bytes), first.slice(bytes.byteLength)]), 0);
    await this.#settle();
  }

  #put(part: Blob, number: number): void {
    this.#pending = this.#inTransaction({ mode: "readwrite", onlyParts: true }, async ({ parts }) => {
      await parts.put(part, [this.#id, number]);
    })
      .then(() => {
        this.#storedBytes += part.size;
      })
      .catch((cause: unknown) => {
        this.#failure ??= { cause };
      });
  }

  async publish(): Promise<void> {
    await this.#settle();
    const manifest: Manifest = {
      id: this.#id,
      byteLength: this.#byteLength,
      parts: this.#parts,
      lastModified: Date.now(),
    };
    await this.#attempt(() =>
      this.#inTransaction({ mode: "readwrite", durability: "strict" }, async ({ files, parts }) => {
        const before: Manifest | undefined = await files.get(this.#key);
        const found = await parts.count(partsOf(this.#id));
        if (found !== this.#parts) throw this.#incomplete(found);
        // The same id: this is the second try of a transaction that had been done when its connection was lost.
        const isNew = before === undefined || before.id === this.#id;
        if (!isNew) await parts.delete(partsOf(before.id));
        await files.put(manifest, this.#key);
      }),
    );
    await this.#release();
  }

  /** Removes what was written. Never throws. */
  async discard(): Promise<void> {
    await this.#pending;
    if (this.#parts > 0) {
      const removing = this.#inTransaction({ mode: "readwrite", onlyParts: true }, async ({ parts }) => {
        await parts.delete(partsOf(this.#id));
      });
      const isRemoved = await removing.then(
        () => true,
        () => false,
      );
      if (isRemoved) this.#freedBytes += this.#storedBytes;
      this.#parts = 0;
    }
    await this.#release();
  }

  /** Waits for the part under way. @throws what storing it, or one before, met. */
  async #settle(): Promise<void> {
    await this.#attempt(async () => {
      await this.#pending;
      if (this.#failure !== undefined) throw this.#failure.cause;
    });
  }

  async #lock(name: string): Promise<void> {
    const lock = await tryLock(name);
    if (lock === undefined) throw busy(this.#name, "another writer is at work on this file");
    this.#locks.push(lock);
  }

  #inTransaction(options: TransactionOptions, work: (stores: Stores) => Promise<void>): Promise<void> {
    return inTransaction(this.#place, this.#name, options, work);
  }

  #incomplete(found: number): SinkFailedError {
    return new SinkFailedError(
      `${this.#name}: ${found} of the file's ${this.#parts} parts are left: the database was deleted, or cleared, while it was written.`,
      { expected: `${this.#parts} parts`, actual: `${found} parts` },
    );
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (cause) {
      await this.discard();
      throw (await storageError(this.#name, cause, this.#freedBytes)) ?? cause;
    }
  }

  async #release(): Promise<void> {
    await Promise.all(this.#locks.splice(0).map((lock) => lock.release()));
  }
}

/** Random, and not `randomUUID`, which only https has. */
function randomId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Removes the parts of writers that are no more. Returns how many bytes that freed. */
async function removeLeftovers(place: Place, name: string): Promise<number> {
  let freedBytes = 0;
  if (!hasLocks()) return freedBytes;
  for (const id of await idsWithoutManifest(place, name)) {
    const lock = await tryLock(lockOfId(place, id));
    if (lock === undefined) continue;
    try {
      freedBytes += await removeUnlessPublished(place, name, id);
    } finally {
      await lock.release();
    }
  }
  return freedBytes;
}

async function idsWithoutManifest(place: Place, name: string): Promise<string[]> {
  return inTransaction(place, name, { mode: "readonly" }, async ({ files, parts }) => {
    const manifests: Manifest[] = await files.getAll();
    const published = new Set(manifests.map(({ id }) => id));
    const ids: string[] = [];
    // One step for each file, not for each part.
    let cursor = await parts.openKeyCursor();
    while (cursor !== null) {
      const [id] = cursor.key as [string];
      if (!published.has(id)) ids.push(id);
      cursor = await cursor.continue([id, []]);
    }
    return ids;
  });
}

/** Its writer may have published it, and died, after it was looked for. */
async function removeUnlessPublished(place: Place, name: string, id: string): Promise<number> {
  return inTransaction(place, name, { mode: "readwrite" }, async ({ files, parts }) => {
    const manifests: Manifest[] = await files.getAll();
    if (manifests.some((manifest) => manifest.id === id)) return 0;
    const blobs: Blob[] = await parts.getAll(partsOf(id));
    await parts.delete(partsOf(id));
    return blobs.reduce((sum, blob) => sum + blob.size, 0);
  });
}
