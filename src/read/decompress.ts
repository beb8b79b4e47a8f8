/**
 * Step 7: many compressed chunks at once, in workers. In: chunks as stored. Out: payloads by the chunk's offset. What a
 * worker cannot decompress is left to the caller, who meets the same error where it can say whose it is.
 */

import type { CodecTask, Executor } from "../codec/executor.ts";

/** Stored bytes of one task. */
const TASK_BYTES = 512 * 1024;

/** A compressed payload. */
export interface Compressed {
  /** Of its chunk. */
  readonly offset: number;
  readonly codecId: number;
  readonly stored: Uint8Array;
}

/** Workers that decompress what a load is about to look at. */
export interface ReadWorkers {
  /** The payloads of `chunks` by their offsets, without those that could not be had. */
  decompressAhead(
    chunks: readonly Compressed[],
    maxByteLength: number,
    signal: AbortSignal | undefined,
  ): Promise<ReadonlyMap<number, Uint8Array>>;
  close(): void;
}

/** An executor's workers, for a reader. */
export function readWorkers(executor: Executor): ReadWorkers {
  return {
    decompressAhead: (chunks, maxByteLength, signal) => decompressAhead(executor, chunks, maxByteLength, signal),
    close: () => executor.close(),
  };
}

async function decompressAhead(
  executor: Executor,
  chunks: readonly Compressed[],
  maxByteLength: number,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<number, Uint8Array>> {
  const payloads = new Map<number, Uint8Array>();
  if (executor.fallback !== undefined) return payloads;
  await Promise.all(
    tasksOf(chunks).map(async (members) => {
      try {
        const result = await executor.run(taskOf(members, maxByteLength), signal);
        let at = 0;
        members.forEach(({ offset }, i) => {
          const end = at + (result.lengths[i] as number);
          payloads.set(offset, result.bytes.subarray(at, end));
          at = end;
        });
      } catch {
        signal?.throwIfAborted();
      }
    }),
  );
  return payloads;
}

function tasksOf(chunks: readonly Compressed[]): Compressed[][] {
  const tasks: Compressed[][] = [];
  let bytes = TASK_BYTES;
  for (const chunk of chunks) {
    if (bytes >= TASK_BYTES) {
      tasks.push([]);
      bytes = 0;
    }
    tasks[tasks.length - 1]?.push(chunk);
    bytes += chunk.stored.length;
  }
  return tasks;
}

/** A task owns its bytes, since they are handed over. */
function taskOf(members: readonly Compressed[], maxByteLength: number): CodecTask {
  const bytes = new Uint8Array(members.reduce((sum, { stored }) => sum + stored.length, 0));
  let at = 0;
  for (const { stored } of members) {
    bytes.set(stored, at);
    at += stored.length;
  }
  return {
    kind: "decode",
    bytes,
    lengths: Uint32Array.from(members, ({ stored }) => stored.length),
    codecIds: Uint8Array.from(members, ({ codecId }) => codecId),
    maxByteLength,
  };
}
