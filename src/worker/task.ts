/** Step 4', the work itself: runs a task's codecs. The only part of the library that a worker loads. */

import { encodeChunk } from "../codec/encode-chunk.ts";
import type { CodecResult, CodecTask } from "../codec/executor.ts";
import type { CodecRegistry } from "../codec/registry.ts";

/** Runs all chunks of a task. */
export function runTask(task: CodecTask, codecs: CodecRegistry): CodecResult {
  const parts: Uint8Array[] = [];
  const codecIds = new Uint8Array(task.codecIds);
  let start = 0;
  for (let i = 0; i < task.lengths.length; i++) {
    const end = start + (task.lengths[i] as number);
    const chunk = task.bytes.subarray(start, end);
    const codec = codecs.byId(codecIds[i] as number);
    start = end;
    if (task.kind === "decode") {
      parts.push(codec.decode(chunk, task.maxByteLength));
      continue;
    }
    const stored = encodeChunk(chunk, codec);
    if (stored === chunk) codecIds[i] = 0;
    parts.push(stored);
  }
  return { ...join(parts), codecIds };
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
