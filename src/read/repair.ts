/**
 * Step 7: chunks that did not come as they were written. In: what came. Out: what comes past all caches, asked for once: a
 * cache or a proxy on the way may be to blame, and not the file. Where the source knows no such way, nothing is done here.
 */

import { isParcodeError } from "../errors.ts";
import type { ChildRef } from "../format/bounds.ts";
import { untilAborted } from "../source/abort.ts";
import { planReads } from "../source/coalesce.ts";
import type { ChunkStore, Segment } from "./store.ts";

/** What one call knows of the bytes that it has read. */
export class Repair {
  private readonly store: ChunkStore;
  /** Chunks that have been compared with their checksums, by offset. */
  private readonly verified = new Map<number, ChildRef>();

  constructor(store: ChunkStore) {
    this.store = store;
  }

  /** Whether a chunk has been found to be what this reference to it wants. Another one may want something else. */
  hasVerified(ref: ChildRef): boolean {
    const known = this.verified.get(ref.offset);
    if (known === undefined || known.length !== ref.length) return false;
    const { checksum = [] } = known;
    return checksum.length === ref.checksum?.length && ref.checksum.every((byte, i) => byte === checksum[i]);
  }

  /** Whether the bytes of a chunk are what was written, as far as that matters here: whether they should be read again. */
  isIntact(ref: ChildRef, segment: Segment | undefined): boolean {
    const { source, memory } = this.store;
    if (source.refresh === undefined || memory !== undefined || segment === undefined) return true;
    if (ref.checksum === undefined || this.hasVerified(ref)) return true;
    const start = ref.offset - segment.start;
    try {
      this.store.verify(ref, segment.bytes.subarray(start, start + ref.length));
    } catch (error) {
      if (isParcodeError(error, "ChecksumMismatch")) return false;
      throw error;
    }
    this.verified.set(ref.offset, ref);
    return true;
  }

  /** Reads the damaged ones of these chunks again. What comes may be as damaged: whoever uses it verifies it. */
  async mend(
    refs: readonly ChildRef[],
    segmentOf: (ref: ChildRef) => Segment | undefined,
    signal: AbortSignal | undefined,
  ): Promise<Segment[]> {
    const { source } = this.store;
    const damaged = refs.filter((ref) => !this.isIntact(ref, segmentOf(ref)));
    if (damaged.length === 0 || source.refresh === undefined) return [];
    const ranges = damaged.map(({ offset, length }) => ({ start: offset, end: offset + length }));
    const reads = planReads(ranges, this.store.planning);
    const mended: Segment[] = [];
    for (const { range, parts } of reads) {
      this.store.checkOpen();
      const bytes = await untilAborted(source.refresh(range, { signal }), signal);
      this.store.reloads += parts.length;
      this.store.requests++;
      this.store.bytesRequested += bytes.length;
      mended.push({ start: range.start, bytes });
    }
    return mended;
  }
}
