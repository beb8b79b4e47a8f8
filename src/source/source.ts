/**
 * Step 6 of the way: where byte ranges come from. This file holds the contract only; every implementation passes the
 * conformance suite of test/source. In: a byte range. Out: exactly those bytes, or a typed error.
 */

/** Bytes `start` (inclusive) to `end` (exclusive), in bytes from the first byte of the file. `0 <= start < end`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** What a read may be told. */
export interface ReadOptions {
  /** Ends the read at once; the read rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * A file as byte ranges.
 *
 * Implement it to read `.par` files from anywhere. The library may keep what `read` returned. It writes into it only where
 * `givesOwnBytes` says that it may.
 */
export interface Source {
  /** What to call it in messages: a URL, a path, "memory". */
  readonly name: string;
  /** Length of the file in bytes, where it is known without I/O or has become known. */
  readonly byteLength?: number | undefined;
  /**
   * Whether each read costs a round trip over a network: a walk then reads more ahead. False for storage of the machine: opening
   * then looks at the front first, with the head of most files, and at the end where there is none.
   */
  readonly isRemote?: boolean | undefined;
  /** Whether what `read` gives is its caller's alone, to be changed and kept, with a buffer of its own that has nothing else. */
  readonly givesOwnBytes?: boolean | undefined;
  /** The first bytes of the file, where finding its length has brought some along. */
  readonly front?: Uint8Array | undefined;
  /**
   * Length of the file in bytes. May cost one request; its answer is then remembered in `byteLength`. A source for which
   * that first request brings bytes along keeps them and serves later reads from them.
   * @throws {SourceUnavailableError} The file is missing, forbidden or out of reach; `retryable` tells which.
   */
  size(options?: ReadOptions): Promise<number>;
  /**
   * Exactly the bytes of `range`: never fewer, never others.
   * @throws {SourceUnavailableError} Not readable now. @throws {RangeNotSupportedError} The server cannot do ranges.
   * @throws {SourceChangedError} The bytes are of another version than earlier reads.
   * @throws {NotAParcodeFileError} `range` ends behind the end of the file.
   */
  read(range: ByteRange, options?: ReadOptions): Promise<Uint8Array>;
  /**
   * The bytes of `range` once more, past every cache on the way to them: asked for when what `read` gave does not have the
   * checksum that it should. Absent where there is no such way, and the bytes are what they are.
   */
  refresh?(range: ByteRange, options?: ReadOptions): Promise<Uint8Array>;
  /** `read` without a promise, where the platform can. Its presence makes a source a {@link SyncSource}. */
  readSync?(range: ByteRange): Uint8Array;
  /**
   * Fills `targets`, one after the other, with the bytes from `start` on. Present where the platform writes them there itself:
   * whoever knows where bytes belong saves a copy, and memory for it. One read, whatever the number of targets; after an
   * error, they hold anything. Errors as for `read`.
   */
  fill?(start: number, targets: readonly Uint8Array[], options?: ReadOptions): Promise<void>;
  /** Memory of that length that is about to be filled as a whole: it may hold anything, where clearing it costs time. */
  unclearedMemory?(byteLength: number): ArrayBuffer;
  /** Requests made and bytes received from the platform so far: what a read cost, not what was asked for. */
  readonly traffic?: SourceTraffic | undefined;
  /** Frees what the source holds open. Calling it twice is fine; a read afterwards throws {@link ClosedError}. */
  close?(): void | Promise<void>;
}

/** What a source has cost so far. */
export interface SourceTraffic {
  readonly requests: number;
  readonly bytesReceived: number;
  /** Requests of these that were repetitions after a failure, where the source makes some. */
  readonly retries?: number | undefined;
}

/** A source that can be read without promises: memory, a file in Node, a sync access handle in a worker. */
export interface SyncSource extends Source {
  readonly byteLength: number;
  /** @param room As many bytes of the caller's: a source that would make memory for what it reads may give these instead. */
  readSync(range: ByteRange, room?: Uint8Array): Uint8Array;
  /** {@link Source.fill} without a promise. */
  fillSync?(start: number, targets: readonly Uint8Array[]): void;
  /** All bytes, where they are in memory anyway: a read then costs nothing, and nothing is planned or cached. */
  readonly bytes?: Uint8Array | undefined;
}
