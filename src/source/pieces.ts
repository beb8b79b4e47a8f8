/** Step 6: all bytes of a source from front to end, in bounded memory. In: a source. Out: pieces, the next one read meanwhile. */

import { untilAborted } from "./abort.ts";
import type { Source } from "./source.ts";

/** Large enough that a request for each costs little; two are held at a time. */
export const PIECE_BYTES = 4 * 1024 * 1024;

export interface PiecesOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: { bytesDone: number; bytesTotal: number }) => void) | undefined;
}

/** Reads `source` from its first byte to its last. @throws as `source.read`, and the signal's reason */
export async function* piecesOf(source: Source, { signal, onProgress }: PiecesOptions): AsyncGenerator<Uint8Array> {
  const bytesTotal = source.byteLength ?? (await untilAborted(source.size({ signal }), signal));
  const read = (start: number): Promise<Uint8Array> | undefined => {
    if (start >= bytesTotal) return undefined;
    const piece = source.read({ start, end: Math.min(bytesTotal, start + PIECE_BYTES) }, { signal });
    // Where the caller stops before it comes to this one, nobody else hears of its failure.
    piece.catch(() => undefined);
    return piece;
  };
  let next = read(0);
  for (let done = 0; next !== undefined; ) {
    const piece = await untilAborted(next, signal);
    next = read(done + piece.length);
    yield piece;
    done += piece.length;
    onProgress?.({ bytesDone: done, bytesTotal });
  }
}
