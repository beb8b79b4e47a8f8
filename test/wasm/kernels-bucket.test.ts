import { describe, expect, it } from "vitest";
import { encodeSizedBlock } from "../../src/codec/lz4-compress.ts";
import { Bucket } from "../../src/format/bucket.ts";
import { BUCKET_HASH_BYTES, BUCKET_HEAD_BYTES, BUCKET_OFFSET_BYTES } from "../../src/format/layout.ts";
import { createKernels } from "../../wasm/kernels.ts";
import { corpora, randomU32 } from "../codec/corpora.ts";

const kernels = createKernels();

/** A bucket's payload: its number of entries, and these hashes, halves of u32 in turn. */
function bucketOf(halves: Uint32Array): Uint8Array {
  const count = halves.length / 2;
  const payload = new Uint8Array(BUCKET_HEAD_BYTES + count * (BUCKET_HASH_BYTES + BUCKET_OFFSET_BYTES));
  new DataView(payload.buffer).setUint32(0, count, true);
  halves.forEach((half, index) => {
    new DataView(payload.buffer).setUint32(BUCKET_HEAD_BYTES + 4 * index, half, true);
  });
  return payload;
}

function find(payload: Uint8Array, count: number, low: number, high: number): number | null {
  return kernels.findHash(payload, BUCKET_HEAD_BYTES, count, low, high);
}

describe("a hash in a bucket", () => {
  it("is found where the bucket finds it", () => {
    for (const count of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 100, 101, 2047, 2048, 2049, 5000]) {
      const halves = new Uint32Array((corpora.noise?.(8 * count, count + 1) ?? new Uint8Array()).buffer);
      const payload = bucketOf(halves);
      const bucket = new Bucket(payload, 0);
      for (let index = 0; index < count; index += count > 1000 ? 97 : 1) {
        const [low = 0, high = 0] = halves.subarray(2 * index);
        expect(find(payload, count, low, high)).toBe(bucket.find(low, high, 0));
        expect(find(payload, index, low, high)).toBe(-1);
        expect(find(payload, count, low ^ 1, high)).toBe(-1);
        expect(find(payload, count, low, high ^ 0x80000000)).toBe(-1);
        expect(find(payload, count, high, low)).toBe(-1);
      }
    }
  });

  it("is the first of those that are equal", () => {
    const random = randomU32(3);
    for (let round = 0; round < 300; round++) {
      const halves = Uint32Array.from({ length: 2 * (random() % 40) }, () => random() % 3);
      const payload = bucketOf(halves);
      const bucket = new Bucket(payload, 0);
      for (let low = 0; low < 3; low++) {
        for (let high = 0; high < 3; high++) {
          expect(find(payload, halves.length / 2, low, high), `round ${round}`).toBe(bucket.find(low, high, 0));
        }
      }
    }
  });

  it("is found in place, where a block was decoded", () => {
    const halves = new Uint32Array((corpora.noise?.(8 * 3000, 5) ?? new Uint8Array()).buffer);
    const payload = bucketOf(halves);
    const used = kernels.withDecodedBlock(encodeSizedBlock(payload), 4, payload.length, (view) => {
      for (const index of [0, 1, 1500, 2048, 2999]) {
        const [low = 0, high = 0] = halves.subarray(2 * index);
        expect(find(view, 3000, low, high)).toBe(index);
        expect(find(view, index, low, high)).toBe(-1);
      }
    });
    expect(used).toBe(true);
  });
});
