import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeSizedBlock } from "../../src/codec/lz4-compress.ts";
import { lz4Wasm } from "../../wasm/lz4-wasm.ts";
import { type Corpus, corpora, difference } from "./corpora.ts";

/** Where the size of the table of positions changes, and where u16 no longer holds a position. */
const TABLE_EDGES = [256, 512, 1024, 2048, 4096, 8192, 16_384, 32_768].flatMap((size) => [size - 1, size, size + 1]);
const WIDE_EDGES = [65_534, 65_535, 65_536, 65_537, 65_538, 65_539, 65_540];

function againstWasm(payload: Uint8Array): string {
  const expected = lz4Wasm.compress(payload);
  if (expected === null) return "no WebAssembly here";
  return difference(encodeSizedBlock(payload), expected);
}

function checkAll(corpus: Corpus, byteLengths: readonly number[], seeds = 1): void {
  for (const byteLength of byteLengths) {
    for (let seed = 1; seed <= seeds; seed++) {
      const what = `${byteLength} bytes, seed ${byteLength + seed}`;
      expect(`${what}: ${againstWasm(corpus(byteLength, byteLength + seed))}`).toBe(`${what}: same`);
    }
  }
}

for (const [kind, corpus] of Object.entries(corpora)) {
  describe(`the same bytes as lz4-wasm: ${kind}`, () => {
    it("every length up to 400", () => {
      const lengths = Array.from({ length: 401 }, (_, length) => length);
      checkAll(corpus, lengths, kind === "mixed" ? 5 : 1);
    });
    it("where the table of positions changes", () => checkAll(corpus, [...TABLE_EDGES, ...WIDE_EDGES], 2));
    it("large", () => checkAll(corpus, [131_072, 200_001, 1 << 20]));
  });
}

describe("the same bytes as lz4-wasm: more", () => {
  it("copies from the longest distance that a match can name, and from one byte further", () => {
    for (const distance of [65_534, 65_535, 65_536, 65_537]) {
      const payload = corpora.noise?.(distance + 500, 7) ?? new Uint8Array();
      payload.copyWithin(distance, 0, 400);
      expect(`${distance}: ${againstWasm(payload)}`).toBe(`${distance}: same`);
    }
  });

  it("literal and match lengths around every length byte", () => {
    for (const length of [14, 15, 16, 18, 19, 20, 269, 270, 271, 273, 274, 275, 524, 525, 526, 1034, 1035, 5000]) {
      const noise = corpora.noise?.(length, length) ?? new Uint8Array();
      const payload = Uint8Array.from([...noise, ...new Uint8Array(length), ...noise, ...noise]);
      expect(`${length}: ${againstWasm(payload)}`).toBe(`${length}: same`);
    }
  });

  it("any sequence of pieces", () => {
    const piece = fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 30 }));
    const pieces = fc.array(
      fc.oneof(piece, fc.tuple(fc.constant(Uint8Array.of(0, 1)), fc.integer({ max: 300, min: 1 }))),
    );
    fc.assert(
      fc.property(pieces, (list) => {
        const payload = Uint8Array.from(
          list.flatMap(([bytes, times]) =>
            Array(times)
              .fill([...bytes])
              .flat(),
          ),
        );
        expect(againstWasm(payload)).toBe("same");
      }),
      { numRuns: 300 },
    );
  });

  it("a view into a larger buffer", () => {
    const whole = corpora.text?.(10_000, 3) ?? new Uint8Array();
    expect(againstWasm(whole.subarray(1001, 7003))).toBe("same");
  });

  it("the result holds no more memory than its bytes, and is not written again", () => {
    const first = encodeSizedBlock(new Uint8Array(1000).fill(1));
    const copy = first.slice();
    expect(first.buffer.byteLength).toBe(first.length);
    encodeSizedBlock(new Uint8Array(1000).fill(2));
    expect(difference(first, copy)).toBe("same");
  });
});
