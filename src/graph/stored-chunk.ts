/** Step 3: a chunk in its stored form, and how long it is. */

import { frameTailBytes, writeFrameTail } from "../format/chunk.ts";
import { appendExtension, type ExtensionRecord } from "../format/extension.ts";
import type { Place } from "./assemble.ts";

/** A chunk in its stored form, on its way into a block. */
export interface StoredChunk {
  /** The first of the stored bytes, where they lie elsewhere. */
  readonly head: Uint8Array;
  readonly stored: Uint8Array;
  /** Its extension block, where that is not in `stored`; else nothing. */
  readonly extension: Uint8Array;
  readonly codecId: number;
  readonly children: readonly Place[];
  readonly extended: boolean;
}

/** Bytes of a chunk in the file. */
export function chunkLength({ head, stored, extension, children }: StoredChunk): number {
  return head.length + stored.length + extension.length + frameTailBytes(children.length);
}

/** Writes a chunk to `at` of a block; returns where it ends. */
export function putChunk(chunk: StoredChunk, block: Uint8Array, at: number): number {
  const { head, stored, extension } = chunk;
  const storedAt = at + head.length;
  const extensionAt = storedAt + stored.length;
  block.set(head, at);
  block.set(stored, storedAt);
  block.set(extension, extensionAt);
  return writeFrameTail(block, extensionAt + extension.length, chunk);
}

/** A payload with records behind it. */
export function withRecords(payload: Uint8Array, records: readonly ExtensionRecord[]): Uint8Array {
  return records.length === 0 ? payload : appendExtension(payload, inOrder(records));
}

/** Records as they are stored. */
export function inOrder(records: readonly ExtensionRecord[]): readonly ExtensionRecord[] {
  return [...records].sort((a, b) => a.tag - b.tag);
}
