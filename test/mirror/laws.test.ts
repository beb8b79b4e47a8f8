/** What is written is read back, by every way of reading, over memory and over a source with promises. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { load, loadSync, open, openSync, serializeSync } from "../../src/index.ts";
import { formats, runs, type Sample, samples } from "../support/arbitrary.ts";
import { difference } from "../support/arbitrary-difference.ts";
import { lookAround, lookAroundSync } from "../support/arbitrary-mirror.ts";
import { countingSource } from "../support/arbitrary-source.ts";

type Format = typeof formats extends fc.Arbitrary<infer T> ? T : never;

const written = ({ schema, value }: Sample, format: Format): Uint8Array => serializeSync(schema, value, format);

describe("write → read gives the value back", () => {
  test("openSync and load()", () => {
    fc.assert(
      fc.property(samples, formats, (sample, format) => {
        const file = openSync(written(sample, format), sample.schema);
        expect(difference(sample.node, file.load(), sample.value)).toBeUndefined();
      }),
      runs(250),
    );
  });

  test("loadSync(root), and every method of every synchronous mirror and handle", () => {
    fc.assert(
      fc.property(samples, formats, (sample, format) => {
        const file = openSync(written(sample, format), sample.schema);
        lookAroundSync(sample.node, file.root, sample.value);
        if (sample.schema.kind === "struct") {
          expect(difference(sample.node, loadSync(file.root as object), sample.value)).toBeUndefined();
        }
      }),
      runs(150),
    );
  });

  test("open, load() and load(root) over a source with promises", async () => {
    await fc.assert(
      fc.asyncProperty(samples, formats, async (sample, format) => {
        const file = await open(countingSource(written(sample, format)), sample.schema);
        expect(difference(sample.node, await file.load(), sample.value)).toBeUndefined();
        if (sample.schema.kind === "struct") {
          expect(difference(sample.node, await load(file.root as object), sample.value)).toBeUndefined();
        }
        await file.close();
      }),
      runs(150),
    );
  });

  test("every method of every asynchronous mirror and handle, with a cache and without", async () => {
    await fc.assert(
      fc.asyncProperty(samples, formats, fc.constantFrom(0, 300, undefined), async (sample, format, cacheBytes) => {
        const options = cacheBytes === undefined ? {} : { cacheBytes };
        const file = await open(countingSource(written(sample, format)), sample.schema, options);
        await lookAround(sample.node, file.root, sample.value);
        await file.close();
      }),
      runs(100),
    );
  });

  test("open of bytes in memory, whose mirror has promises too", async () => {
    await fc.assert(
      fc.asyncProperty(samples, formats, async (sample, format) => {
        const file = await open(written(sample, format), sample.schema);
        await lookAround(sample.node, file.root, sample.value);
        expect(difference(sample.node, await file.load(), sample.value)).toBeUndefined();
      }),
      runs(60),
    );
  });
});
