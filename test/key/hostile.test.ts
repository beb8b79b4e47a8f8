/** Bytes that are no key, and values that have none: a typed error, or a value that has this key. */
import fc from "fast-check";
import {
  array,
  bool,
  bytes,
  char,
  descending,
  f32,
  f64,
  i128,
  int,
  isParcodeError,
  map,
  type OrderedKey,
  option,
  ordcode,
  orderedKey,
  recursive,
  type Schema,
  set,
  str,
  struct,
  tuple,
  typed,
  u8,
  u32,
  uint,
  unit,
  variant,
  vec,
} from "parcode-web/key";
import { describe, expect, test } from "vitest";
import type { SchemaNode } from "../../src/schema/node.ts";
import { inlineSchemas, runs } from "../support/arbitrary.ts";
import { keySchemas, keyValues } from "../support/arbitrary-keys.ts";
import { valuesOf } from "../support/arbitrary-values.ts";
import { bytesOfHex, hexOfBytes } from "../support/fixtures.ts";
import { thrownBy } from "../support/rejection.ts";

const samples = keySchemas.chain((schema) => fc.tuple(fc.constant(schema), keyValues(schema as SchemaNode)));

/** What decoding gives, or undefined for a typed error; any other error fails. */
function decoded(work: () => unknown): { value: unknown } | undefined {
  try {
    return { value: work() };
  } catch (error) {
    if (isParcodeError(error, "KeyCoding") || isParcodeError(error, "LimitExceeded")) return undefined;
    throw error;
  }
}

describe("ordered keys", () => {
  test("every start of a key, and every byte changed: refused, or the key of what it gives", () => {
    let refused = 0;
    let taken = 0;
    const check = (codec: OrderedKey<unknown>, bad: Uint8Array): void => {
      const result = decoded(() => codec.decode(bad));
      if (result === undefined) refused++;
      else {
        taken++;
        expect(hexOfBytes(codec.encode(result.value as never))).toBe(hexOfBytes(bad));
      }
    };
    fc.assert(
      fc.property(samples, fc.boolean(), fc.nat({ max: 255 }), ([schema, value], terminated, other) => {
        const codec = orderedKey(schema, { terminated }) as OrderedKey<unknown>;
        const key = codec.encode(value as never);
        for (let length = 0; length < key.length; length++) check(codec, key.subarray(0, length));
        for (let at = 0; at < key.length; at++) {
          for (const byte of [0, 1, 0x7f, 0x80, 0xc0, 0xfb, 0xfc, 0xff, other]) {
            const bad = key.slice();
            bad[at] = byte;
            check(codec, bad);
          }
        }
        for (const byte of [0, 1, 0xff]) check(codec, Uint8Array.of(...key, byte));
      }),
      runs(400),
    );
    expect(Math.min(refused, taken)).toBeGreaterThan(1000);
  });

  test.each<[string, Schema, string, string]>([
    ["the end inside a number", u32, "000000", "PrematureEndOfInput"],
    ["more behind a number", u32, "0000000000", "BufferUnderflow"],
    ["text without an end", tuple([str, u8]), "6161", "PrematureEndOfInput"],
    ["another byte behind a zero", tuple([str, u8]), "6100010001", "InvalidByteSequenceEscape"],
    ["text that is not UTF-8", str, "c080", "InvalidUtf8Encoding"],
    ["a surrogate in text", str, "eda080", "InvalidUtf8Encoding"],
    ["a character of too many bytes", char, "f8808080", "InvalidUtf8Encoding"],
    ["an option's tag of 2", option(u8), "02", "InvalidTagEncoding"],
    ["a bool of 2", bool, "02", "InvalidTagEncoding"],
    ["a variant that there is not", variant({ A: u8, B: unit }), "02", "UnknownVariant"],
    ["a variant in more bytes than it takes", variant({ A: u8, B: unit }), "fb0001", "NotCanonical"],
    ["a NaN that is not written, f64", f64, "fff8000000000001", "NotCanonical"],
    ["a NaN below zero, f64", f64, "0007ffffffffffff", "NotCanonical"],
    ["a NaN below zero, f32", f32, "003fffff", "NotCanonical"],
    ["an integer that no number holds", uint, "0020000000000000", "NotCanonical"],
    ["one below zero", int, "7fe0000000000000", "NotCanonical"],
    ["the end of a list that needs none", vec(u8), "010500", "NotCanonical"],
    ["a list that goes on with 2", tuple([vec(u8), u8]), "02", "InvalidTagEncoding"],
  ])("%s", (_, schema, hex, kind) => {
    const error = thrownBy(() => orderedKey(schema).decode(bytesOfHex(hex)));
    expect(isParcodeError(error, "KeyCoding") && error.kind).toBe(kind);
    expect(error.retryable).toBe(false);
  });

  test("a schema that claims items without bytes is a limit, not a wait", () => {
    const many = orderedKey(array(array(unit, 60_000), 60_000));
    expect(thrownBy(() => many.decode(new Uint8Array(0))).code).toBe("LimitExceeded");
  });

  test("depth is bounded both ways", () => {
    interface Chain {
      next: Chain | null;
    }
    const Chain: Schema = struct({ next: option(recursive(() => Chain)) });
    const codec = orderedKey(Chain) as OrderedKey<Chain>;
    const nested = (depth: number): Chain => (depth === 0 ? { next: null } : { next: nested(depth - 1) });
    expect(codec.decode(codec.encode(nested(500)))).toEqual(nested(500));
    expect(thrownBy(() => codec.encode(nested(600))).code).toBe("SchemaMismatch");
    expect(thrownBy(() => codec.decode(new Uint8Array(600).fill(1))).code).toBe("LimitExceeded");
    expect(codec.encode({ next: null })).toEqual(Uint8Array.of(0));
  });
});

test("text and bytes with zeros, each much longer than the one before", () => {
  const rows = orderedKey(tuple([descending(str), bytes, str]));
  for (let length = 10; length < 300_000; length *= 4) {
    const blob = Uint8Array.from({ length }, (_, i) => i % 7);
    const text = "a\0é".repeat(length / 4);
    const [turned, read, last] = rows.decode(rows.encode([text, blob, text]));
    expect([turned === text, hexOfBytes(read) === hexOfBytes(blob), last === text]).toEqual([true, true, true]);
    const escaped = orderedKey(tuple([bytes, str, u8]));
    const again = escaped.decode(escaped.encode([blob.map((byte) => 6 - byte), text + text, 1]));
    expect([again[0].length, again[1] === text + text]).toEqual([length, true]);
  }
});

describe("values without a key", () => {
  const codec = orderedKey(tuple([u32, str, struct({ at: descending(int), tags: vec(str) })]));
  const right = [1, "a", { at: 5, tags: ["x"] }] as const;
  test.each<[string, unknown, string]>([
    ["a lone surrogate", [1, "a\ud800", right[2]], "[1]"],
    ["one at the end of a pair", [1, "\udc00\ud800", right[2]], "[1]"],
    ["one in a list", [1, "a", { at: 5, tags: ["x", "\udfff"] }], "[2].tags[1]"],
    ["a fraction", [1.5, "a", right[2]], "[0]"],
    ["a number that is too large", [2 ** 32, "a", right[2]], "[0]"],
    ["a part that is missing", [1, "a", { at: 5 }], "[2].tags"],
    ["too few parts", [1, "a"], ""],
    ["null", null, ""],
    ["a bigint for a number", [1n, "a", right[2]], "[0]"],
    ["a number for a text", [1, 5, right[2]], "[1]"],
    ["an object that claims a length", [1, { length: 1e15 }, right[2]], "[1]"],
    ["a list that is none", [1, "a", { at: 5, tags: { length: 1e15 } }], "[2].tags"],
    ["a symbol", [Symbol("s"), "a", right[2]], "[0]"],
    ["nothing", undefined, ""],
  ])("%s", (_, value, path) => {
    const target = new Uint8Array(100);
    const works = [
      () => codec.encode(value as never),
      () => codec.encodeInto(value as never, target, 7),
      () => codec.size(value as never),
    ];
    for (const work of works) {
      const error = thrownBy(work);
      expect(error.code).toBe("SchemaMismatch");
      expect(error.path).toBe(path);
    }
    expect(hexOfBytes(target.subarray(0, 7))).toBe("00000000000000");
    // The next key is not touched by the one that failed.
    expect(codec.decode(codec.encode(right as never))).toEqual(right);
  });

  test("schemas without an order", () => {
    for (const part of [map(u8, u8), set(u8), typed(u8)]) {
      expect(thrownBy(() => orderedKey(tuple([u8, part]))).code).toBe("SchemaMismatch");
    }
    expect(thrownBy(() => orderedKey(undefined as never)).code).toBe("SchemaMismatch");
    expect(thrownBy(() => descending((() => u8) as never)).code).toBe("SchemaMismatch");
  });

  test("a target without room is refused, whatever the room", () => {
    const key = codec.encode(right as never);
    for (let room = 0; room < key.length + 60; room++) {
      const target = new Uint8Array(room + 4).fill(0xaa);
      if (room < key.length) {
        const error = thrownBy(() => codec.encodeInto(right as never, target, 4));
        expect(isParcodeError(error, "KeyCoding") && error.kind).toBe("BufferOverflow");
      } else {
        expect(codec.encodeInto(right as never, target, 4)).toBe(key.length);
        expect(hexOfBytes(target.subarray(4, 4 + key.length))).toBe(hexOfBytes(key));
      }
      expect(hexOfBytes(target.subarray(0, 4))).toBe("aaaaaaaa");
    }
    expect(thrownBy(() => codec.encodeInto(right as never, new Uint8Array(3), 9)).kind).toBe("BufferOverflow");
  });

  test.each<[string, Schema]>([
    ["u8", u8],
    ["u32", u32],
    ["int", int],
    ["uint", uint],
    ["i128", i128],
    ["f64", f64],
    ["str", str],
    ["char", char],
    ["bytes", bytes],
    ["bool", bool],
    ["a list", vec(u8)],
    ["an array", array(u8, 2)],
    ["a tuple", tuple([str])],
    ["a struct", struct({ a: str })],
    ["a variant", variant({ A: str })],
  ])("no value of %s, whatever it is, gets past the check", (_, schema) => {
    const strange = [1e15, -1, 1.5, 2n ** 200n, Symbol("s"), () => 0, { length: 1e15 }, { type: "B" }, undefined, null];
    const key = orderedKey(schema) as OrderedKey<unknown>;
    const isFloat = schema.kind === "f64";
    for (const value of strange) {
      if ((isFloat || schema.kind === "int" || schema.kind === "uint") && typeof value === "number") continue;
      expect(thrownBy(() => key.encode(value as never)).code, String(value)).toBe("SchemaMismatch");
      expect(thrownBy(() => key.size(value as never)).code, String(value)).toBe("SchemaMismatch");
    }
  });

  test("a value whose getter makes a key in the meantime", () => {
    const inner = orderedKey(str);
    const odd = {
      get at() {
        inner.encode("something else");
        return 5;
      },
      tags: ["x"],
    };
    expect(codec.encode([1, "a", odd])).toEqual(codec.encode(right as never));
  });
});

describe("ordcode", () => {
  const presets = [ordcode.AscendingOrder, ordcode.DescendingOrder, ordcode.PortableBinary, ordcode.NativeBinary];
  const plain = inlineSchemas.chain((schema) => fc.tuple(fc.constant(schema), valuesOf(schema as SchemaNode, 4)));

  test("every schema and value goes there and back, in exactly the size", () => {
    fc.assert(
      fc.property(plain, fc.constantFrom(...presets), ([schema, value], params) => {
        const encoded = ordcode.encode(schema, value as never, params);
        expect(ordcode.size(schema, value as never, params)).toBe(encoded.length);
        const again = ordcode.encode(schema, ordcode.decode(schema, encoded, params) as never, params);
        expect(hexOfBytes(again)).toBe(hexOfBytes(encoded));
        const exact = new Uint8Array(encoded.length);
        ordcode.encodeExact(schema, value as never, exact, params);
        expect(hexOfBytes(exact)).toBe(hexOfBytes(encoded));
        const larger = new Uint8Array(encoded.length + 1);
        expect(thrownBy(() => ordcode.encodeExact(schema, value as never, larger, params)).kind).toBe(
          "BufferUnderflow",
        );
        if (encoded.length > 0) {
          const smaller = new Uint8Array(encoded.length - 1);
          expect(thrownBy(() => ordcode.encodeInto(schema, value as never, smaller, params)).kind).toBe(
            "BufferOverflow",
          );
        }
      }),
      runs(300),
    );
  });

  test("damage gives a typed error or a value", () => {
    fc.assert(
      fc.property(
        plain,
        fc.constantFrom(...presets),
        fc.nat(),
        fc.nat({ max: 255 }),
        ([schema, value], params, at, byte) => {
          const encoded = ordcode.encode(schema, value as never, params);
          for (let length = 0; length < Math.min(encoded.length, 40); length++) {
            decoded(() => ordcode.decode(schema, encoded.subarray(0, length), params));
          }
          for (const bad of [byte, 0, 0x80, 0xff]) {
            const damaged = encoded.slice();
            damaged[at % Math.max(1, damaged.length)] = bad;
            decoded(() => ordcode.decode(schema, damaged, params));
          }
        },
      ),
      runs(300),
    );
  });

  test("custom parameters, and readers and writers of one's own", () => {
    const fixedLengths: ordcode.LengthEncoder = {
      size: () => 1,
      write: (writer, value) => writer.writeHead(Uint8Array.of(value), 0, 1),
      read: (reader) => {
        const at = reader.readHead(1);
        return reader.bytes[at] as number;
      },
    };
    const params: ordcode.SerializerParams = {
      order: "ascending",
      endianness: "little",
      lengthEncoder: fixedLengths,
      discriminantEncoder: fixedLengths,
    };
    const schema = struct({ id: u32, name: str, kind: variant({ A: unit, B: u8 }), data: bytes });
    const value = { id: 258, name: "ab", kind: { type: "B", value: 9 }, data: Uint8Array.of(1) } as const;
    expect(hexOfBytes(ordcode.encode(schema, value, params))).toBe("020100000261620109" + "0101");
    expect(ordcode.decode(schema, ordcode.encode(schema, value, params), params)).toEqual(value);

    const head: number[] = [];
    const tail: number[] = [];
    const list: ordcode.TwoEndedWriter = {
      writeHead: (bytes, start, end) => void head.push(...bytes.subarray(start, end)),
      writeTail: (bytes, start, end) => void tail.unshift(...bytes.subarray(start, end)),
    };
    for (const preset of presets) {
      head.length = tail.length = 0;
      ordcode.encodeTo(schema, value, list, preset);
      expect(hexOfBytes(Uint8Array.from([...head, ...tail]))).toBe(hexOfBytes(ordcode.encode(schema, value, preset)));
      const all = [...head, ...tail];
      // One byte at a time in an array of its own: what was read before is gone.
      const reader: ordcode.TwoEndedReader & { bytes: Uint8Array } = {
        bytes: new Uint8Array(0),
        get remaining() {
          return all.length;
        },
        readHead(byteLength) {
          this.bytes = Uint8Array.from(all.splice(0, byteLength));
          return 0;
        },
        readTail(byteLength) {
          this.bytes = Uint8Array.from(all.splice(all.length - byteLength, byteLength));
          return 0;
        },
      };
      expect(ordcode.decodeFrom(schema, reader, preset)).toEqual(value);
      expect(reader.remaining).toBe(0);
    }
  });

  test("text and lengths of all sizes, in pieces", () => {
    for (const text of ["x".repeat(255), "é".repeat(128), "漢".repeat(86), "𝄞".repeat(65), "a𝄞é漢".repeat(5000)]) {
      for (const preset of presets) {
        const encoded = ordcode.encode(tuple([str, u8]), [text, 7], preset);
        expect(ordcode.decode(tuple([str, u8]), encoded, preset)).toEqual([text, 7]);
      }
      const plainText = ordcode.encode(str, text);
      expect(new TextDecoder().decode(plainText.subarray(0, new TextEncoder().encode(text).length))).toBe(text);
    }
  });
});
