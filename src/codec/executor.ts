/**
 * Step 4', contract: where codecs run. In: a task of about a megabyte, many chunks at once. Out: their other form. The
 * caller's thread and a worker run the same function and give the same bytes.
 */

/** Chunks to be compressed or decompressed, one behind the other in one buffer. */
export interface CodecTask {
  readonly kind: "encode" | "decode";
  /** The buffer is handed over: whoever makes a task must own it, and does not use it again. The result may lie in it. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Length of each chunk in `bytes`. */
  readonly lengths: Uint32Array<ArrayBuffer>;
  /** Codec of each chunk. */
  readonly codecIds: Uint8Array<ArrayBuffer>;
  /** For "decode": upper bound of one payload, in bytes. */
  readonly maxByteLength: number;
}

/** The other form of a task's chunks, in the same order. */
export interface CodecResult {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly lengths: Uint32Array<ArrayBuffer>;
  /** For "encode": the codec that was used; 0 where compression did not make the chunk smaller. */
  readonly codecIds: Uint8Array<ArrayBuffer>;
}

/** Runs tasks, here or elsewhere. */
export interface Executor {
  /** Workers that take tasks; 0 where they run on the calling thread. It may fall to 0 when workers fail. */
  readonly workers: number;
  /** Why tasks run on the calling thread although workers were asked for. */
  readonly fallback: string | undefined;
  /**
   * Runs a task.
   * @throws {WorkerCrashedError} The worker died with the task; the same task may be run again. @throws what the codec throws.
   */
  run(task: CodecTask, signal?: AbortSignal): Promise<CodecResult>;
  /** Ends the workers. Tasks under way are rejected with {@link ClosedError}. */
  close(): void;
}
