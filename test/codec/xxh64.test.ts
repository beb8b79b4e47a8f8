import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hashModulo } from "../../src/codec/hash-modulo.ts";
import { createXxh64, formatHash, type Hash, xxh64 } from "../../src/codec/xxh64.ts";
import { xxh64First } from "../../src/codec/xxh64-first.ts";
import { xxh64Twin } from "../../src/codec/xxh64-twin.ts";
import { createKernels } from "../../wasm/kernels.ts";
import { corpora } from "./corpora.ts";

const kernels = createKernels();

function hashWith(implementation: Hash, bytes: Uint8Array, start = 0, end = bytes.length): string {
  const out = new Uint32Array(2);
  implementation(bytes, start, end, out);
  return formatHash(out[0] ?? 0, out[1] ?? 0);
}

const implementations: Readonly<Record<string, Hash>> = {
  "the library's": xxh64,
  kernel: (...range) => expect(kernels.hash(...range)).toBe(true),
  twin: xxh64Twin,
  "for the first bytes": xxh64First,
  "without WebAssembly": createXxh64(createKernels({ webAssembly: undefined })),
};

describe.each(Object.entries(implementations))("%s", (_, implementation) => {
  const hash = (bytes: Uint8Array, start?: number, end?: number): string => hashWith(implementation, bytes, start, end);

  describe("known values", () => {
    const known = {
      "": "ef46db3751d8e999",
      a: "d24ec4f1a98c6e5b",
      abc: "44bc2cf5ad770999",
      "123456789": "8cb841db40e6ae83",
      xxhash: "32dd38952c4bc720",
    };
    for (const [text, expected] of Object.entries(known)) {
      it(JSON.stringify(text), () => expect(hash(new TextEncoder().encode(text))).toBe(expected));
    }
  });

  it("is the twin's, at every length up to 400 and every border of what is hashed at once", () => {
    const bytes = corpora.noise?.(100_100, 3) ?? new Uint8Array();
    const around = [-32, -31, -8, -1, 0, 1, 7, 31, 32, 33, 1000];
    const borders = [4096, 8192, 16_384, 32_768, 49_152, 65_536, 98_304];
    const lengths = [...Array(401).keys(), ...borders.flatMap((border) => around.map((more) => border + more))];
    for (const length of lengths) {
      const expected = hashWith(xxh64Twin, bytes, 5, 5 + length);
      expect(`${length}: ${hash(bytes, 5, 5 + length)}`).toBe(`${length}: ${expected}`);
    }
  });

  describe("the range", () => {
    it("is all that counts, at every alignment", () => {
      const bytes = corpora.noise?.(200, 4) ?? new Uint8Array();
      for (let start = 0; start < 9; start++) {
        for (const length of [0, 3, 4, 8, 31, 32, 33, 100]) {
          expect(hash(bytes, start, start + length)).toBe(hash(bytes.slice(start, start + length)));
        }
      }
    });

    it("a hash does not depend on the one before", () => {
      const abc = new TextEncoder().encode("abc");
      hash(corpora.noise?.(1000, 1) ?? abc);
      expect(hash(abc)).toBe("44bc2cf5ad770999");
    });

    it("is stable once optimised", () => {
      const bytes = corpora.noise?.(64, 2) ?? new Uint8Array();
      const expected = Array.from({ length: 65 }, (_, length) => hash(bytes, 0, length));
      for (let times = 0; times < 300; times++) {
        for (let length = 0; length <= 64; length++) {
          if (hash(bytes, 0, length) !== expected[length]) expect.unreachable(`round ${times}, length ${length}`);
        }
      }
    });
  });
});

/*
 * The specification, word by word, over BigInt. Called a few hundred times only: V8 11 aborts the process once such code is hot.
 */
const MASK = 2n ** 64n - 1n;
const PRIMES = [
  0x9e3779b185ebca87n,
  0xc2b2ae3d27d4eb4fn,
  0x165667b19e3779f9n,
  0x85ebca77c2b2ae63n,
  0x27d4eb2f165667c5n,
];
const [P1 = 0n, P2 = 0n, P3 = 0n, P4 = 0n, P5 = 0n] = PRIMES;
const rotate = (value: bigint, bits: bigint): bigint => ((value << bits) | (value >> (64n - bits))) & MASK;
const round = (lane: bigint, input: bigint): bigint => (rotate((lane + input * P2) & MASK, 31n) * P1) & MASK;

function reference(bytes: Uint8Array): string {
  const read = (at: number, count: number): bigint =>
    [...bytes.subarray(at, at + count)].reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
  let result = P5;
  let at = 0;
  if (bytes.length >= 32) {
    let lanes = [P1 + P2, P2, 0n, MASK + 1n - P1].map((lane) => lane & MASK);
    for (; at + 32 <= bytes.length; at += 32) lanes = lanes.map((lane, index) => round(lane, read(at + 8 * index, 8)));
    result = [1n, 7n, 12n, 18n].reduce((sum, bits, index) => sum + rotate(lanes[index] ?? 0n, bits), 0n) & MASK;
    for (const lane of lanes) result = ((result ^ round(0n, lane)) * P1 + P4) & MASK;
  }
  result = (result + BigInt(bytes.length)) & MASK;
  for (; at + 8 <= bytes.length; at += 8) result = (rotate(result ^ round(0n, read(at, 8)), 27n) * P1 + P4) & MASK;
  if (at + 4 <= bytes.length) {
    result = (rotate(result ^ ((read(at, 4) * P1) & MASK), 23n) * P2 + P3) & MASK;
    at += 4;
  }
  for (; at < bytes.length; at++) result = (rotate(result ^ ((read(at, 1) * P5) & MASK), 11n) * P1) & MASK;
  result = ((result ^ (result >> 33n)) * P2) & MASK;
  result = ((result ^ (result >> 29n)) * P3) & MASK;
  return (result ^ (result >> 32n)).toString(16).padStart(16, "0");
}

describe("the twin against the specification", () => {
  it("every length up to 100", () => {
    for (const kind of ["noise", "zeros"]) {
      for (let length = 0; length <= 100; length++) {
        const bytes = corpora[kind]?.(length, length + 1) ?? new Uint8Array();
        expect(`${kind} ${length}: ${hashWith(xxh64Twin, bytes)}`).toBe(`${kind} ${length}: ${reference(bytes)}`);
      }
    }
  });

  it("bytes with every carry", () => {
    for (let length = 0; length <= 100; length++) {
      const bytes = new Uint8Array(length).fill(0xff);
      expect(`${length}: ${hashWith(xxh64Twin, bytes)}`).toBe(`${length}: ${reference(bytes)}`);
    }
  });

  it("any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(hashWith(xxh64Twin, bytes)).toBe(reference(bytes));
      }),
      { numRuns: 200 },
    );
  });
});

describe("formatHash", () => {
  it("is 16 digits, also for signed halves", () => {
    expect(formatHash(0, 0)).toBe("0000000000000000");
    expect(formatHash(1, 0xf)).toBe("0000000f00000001");
    expect(formatHash(-1, -2)).toBe("fffffffeffffffff");
  });
});

describe("hashModulo", () => {
  it("is exact", () => {
    const u32 = fc.integer({ min: 0, max: 0xffffffff });
    const divisor = fc.oneof(fc.integer({ min: 1, max: 2000 }), fc.integer({ min: 1, max: 2 ** 32 }));
    fc.assert(
      fc.property(u32, u32, divisor, (lo, hi, by) => {
        expect(hashModulo(lo, hi, by)).toBe(Number(((BigInt(hi) << 32n) | BigInt(lo)) % BigInt(by)));
      }),
      { numRuns: 500 },
    );
  });

  it("at the ends of its range", () => {
    const max = 0xffffffff;
    expect(hashModulo(max, max, 1)).toBe(0);
    expect(hashModulo(max, max, 2 ** 32)).toBe(max);
    expect(hashModulo(max, max, max)).toBe(0);
    expect(hashModulo(max - 1, max, max)).toBe(max - 1);
    expect(hashModulo(-1, -1, 1000)).toBe(615);
  });
});
