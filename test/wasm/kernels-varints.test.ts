import { describe, expect, it } from "vitest";
import { ByteReader } from "../../src/bytes/reader.ts";
import { encodeSizedBlock } from "../../src/codec/lz4-compress.ts";
import { isParcodeError } from "../../src/errors.ts";
import { createKernels, type VarintArray, type VarintKind, type VarintRun } from "../../wasm/kernels.ts";
import { difference, randomU32 } from "../codec/corpora.ts";
import { damage } from "./damage.ts";

const kernels = createKernels();

const ARRAYS = {
  u16: Uint16Array,
  u32: Uint32Array,
  u64: BigUint64Array,
  i16: Int16Array,
  i32: Int32Array,
  i64: BigInt64Array,
  uint: Float64Array,
  int: Float64Array,
} as const;

const KINDS = Object.keys(ARRAYS) as VarintKind[];

/** What a target holds beforehand: whatever is not written shows. */
function untouched(kind: VarintKind, count: number): VarintArray {
  const target = new ARRAYS[kind](count);
  bytesOf(target).fill(0xcd);
  return target;
}

function bytesOf(array: VarintArray): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

/** Reads one by one, up to the first error. */
function oracle(kind: VarintKind, bytes: Uint8Array, start: number, target: VarintArray, at: number, count: number) {
  const reader = new ByteReader(bytes, start);
  for (let index = 0; index < count; index++) {
    const position = reader.position;
    try {
      target[at + index] = reader[kind]();
    } catch (error) {
      if (!isParcodeError(error, "CorruptChunk")) throw error;
      return { count: index, position };
    }
  }
  return { count, position: reader.position };
}

/** Decodes both ways, and compares what was decoded, how far, and what was left alone. */
function compare(kind: VarintKind, bytes: Uint8Array, start: number, count: number, label: string): VarintRun {
  const expectedTarget = untouched(kind, count + 7);
  const actualTarget = untouched(kind, count + 7);
  const expected = oracle(kind, bytes, start, expectedTarget, 3, count);
  const actual = kernels.decodeVarints(kind, bytes, start, actualTarget, 3, count);
  if (actual === null) return expect.unreachable(`${label}: no WebAssembly here`);
  // Without expect, which would take most of the time.
  const reached = `${actual.count} elements, ${actual.position} bytes: `;
  const wanted = `${expected.count} elements, ${expected.position} bytes: same`;
  const found = reached + difference(bytesOf(actualTarget), bytesOf(expectedTarget));
  if (found !== wanted) expect.unreachable(`${label}: ${found}, and not ${wanted}`);
  return actual;
}

type Style = "small" | "mixed" | "wide" | "any";

/** Varints of every form: minimal and not, up to the marker that may be too wide for a type. */
function varints(random: () => number, count: number, style: Style, widest: number): Uint8Array {
  const bytes: number[] = [];
  for (let index = 0; index < count; index++) {
    const share = random() % 100;
    const small = { small: 100, mixed: 70, wide: 5, any: 40 }[style];
    const markers = style === "any" ? 5 : widest - 250;
    const marker = share < small ? 250 : 251 + (random() % markers);
    if (marker === 250) {
      bytes.push(random() % 251);
    } else {
      bytes.push(marker);
      // Zeros above make a form that is not the smallest one.
      const zeros = random() % 3 === 0 ? random() % 8 : 0;
      const width = 2 ** (marker - 250);
      for (let byte = 0; byte < width; byte++) bytes.push(byte >= width - zeros ? 0 : random() & 0xff);
    }
  }
  return Uint8Array.from(bytes);
}

const WIDEST: Record<VarintKind, number> = {
  u16: 251,
  i16: 251,
  u32: 252,
  i32: 252,
  u64: 253,
  i64: 253,
  uint: 252,
  int: 252,
};

describe.each(KINDS)("%s", (kind) => {
  it("one by one, in every form", () => {
    const values: readonly (readonly number[])[] = [
      ...Array.from({ length: 251 }, (_, value) => [value]),
      ...[0, 1, 250, 251, 255, 256, 0x7fff, 0x8000, 0xfffe, 0xffff].map((value) => [251, value & 0xff, value >> 8]),
      [252, 0, 0, 0, 0],
      [252, 1, 0, 0, 0],
      [252, 255, 255, 255, 127],
      [252, 0, 0, 0, 128],
      [252, 255, 255, 255, 255],
      ...[0, 1, 0x0f, 0x10, 0x1f, 0x20, 0x3f, 0x40, 0x7f, 0x80, 0xff].flatMap((top) =>
        [0, 1, 2, 253, 254, 255].flatMap((low) =>
          [0, 255].map((middle) => [253, low, middle, middle, middle, middle, middle, top, 0]),
        ),
      ),
      [253, 0, 0, 0, 0, 0, 0, 0, 128],
      [253, 255, 255, 255, 255, 255, 255, 255, 127],
      [253, 255, 255, 255, 255, 255, 255, 255, 255],
      [254, ...new Array<number>(16).fill(0)],
      [255, 0, 0],
    ];
    for (const value of values) {
      // Alone, cut off, and with others around.
      for (let end = 0; end <= value.length; end++) {
        compare(kind, Uint8Array.from(value.slice(0, end)), 0, 1, `${value} to ${end}`);
      }
      compare(kind, Uint8Array.from([7, ...value, 9]), 0, 3, `${value} between others`);
    }
  });

  it("numbers of elements around those that are looked at together", () => {
    const random = randomU32(kind.length);
    for (const style of ["small", "mixed", "wide"] as const) {
      for (let count = 0; count <= 130; count++) {
        const bytes = varints(random, count, style, WIDEST[kind]);
        expect(compare(kind, bytes, 0, count, `${style} ${count}`).count).toBe(count);
        compare(kind, bytes, 0, Math.max(0, count - 5), `${style}, fewer than there are`);
        expect(compare(kind, bytes, 0, count + 1, `${style}, more than there are`).count).toBe(count);
      }
    }
  });

  it("more than is decoded at once", () => {
    const random = randomU32(9);
    for (const style of ["small", "mixed", "wide"] as const) {
      for (const count of [16_383, 16_384, 16_385, 40_000]) {
        const bytes = varints(random, count, style, WIDEST[kind]);
        expect(compare(kind, bytes, 0, count, `${style} ${count}`).count).toBe(count);
        const cut = bytes.subarray(0, bytes.length - 1);
        expect(compare(kind, cut, 0, count, `${style} ${count}, cut off`).count).toBe(count - 1);
      }
    }
  });

  it("at any place of a larger array", () => {
    const random = randomU32(10);
    const bytes = varints(random, 100, "mixed", WIDEST[kind]);
    for (let before = 0; before < 20; before++) {
      const larger = new Uint8Array(before + bytes.length + 9).fill(250);
      larger.set(bytes, before);
      compare(kind, larger, before, 100, `behind ${before} bytes`);
      compare(kind, larger.subarray(before), 0, 100, `a view behind ${before} bytes`);
    }
  });

  it("2 500 damaged payloads", () => {
    const random = randomU32(11);
    let cut = 0;
    for (let round = 0; round < 2500; round++) {
      const count = random() % 400;
      const style = (["small", "mixed", "wide", "any"] as const)[random() % 4] ?? "any";
      const bytes = damage(varints(random, count, style, WIDEST[kind]), random, 0);
      if (compare(kind, bytes, 0, count, `round ${round}`).count < count) cut++;
    }
    expect(cut).toBeGreaterThan(500);
  });

  it("in place, where a block was decoded", () => {
    const random = randomU32(12);
    for (const style of ["small", "mixed", "wide"] as const) {
      const count = 30_000;
      const bytes = varints(random, count, style, WIDEST[kind]);
      const expected = untouched(kind, count);
      oracle(kind, bytes, 0, expected, 0, count);
      const actual = untouched(kind, count);
      const used = kernels.withDecodedBlock(encodeSizedBlock(bytes), 4, bytes.length, (payload) => {
        expect(kernels.decodeVarints(kind, payload, 0, actual, 0, count)).toEqual({ count, position: bytes.length });
        expect(difference(payload, bytes)).toBe("same");
      });
      expect(used).toBe(true);
      expect(difference(bytesOf(actual), bytesOf(expected))).toBe("same");
    }
  });
});

it("a start behind the end is no element", () => {
  const target = new Uint32Array(4);
  expect(kernels.decodeVarints("u32", Uint8Array.of(1), 1, target, 0, 4)).toEqual({ count: 0, position: 1 });
  expect(kernels.decodeVarints("u32", Uint8Array.of(1), 9, target, 0, 4)).toEqual({ count: 0, position: 9 });
});
