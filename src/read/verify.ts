/**
 * Step 7: every chunk, read and decompressed, in bounded memory, without a schema. Finds what is cut off, out of place
 * or does not decompress; wrong values inside a whole payload need a schema (`load`) or checksums to be found.
 */

import { checkDepth } from "../format/bounds.ts";
import type { Routine, Want } from "./drive.ts";
import type { Opening } from "./opening.ts";
import type { Scope } from "./scope.ts";

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
  /** Bytes of the file that no chunk and no footer accounts for; none in files that a writer made in one go. */
  readonly unusedBytes: number;
  /** Bytes of all payloads, decompressed. */
  readonly payloadBytes: number;
}

/** Stored bytes that are read and checked at once. */
const WINDOW_BYTES = 8 * 1024 * 1024;

/** Reads all chunks below the root, depth first. */
export function* verifyFile(scope: Scope, { root }: Opening, options: VerifyOptions): Routine<VerifyReport> {
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
      payloadBytes += chunk.payload.length;
      for (const child of chunk.children().reverse()) pending.push({ ref: child, depth: depth + 1 });
    }
    options.onProgress?.({ bytesDone: bytes, bytesTotal: context.dataEnd });
  }
  return { chunks, bytes, unusedBytes: context.dataEnd - bytes, payloadBytes };
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
