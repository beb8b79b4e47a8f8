/**
 * Step 5 of the way: where stored bytes go. This file holds the contract only; every implementation passes the
 * conformance suite of test/sink. In: consecutive pieces of the file. Out: a file that is there whole, or not at all.
 */

/**
 * Takes a file from front to back. Nothing is visible under its name before `close()` is done, so a crash, an abort or
 * an error leaves what was there before.
 */
export interface Sink {
  /** What to call it in messages: a path, "memory". */
  readonly name: string;
  /**
   * Appends `bytes`. The caller may reuse the buffer once the returned promise is settled (at once where it is void), so
   * a sink copies what it keeps. A returned promise is backpressure: the next write comes after it.
   * @throws {SinkFailedError} The bytes could not be taken (disk full, permission, stream errored); abort then.
   */
  write(bytes: Uint8Array): void | Promise<void>;
  /**
   * Writes `bytes` over the first ones of the file, as many as have been written at least. Called once at most, right
   * before `close()`. A sink that has it can hold files whose structure lies at their front.
   * @throws as `write`
   */
  writeFront?(bytes: Uint8Array): void | Promise<void>;
  /** Completes the file and makes it visible. */
  close(): void | Promise<void>;
  /** Gives up: removes what was written so far. Never throws; calling it after `close()` or twice does nothing. */
  abort(reason?: unknown): void | Promise<void>;
}

/** A sink whose methods never return a promise: {@link serializeSync} can write to it. */
export interface SyncSink extends Sink {
  write(bytes: Uint8Array): void;
  writeFront?(bytes: Uint8Array): void;
  close(): void;
  abort(reason?: unknown): void;
}
