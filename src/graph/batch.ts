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

export class EncodeBatch {
  private readonly bytes: Uint8Array<ArrayBuffer>;
  private readonly lengths: number[] = [];
  private readonly codecIds: number[] = [];
  private used = 0;
  private sent: Promise<BatchResult> | undefined;
  private done = false;

  /** @param byteLength Length of the first payload, which may be larger than a batch. */
  constructor(byteLength: number) {
    this.bytes = new Uint8Array(Math.max(BATCH_BYTES, byteLength));
  }

  /** Whether the result is there without waiting. */
  get isDone(): boolean {
    return this.done;
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
      this.done = true;
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
