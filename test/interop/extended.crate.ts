/**
 * Files with everything that PAR4 does not know: extension blocks, checksums, subtrees, item offsets, trailer, description, metadata,
 * and a head with the structure in front. As long as they have version 4, the crate reads them to the same values, lazily too, and
 * its inspector walks them.
 */
import fc from "fast-check";
import { type FormatOptions, isParcodeError, openSync, serializeSync } from "parcode-web";
import { afterAll, describe, expect, test } from "vitest";
import { EXTENDED_MAGIC } from "../../src/format/layout.ts";
import type { Flavour } from "../support/descriptor.ts";
import { fixtureNames } from "../support/fixture-names.ts";
import { fixture, fixtureBytes } from "../support/fixtures.ts";
import { LAZY_WAYS } from "../support/oracle.ts";
import { cases, differs, FLAVOURS, type Form, fileForm, oracle, typeNamed, typesThat } from "./crate.ts";
import { asReadLazily, isMisreadLazily, needsOwnVersion } from "./crate-lazy.ts";

const VERSION = 4;
const OWN_VERSION = 0x8004;

const METADATA = { author: "Ada Löveläce", "": "no name", note: "PAR4 ".repeat(200) };

const LAYOUTS = ["stream", "faststart"] as const;
const COMPRESSIONS = ["none", "lz4"] as const;

/** Layouts with compressions, one of the two with small cuts, so that there are many shards, buckets and places of items. */
function formatsOf(flavour: Flavour): readonly FormatOptions[] {
  return LAYOUTS.flatMap((layout) =>
    COMPRESSIONS.map((compression) => {
      const isSmall = (compression === "lz4") === (flavour === "plain");
      return { layout, compression, shardBytes: isSmall ? 400 : 131_072, metadata: METADATA };
    }),
  );
}

/** What was read, for the sake of whoever runs this, and so that nothing is left out unnoticed. */
const counts = { files: 0, loads: 0, lazyReads: 0, inspected: 0, ownVersion: 0 };
afterAll(() => console.log(`Extended files and the crate: ${JSON.stringify(counts)}`));

/** The crate's reading of one file, by every way that it has and that is not known to be wrong. */
async function readByCrate(
  form: Form,
  bytes: Uint8Array<ArrayBuffer>,
  value: unknown,
  format: FormatOptions,
): Promise<void> {
  const { type, node } = form;
  const what = `${type.name} with ${JSON.stringify({ ...format, metadata: undefined })}`;
  counts.files++;
  expectExtended(bytes, format);
  expect(differs(form.fromNotation(await oracle.read(type.name, bytes)), value), `${what}, load`).toBeUndefined();
  counts.loads++;
  for (const via of type.readLazy ? LAZY_WAYS : []) {
    if (isMisreadLazily(node, via)) continue;
    const lazily = form.fromNotation(await oracle.readLazy(type.name, bytes, via));
    expect(differs(lazily, asReadLazily(node, value, via)), `${what}, lazily by ${via}`).toBeUndefined();
    counts.lazyReads++;
  }
  expect(await oracle.inspect(bytes), `${what}, inspected`).toContain("[GRAPH LAYOUT]");
  counts.inspected++;
}

/** The file is what this is about: it ends with a trailer, begins with a head if it has one, and nothing is unused. */
function expectExtended(bytes: Uint8Array<ArrayBuffer>, { layout, metadata }: FormatOptions): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  expect(view.getUint32(bytes.length - 30, true)).toBe(EXTENDED_MAGIC);
  if (layout === "faststart") expect(view.getUint32(0, true)).toBe(EXTENDED_MAGIC);
  const file = openSync(bytes);
  expect(Object.fromEntries(file.metadata)).toEqual(metadata);
  expect(file.verify()).toMatchObject({ unusedBytes: 0 });
}

describe("the crate's own files, written again", () => {
  test.for(fixtureNames)("%s", async (name) => {
    const { rootType, value } = await fixture(name);
    const type = typeNamed(rootType);
    for (const flavour of ["plain", "typed"] as const) {
      const form = fileForm(type, flavour, flavour === "typed" ? 500 : undefined);
      const expected = form.fromNotation(value);
      const read = openSync(await fixtureBytes(name), form.schema).load();
      for (const format of formatsOf(flavour)) {
        const bytes = serializeSync(form.schema, read as never, format);
        expect(differs(openSync(bytes).load(), read), "by its own description").toBeUndefined();
        const { version } = openSync(bytes);
        if (version === VERSION) await readByCrate(form, bytes, expected, format);
        else await expectRefused(form, bytes, expected);
      }
    }
  });

  /** Lean maps and what the crate has no type for are refused by name, and never misread. */
  async function expectRefused(form: Form, bytes: Uint8Array<ArrayBuffer>, value: unknown): Promise<void> {
    counts.ownVersion++;
    expect(openSync(bytes).version).toBe(OWN_VERSION);
    const isExpected = needsOwnVersion(form.node, value) || !form.type.read || isRefusedByWriter(form, value);
    expect(isExpected, `${form.type.name} has version 0x8004`).toBe(true);
    if (form.type.read) {
      await expect(oracle.read(form.type.name, bytes)).rejects.toThrow(`Unsupported version: ${OWN_VERSION}`);
    }
  }
});

function isRefusedByWriter(form: Form, value: unknown): boolean {
  try {
    serializeSync(form.schema, value as never, { compatibility: "parcode" });
    return false;
  } catch (error) {
    return isParcodeError(error, "SchemaIncompatible");
  }
}

describe("any value", () => {
  const formats = fc.record({
    layout: fc.constantFrom(...LAYOUTS),
    compression: fc.constantFrom(...COMPRESSIONS),
    shardBytes: fc.constantFrom(1, 60, 300, 131_072),
    checksums: fc.constantFrom("xxh64" as const, false as const),
    describe: fc.boolean(),
    compatibility: fc.constantFrom("parcode" as const, "native" as const),
    metadata: fc.constant(METADATA),
  });

  test.for(typesThat("read"))("%s", async ([, type]) => {
    const inputs = fc
      .record({
        flavour: fc.constantFrom(...FLAVOURS),
        bucketBytes: fc.constantFrom(1, 80, undefined),
        format: formats,
      })
      .chain(({ flavour, bucketBytes, format }) => {
        const form = fileForm(type, flavour, bucketBytes);
        return form.samples(12).map((sample) => ({ form, sample, format }));
      });
    await fc.assert(
      fc.asyncProperty(inputs, async ({ form, sample, format }) => {
        const bytes = serializeSync(form.schema, sample.value as never, format);
        const { version } = openSync(bytes);
        if (version === VERSION) return readByCrate(form, bytes, sample.value, format);
        expect(format.compatibility).toBe("native");
        counts.ownVersion++;
      }),
      cases(8),
    );
  });

  test("gave enough of every kind", () => {
    expect(counts.files).toBeGreaterThan(500);
    expect(counts.loads).toBe(counts.files);
    expect(counts.inspected).toBe(counts.files);
    expect(counts.lazyReads).toBeGreaterThan(counts.files);
    expect(counts.ownVersion).toBeGreaterThan(20);
  });
});
