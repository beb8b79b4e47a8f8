// BLAKE3 twice: by hash-wasm, and in TypeScript; and both against digests that the specification's authors publish.
import { createBLAKE3 } from "hash-wasm";
import { expect, test } from "vitest";
import { loadBlake3, plainBlake3 } from "../../src/codec/blake3.ts";
import { hex } from "../../src/format/integrity.ts";

/** Inputs count 0, 1, … 250, 0, 1 …; from the test vectors of the reference implementation, their first 32 bytes. */
const PUBLISHED: readonly (readonly [byteLength: number, digest: string])[] = [
  [0, "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"],
  [1, "2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e213"],
  [1024, "42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7"],
];

const input = (byteLength: number): Uint8Array => Uint8Array.from({ length: byteLength }, (_, i) => i % 251);

function digestOf(bytes: Uint8Array, write = plainBlake3.write): string {
  const padded = new Uint8Array(bytes.length + 7);
  padded.set(bytes, 3);
  const out = new Uint8Array(40).fill(0xee);
  write(padded, 3, 3 + bytes.length, out, 4);
  expect([...out.subarray(0, 4), ...out.subarray(36)]).toEqual(Array(8).fill(0xee));
  return hex(out.subarray(4, 36));
}

test.each(PUBLISHED)("the published digest of %i bytes", async (byteLength, digest) => {
  expect(digestOf(input(byteLength))).toBe(digest);
  expect(digestOf(input(byteLength), (await loadBlake3()).write)).toBe(digest);
});

test("any length, around blocks, chunks and whole trees of them", async () => {
  const hasher = await createBLAKE3();
  const { write } = await loadBlake3();
  const lengths = Array.from({ length: 140 }, (_, i) => i);
  for (let chunks = 1; chunks <= 17; chunks++) lengths.push(1024 * chunks - 1, 1024 * chunks, 1024 * chunks + 1);
  for (const byteLength of [...lengths, 131_072, 200_001]) {
    const bytes = input(byteLength);
    const expected = hasher.init().update(bytes).digest("hex");
    expect([byteLength, digestOf(bytes), digestOf(bytes, write)]).toEqual([byteLength, expected, expected]);
  }
});
