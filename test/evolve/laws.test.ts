/** Whatever a schema has become, in edits that data survives: its files are read to what an oracle says, by every way of reading. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { load, loadSync, open, openSync, type Schema, serializeSync } from "../../src/index.ts";
import type { SchemaNode } from "../../src/schema/node.ts";
import { formats, runs, type Sample, samples } from "../support/arbitrary.ts";
import { difference } from "../support/arbitrary-difference.ts";
import { type Edited, editsOf } from "../support/arbitrary-edit.ts";
import { lookAround, lookAroundSync } from "../support/arbitrary-mirror.ts";
import { countingSource } from "../support/arbitrary-source.ts";
import { schemaText } from "../support/arbitrary-text.ts";

/** A file's schema and value, the schema that it is read with, and what is read then. */
interface Case extends Sample {
  readonly wanted: Schema;
  readonly expected: unknown;
}

const cases: fc.Arbitrary<Case> = samples.chain((sample) =>
  editsOf(sample.schema).map(({ schema, convert }: Edited) => {
    const expected = convert(sample.value as never);
    const text = `\n  wanted: ${schemaText(schema as SchemaNode)}\n  expected: ${fc.stringify(expected)}\n`;
    const shown = (sample as unknown as { [fc.toStringMethod]: () => string })[fc.toStringMethod]();
    return { ...sample, wanted: schema, expected, [fc.toStringMethod]: () => shown + text } as Case;
  }),
);

const node = ({ wanted }: Case): SchemaNode => wanted as SchemaNode;
type Format = typeof formats extends fc.Arbitrary<infer T> ? T : never;
const written = ({ schema, value }: Case, format: Format): Uint8Array => serializeSync(schema, value, format);

test("openSync: load(), loadSync(root), every method of every mirror and handle", () => {
  fc.assert(
    fc.property(cases, formats, (one, format) => {
      const file = openSync(written(one, format), one.wanted);
      expect(difference(node(one), file.load(), one.expected)).toBeUndefined();
      lookAroundSync(node(one), file.root, one.expected);
      if (one.wanted.kind === "struct") {
        expect(difference(node(one), loadSync(file.root as object), one.expected)).toBeUndefined();
      }
    }),
    runs(300),
  );
});

test("open over a source with promises: the same", async () => {
  await fc.assert(
    fc.asyncProperty(cases, formats, fc.constantFrom(0, 300, undefined), async (one, format, cacheBytes) => {
      const options = cacheBytes === undefined ? {} : { cacheBytes };
      const file = await open(countingSource(written(one, format)), one.wanted, options);
      expect(difference(node(one), await file.load(), one.expected)).toBeUndefined();
      await lookAround(node(one), file.root, one.expected);
      if (one.wanted.kind === "struct") {
        expect(difference(node(one), await load(file.root as object), one.expected)).toBeUndefined();
      }
      await file.close();
    }),
    runs(200),
  );
});
