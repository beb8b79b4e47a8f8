import { describe, expect, it } from "vitest";
import { encodeSizedBlock } from "../../src/codec/lz4-compress.ts";
import { xxh64Twin } from "../../src/codec/xxh64-twin.ts";
import { createKernels, type Kernels } from "../../wasm/kernels.ts";
import { corpora, difference, randomU32 } from "../codec/corpora.ts";
import { counting, refusing, replaced } from "./web-assembly.ts";

const PREFIX = 4;

function twinOf(bytes: Uint8Array): number[] {
  const out = new Uint32Array(2);
  xxh64Twin(bytes, 0, bytes.length, out);
  return [...out];
}

function textHash(kernels: Kernels, text: string, last: number): number[] | null {
  const out = new Uint32Array(2);
  return kernels.hashText(text, last, out) ? [...out] : null;
}

/** Every kernel once; what each answers where there is none. */
function answers(kernels: Kernels): unknown[] {
  const stored = encodeSizedBlock(Uint8Array.of(1, 2, 3));
  const out = new Uint32Array(2);
  return [
    kernels.decodeBlock(stored, PREFIX, 3),
    kernels.withDecodedBlock(stored, PREFIX, 3, () => {}),
    kernels.hash(stored, 0, 3, out),
    kernels.hashPieces([stored], out),
    kernels.hashText("a", 0xff, out),
    kernels.decodeVarints("u32", stored, PREFIX, new Uint32Array(1), 0, 1),
  ];
}

const NOT_HERE = [null, false, false, false, false, null];

it("hashes pieces as if they were one, however they are cut", () => {
  const kernels = createKernels();
  const bytes = corpora.noise?.(100_100, 3) ?? new Uint8Array();
  const out = new Uint32Array(2);
  for (const cuts of [
    [],
    [0],
    [3],
    [3, 20_000],
    [16_384],
    [16_383, 16_384, 32_768, 32_769],
    [40_000, 40_000, 99_999],
  ]) {
    for (const length of [0, 1, 31, 32, 16_384, 16_385, 49_152, 100_100]) {
      const ends = [...cuts.filter((cut) => cut <= length), length];
      const pieces = ends.map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end));
      expect(kernels.hashPieces(pieces, out)).toBe(true);
      expect([...out], `${length} bytes, cut at ${cuts}`).toEqual(twinOf(bytes.subarray(0, length)));
    }
  }
});

describe("the text of a key", () => {
  const kernels = createKernels();

  it("hashes as its UTF-8 and the last byte do, up to 255 characters", () => {
    const random = randomU32(1);
    for (let length = 0; length <= 255; length++) {
      const bytes = Uint8Array.from({ length: length + 1 }, () => random() % 128);
      bytes[length] = length;
      const text = String.fromCharCode(...bytes.subarray(0, length));
      expect(textHash(kernels, text, length), `${length}`).toEqual(twinOf(bytes));
    }
  });

  it("is left to the twin if it is long, or not ASCII", () => {
    expect(textHash(kernels, "a".repeat(256), 0)).toBeNull();
    for (const text of ["é", "abcé", "éabc", "日本", "😀", "\ud800", "\x80", "aaaaaaaĀ"]) {
      expect(textHash(kernels, text, 0xff), text).toBeNull();
    }
  });

  it("may have characters below a space", () => {
    expect(textHash(kernels, "\0\x01\x7f", 0xff)).toEqual(twinOf(Uint8Array.of(0, 1, 0x7f, 0xff)));
  });
});

describe("an instance", () => {
  it("nothing is compiled before the first call, and then only once", () => {
    const { webAssembly, made } = counting();
    const kernels = createKernels({ webAssembly });
    expect(made).toEqual({ modules: 0, instances: 0 });
    for (let times = 0; times < 3; times++) expect(answers(kernels)).not.toContain(null);
    expect(made).toEqual({ modules: 1, instances: 1 });
  });

  it("is dropped once its memory has grown beyond the limit, and replaced", () => {
    const { webAssembly, made } = counting();
    const kernels = createKernels({ webAssembly, maxRetainedBytes: 4 << 20 });
    const small = encodeSizedBlock(corpora.text?.(100_000, 1) ?? new Uint8Array());
    const large = encodeSizedBlock(new Uint8Array(8 << 20));
    expect(kernels.decodeBlock(small, PREFIX, 100_000)?.length).toBe(100_000);
    expect(made.instances).toBe(1);
    expect(kernels.decodeBlock(large, PREFIX, 8 << 20)?.length).toBe(8 << 20);
    expect(made.instances).toBe(1);
    expect(kernels.decodeBlock(small, PREFIX, 100_000)?.length).toBe(100_000);
    expect(textHash(kernels, "abc", 1)).toEqual(twinOf(Uint8Array.of(97, 98, 99, 1)));
    expect(made).toEqual({ modules: 1, instances: 2 });
  });

  it("is dropped after a refusal too", () => {
    const { webAssembly, made } = counting();
    const kernels = createKernels({ webAssembly, maxRetainedBytes: 4 << 20 });
    expect(kernels.decodeBlock(Uint8Array.of(0x10, 1, 0, 0), 0, 8 << 20)).toBeNull();
    expect(textHash(kernels, "abc", 1)).not.toBeNull();
    expect(made.instances).toBe(2);
  });

  it("does not grow for a claim beyond its bounds", () => {
    const { webAssembly, made } = counting();
    const kernels = createKernels({ webAssembly });
    expect(kernels.decodeBlock(Uint8Array.of(0x10, 1), 0, 0xffffffff)).toBeNull();
    expect(kernels.decodeBlock(Uint8Array.of(0x10, 1), 0, 10)?.length).toBe(1);
    expect(made.instances).toBe(1);
  });

  it("without memory to grow leaves it to the twin, and serves what fits", () => {
    class Instance extends WebAssembly.Instance {
      constructor(module: WebAssembly.Module, imports: WebAssembly.Imports) {
        super(module, imports);
        (this.exports.memory as WebAssembly.Memory).grow = () => {
          throw new RangeError("WebAssembly.Memory.grow(): Maximum memory size exceeded");
        };
      }
    }
    const kernels = createKernels({ webAssembly: replaced({ Instance }) });
    const stored = encodeSizedBlock(new Uint8Array(3 << 20));
    expect(kernels.decodeBlock(stored, PREFIX, 3 << 20)).toBeNull();
    expect(kernels.decodeBlock(encodeSizedBlock(new Uint8Array(3000)), PREFIX, 3000)?.length).toBe(3000);
  });
});

describe("results", () => {
  const kernels = createKernels();

  it("are the caller's own", () => {
    const payload = corpora.text?.(5000, 1) ?? new Uint8Array();
    const first = kernels.decodeBlock(encodeSizedBlock(payload), PREFIX, 5000) ?? new Uint8Array();
    kernels.decodeBlock(encodeSizedBlock(new Uint8Array(5000).fill(7)), PREFIX, 5000);
    expect(difference(first, payload)).toBe("same");
    expect(first.buffer.byteLength).toBe(5000);
  });

  it("in place they hold while the callback runs, whatever else is called", () => {
    const payload = corpora.text?.(300_000, 1) ?? new Uint8Array();
    const other = encodeSizedBlock(new Uint8Array(3 << 20).fill(7));
    const out = new Uint32Array(2);
    const numbers = new Uint32Array(40_000);
    const used = kernels.withDecodedBlock(encodeSizedBlock(payload), PREFIX, payload.length, (view) => {
      expect(kernels.hash(view, 0, view.length, out)).toBe(true);
      expect([...out]).toEqual(twinOf(payload));
      expect(kernels.hash(payload, 0, payload.length, out)).toBe(true);
      expect([...out]).toEqual(twinOf(payload));
      expect(kernels.decodeVarints("u32", new Uint8Array(40_000), 0, numbers, 0, 40_000)?.count).toBe(40_000);
      expect(textHash(kernels, "abc", 1)).not.toBeNull();
      // No second block at the same time: the first one's memory must not move.
      expect(kernels.decodeBlock(other, PREFIX, 3 << 20)).toBeNull();
      expect(kernels.withDecodedBlock(other, PREFIX, 3 << 20, () => expect.unreachable())).toBe(false);
      expect(difference(view, payload)).toBe("same");
    });
    expect(used).toBe(true);
    expect(kernels.decodeBlock(other, PREFIX, 3 << 20)?.length).toBe(3 << 20);
  });

  it("an error of the callback comes out, and nothing stays lent", () => {
    const stored = encodeSizedBlock(Uint8Array.of(1, 2, 3));
    const throwing = (): never => {
      throw new TypeError("mine");
    };
    expect(() => kernels.withDecodedBlock(stored, PREFIX, 3, throwing)).toThrow("mine");
    expect(kernels.decodeBlock(stored, PREFIX, 3)?.length).toBe(3);
  });

  it("a damaged block is not given to the callback", () => {
    const damaged = Uint8Array.of(0x10, 7, 0, 0, 0x10, 8);
    expect(kernels.withDecodedBlock(damaged, 0, 100, () => expect.unreachable())).toBe(false);
  });
});

describe("where WebAssembly cannot be used", () => {
  it("missing: the twins serve", () => {
    expect(answers(createKernels({ webAssembly: undefined }))).toEqual(NOT_HERE);
  });

  it("refused by policy, or without SIMD: the twins serve, and it is asked only once", () => {
    const { webAssembly, asked } = refusing();
    const kernels = createKernels({ webAssembly });
    for (let times = 0; times < 3; times++) expect(answers(kernels)).toEqual(NOT_HERE);
    expect(asked()).toBe(1);
  });

  it("no memory for an instance: not now, and another try at the next call", () => {
    let refusals = 1;
    class Instance extends WebAssembly.Instance {
      constructor(module: WebAssembly.Module, imports: WebAssembly.Imports) {
        if (refusals-- > 0) throw new RangeError("Out of memory");
        super(module, imports);
      }
    }
    const kernels = createKernels({ webAssembly: replaced({ Instance }) });
    expect(textHash(kernels, "a", 1)).toBeNull();
    expect(textHash(kernels, "a", 1)).toEqual(twinOf(Uint8Array.of(97, 1)));
  });
});
