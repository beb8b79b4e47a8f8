import { expect, it } from "vitest";
import { Bucket } from "../../src/format/bucket.ts";
import { BUCKET_HASH_BYTES, BUCKET_HEAD_BYTES, BUCKET_OFFSET_BYTES } from "../../src/format/layout.ts";
import { randomU32 } from "../codec/corpora.ts";

type Hash = readonly [low: number, high: number];

function bucketOf(hashes: readonly Hash[]): Bucket {
  const payload = new Uint8Array(BUCKET_HEAD_BYTES + hashes.length * (BUCKET_HASH_BYTES + BUCKET_OFFSET_BYTES));
  const view = new DataView(payload.buffer);
  view.setUint32(0, hashes.length, true);
  hashes.forEach(([low, high], index) => {
    view.setUint32(BUCKET_HEAD_BYTES + 8 * index, low, true);
    view.setUint32(BUCKET_HEAD_BYTES + 8 * index + 4, high, true);
  });
  return new Bucket(payload, 0);
}

function ordered(hashes: readonly Hash[]): Hash[] {
  return [...hashes].sort((a, b) => a[1] - b[1] || a[0] - b[0]);
}

/** Of few values, so that some are equal and many have a half in common. */
const HALVES = [0, 1, 2, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];

it("finds the first entry with a hash at or behind a place, in order or not", () => {
  const random = randomU32(1);
  const half = (): number => HALVES[random() % HALVES.length] as number;
  for (let round = 0; round < 300; round++) {
    const drawn = Array.from({ length: random() % 40 }, (): Hash => [half(), half()]);
    for (const hashes of [drawn, ordered(drawn)]) {
      const bucket = bucketOf(hashes);
      for (const low of HALVES) {
        for (const high of HALVES) {
          for (const from of [0, 1, hashes.length >> 1, hashes.length]) {
            const expected = hashes.findIndex((hash, entry) => entry >= from && hash[0] === low && hash[1] === high);
            if (bucket.find(low, high, from) !== expected) expect.unreachable(`${low} ${high} from ${from}: ${hashes}`);
          }
        }
      }
    }
  }
});

it("finds every entry of a bucket whose last two only are out of order", () => {
  const hashes = Array.from({ length: 100 }, (_, entry): Hash => [entry, 5]);
  [hashes[98], hashes[99]] = [hashes[99] as Hash, hashes[98] as Hash];
  const bucket = bucketOf(hashes);
  hashes.forEach(([low, high], entry) => {
    expect(bucket.find(low, high, 0)).toBe(entry);
  });
});
