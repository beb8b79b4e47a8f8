/**
 * Step 7: every chunk, read, compared with its checksum and decompressed, in bounded memory, without a schema. Without
 * checksums it finds what is cut off, out of place or does not decompress; wrong values inside a payload need a schema then.
 */

import { checkDepth } from "../format/bounds.ts";
import { headLength } from "../format/trailer.ts";
import { untilAborted } from "../source/abort.ts";
import type { ByteRange, SyncSource } from "../source/source.ts";
import type { Routine, Want } from "./drive.ts";
import { checkEnds } from "./ends.ts";
import { driveRanges, type Opening } from "./opening.ts";
import { driveRangesSync } from "./opening-sync.ts";
import { type Integrity, integrityOf } from "./pin.ts";
import type { Scope } from "./scope.ts";
import type { ChunkStore } from "./store.ts";

/** Options of {@link AsyncFile.verify}. */
export interface VerifyOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: { bytesDone: number; bytesTotal: number }) => void) | undefined;
}

/** What was verified. */
export interface VerifyReport {
  readonly chunks: number;
  /** Bytes of all chunks that the root leads to. */
  readonly bytes: number;
  /** What guards the chunks: "none" for plain PAR4 files, of which only the structure could be checked. */
  readonly integrity: Integrity;
  /** Bytes that belong to nothing, but for room left at the front: none in files that a writer made in one go. */
  readonly unusedBytes: number;
  /** Bytes of all payloads, decompressed. */
  readonly payloadBytes: number;
}

/** Stored bytes that are read and checked at once. */
const WINDOW_BYTES = 8 * 1024 * 1024;

/** Reads the head and the end of a file. Returns how many bytes they are. @throws as {@link checkEnds} */
export async function verifyEnds(store: ChunkStore, signal: AbortSignal | undefined): Promise<number> {
  signal?.throwIfAborted();
  const { source } = store;
  const read = async (range: ByteRange) =>
    readAtOpen(store, range) ?? (await untilAborted(source.read(range, { signal }), signal));
  return await driveRanges(ends(store), read);
}

/** The same without promises. */
export function verifyEndsSync(store: ChunkStore): number {
  const source = store.source as SyncSource;
  return driveRangesSync(ends(store), (range) => readAtOpen(store, range) ?? source.readSync(range));
}

function readAtOpen(store: ChunkStore, { start, end }: ByteRange): Uint8Array | undefined {
  const segment = store.segments.find((known) => known.start <= start && end <= known.start + known.bytes.length);
  return segment?.bytes.subarray(start - segment.start, end - segment.start);
}

function ends(store: ChunkStore): ReturnType<typeof checkEnds> {
  store.checkOpen();
  return checkEnds({ byteLength: store.byteLength, limits: store.context.limits, name: store.source.name });
}

/**
 * Reads all chunks below the root, depth first.
 * @param endBytes Bytes of head, trailer and footer.
 */
export function* verifyFile(
  scope: Scope,
  { root, records }: Opening,
  endBytes: number,
  options: VerifyOptions,
): Routine<VerifyReport> {
  const { context } = scope.store;
  const pending: Want[] = [{ ref: root, depth: 0 }];
  let chunks = 0;
  let bytes = 0;
  let payloadBytes = 0;
  while (pending.length > 0) {
    const window = takeWindow(pending);
    const inner = scope.part();
    if (window.some(({ ref }) => !inner.has(ref))) yield { scope: inner, wants: window };
    for (const { ref, depth } of window) {
      checkDepth(depth, context.limits, ref.offset);
      const chunk = inner.get(ref, depth);
      scope.visit(chunk);
      chunks++;
      bytes += chunk.length;
      payloadBytes += chunk.payloadLength;
      for (const child of chunk.children().reverse()) pending.push({ ref: child, depth: depth + 1 });
    }
    options.onProgress?.({ bytesDone: bytes, bytesTotal: context.dataEnd });
  }
  const room = roomAtFront(records);
  const unusedBytes = scope.store.byteLength - endBytes - bytes - room;
  return { chunks, bytes, unusedBytes, payloadBytes, integrity: integrityOf(records) };
}

/** Bytes that were kept at the front for more structure than there was. */
function roomAtFront(records: Opening["records"]): number {
  const structure = records?.structure;
  if (records === undefined || structure === undefined || structure.front === 0) return 0;
  return (
    structure.front - Math.max(headLength(records.bytes.length), structure.start < structure.front ? structure.end : 0)
  );
}

/** The next chunks of the walk, as many as fit into a window. */
function takeWindow(pending: Want[]): Want[] {
  const window: Want[] = [];
  let bytes = 0;
  for (let want = pending[pending.length - 1]; want !== undefined; want = pending[pending.length - 1]) {
    if (bytes > 0 && bytes + want.ref.length > WINDOW_BYTES) break;
    bytes += want.ref.length;
    window.push(want);
    pending.pop();
  }
  return window;
}
