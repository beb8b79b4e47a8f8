/**
 * Step 6 of the way: a file that is in memory already. In: its bytes. Out: views of them, copied only where they are
 * shared with other threads.
 */
import { ClosedError, InvalidOptionError, SourceChangedError } from "../errors.ts";
import { checkRangeInside, checkRangeShape } from "./range-check.ts";
import type { ByteRange, ReadOptions, SourceTraffic, SyncSource } from "./source.ts";

/**
 * A source over bytes in memory, readable with and without promises.
 *
 * Reads are views of `bytes`, without a copy: do not change them while the source is in use. Shared memory is copied,
 * since another thread may write to it and since `TextDecoder` takes none.
 * @throws {InvalidOptionError} `bytes` is no view and no buffer.
 */
export function memorySource(bytes: Uint8Array | ArrayBufferLike, name = "memory"): SyncSource {
  return new MemorySource(wholeView(bytes), name);
}

/** A plain `Uint8Array`: a Buffer of Node would keep its own, different `slice`. Takes bytes of other realms too. */
function wholeView(bytes: Uint8Array | ArrayBufferLike): Uint8Array {
  if (ArrayBuffer.isView(bytes)) return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kind = tagOf(bytes);
  if (kind === "[object ArrayBuffer]" || kind === SHARED) return new Uint8Array(bytes);
  throw new InvalidOptionError(`A memory source takes a Uint8Array or an ArrayBuffer, and was given ${kind}.`, {
    option: "bytes",
    expected: "Uint8Array or ArrayBuffer",
    actual: kind,
  });
}

const SHARED = "[object SharedArrayBuffer]";
const tagOf = (value: unknown): string => Object.prototype.toString.call(value);

class MemorySource implements SyncSource {
  readonly name: string;
  readonly byteLength: number;
  readonly #bytes: Uint8Array;
  readonly #isShared: boolean;
  #requests = 0;
  #bytesReceived = 0;
  #isClosed = false;

  constructor(bytes: Uint8Array, name: string) {
    this.name = name;
    this.byteLength = bytes.byteLength;
    this.#bytes = bytes;
    this.#isShared = tagOf(bytes.buffer) === SHARED;
  }

  get traffic(): SourceTraffic {
    return { requests: this.#requests, bytesReceived: this.#bytesReceived };
  }

  get bytes(): Uint8Array | undefined {
    this.#check();
    return this.#isShared ? undefined : this.#bytes;
  }

  async size(options: ReadOptions = {}): Promise<number> {
    this.#check();
    options.signal?.throwIfAborted();
    return this.byteLength;
  }

  async read(range: ByteRange, options: ReadOptions = {}): Promise<Uint8Array> {
    options.signal?.throwIfAborted();
    return this.readSync(range);
  }

  readSync(range: ByteRange): Uint8Array {
    this.#check();
    checkRangeShape(range, this.name);
    checkRangeInside(range, this.byteLength, this.name);
    this.#requests += 1;
    this.#bytesReceived += range.end - range.start;
    return this.#isShared ? this.#bytes.slice(range.start, range.end) : this.#bytes.subarray(range.start, range.end);
  }

  close(): void {
    this.#isClosed = true;
  }

  #check(): void {
    if (this.#isClosed) throw new ClosedError(`${this.name}: the source was closed.`);
    // A transferred buffer has length 0, a resizable one may have another length; a view of it would be other bytes.
    if (this.#bytes.byteLength === this.byteLength) return;
    throw new SourceChangedError(
      `${this.name}: the buffer was transferred or resized while it was in use. Open the file on the new one.`,
      { expected: `${this.byteLength} bytes`, actual: `${this.#bytes.byteLength} bytes` },
    );
  }
}
