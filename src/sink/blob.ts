/**
 * Step 5 of the way: a Blob, which browsers keep outside of the page's heap and move to disk where it is large. In:
 * consecutive pieces. Out: one Blob, for a download, an upload or IndexedDB.
 */
import { SinkLifecycle } from "./lifecycle.ts";
import type { SyncSink } from "./sink.ts";

/** A sink that ends as a Blob. */
export interface BlobSink extends SyncSink {
  /**
   * The whole file; the same Blob at every call.
   * @throws {SinkFailedError} `close()` was not called yet, or the sink was aborted.
   */
  blob(): Blob;
}

/** How `blobSink` makes its Blob. */
export interface BlobSinkOptions {
  /** What to call it in messages. Default "Blob". */
  readonly name?: string;
  /** The Blob's media type. Default "application/octet-stream". */
  readonly type?: string;
}

/** 1 MiB. A Blob of many small parts is slow to make and to read; beyond this size, less so. */
const BLOCK_BYTES = 1024 * 1024;

/** A sink into a Blob, without promises. Memory in the page's heap: 1 MiB, and the piece in hand. */
export function blobSink(options: BlobSinkOptions = {}): BlobSink {
  return new PartsSink(options.name ?? "Blob", options.type ?? "application/octet-stream");
}

class PartsSink implements BlobSink {
  readonly name: string;
  readonly #type: string;
  readonly #lifecycle: SinkLifecycle;
  /** Each a Blob: its constructor copies, so the block is free for the next bytes. */
  #parts: Blob[] = [];
  #block: Uint8Array<ArrayBuffer> | undefined;
  #filled = 0;
  #result: Blob | undefined;

  constructor(name: string, type: string) {
    this.name = name;
    this.#type = type;
    this.#lifecycle = new SinkLifecycle(name);
  }

  write(bytes: Uint8Array): void {
    this.#lifecycle.checkWritable();
    this.#attempt(() => {
      let rest = bytes;
      if (this.#filled > 0) {
        const piece = rest.subarray(0, BLOCK_BYTES - this.#filled);
        this.#keep(piece);
        rest = rest.subarray(piece.byteLength);
      }
      if (rest.byteLength >= BLOCK_BYTES) this.#addPart(rest);
      else this.#keep(rest);
    });
  }

  writeFront(bytes: Uint8Array): void {
    this.#lifecycle.checkWritable();
    this.#attempt(() => {
      this.#flush();
      const rest = new Blob(this.#parts).slice(bytes.byteLength);
      this.#parts = [];
      this.#addPart(bytes);
      this.#parts.push(rest);
    });
  }

  close(): void {
    this.#lifecycle.checkWritable();
    this.#attempt(() => {
      this.#flush();
      this.#result = new Blob(this.#parts, { type: this.#type });
    });
    this.#release();
    this.#lifecycle.close();
  }

  abort(reason?: unknown): void {
    if (this.#lifecycle.abort(reason)) this.#release();
  }

  blob(): Blob {
    this.#lifecycle.checkComplete();
    return this.#result ?? new Blob([]);
  }

  /** Copies what fits into the block. */
  #keep(bytes: Uint8Array): void {
    if (bytes.byteLength === 0) return;
    this.#block ??= new Uint8Array(BLOCK_BYTES);
    this.#block.set(bytes, this.#filled);
    this.#filled += bytes.byteLength;
    if (this.#filled === BLOCK_BYTES) this.#flush();
  }

  #flush(): void {
    if (this.#block !== undefined && this.#filled > 0) this.#addPart(this.#block.subarray(0, this.#filled));
    this.#filled = 0;
  }

  #addPart(bytes: Uint8Array): void {
    // Blob takes no shared memory; the type says "perhaps shared" of every array.
    const own = bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes);
    this.#parts.push(new Blob([own]));
  }

  #release(): void {
    this.#parts = [];
    this.#block = undefined;
  }

  #attempt(work: () => void): void {
    try {
      work();
    } catch (cause) {
      throw this.#lifecycle.fail("the Blob could not take the bytes.", cause);
    }
  }
}
