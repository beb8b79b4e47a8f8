import { describe, expect, it } from "vitest";
import { decodeBlock } from "../../src/codec/lz4-block.ts";
import { encodeSizedBlock } from "../../src/codec/lz4-compress.ts";
import { isParcodeError } from "../../src/errors.ts";
import { createKernels } from "../../wasm/kernels.ts";
import { lz4Wasm } from "../../wasm/lz4-wasm.ts";
import { corpora, difference, randomU32 } from "../codec/corpora.ts";
import { damage } from "./damage.ts";

const kernels = createKernels();

const PREFIX = 4;

/** What the twin makes of a block, or null if it refuses it. */
function twin(block: Uint8Array, start: number, maxByteLength: number): Uint8Array | null {
  const target = new Uint8Array(maxByteLength);
  try {
    return target.subarray(0, decodeBlock(block, start, block.length, target));
  } catch (error) {
    if (!isParcodeError(error, "CorruptChunk")) throw error;
    return null;
  }
}

/** Where kernel and twin disagree, or "same" or "refused". */
function compare(block: Uint8Array, start: number, maxByteLength: number): string {
  const expected = twin(block, start, maxByteLength);
  const actual = kernels.decodeBlock(block, start, maxByteLength);
  if (expected === null) return actual === null ? "refused" : `${actual.length} bytes of a block to be refused`;
  return actual === null ? "refused what the twin takes" : difference(actual, expected);
}

/** A block of one sequence, and literals behind it so that it may end. */
function sequence(literalLength: number, offset: number, matchLength: number, tailLength: number): Uint8Array {
  const lengthBytes = (length: number): number[] =>
    length < 15 ? [] : [...Array<number>(Math.floor((length - 15) / 255)).fill(255), (length - 15) % 255];
  const literals = (length: number, factor: number): number[] =>
    Array.from({ length }, (_, index) => (index * factor + 11) & 0xff);
  const extra = matchLength - 4;
  return Uint8Array.from([
    (Math.min(literalLength, 15) << 4) | Math.min(extra, 15),
    ...lengthBytes(literalLength),
    ...literals(literalLength, 37),
    offset & 0xff,
    offset >> 8,
    ...lengthBytes(extra),
    Math.min(tailLength, 15) << 4,
    ...lengthBytes(tailLength),
    ...literals(tailLength, 91),
  ]);
}

describe("the LZ4 kernel gives what its twin gives", () => {
  it("blocks of every corpus, up to 400 bytes and around larger borders", () => {
    const lengths = [...Array(401).keys(), 4095, 4096, 65_535, 65_536, 65_537, 300_000];
    for (const [kind, corpus] of Object.entries(corpora)) {
      for (const byteLength of lengths) {
        const payload = corpus(byteLength, byteLength + 1);
        const stored = lz4Wasm.compress(payload) ?? encodeSizedBlock(payload);
        const decoded = kernels.decodeBlock(stored, PREFIX, byteLength) ?? new Uint8Array();
        expect(`${kind} ${byteLength}: ${difference(decoded, payload)}`).toBe(`${kind} ${byteLength}: same`);
      }
    }
  });

  it("matches and literals of every length and distance, with room to spare and without", () => {
    const outcomes = new Map<string, number>();
    for (const tailLength of [0, 1, 40]) {
      for (let offset = 0; offset <= 40; offset++) {
        for (const literalLength of [0, 7, 14, 15, 16, offset, 270, 600]) {
          for (const matchLength of [4, 8, 16, 17, 18, 19, 20, 33, 64, 65, 274, 512, 513, 700]) {
            const block = sequence(literalLength, offset, matchLength, tailLength);
            const exact = literalLength + matchLength + tailLength;
            for (const room of [exact, exact + 1, exact + 100, exact - 1, literalLength]) {
              const outcome = compare(block, 0, room);
              outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
            }
          }
        }
      }
    }
    expect([...outcomes.keys()].sort()).toEqual(["refused", "same"]);
    expect(Math.min(...outcomes.values())).toBeGreaterThan(20_000);
  });

  it("far matches, long ones and long literals", () => {
    for (const offset of [500, 512, 513, 4000, 65_535]) {
      for (const matchLength of [400, 512, 513, 4000, 70_000]) {
        expect(compare(sequence(66_000, offset, matchLength, 9), 0, 200_000), `${offset} ${matchLength}`).toBe("same");
      }
    }
  });

  it("prefixes of a block", () => {
    const payload = corpora.mixed?.(600, 5) ?? new Uint8Array();
    const stored = encodeSizedBlock(payload);
    for (let end = 0; end <= stored.length; end++) {
      const outcome = compare(stored.slice(0, end), Math.min(PREFIX, end), 600);
      expect(["same", "refused"], `${end} bytes`).toContain(outcome);
    }
  });

  it("40 000 damaged blocks", () => {
    const random = randomU32(77);
    const seeds = Object.values(corpora).flatMap((corpus) =>
      [0, 1, 7, 20, 40, 100, 300, 400, 1500].map((byteLength) => encodeSizedBlock(corpus(byteLength, byteLength + 3))),
    );
    const outcomes = { same: 0, refused: 0 };
    for (let round = 0; round < 40_000; round++) {
      const seed = seeds[random() % seeds.length] ?? new Uint8Array();
      const block = damage(seed.subarray(PREFIX), random, 0);
      const room = random() % 4 === 0 ? random() % 2000 : 1500;
      const outcome = compare(block, 0, room);
      if (outcome !== "same" && outcome !== "refused") expect.unreachable(`round ${round}: ${outcome}`);
      outcomes[outcome as "same"]++;
    }
    expect(Math.min(...Object.values(outcomes))).toBeGreaterThan(4000);
  });

  it("bytes that were never a block", () => {
    const random = randomU32(78);
    for (let round = 0; round < 20_000; round++) {
      const block = Uint8Array.from({ length: random() % 60 }, () => (random() % 3 === 0 ? 255 : random() & 0x1f));
      const outcome = compare(block, 0, random() % 3000);
      if (outcome !== "same" && outcome !== "refused") expect.unreachable(`round ${round}: ${outcome}`);
    }
  });

  it("length bytes without end are no overflow", () => {
    const block = new Uint8Array(300_000).fill(255);
    expect(compare(block, 0, 1000)).toBe("refused");
    block[0] = 0x1f;
    block[2] = 1;
    block[3] = 0;
    expect(compare(block, 0, 1000)).toBe("refused");
  });
});

describe("what was in the memory before", () => {
  it("is not in a payload", () => {
    kernels.decodeBlock(encodeSizedBlock(new Uint8Array(100_000).fill(0xaa)), PREFIX, 100_000);
    const short = kernels.decodeBlock(Uint8Array.of(0x20, 1, 2), 0, 50_000);
    expect([...(short ?? [])]).toEqual([1, 2]);
  });

  it("does not decide what is refused", () => {
    const random = randomU32(5);
    for (let round = 0; round < 300; round++) {
      const block = damage(encodeSizedBlock(corpora.mixed?.(300, round) ?? new Uint8Array()), random, PREFIX);
      const first = compare(block, PREFIX, 300);
      kernels.decodeBlock(encodeSizedBlock(new Uint8Array(3000).fill(round)), PREFIX, 3000);
      expect(compare(block, PREFIX, 300)).toBe(first);
    }
  });
});
