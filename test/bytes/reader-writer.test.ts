/** The cursors themselves: integers against an oracle of bigints, text against the platform, and where bytes lie. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ByteReader } from "../../src/bytes/reader.ts";
import { readUtf8 } from "../../src/bytes/utf8.ts";
import { ILL_FORMED, utf8Length, writeUtf8 } from "../../src/bytes/utf8-write.ts";
import { unzigzag32, unzigzagBig } from "../../src/bytes/varint.ts";
import { bigVarintSize, varintSize, zigzag32, zigzagBig } from "../../src/bytes/varint-write.ts";
import { ByteWriter } from "../../src/bytes/writer.ts";
import { isParcodeError } from "../../src/errors.ts";
import { runs } from "../support/arbitrary.ts";
import { valuesOf } from "../support/arbitrary-values.ts";
import { firstDifference, patternBytes } from "../support/bytes.ts";
import { thrownBy } from "../support/rejection.ts";

/** The bytes of an unsigned integer, as the format's table says. */
function varintOracle(value: bigint): number[] {
  const little = (width: number): number[] =>
    Array.from({ length: width }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn));
  if (value < 251n) return [Number(value)];
  if (value < 2n ** 16n) return [251, ...little(2)];
  if (value < 2n ** 32n) return [252, ...little(4)];
  return value < 2n ** 64n ? [253, ...little(8)] : [254, ...little(16)];
}
const zigzagOracle = (value: bigint): bigint => (value >= 0n ? 2n * value : -2n * value - 1n);

const UNSIGNED = ["u16", "u32", "u64", "u128", "uint"] as const;
const SIGNED = ["i16", "i32", "i64", "i128", "int"] as const;

describe.each([...UNSIGNED, ...SIGNED])("%s", (kind) => {
  test("is the oracle's varint, is read back from it, and has that size", () => {
    fc.assert(
      fc.property(valuesOf({ kind }), (value) => {
        const folded = kind.startsWith("u") ? BigInt(value as number) : zigzagOracle(BigInt(value as number));
        const expected = varintOracle(folded);
        const writer = new ByteWriter(1);
        (writer[kind] as (v: unknown) => void).call(writer, value);
        const bytes = writer.finish();
        expect([...bytes]).toEqual(expected);
        expect(bigVarintSize(folded)).toBe(expected.length);
        if (folded < 2n ** 53n) expect(varintSize(Number(folded))).toBe(expected.length);
        const reader = new ByteReader(bytes);
        expect(reader[kind]()).toBe(value);
        expect(reader.remaining).toBe(0);
      }),
      runs(200),
    );
  });
});

test("zigzag and back, in 32 bits and in any number of them", () => {
  fc.assert(
    fc.property(fc.integer(), fc.bigInt(), (small, large) => {
      expect(BigInt(zigzag32(small))).toBe(zigzagOracle(BigInt(small)));
      expect(unzigzag32(zigzag32(small))).toBe(small);
      expect(zigzagBig(large)).toBe(zigzagOracle(large));
      expect(unzigzagBig(zigzagBig(large))).toBe(large);
    }),
    runs(100),
  );
});

describe("UTF-8", () => {
  const texts = fc.oneof(
    valuesOf({ kind: "str" }) as fc.Arbitrary<string>,
    // Units of UTF-16 as they come, lone surrogates among them.
    fc
      .array(fc.oneof(fc.integer({ min: 0, max: 0xffff }), fc.integer({ min: 0xd7f0, max: 0xe010 })), { maxLength: 60 })
      .map((units) => String.fromCharCode(...units)),
  );

  test("is the platform's, and a lone surrogate has none", () => {
    fc.assert(
      fc.property(texts, fc.nat({ max: 5 }), (text, offset) => {
        const isWellFormed = !/[\ud800-\udfff]/.test(text.replace(/[\ud800-\udbff][\udc00-\udfff]/g, ""));
        const expected = new TextEncoder().encode(text);
        expect(utf8Length(text)).toBe(isWellFormed ? expected.length : ILL_FORMED);
        if (!isWellFormed) return;
        const target = new Uint8Array(offset + expected.length + 2).fill(0xaa);
        writeUtf8(text, expected.length, target, offset);
        expect([...target]).toEqual([...Array(offset).fill(0xaa), ...expected, 0xaa, 0xaa]);
        expect(readUtf8(target, offset, offset + expected.length)).toBe(text);
      }),
      runs(400),
    );
  });

  test("is read strictly: what the platform refuses is refused, and nothing else", () => {
    const noise = fc.array(
      fc.oneof(fc.nat({ max: 255 }), fc.constantFrom(0x61, 0xc3, 0xa9, 0xe6, 0xf0, 0x9f, 0xed, 0xa0)),
      {
        maxLength: 40,
      },
    );
    fc.assert(
      fc.property(noise, (list) => {
        const bytes = new Uint8Array(list);
        const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
        let expected: string | undefined;
        try {
          expected = decoder.decode(bytes);
        } catch {
          expect(() => readUtf8(bytes, 0, bytes.length)).toThrow(TypeError);
          return;
        }
        expect(readUtf8(bytes, 0, bytes.length)).toBe(expected);
      }),
      runs(400),
    );
  });
});

describe("ByteWriter", () => {
  test("keeps bytes together across slabs, whatever comes in whichever pieces", () => {
    const pieces = fc.array(fc.integer({ min: 0, max: 200_000 }), { maxLength: 12 });
    fc.assert(
      fc.property(pieces, fc.integer({ min: 1, max: 1000 }), (lengths, initialBytes) => {
        const writer = new ByteWriter(initialBytes);
        const finished: Uint8Array[] = [];
        for (const [i, length] of lengths.entries()) {
          writer.raw(patternBytes(length, i + 1));
          writer.u64(2n ** 63n);
          expect(writer.byteLength).toBe(length + 9);
          finished.push(writer.finish());
        }
        // What was finished is not touched by what came later.
        for (const [i, length] of lengths.entries()) {
          const bytes = finished[i] as Uint8Array;
          expect(firstDifference(bytes.subarray(0, length), patternBytes(length, i + 1))).toBeUndefined();
        }
      }),
      runs(25),
    );
  });

  test.each([0, 1, 250, 251, 65_535, 65_536])("puts the length %i in front of a list without a gap", (count) => {
    const writer = new ByteWriter(8);
    writer.startList();
    for (let i = 0; i < 5; i++) writer.byte(i);
    expect(writer.listByteLength).toBe(5);
    const cut = writer.cutList(3);
    expect([...cut]).toEqual([3, 4]);
    const payload = [...writer.finishList(count)];
    expect(payload).toEqual([...varintOracle(BigInt(count)), 0, 1, 2]);
    expect(writer.byteLength).toBe(0);
  });

  test("drops what was reset, and peeks without moving on", () => {
    const writer = new ByteWriter();
    writer.str("dropped");
    writer.reset();
    writer.u8(7);
    expect([...writer.peek()]).toEqual([7]);
    expect([...writer.finish()]).toEqual([7]);
    expect([...writer.finish()]).toEqual([]);
  });
});

describe("ByteReader", () => {
  test("stays inside its range, in front and behind", () => {
    const bytes = new Uint8Array([9, 1, 2, 9]);
    const reader = new ByteReader(bytes, 1, 3);
    expect([reader.u8(), reader.remaining, reader.u8()]).toEqual([1, 1, 2]);
    for (const read of ["u8", "u16", "u32", "u64", "u128", "f32", "f64", "str", "char", "bool", "fixedU32"] as const) {
      const error = thrownBy(() => reader[read]());
      expect(isParcodeError(error, "CorruptChunk"), `${read} ${error}`).toBe(true);
      expect(error.byteOffset).toBe(3);
      expect(reader.position).toBe(3);
    }
    expect(thrownBy(() => new ByteReader(bytes, 1, 3).take(3)).actual).toBe("2 up to the end");
  });

  test("takes views, whose bytes are the payload's", () => {
    const bytes = new Uint8Array([1, 2, 3]);
    const view = new ByteReader(bytes).take(2);
    bytes[0] = 9;
    expect([...view]).toEqual([9, 2]);
  });
});
