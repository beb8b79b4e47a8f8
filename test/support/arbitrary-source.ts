/** Sources and sinks that look over the library's shoulder. */
import type { Sink } from "../../src/index.ts";
import type { ByteRange, ReadOptions, Source } from "../../src/source/source.ts";

/** A source without `readSync` that takes its time and remembers what was read. */
export interface CountingSource extends Source {
  readonly reads: ByteRange[];
  /** Ranges read since the last call. */
  taken(): readonly ByteRange[];
  readonly isClosed: boolean;
}

/** How a counting source answers. */
export interface CountingOptions {
  /** Runs before each answer; what it throws is the answer. */
  readonly before?: (range: ByteRange, options: ReadOptions) => void | Promise<void>;
}

export function countingSource(bytes: Uint8Array, options: CountingOptions = {}): CountingSource {
  const reads: ByteRange[] = [];
  let seen = 0;
  let closed = false;
  return {
    name: "counted",
    reads,
    get isClosed() {
      return closed;
    },
    taken() {
      const fresh = reads.slice(seen);
      seen = reads.length;
      return fresh;
    },
    async size() {
      return bytes.length;
    },
    async read(range, readOptions = {}) {
      readOptions.signal?.throwIfAborted();
      reads.push(range);
      await Promise.resolve();
      await options.before?.(range, readOptions);
      if (!(range.start >= 0 && range.start < range.end && range.end <= bytes.length)) {
        throw new Error(`A range that no source answers: ${range.start} to ${range.end}.`);
      }
      return bytes.slice(range.start, range.end);
    },
    close() {
      closed = true;
    },
  };
}

/** A sink that remembers every call. */
export interface RecordingSink extends Sink {
  readonly calls: readonly string[];
  readonly written: readonly Uint8Array[];
  readonly abortReason: unknown;
}

export function recordingSink(onWrite?: (bytes: Uint8Array) => void | Promise<void>): RecordingSink {
  const calls: string[] = [];
  const written: Uint8Array[] = [];
  let abortReason: unknown;
  return {
    name: "recorded",
    calls,
    written,
    get abortReason() {
      return abortReason;
    },
    async write(bytes) {
      calls.push("write");
      written.push(bytes.slice());
      await onWrite?.(bytes);
    },
    async close() {
      calls.push("close");
    },
    async abort(reason) {
      calls.push("abort");
      abortReason = reason;
    },
  };
}
