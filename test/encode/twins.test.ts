/** Generated encoders and closures are one encoder: the same bytes, the same refusals. And the check agrees with both. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MAX_INLINE_DEPTH } from "../../src/bytes/depth.ts";
import { ByteReader } from "../../src/bytes/reader.ts";
import { ByteWriter } from "../../src/bytes/writer.ts";
import { decodeClosure } from "../../src/decode/closures.ts";
import { generateDecoder } from "../../src/decode/generate.ts";
import { type Encode, encodeClosure, encodeShallowClosure } from "../../src/encode/closures.ts";
import { encoderOf } from "../../src/encode/encode.ts";
import { generateEncoder, generateShallowEncoder } from "../../src/encode/generate.ts";
import { isParcodeError, type SchemaMismatchError } from "../../src/errors.ts";
import { measure } from "../../src/schema/check.ts";
import { setGeneration } from "../../src/schema/generate.ts";
import type { SchemaNode, StructNode } from "../../src/schema/node.ts";
import { storedWidth } from "../../src/schema/typed-array.ts";
import { inlineSchemas, runs, samples, samplesOf } from "../support/arbitrary.ts";
import { schemaText } from "../support/arbitrary-text.ts";
import { wrongValues } from "../support/arbitrary-wrong.ts";
import { firstDifference } from "../support/bytes.ts";

const allSamples = fc.oneof(samples, samplesOf(inlineSchemas));

function encoded(encode: Encode, value: unknown): Uint8Array {
  const writer = new ByteWriter(16);
  encode(writer, value as never);
  return writer.finish();
}

/** What a refusal says; undefined if there is none. */
function refusal(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (!isParcodeError(error, "SchemaMismatch")) throw error;
    return `${error.message} | ${error.expected} | ${error.actual}`;
  }
}

describe("generated code and closures", () => {
  test("write the same bytes, whole and without chunked fields", () => {
    fc.assert(
      fc.property(allSamples, ({ node, value }) => {
        const bytes = encoded(encodeClosure(node), value);
        expect(firstDifference(encoded(generateEncoder(node), value), bytes)).toBeUndefined();
        if (node.kind !== "struct") return;
        const shallow = encoded(encodeShallowClosure(node), value);
        expect(firstDifference(encoded(generateShallowEncoder(node as StructNode), value), shallow)).toBeUndefined();
      }),
      runs(150),
    );
  });

  test("refuse the same values, in the same words", () => {
    let refused = 0;
    const wrong = allSamples.chain(({ node, value }) => wrongValues(node, value).map((w) => ({ node, ...w })));
    fc.assert(
      fc.property(wrong.map(printable), ({ node, wrong: value }) => {
        const said = refusal(() => encoded(encodeClosure(node), value));
        expect(refusal(() => encoded(generateEncoder(node), value))).toBe(said);
        if (said !== undefined) refused++;
      }),
      runs(250),
    );
    // Were it few, the property would say little.
    expect(refused).toBeGreaterThan(runs(250).numRuns / 4);
  });

  test("write values as deep as readers go, and refuse deeper ones", () => {
    const chain = { kind: "struct", fields: {} } as { kind: "struct"; fields: Record<string, SchemaNode> };
    chain.fields.tail = { kind: "option", item: { kind: "recursive", get: () => chain as never } };
    const deep = (levels: number): unknown => {
      let value: unknown = { tail: null };
      for (let i = 0; i < levels; i++) value = { tail: value };
      return value;
    };
    for (const make of [encodeClosure, generateEncoder]) {
      const bytes = encoded(make(chain), deep(MAX_INLINE_DEPTH));
      expect(bytes.length).toBe(MAX_INLINE_DEPTH + 1);
      for (const decode of [decodeClosure, generateDecoder]) {
        expect(JSON.stringify(decode(chain)(new ByteReader(bytes)))).toBe(JSON.stringify(deep(MAX_INLINE_DEPTH)));
      }
      expect(refusal(() => encoded(make(chain), deep(MAX_INLINE_DEPTH + 1)))).toContain("512 levels");
      // A value that was refused leaves nothing behind that counts for the next one.
      expect(encoded(make(chain), deep(MAX_INLINE_DEPTH)).length).toBe(MAX_INLINE_DEPTH + 1);
    }
    expect(measure(chain, deep(MAX_INLINE_DEPTH))).toBe(MAX_INLINE_DEPTH + 1);
    expect(refusal(() => measure(chain, deep(MAX_INLINE_DEPTH + 2)))).toContain("512 levels");
  });

  test("are chosen by setGeneration, and each is made once", () => {
    const node: SchemaNode = { kind: "vec", item: { kind: "u8" } };
    const generated = encoderOf(node);
    try {
      setGeneration(false);
      const closure = encoderOf(node);
      expect(closure).not.toBe(generated);
      expect(encoderOf(node)).toBe(closure);
    } finally {
      setGeneration(undefined);
    }
    expect(encoderOf(node)).toBe(generated);
  });
});

describe("the check of a value", () => {
  test("measures exactly what is written, but for typed arrays of varints", () => {
    fc.assert(
      fc.property(allSamples, ({ node, value }) => {
        fc.pre(!hasVarintArrays(node));
        expect(measure(node, value)).toBe(encoded(encoderOf(node), value).length);
      }),
      runs(150),
    );
  });

  test("refuses what the encoders refuse, and names the place", () => {
    let refused = 0;
    const wrong = allSamples.chain(({ node, value }) => wrongValues(node, value).map((w) => ({ node, ...w })));
    fc.assert(
      fc.property(wrong.map(printable), ({ node, wrong: value, site }) => {
        let error: SchemaMismatchError | undefined;
        const said = refusal(() => {
          try {
            measure(node, value);
          } catch (thrown) {
            error = thrown as SchemaMismatchError;
            throw thrown;
          }
        });
        expect(said === undefined).toBe(refusal(() => encoded(encoderOf(node), value)) === undefined);
        if (error === undefined) return;
        refused++;
        const expected = site.path.replace(/^\./, "");
        // A path that is too long to be read keeps its first 80 characters and its last.
        const path = error.path ?? "";
        const kept = path.length > 160 ? 80 : expected.length;
        expect(path.slice(0, kept)).toBe(expected.slice(0, kept));
        if (isLeaf(site.schema) && !expected.endsWith("[") && kept !== 80) expect(path).toBe(expected);
        if (error.path !== "") expect(error.message).toContain(`${error.path}: Expected `);
      }),
      runs(250),
    );
    // Were it few, the property would say little.
    expect(refused).toBeGreaterThan(runs(250).numRuns / 4);
  });
});

const LEAVES = /^([uif](8|16|32|64|128)|u?int|bool|str|char|bytes|unit)$/;
const isLeaf = (schema: SchemaNode): boolean => LEAVES.test(schema.kind);

function hasVarintArrays(schema: SchemaNode): boolean {
  const text = schemaText(schema);
  return [...text.matchAll(/typed\((\w+)\)/g)].some(([, element]) => storedWidth(element as never) === undefined);
}

function printable<T extends { readonly node: SchemaNode; readonly wrong: unknown }>(wrong: T): T {
  const text = () => `\n  schema: ${schemaText(wrong.node)}\n  value: ${fc.stringify(wrong.wrong)}\n`;
  return Object.assign(wrong, { [fc.toStringMethod]: text });
}
