/**
 * Step 3: small chunks → one task of about a megabyte. In: payloads. Out: their stored forms, by number. A message to a
 * worker costs as much as compressing some kilobytes, so chunks go together.
 */

import type { CodecResult, Executor } from "../codec/executor.ts";

/** Large enough that a message's cost does not show, small enough that an abort and the memory are bounded by it. */
const BATCH_BYTES = 1024 * 1024;

/** Chunks in one batch at most. */
const MAX_BATCH_CHUNKS = 65_536;

/** Stored form of a chunk of the batch. */
export type BatchResult = (index: number) => { readonly stored: Uint8Array; readonly codecId: number };

/** Buffers that came back with results, to be filled again: fresh memory costs as much as a copy. */
export class SpareBuffers {
  private readonly buffers: ArrayBuffer[] = [];

  /** A buffer for a batch. */
  take(byteLength: number): Uint8Array<ArrayBuffer> {
    const spare = byteLength <= BATCH_BYTES ? this.buffers.pop() : undefined;
    return spare === undefined ? new Uint8Array(Math.max(BATCH_BYTES, byteLength)) : new Uint8Array(spare);
  }

  /** Takes the buffer of a result that is done with, if it is as large as a batch's. */
  give({ bytes }: CodecResult): void {
    if (bytes.buffer.byteLength === BATCH_BYTES) this.buffers.push(bytes.buffer);
  }
}

export class EncodeBatch {
  private readonly bytes: Uint8Array<ArrayBuffer>;
  private readonly spare: SpareBuffers;
  private readonly lengths: number[] = [];
  private readonly codecIds: number[] = [];
  private used = 0;
  private sent: Promise<BatchResult> | undefined = undefined;
  private done: CodecResult | undefined = undefined;

  /** @param byteLength Length of the first payload, which may be larger than a batch. */
  constructor(byteLength: number, spare: SpareBuffers) {
    this.bytes = spare.take(byteLength);
    this.spare = spare;
  }

  /** Whether the result is there without waiting. */
  get isDone(): boolean {
    return this.done !== undefined;
  }

  /** To be called when the result of chunk `index` has been used, the last one last: the buffer is free then. */
  release(index: number): void {
    if (this.done !== undefined && index === this.lengths.length - 1) this.spare.give(this.done);
  }

  fits(payload: Uint8Array): boolean {
    return this.used + payload.length <= this.bytes.length && this.lengths.length < MAX_BATCH_CHUNKS;
  }

  /** Copies a payload into the batch; returns its number. */
  add(payload: Uint8Array, codecId: number): number {
    this.bytes.set(payload, this.used);
    this.used += payload.length;
    this.lengths.push(payload.length);
    this.codecIds.push(codecId);
    return this.lengths.length - 1;
  }

  /** Hands the batch to an executor. */
  send(executor: Executor): void {
    const task = {
      kind: "encode" as const,
      bytes: this.bytes.subarray(0, this.used),
      lengths: Uint32Array.from(this.lengths),
      codecIds: Uint8Array.from(this.codecIds),
      maxByteLength: 0,
    };
    this.sent = executor.run(task).then((result) => {
      this.done = result;
      return indexed(result);
    });
    // Whoever wants the result hears of a failure; until then it must not count as unheard.
    this.sent.catch(() => undefined);
  }

  result(): Promise<BatchResult> {
    if (this.sent === undefined) throw new TypeError("The batch was not sent.");
    return this.sent;
  }
}

function indexed(result: CodecResult): BatchResult {
  const starts = new Uint32Array(result.lengths.length);
  let at = 0;
  for (let i = 0; i < starts.length; i++) {
    starts[i] = at;
    at += result.lengths[i] as number;
  }
  return (index) => {
    const start = starts[index] as number;
    const stored = result.bytes.subarray(start, start + (result.lengths[index] as number));
    return { stored, codecId: result.codecIds[index] as number };
  };
}
