/** Payloads and the hashes of keys, byte by byte against the crate's bincode and XXH64. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ByteReader } from "../../src/bytes/reader.ts";
import { ByteWriter } from "../../src/bytes/writer.ts";
import { xxh64 } from "../../src/codec/xxh64.ts";
import { decodeClosure } from "../../src/decode/closures.ts";
import { decoderOf } from "../../src/decode/decode.ts";
import { encodeClosure } from "../../src/encode/closures.ts";
import { encoderOf } from "../../src/encode/encode.ts";
import { ParcodeError } from "../../src/errors.ts";
import { keyBytes } from "../../src/schema/key.ts";
import type { SchemaNode } from "../../src/schema/node.ts";
import { hexOfBytes } from "../support/fixtures.ts";
import { OracleError } from "../support/oracle.ts";
import { cases, differs, FLAVOURS, Form, oracle, typeNamed, typesThat } from "./crate.ts";

/** Both kinds of encoder, which have to agree. */
function encode(schema: SchemaNode, value: unknown): Uint8Array {
  const [generated, closure] = [encoderOf(schema), encodeClosure(schema)].map((write) => {
    const writer = new ByteWriter();
    write(writer, value as never);
    return writer.finish();
  }) as [Uint8Array, Uint8Array];
  expect(hexOfBytes(closure)).toBe(hexOfBytes(generated));
  return generated;
}

/** Both kinds of decoder; with the number of bytes that they took. */
function decode(schema: SchemaNode, bytes: Uint8Array): { value: unknown; bytesUsed: number } {
  const [generated, closure] = [decoderOf(schema).read, decodeClosure(schema)].map((read) => {
    const reader = new ByteReader(bytes, 0);
    const value = read(reader);
    return { value, bytesUsed: reader.position };
  }) as [{ value: unknown; bytesUsed: number }, { value: unknown; bytesUsed: number }];
  expect(differs(closure.value, generated.value)).toBeUndefined();
  expect(closure.bytesUsed).toBe(generated.bytesUsed);
  return generated;
}

describe("payloads", () => {
  test.for(typesThat())("%s", async ([name, type]) => {
    const forms = FLAVOURS.map((flavour) => new Form(type, flavour, "inline"));
    const inputs = fc
      .tuple(fc.constantFrom(...forms), fc.constantFrom(4, 30))
      .chain(([form, maxLength]) => fc.tuple(fc.constant(form), form.samples(maxLength)));
    await fc.assert(
      fc.asyncProperty(inputs, async ([form, { value }]) => {
        const ours = encode(form.node, value);
        const answer = await oracle.decode(name, ours);
        expect(answer.bytesUsed).toBe(ours.length);
        expect(differs(form.fromNotation(answer.value), value)).toBeUndefined();

        // The crate puts maps and sets into an order of its own; a Map and a Set keep the one they are read in.
        const theirs = await oracle.encode(name, form.toNotation(value));
        const read = decode(form.node, theirs);
        expect(read.bytesUsed).toBe(theirs.length);
        expect(differs(read.value, value)).toBeUndefined();
        expect(hexOfBytes(encode(form.node, read.value))).toBe(hexOfBytes(theirs));
      }),
      cases(10),
    );
  });
});

describe("hashes of keys", () => {
  const hash = new Uint32Array(2);

  test.for(typesThat("hash"))("%s", async ([name, type]) => {
    const forms = FLAVOURS.map((flavour) => new Form(type, flavour, "key"));
    const inputs = fc.constantFrom(...forms).chain((form) => fc.tuple(fc.constant(form), form.samples(60)));
    await fc.assert(
      fc.asyncProperty(inputs, async ([form, { value }]) => {
        const bytes = keyBytes(form.node, value);
        xxh64(bytes, 0, bytes.length, hash);
        const [low, high] = hash as unknown as [number, number];
        expect(String((BigInt(high) << 32n) | BigInt(low))).toBe(await oracle.hash(name, form.toNotation(value)));
      }),
      cases(60),
    );
  });
});

describe("bytes that no writer made", () => {
  /** Without keys that are objects, of which a Map keeps equal ones, and without items of no bytes, of which a few bytes claim many. */
  const NAMES = [
    "AllInline",
    "Boundaries",
    "Everything",
    "Shape",
    "Kind",
    "KeyEnum",
    "Wide",
    "Item",
    "Vec<Option<bool>>",
  ];

  /** Bytes, each taken out, changed, or followed by others. */
  const damage = fc.array(
    fc.record({
      at: fc.nat(),
      remove: fc.nat({ max: 2 }),
      insert: fc.array(fc.oneof(fc.constantFrom(0, 1, 2, 250, 251, 252, 253, 254, 255), fc.nat({ max: 255 })), {
        maxLength: 3,
      }),
    }),
    { minLength: 1, maxLength: 3 },
  );

  test.for(NAMES.map((name) => [name, new Form(typeNamed(name), "plain", "inline")] as const))(
    "%s",
    async ([name, form]) => {
      await fc.assert(
        fc.asyncProperty(form.samples(5), damage, async ({ value }, changes) => {
          const bytes = [...encode(form.node, value)];
          for (const { at, remove, insert } of changes) bytes.splice(at % (bytes.length + 1), remove, ...insert);
          const damaged = Uint8Array.from(bytes);
          // In a process of its own: the crate allocates what the bytes claim, and may end.
          const theirs = await settled(oracle.decode(name, damaged, true), OracleError);
          const ours = await settled((async () => decode(form.node, damaged))(), ParcodeError);
          if (theirs === undefined || ours === undefined) {
            expect(ours).toBe(theirs);
            return;
          }
          expect(ours.bytesUsed).toBe(theirs.bytesUsed);
          expect(differs(ours.value, form.fromNotation(theirs.value))).toBeUndefined();
        }),
        cases(25),
      );
    },
  );
});

/** What it gives; undefined if it fails as it may. */
async function settled<T>(work: Promise<T>, mayFail: abstract new (...args: never[]) => Error): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof mayFail) return undefined;
    throw error;
  }
}
