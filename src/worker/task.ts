/** Step 4', the work itself: runs a task's codecs. The only part of the library that a worker loads. */

import { usePayload } from "../codec/decode-chunk.ts";
import { encodeChunk } from "../codec/encode-chunk.ts";
import type { CodecResult, CodecTask } from "../codec/executor.ts";
import type { CodecRegistry } from "../codec/registry.ts";

/** Runs all chunks of a task. */
export function runTask(task: CodecTask, codecs: CodecRegistry): CodecResult {
  return task.kind === "encode" ? encodeAll(task, codecs) : decodeAll(task, codecs);
}

function encodeAll(task: CodecTask, codecs: CodecRegistry): CodecResult {
  const codecIds = new Uint8Array(task.codecIds);
  const parts = chunksOf(task).map((chunk, i) => {
    const stored = encodeChunk(chunk, codecs.byId(codecIds[i] as number));
    if (stored === chunk) codecIds[i] = 0;
    return stored;
  });
  return { ...join(parts), codecIds };
}

/** A task of 512 KiB seldom gives more; what does is not kept. */
const MAX_KEPT_BYTES = 4 * 1024 * 1024;

/** Where the payloads of a task are gathered: used again, since fresh memory costs more than a copy out of this one. */
let gathered = new Uint8Array(0);

/** Each payload is copied from where it was decoded, and none has bytes of its own. */
function decodeAll(task: CodecTask, codecs: CodecRegistry): CodecResult {
  const lengths = new Uint32Array(task.lengths.length);
  let target = gathered;
  let end = 0;
  chunksOf(task).forEach((chunk, i) => {
    usePayload(codecs.byId(task.codecIds[i] as number), chunk, task.maxByteLength, (payload) => {
      const start = end;
      end += payload.length;
      lengths[i] = payload.length;
      if (end > target.length) target = grown(target, start, end);
      target.set(payload, start);
    });
  });
  if (target.length <= MAX_KEPT_BYTES) gathered = target;
  return { bytes: target.slice(0, end), lengths, codecIds: new Uint8Array(task.codecIds) };
}

function grown(bytes: Uint8Array, kept: number, least: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(Math.max(least, 2 * bytes.length));
  larger.set(bytes.subarray(0, kept));
  return larger;
}

function chunksOf({ bytes, lengths }: CodecTask): Uint8Array[] {
  let end = 0;
  return Array.from(lengths, (length) => {
    end += length;
    return bytes.subarray(end - length, end);
  });
}

function join(parts: readonly Uint8Array[]): Pick<CodecResult, "bytes" | "lengths"> {
  const lengths = Uint32Array.from(parts, (part) => part.length);
  const bytes = new Uint8Array(lengths.reduce((total, length) => total + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return { bytes, lengths };
}
