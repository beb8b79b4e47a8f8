/** IndexedDB: the contracts of sink and source, and what happens when something goes wrong: the old file stays readable. */
import { deleteDB, openDB } from "idb";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { cdp } from "vitest/browser";
import { isParcodeError, open, save, str, struct, vec } from "../../src/index.ts";
import { indexedDbSink, indexedDbSource, listIndexedDb, removeFromIndexedDb } from "../../src/indexeddb.ts";
import { describeSink } from "../sink/conformance.ts";
import { describeSource } from "../source/conformance.ts";
import { firstDifference, patternBytes } from "../support/bytes.ts";
import { rejectionOf, thrownBy } from "../support/rejection.ts";
import { startIndexedDbActor } from "./actor.ts";
import { fileOf, versionOf } from "./opfs-support.ts";

const database = "indexeddb-test";
const place = { database };
const KEY = "world";
const LARGE = 5_000_000;
let count = 0;

beforeEach(() => deleteDB(database));
afterAll(() => deleteDB(database));

async function write(key: string, bytes: Uint8Array, options = place): Promise<void> {
  const sink = indexedDbSink(key, options);
  await sink.write(bytes);
  await sink.close();
}

async function bytesAt(key: string, options = place): Promise<Uint8Array | undefined> {
  const source = indexedDbSource(key, options);
  try {
    const end = await source.size();
    return end === 0 ? new Uint8Array(0) : await source.read({ start: 0, end });
  } catch (error) {
    if (isParcodeError(error, "SourceUnavailable")) return undefined;
    throw error;
  }
}

async function expectVersion(version: number): Promise<void> {
  expect(versionOf((await bytesAt(KEY))!)).toBe(version);
}

/** Ids of all parts, of complete files and of others. */
async function ids(): Promise<number> {
  const connection = await openDB(database);
  const keys = (await connection.getAllKeys("files.parts")) as [string, number][];
  connection.close();
  return new Set(keys.map(([id]) => id)).size;
}

async function retried(work: () => Promise<void>): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (!isParcodeError(error, "StorageBusy") || tries === 20) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

describeSink("indexedDbSink", () => {
  const key = `file ${count++}`;
  return { sink: indexedDbSink(key, place), result: () => bytesAt(key) };
});

describeSource("indexedDbSource", async (bytes) => {
  await write(KEY, bytes);
  return { source: indexedDbSource(KEY, place) };
});

describe("a file in IndexedDB", () => {
  const List = struct({ lines: vec(str) });
  const value = { lines: Array.from({ length: 1000 }, (_, i) => `line ${i}`) };

  test("is saved and opened by its key, and replaced as a whole", async () => {
    await write(KEY, patternBytes(LARGE));
    const { byteLength } = await save(indexedDbSink(KEY, place), List, value);
    await using file = await open(indexedDbSource(KEY, place), List);
    expect(await file.load()).toEqual(value);
    await write("another", new Uint8Array(0));
    const lastModified = expect.any(Number);
    expect(await listIndexedDb(place)).toEqual([
      { key: "another", byteLength: 0, lastModified },
      { key: KEY, byteLength, lastModified },
    ]);
    expect(await ids()).toBe(1);
  });

  test("can be removed, once", async () => {
    await write(KEY, fileOf(1));
    expect(await removeFromIndexedDb(KEY, place)).toBe(true);
    expect(await removeFromIndexedDb(KEY, place)).toBe(false);
    expect(await listIndexedDb(place)).toEqual([]);
    expect(await ids()).toBe(0);
    const error = await rejectionOf(indexedDbSource(KEY, place).size());
    expect(isParcodeError(error, "SourceUnavailable"), String(error)).toBe(true);
  });

  test("may lie in any store, of a database that has others", async () => {
    const other = await openDB(database, 3, { upgrade: (opened) => void opened.createObjectStore("theirs") });
    await other.put("theirs", "kept", 1);
    other.close();
    await write(KEY, fileOf(1), { ...place, store: "mine" } as typeof place);
    await write(KEY, fileOf(2));
    expect(versionOf((await bytesAt(KEY, { ...place, store: "mine" } as typeof place))!)).toBe(1);
    await expectVersion(2);
    const again = await openDB(database);
    expect(await again.get("theirs", 1)).toBe("kept");
    again.close();
  });

  test("must have a key", () => {
    for (const key of ["", undefined, 5])
      for (const use of [indexedDbSink, indexedDbSource])
        expect(
          isParcodeError(
            thrownBy(() => use(key as string)),
            "InvalidOption",
          ),
        ).toBe(true);
  });

  test("is not to be had where there is no IndexedDB", async () => {
    const { indexedDB } = globalThis;
    Object.defineProperty(globalThis, "indexedDB", { value: undefined, configurable: true });
    try {
      const options = { database: "not opened yet" };
      for (const failing of [
        () => indexedDbSource(KEY, options).size(),
        () => indexedDbSink(KEY, options).write(fileOf(1)),
        () => listIndexedDb(options),
        () => removeFromIndexedDb(KEY, options),
      ]) {
        const error = await rejectionOf(failing());
        expect(isParcodeError(error, "StorageUnavailable"), String(error)).toBe(true);
      }
    } finally {
      Object.defineProperty(globalThis, "indexedDB", { value: indexedDB, configurable: true });
    }
  });
});

describe("when something goes wrong", () => {
  beforeEach(() => write(KEY, fileOf(1)));

  test("a writer killed in the middle leaves the old file, and the next one cleans up behind it", async () => {
    const actor = await startIndexedDbActor();
    await actor.api.begin(KEY, LARGE, database);
    await actor.api.begin("other", LARGE, database);
    await expectVersion(1);
    // Not the parts of a writer that lives:
    await write("third", fileOf(3));
    expect(await ids()).toBe(4);
    actor.kill();
    await expectVersion(1);
    await retried(() => write(KEY, fileOf(2)));
    await retried(() => write("other", fileOf(2)));
    await expectVersion(2);
    expect(await ids()).toBe(3);
  });

  test("a second writer is refused while the first is at work, in the same page and from another thread", async () => {
    await using actor = await startIndexedDbActor();
    const first = indexedDbSink(KEY, place);
    await first.write(fileOf(2));
    const second = indexedDbSink(KEY, place);
    const error = await rejectionOf(second.write(fileOf(3)));
    expect(isParcodeError(error, "StorageBusy"), String(error)).toBe(true);
    await expect(actor.api.write(KEY, fileOf(3), database)).rejects.toThrow("another writer");
    expect(isParcodeError(await rejectionOf(removeFromIndexedDb(KEY, place)), "StorageBusy")).toBe(true);
    await expectVersion(1);
    await first.close();
    await expectVersion(2);
    await actor.api.write(KEY, fileOf(3), database);
    await expectVersion(3);
  });

  test("who has a file open that is replaced or removed reads on in it, or is told", async () => {
    const [old, now] = [patternBytes(LARGE), patternBytes(LARGE, 2)];
    await write(KEY, old);
    const source = indexedDbSource(KEY, place);
    await source.size();
    const readOld = async (start: number): Promise<void> => {
      const bytes = await source.read({ start, end: start + 10_000 }).catch((error: unknown) => error);
      if (bytes instanceof Uint8Array) expect(bytes).toEqual(old.subarray(start, start + 10_000));
      else expect(isParcodeError(bytes, "SourceChanged"), String(bytes)).toBe(true);
    };
    await write(KEY, now);
    expect(firstDifference((await bytesAt(KEY))!, now)).toBeUndefined();
    await readOld(2_090_000);
    await removeFromIndexedDb(KEY, place);
    await readOld(4_000_000);
  });

  test("a Blob that died is fetched again, and a file that is another then is a changed source", async () => {
    const { slice } = Blob.prototype;
    let dead = 1;
    Blob.prototype.slice = function (...range) {
      if (dead-- <= 0) return slice.apply(this, range);
      return { arrayBuffer: () => Promise.reject(new DOMException("gone", "NotReadableError")) } as Blob;
    };
    try {
      const source = indexedDbSource(KEY, place);
      expect(await source.read({ start: 0, end: 4 })).toEqual(fileOf(1).subarray(0, 4));
      await write(KEY, fileOf(2));
      dead = 1;
      for (let i = 0; i < 2; i++)
        expect(isParcodeError(await rejectionOf(source.read({ start: 0, end: 4 })), "SourceChanged")).toBe(true);
    } finally {
      Blob.prototype.slice = slice;
    }
  });

  test("connections give way to an upgrade and are opened again, in the middle of a write too", async () => {
    const sink = indexedDbSink(KEY, place);
    const bytes = patternBytes(LARGE);
    await sink.write(bytes.subarray(0, 3_000_000));
    const found = await openDB(database);
    const { version } = found;
    found.close();
    const theirs = await openDB(database, version + 1, {
      upgrade: (opened) => void opened.createObjectStore("theirs"),
    });
    theirs.close();
    await sink.write(bytes.subarray(3_000_000));
    await sink.close();
    expect(firstDifference((await bytesAt(KEY))!, bytes)).toBeUndefined();
  });

  test("a database deleted in the middle of a write is a failed write, and the next one works", async () => {
    const sink = indexedDbSink(KEY, place);
    await sink.write(patternBytes(LARGE));
    await deleteDB(database);
    const error = await rejectionOf(sink.close());
    expect(isParcodeError(error, "SinkFailed"), String(error)).toBe(true);
    expect(error.message).toContain("deleted");
    await sink.abort(error);
    await write(KEY, fileOf(2));
    await expectVersion(2);
    expect(await ids()).toBe(1);
  });

  test("a connection that the browser ends is opened again", async () => {
    const session = cdp() as unknown as { send(method: string, parameters: object): Promise<unknown> };
    const sink = indexedDbSink(KEY, place);
    await sink.write(patternBytes(LARGE));
    const source = indexedDbSource(KEY, place);
    await source.size();
    await session.send("Storage.clearDataForOrigin", { origin: location.origin, storageTypes: "indexeddb" });
    const error = await rejectionOf(sink.close());
    expect(isParcodeError(error, "SinkFailed"), String(error)).toBe(true);
    const read = await source.read({ start: 0, end: 4 }).catch((failure: unknown) => failure);
    if (read instanceof Uint8Array) expect(read).toEqual(fileOf(1).subarray(0, 4));
    else
      expect(isParcodeError(read, "SourceChanged") || isParcodeError(read, "SourceUnavailable"), String(read)).toBe(
        true,
      );
    await write(KEY, fileOf(2));
    await expectVersion(2);
  });

  test("a database that another page holds back is busy, after some seconds", { timeout: 20_000 }, async () => {
    // It ignores that somebody wants to upgrade.
    const rude = await openDB(database);
    const options = { ...place, store: "needs an upgrade" } as typeof place;
    const error = await rejectionOf(write(KEY, fileOf(2), options));
    expect(isParcodeError(error, "StorageBusy"), String(error)).toBe(true);
    expect(error.retryable).toBe(true);
    rude.close();
    await write(KEY, fileOf(2), options);
    expect(versionOf((await bytesAt(KEY, options))!)).toBe(2);
    await expectVersion(1);
  });

  test("a used-up quota is told, and what was written is given back", async () => {
    const session = cdp() as unknown as { send(method: string, parameters: object): Promise<unknown> };
    const { origin } = location;
    const before = (await navigator.storage.estimate()).usage ?? 0;
    await session.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: before + 12 * 1024 * 1024 });
    // The browser remembers for some seconds how much room there was for databases that are open.
    await session.send("Storage.clearDataForOrigin", { origin, storageTypes: "indexeddb" });
    await write(KEY, fileOf(1));
    try {
      const sink = indexedDbSink(KEY, place);
      const failing = async () => {
        // What earlier tests have deleted may still be counted, and be given free only now.
        for (let i = 0; i < 400; i++) await sink.write(new Uint8Array(1_000_000));
        await sink.close();
      };
      const error = await rejectionOf(failing());
      expect(isParcodeError(error, "QuotaExceeded"), String(error)).toBe(true);
      expect(error.freedBytes).toBeGreaterThan(1_000_000);
      await sink.abort(error);
      await expectVersion(1);
      expect(await ids()).toBe(1);
    } finally {
      await session.send("Storage.overrideQuotaForOrigin", { origin });
    }
    await write(KEY, fileOf(2));
    await expectVersion(2);
  });
});
