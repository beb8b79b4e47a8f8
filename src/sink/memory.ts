/**
 * Step 5 of the way: a file in memory. In: consecutive pieces. Out: one array of exactly the file's length.
 */
import { SinkLifecycle } from "./lifecycle.ts";
import type { SyncSink } from "./sink.ts";

/** A sink that ends as one array. */
export interface MemorySink extends SyncSink {
  /**
   * The whole file; the same array at every call, and the caller's own.
   * @throws {SinkFailedError} `close()` was not called yet, or the sink was aborted.
   */
  bytes(): Uint8Array<ArrayBuffer>;
}

/** 64 KiB: a small file is one block, and one copy of it the result. */
const FIRST_BLOCK_BYTES = 64 * 1024;

/** 16 MiB. Blocks double up to here, so that few are made and at most this much is allocated in vain. */
const LARGEST_BLOCK_BYTES = 16 * 1024 * 1024;

/**
 * A sink into memory, without promises.
 *
 * Memory: the file twice at `close()`, where its blocks become one array. CPU: two copies of each byte.
 */
export function memorySink(name = "memory"): MemorySink {
  return new BlockSink(name, false);
}

/** A sink that keeps what it is given. */
export interface KeepingSink extends MemorySink {
  /** An array for the whole file: given to `write` as the only piece, it is the result. @throws {SinkFailedError} There is no memory for it. */
  allocate(byteLength: number): Uint8Array<ArrayBuffer>;
}

/** The same for a writer that gives its pieces away: they are kept as they are, and copied once, at `close()`. */
export function keepingSink(name = "memory"): KeepingSink {
  return new BlockSink(name, true);
}

class BlockSink implements KeepingSink {
  readonly name: string;
  readonly #lifecycle: SinkLifecycle;
  readonly #keeps: boolean;
  /** Full blocks, and the one being filled. */
  #blocks: Uint8Array[] = [];
  #filled = 0;
  #byteLength = 0;
  #result: Uint8Array<ArrayBuffer> | undefined;

  constructor(name: string, keeps: boolean) {
    this.name = name;
    this.#keeps = keeps;
    this.#lifecycle = new SinkLifecycle(name);
  }

  write(bytes: Uint8Array): void {
    this.#lifecycle.checkWritable();
    if (this.#keeps) {
      this.#blocks.push(bytes);
      this.#byteLength += bytes.byteLength;
      return;
    }
    let rest = bytes;
    while (rest.byteLength > 0) {
      const block = this.#blockWithRoom(rest.byteLength);
      const piece = rest.subarray(0, block.byteLength - this.#filled);
      block.set(piece, this.#filled);
      this.#filled += piece.byteLength;
      this.#byteLength += piece.byteLength;
      rest = rest.subarray(piece.byteLength);
    }
  }

  writeFront(bytes: Uint8Array): void {
    this.#lifecycle.checkWritable();
    let done = 0;
    for (const block of this.#blocks) {
      if (done === bytes.byteLength) break;
      const piece = bytes.subarray(done, done + block.byteLength);
      block.set(piece);
      done += piece.byteLength;
    }
  }

  close(): void {
    this.#lifecycle.checkWritable();
    this.#result = this.#join();
    this.#blocks = [];
    this.#lifecycle.close();
  }

  abort(reason?: unknown): void {
    if (this.#lifecycle.abort(reason)) this.#blocks = [];
  }

  bytes(): Uint8Array<ArrayBuffer> {
    this.#lifecycle.checkComplete();
    return this.#result ?? new Uint8Array(0);
  }

  #join(): Uint8Array<ArrayBuffer> {
    const [first] = this.#blocks;
    // A block of this sink's own, or one that it has allocated for the whole file.
    const isOwn = !this.#keeps || first?.byteLength === first?.buffer.byteLength;
    if (isOwn && first?.byteLength === this.#byteLength) return first as Uint8Array<ArrayBuffer>;
    const result = this.allocate(this.#byteLength);
    let offset = 0;
    for (const block of this.#blocks) {
      const used = block.subarray(0, this.#byteLength - offset);
      result.set(used, offset);
      offset += used.byteLength;
    }
    return result;
  }

  #blockWithRoom(wantedBytes: number): Uint8Array {
    const last = this.#blocks.at(-1);
    if (last !== undefined && this.#filled < last.byteLength) return last;
    const byteLength = Math.max(FIRST_BLOCK_BYTES, Math.min(LARGEST_BLOCK_BYTES, this.#byteLength), wantedBytes);
    const block = this.allocate(byteLength);
    this.#blocks.push(block);
    this.#filled = 0;
    return block;
  }

  allocate(byteLength: number): Uint8Array<ArrayBuffer> {
    try {
      return new Uint8Array(byteLength);
    } catch (cause) {
      throw this.#lifecycle.fail(
        `there is no memory for ${byteLength} bytes in one piece; write to a file or a stream.`,
        cause,
      );
    }
  }
}
