/** Step 4', the work itself: runs a task's codecs. The only part of the library that a worker loads. */

import { usePayload } from "../codec/decode-chunk.ts";
import { encodeChunk } from "../codec/encode-chunk.ts";
import type { CodecResult, CodecTask } from "../codec/executor.ts";
import type { CodecRegistry } from "../codec/registry.ts";

/** Runs all chunks of a task. */
export function runTask(task: CodecTask, codecs: CodecRegistry): CodecResult {
  return task.kind === "encode" ? encodeAll(task, codecs) : decodeAll(task, codecs);
}

/** What is stored is never longer than its payload, so the results take the place of what is done with. */
function encodeAll({ bytes, lengths: payloads, codecIds: wanted }: CodecTask, codecs: CodecRegistry): CodecResult {
  const lengths = new Uint32Array(payloads.length);
  const codecIds = new Uint8Array(wanted);
  let from = 0;
  let to = 0;
  payloads.forEach((length, i) => {
    const payload = bytes.subarray(from, from + length);
    const stored = encodeChunk(payload, codecs.byId(codecIds[i] as number));
    if (stored === payload) codecIds[i] = 0;
    bytes.set(stored, to);
    lengths[i] = stored.length;
    from += length;
    to += stored.length;
  });
  return { bytes: bytes.subarray(0, to), lengths, codecIds };
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
