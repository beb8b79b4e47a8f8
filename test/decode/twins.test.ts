/** Generated decoders and closures are one decoder: the same values, the same errors at the same place. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ByteWriter } from "../../src/bytes/writer.ts";
import { type Decoder, decoderOf, shallowDecoderOf } from "../../src/decode/decode.ts";
import { encoderOf, shallowEncoderOf } from "../../src/encode/encode.ts";
import { ParcodeError } from "../../src/errors.ts";
import { setGeneration } from "../../src/schema/generate.ts";
import { structLayout } from "../../src/schema/layout.ts";
import type { SchemaNode, StructNode } from "../../src/schema/node.ts";
import { inlineSchemas, runs, type Sample, samples, samplesOf } from "../support/arbitrary.ts";
import { difference } from "../support/arbitrary-difference.ts";
import { contentText } from "../support/arbitrary-values.ts";

const allSamples = fc.oneof(samples, samplesOf(inlineSchemas));

/** Runs `work` with closures, where generated code is the default. */
function withClosures<T>(work: () => T): T {
  try {
    setGeneration(false);
    return work();
  } finally {
    setGeneration(undefined);
  }
}

/** The same decoder; where code is generated, it is by now. */
function prepared(decoder: Decoder): Decoder {
  expect(decoder.read).toBeTypeOf("function");
  return decoder;
}

function payloadOf({ node, value }: Sample): Uint8Array {
  const writer = new ByteWriter(16);
  encoderOf(node)(writer, value as never);
  return writer.finish().slice();
}

interface Outcome {
  readonly value?: unknown;
  readonly error?: ParcodeError;
}

function outcome(node: SchemaNode, payload: Uint8Array): Outcome {
  try {
    return { value: prepared(decoderOf(node)).decode(payload) };
  } catch (error) {
    if (!(error instanceof ParcodeError)) throw error;
    return { error };
  }
}

function described({ error }: Outcome): string | undefined {
  if (error === undefined) return undefined;
  const { code, path, byteOffset, expected, actual, message } = error;
  return JSON.stringify({ code, path, byteOffset, expected, actual, message });
}

describe("generated code and closures", () => {
  test("give the value back, and leave the reader behind it", () => {
    fc.assert(
      fc.property(allSamples, fc.uint8Array({ maxLength: 3 }), (sample, behind) => {
        const payload = payloadOf(sample);
        const longer = new Uint8Array([...behind, ...payload, ...behind]);
        for (const decode of [() => decoderOf(sample.node), () => withClosures(() => decoderOf(sample.node))]) {
          expect(
            difference(sample.node, prepared(decode()).decode(longer, behind.length), sample.value),
          ).toBeUndefined();
        }
      }),
      runs(150),
    );
  });

  test("leave chunked fields undefined, in their place", () => {
    fc.assert(
      fc.property(samples, ({ node, value }) => {
        fc.pre(node.kind === "struct");
        const schema = node as StructNode;
        const writer = new ByteWriter(16);
        shallowEncoderOf(schema)(writer, value as never);
        const payload = writer.finish();
        const generated = prepared(shallowDecoderOf(schema)).decode(payload) as Record<string, unknown>;
        const closures = withClosures(() => shallowDecoderOf(schema).decode(payload)) as Record<string, unknown>;
        const children = new Set(structLayout(schema).children.map((field) => field.name));
        for (const decoded of [generated, closures]) {
          expect(Object.keys(decoded)).toEqual(Object.keys(schema.fields));
          for (const [name, field] of Object.entries(schema.fields)) {
            const expected = (value as Record<string, unknown>)[name];
            if (children.has(name)) expect(decoded[name]).toBeUndefined();
            else expect(difference(field, decoded[name], expected)).toBeUndefined();
          }
        }
      }),
      runs(100),
    );
  });

  test("agree about damaged payloads, in the value or in code, path, place and words", () => {
    let refused = 0;
    fc.assert(
      fc.property(allSamples, damages, (sample, damage) => {
        const payload = damage(payloadOf(sample));
        const generated = outcome(sample.node, payload);
        const closures = withClosures(() => outcome(sample.node, payload));
        expect(described(generated)).toBe(described(closures));
        expect(contentText(generated.value)).toBe(contentText(closures.value));
        if (generated.error === undefined) return;
        refused++;
        expect(["CorruptChunk", "LimitExceeded"]).toContain(generated.error.code);
        expect(generated.error.byteOffset).toBeTypeOf("number");
      }),
      runs(400),
    );
    // Were it few, the property would say little.
    expect(refused).toBeGreaterThan(runs(400).numRuns / 4);
  });
});

/** Ways in which a payload is damaged: cut off, a byte changed, bytes inserted or taken out, or nothing but noise. */
const damages: fc.Arbitrary<(payload: Uint8Array) => Uint8Array> = fc.oneof(
  fc.nat().map((at) => (payload: Uint8Array) => payload.slice(0, at % (payload.length + 1))),
  fc.tuple(fc.nat(), oddBytes()).map(([at, byte]) => (payload: Uint8Array) => {
    const changed = payload.slice();
    if (changed.length > 0) changed[at % changed.length] = byte;
    return changed;
  }),
  fc.tuple(fc.nat(), fc.array(oddBytes(), { maxLength: 4 })).map(([at, bytes]) => (payload: Uint8Array) => {
    const where = at % (payload.length + 1);
    return new Uint8Array([...payload.subarray(0, where), ...bytes, ...payload.subarray(where)]);
  }),
  fc.tuple(fc.nat(), fc.nat({ max: 4 })).map(([at, count]) => (payload: Uint8Array) => {
    const where = at % (payload.length + 1);
    return new Uint8Array([...payload.subarray(0, where), ...payload.subarray(where + count)]);
  }),
  fc.array(oddBytes(), { maxLength: 60 }).map((noise) => () => new Uint8Array(noise)),
);

/** Markers of varints, tags and the borders of UTF-8 are more interesting than others. */
function oddBytes(): fc.Arbitrary<number> {
  return fc.oneof(
    fc.constantFrom(0, 1, 2, 3, 0x7f, 0x80, 0xbf, 0xc2, 0xe0, 0xed, 0xf0, 0xf4, 250, 251, 252, 253, 254, 255),
    fc.nat({ max: 255 }),
  );
}
