/** The encoding of the crate ordcode against vectors that the crate itself wrote: every section, every vector. */
import { isParcodeError } from "parcode-web";
import { compareBytes, ordcode } from "parcode-web/key";
import { describe, expect, test } from "vitest";
import { type Descriptor, Descriptors, type TypeTable } from "../support/descriptor.ts";
import { fromNotation } from "../support/descriptor-values.ts";
import { difference } from "../support/difference.ts";
import { bytesOfHex, hexOfBytes } from "../support/fixtures.ts";
import { thrownBy } from "../support/rejection.ts";
import vectors from "../vectors/ordcode.json" with { type: "json" };

type Json = any;

const PRESETS: Readonly<Record<string, ordcode.SerializerParams>> = {
  AscendingOrder: ordcode.AscendingOrder,
  Descending: ordcode.DescendingOrder,
  DescendingOrder: ordcode.DescendingOrder,
  PortableBinary: ordcode.PortableBinary,
  NativeBinary: ordcode.NativeBinary,
};

const PARAMS: Readonly<Record<string, ordcode.EncodingParams>> = {
  ...PRESETS,
  "Ascending/Little": { order: "ascending", endianness: "little" },
  "Descending/Little": { order: "descending", endianness: "little" },
  "Unordered/Big": { order: "unordered", endianness: "big" },
  "Descending/Native": { order: "descending", endianness: "native" },
};

const types = new Descriptors(vectors.types as unknown as TypeTable);

/** What a vector's value stands for: itself, or a value that would be too long to write down. */
function valueFor(schema: Descriptor, json: Json): unknown {
  if (json?.repeatHex !== undefined && schema.kind === "string") {
    return new TextDecoder().decode(bytesOfHex(json.repeatHex.repeat(json.length / (json.repeatHex.length / 2))));
  }
  if (json?.units !== undefined) return new Array(json.units).fill(null);
  return withOrderedMaps(fromNotation(types, schema, json));
}

/** The notation sorts a map's entries by the JSON of their keys; the BTreeMap that was written has its own order. */
function withOrderedMaps(value: unknown): unknown {
  if (value instanceof Map) {
    const entries = [...value].map(([key, member]) => [key, withOrderedMaps(member)] as const);
    return new Map(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  }
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value) || value instanceof Set) return value;
  if (Array.isArray(value)) return value.map(withOrderedMaps);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withOrderedMaps(member)]));
}

/** The crate's names of errors; its `Serde` is a variant that there is not. */
function kindOf(error: string): string {
  return error === "Serde" ? "UnknownVariant" : error;
}

function expectKind(work: () => unknown, kind: string): void {
  const error = thrownBy(work);
  if (!isParcodeError(error, "KeyCoding")) throw error ?? new Error(`Expected ${kind}, but nothing was thrown.`);
  expect(error.kind).toBe(kindOf(kind));
}

describe("values of a schema", () => {
  test.for((vectors.serde as Json[]).map((vector, i) => [`${i} ${vector.type} ${vector.preset}`, vector] as const))(
    "%s",
    ([, { schema: type, preset, value: json, hex, size, roundTrip }]) => {
      const schema = types.schema(type);
      const params = PRESETS[preset] as ordcode.SerializerParams;
      const value = valueFor(type, json) as never;
      expect(ordcode.size(schema, value, params)).toBe(size);
      expect(hexOfBytes(ordcode.encode(schema, value, params))).toBe(hex);
      const room = new Uint8Array(size + 7);
      expect(ordcode.encodeInto(schema, value, room, params)).toBe(size);
      expect(hexOfBytes(room.subarray(0, size))).toBe(hex);
      expect(roundTrip).toBe(true);
      expect(difference(ordcode.decode(schema, bytesOfHex(hex), params), value)).toBeUndefined();
    },
  );
});

/** A kind that the crate's macro named, and the one it wrote: a literal without a suffix is an i32, or an f64. */
function kindWritten(type: string, hex: string): ordcode.FixedKind {
  const width = hex.length / 2;
  if (width === ordcode.WIDTHS[type as ordcode.FixedKind]) return type as ordcode.FixedKind;
  return type.startsWith("f") ? "f64" : "i32";
}

describe("primitives", () => {
  test.for(
    (vectors.primitives as Json[]).map((vector, i) => [`${i} ${vector.type} ${vector.params}`, vector] as const),
  )("%s", ([, { type, params: name, value: json, hex }]) => {
    const kind = kindWritten(type, hex);
    const params = PARAMS[name] as ordcode.EncodingParams;
    const value = fromNotation(types, { kind }, json) as ordcode.FixedValue;
    const target = new Uint8Array(ordcode.WIDTHS[kind]);
    ordcode.writePrimitive(kind, new ordcode.BufferWriter(target), value, params);
    expect(hexOfBytes(target)).toBe(hex);
    const reader = new ordcode.BufferReader(bytesOfHex(hex));
    expect(difference(ordcode.readPrimitive(kind, reader, params), value)).toBeUndefined();
    expect(reader.remaining).toBe(0);
  });
});

describe("varints", () => {
  test.for(vectors.varint as Json[])(
    "$type $value",
    ({ type, value: json, hex, tailHex, encodedLen, decodedLen, sameBytesReadAsU64 }) => {
      const check = <Value extends number | bigint>(varint: ordcode.Varint<Value>, value: Value): void => {
        const bytes = bytesOfHex(hex);
        expect(varint.size(value)).toBe(encodedLen);
        expect(hexOfBytes(varint.encode(value))).toBe(hex);
        expect(varint.sizeFromFirstByte(bytes[0] as number)).toBe(decodedLen);
        expect(varint.decode(bytes)).toEqual({ value, byteLength: decodedLen });
        const target = new Uint8Array(encodedLen);
        varint.write(new ordcode.WriteToTail(new ordcode.BufferWriter(target)), value);
        expect(hexOfBytes(target)).toBe(tailHex);
        expect(varint.read(new ordcode.ReadFromTail(new ordcode.BufferReader(target)))).toBe(value);
      };
      if (type === "u32") check(ordcode.varint32, Number(json));
      else check(ordcode.varint64, BigInt(json));
      if (sameBytesReadAsU64 !== undefined) {
        expect(ordcode.varint64.decode(bytesOfHex(hex)).value).toBe(BigInt(sameBytesReadAsU64));
      }
    },
  );

  test.for(vectors.varintDecode as Json[])("hostile $hex", ({ hex, u64, u32, u64reader, u32reader }) => {
    const bytes = bytesOfHex(hex);
    for (const [varint, expected, reading] of [
      [ordcode.varint64, u64, u64reader],
      [ordcode.varint32, u32, u32reader],
    ] as [ordcode.Varint<bigint | number>, Json, Json][]) {
      const reader = new ordcode.BufferReader(bytes);
      if (expected.error !== undefined) {
        expectKind(() => varint.decode(bytes), expected.error);
        expectKind(() => varint.read(reader), reading.error);
      } else {
        const { value, byteLength } = varint.decode(bytes);
        expect([String(value), byteLength]).toEqual([expected.value, expected.len]);
        expect(String(varint.read(reader))).toBe(reading.value);
        expect(reader.remaining).toBe(bytes.length - byteLength);
      }
    }
  });
});

describe("bytes that end by themselves", () => {
  test.for(vectors.bytesEsc as Json[])("$params $value", ({ params: name, value: json, hex, length, noescHex }) => {
    const params = PARAMS[name] as ordcode.EncodingParams;
    const value = bytesOfHex(json);
    const encoded = ordcode.bytesEsc.encode(value, params);
    expect(hexOfBytes(encoded)).toBe(hex);
    expect(ordcode.bytesEsc.size(value)).toBe(encoded.length);
    expect(ordcode.bytesEsc.length(encoded, params)).toBe(length);
    expect(ordcode.bytesEsc.decode(encoded, params)).toEqual(value);
    expect(hexOfBytes(ordcode.bytesEsc.encodeUnescaped(value, params))).toBe(noescHex);
    expect(ordcode.bytesEsc.decodeUnescaped(bytesOfHex(noescHex), params)).toEqual(value);
    // What follows is left in the reader, where the crate goes to a wrong place.
    const reader = new ordcode.BufferReader(bytesOfHex(`${hex}aabbcc`));
    expect(ordcode.bytesEsc.read(reader, params)).toEqual(value);
    expect(reader.remaining).toBe(3);
    expect(reader.bytes[reader.readHead(1)]).toBe(0xaa);
  });

  test.for(vectors.bytesEscErrors as Json[])("hostile $hex", ({ params: name, hex, length, bytes: decoded }) => {
    const params = PARAMS[name] as ordcode.EncodingParams;
    const bytes = bytesOfHex(hex);
    if (typeof length === "string") {
      expectKind(() => ordcode.bytesEsc.length(bytes, params), length);
      expectKind(() => ordcode.bytesEsc.decode(bytes, params), decoded);
    } else {
      expect(ordcode.bytesEsc.length(bytes, params)).toBe(length);
      expect(hexOfBytes(ordcode.bytesEsc.decode(bytes, params))).toBe(decoded.hex);
    }
  });
});

describe("order, where the crate has it and where it has not", () => {
  test.for((vectors.ordering as Json[]).map((vector, i) => [`${i} ${vector.type}`, vector] as const))(
    "%s",
    ([, { schema: type, a, b, aHex, bHex, bytesAscending, bytesDescending }]) => {
      const schema = types.schema(type);
      const encoded = [a, b].map((json) => {
        const value = valueFor(type, json) as never;
        return [ordcode.AscendingOrder, ordcode.DescendingOrder].map((params) => ordcode.encode(schema, value, params));
      }) as [Uint8Array[], Uint8Array[]];
      expect(hexOfBytes(encoded[0][0] as Uint8Array)).toBe(aHex);
      expect(hexOfBytes(encoded[1][0] as Uint8Array)).toBe(bHex);
      const order = (i: number): number =>
        Math.sign(compareBytes(encoded[0][i] as Uint8Array, encoded[1][i] as Uint8Array));
      expect(order(0)).toBe(bytesAscending);
      expect(order(1)).toBe(bytesDescending);
    },
  );
});

describe("bytes that nobody wrote", () => {
  test.for((vectors.decodeErrors as Json[]).map((vector, i) => [`${i} ${vector.type} ${vector.hex}`, vector] as const))(
    "%s",
    ([, vector]) => {
      const schema = types.schema(vector.schema);
      const bytes = bytesOfHex(vector.hex);
      for (const preset of ["AscendingOrder", "PortableBinary", "NativeBinary"]) {
        const { value: json, bytesLeft, error } = vector[preset];
        const params = PRESETS[preset] as ordcode.SerializerParams;
        const reader = new ordcode.BufferReader(bytes);
        if (error !== undefined) {
          expectKind(() => ordcode.decodeFrom(schema, reader, params), error);
          expectKind(() => ordcode.decode(schema, bytes, params), error);
        } else {
          const value = valueFor(vector.schema, json);
          expect(difference(ordcode.decodeFrom(schema, reader, params), value)).toBeUndefined();
          expect(reader.remaining).toBe(bytesLeft);
          if (bytesLeft > 0) expectKind(() => ordcode.decode(schema, bytes, params), "BufferUnderflow");
        }
      }
    },
  );
});

test("the version of the format is that of every preset, and of primitives", () => {
  expect(new Set(Object.values(vectors.formatVersion))).toEqual(new Set([ordcode.FORMAT_VERSION]));
});
