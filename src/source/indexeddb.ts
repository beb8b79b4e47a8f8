/**
 * Step 6 of the way: a file in IndexedDB. In: a range. Out: a fresh buffer with its bytes, out of one Blob that is put together
 * from the file's parts without reading them.
 */
import { SourceUnavailableError } from "../errors.ts";
import { kindOf, storageError } from "../storage/failure.ts";
import {
  checkKey,
  type IndexedDbOptions,
  inTransaction,
  type Manifest,
  nameOf,
  type Place,
  partsOf,
  placeOf,
} from "../storage/indexeddb.ts";
import type { Source } from "./source.ts";
import { type FileVersion, VersionedSource } from "./versioned.ts";

/**
 * A source over the file with this key in IndexedDB.
 *
 * It reads the version that it opened: one that is replaced or removed meanwhile stays readable where the browser keeps
 * its Blobs (Chromium does), and is a {@link SourceChangedError} elsewhere, never a mix.
 * I/O: opening is one transaction and reads no bytes; a read costs 0.3 to 0.7 ms whatever its size.
 * @throws {InvalidOptionError} The key is no text, or empty.
 * @throws {StorageUnavailableError} From the first use on: no IndexedDB here. @throws {StorageBusyError} Another page holds
 * the database. @throws {SourceUnavailableError} There is no such file.
 */
export function indexedDbSource(key: string, options?: IndexedDbOptions): Source {
  const place = placeOf(options);
  const name = nameOf(place, checkKey(key));
  return new VersionedSource(name, () => versionOf(place, key, name));
}

async function versionOf(place: Place, key: string, name: string): Promise<FileVersion> {
  let found: { manifest: Manifest; parts: Blob[] } | undefined;
  try {
    found = await inTransaction(place, name, { mode: "readonly" }, async (stores) => {
      const manifest: Manifest | undefined = await stores.files.get(key);
      return manifest && { manifest, parts: await stores.parts.getAll(partsOf(manifest.id)) };
    });
  } catch (cause) {
    throw (await storageError(name, cause, 0)) ?? unreadable(name, `the database failed (${kindOf(cause)})`, cause);
  }
  if (found === undefined) throw unreadable(name, "there is no such file");
  const { id, byteLength, lastModified } = found.manifest;
  const blob = new Blob(found.parts);
  if (blob.size !== byteLength) throw unreadable(name, `${blob.size} of its ${byteLength} bytes are in the database`);
  return { blob, version: `${byteLength} bytes, written ${new Date(lastModified).toISOString()} (${id})` };
}

function unreadable(name: string, why: string, cause?: unknown): SourceUnavailableError {
  return new SourceUnavailableError(`${name}: the file cannot be read: ${why}.`, {
    retryable: false,
    actual: why,
    cause,
  });
}
