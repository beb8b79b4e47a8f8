/** Files in OPFS for tests: each test file works in a directory of its own. */

import { isParcodeError } from "../../src/errors.ts";
import { openSync, serializeSync, struct, u32 } from "../../src/index.ts";
import { listOpfs, opfsSink, opfsSource } from "../../src/opfs.ts";

export const Small = struct({ version: u32 });

/** A complete file, to be found again by its version. */
export function fileOf(version: number): Uint8Array<ArrayBuffer> {
  return serializeSync(Small, { version });
}

export function versionOf(bytes: Uint8Array): number {
  return openSync(bytes, Small).root.version;
}

export async function write(path: string, bytes: Uint8Array): Promise<void> {
  const sink = opfsSink(path);
  await sink.write(bytes);
  await sink.close();
}

/** The bytes under a path, or `undefined` where there is no file. */
export async function bytesAt(path: string): Promise<Uint8Array | undefined> {
  const source = opfsSource(path);
  try {
    const end = await source.size();
    return end === 0 ? new Uint8Array(0) : await source.read({ start: 0, end });
  } catch (error) {
    if (isParcodeError(error, "SourceUnavailable")) return undefined;
    throw error;
  } finally {
    await source.close?.();
  }
}

/** All names in a directory, also of what is not complete. */
export async function namesIn(directory: string): Promise<string[]> {
  const root = await navigator.storage.getDirectory();
  const names: string[] = [];
  for await (const name of (await root.getDirectoryHandle(directory)).keys()) names.push(name);
  return names.sort();
}

export async function emptyDirectory(directory: string): Promise<void> {
  const root = await navigator.storage.getDirectory();
  await root.removeEntry(directory, { recursive: true }).catch(() => undefined);
  await root.getDirectoryHandle(directory, { create: true });
}

export async function pathsIn(directory: string): Promise<string[]> {
  return (await listOpfs(directory)).map(({ path }) => path);
}
