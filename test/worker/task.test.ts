import { expect, it } from "vitest";
import type { CodecTask } from "../../src/codec/executor.ts";
import { lz4 } from "../../src/codec/lz4.ts";
import { defaultCodecs } from "../../src/codec/registry.ts";
import { CorruptChunkError, LimitExceededError } from "../../src/errors.ts";
import { runTask } from "../../src/worker/task.ts";
import { corpora, difference } from "../codec/corpora.ts";

const KINDS = ["text", "noise", "zeros", "floats", "records"];

function payloads(sizes: readonly number[]): Uint8Array[] {
  return sizes.map((size, i) => corpora[KINDS[i % KINDS.length] as string]?.(size, i) ?? new Uint8Array());
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function task(kind: CodecTask["kind"], parts: readonly Uint8Array[], codecIds: readonly number[]): CodecTask {
  return {
    kind,
    bytes: joined(parts),
    lengths: Uint32Array.from(parts, ({ length }) => length),
    codecIds: Uint8Array.from(codecIds),
    maxByteLength: 1 << 24,
  };
}

it("each task gives its own payloads, in bytes of their own, whatever was done before", () => {
  const kept: { bytes: Uint8Array; expected: Uint8Array }[] = [];
  for (const sizes of [[0, 1], [100, 70_000, 131_072], [], [5_000_000, 3], [1 << 20, 1 << 20, 9], [64]]) {
    const parts = payloads(sizes);
    const codecIds = parts.map((_, i) => (i % 3 === 2 ? 0 : 1));
    const stored = parts.map((part, i) => (codecIds[i] === 0 ? part : lz4.encode(part)));
    const result = runTask(task("decode", stored, codecIds), defaultCodecs);
    expect([...result.lengths]).toEqual(sizes);
    expect(result.bytes.buffer.byteLength).toBe(result.bytes.length);
    kept.push({ bytes: result.bytes, expected: joined(parts) });
  }
  for (const { bytes, expected } of kept) expect(difference(bytes, expected)).toBe("same");
});

it("what it has compressed it decompresses", () => {
  const parts = payloads([200_000, 100_000, 10, 50_000]);
  const encoded = runTask(task("encode", parts, [1, 1, 1, 1]), defaultCodecs);
  expect([...encoded.codecIds]).toEqual([1, 0, 0, 1]);
  const { bytes } = runTask({ kind: "decode", ...encoded, maxByteLength: 1 << 24 }, defaultCodecs);
  expect(difference(bytes, joined(parts))).toBe("same");
});

it("fails with the first chunk that does not decompress", () => {
  const [good = new Uint8Array(), large = new Uint8Array()] = payloads([1000, 2000]).map((part) => lz4.encode(part));
  expect(() => runTask(task("decode", [good, good.subarray(0, 50)], [1, 1]), defaultCodecs)).toThrow(CorruptChunkError);
  const limited = { ...task("decode", [good, large], [1, 1]), maxByteLength: 1000 };
  expect(() => runTask(limited, defaultCodecs)).toThrow(LimitExceededError);
});
