/** Files that we write, read by the Rust crate. */
import fc from "fast-check";
import { type ChunkInfo, openSync, serializeSync } from "parcode-web";
import { describe, expect, test } from "vitest";
import type { Sample } from "../support/arbitrary.ts";
import { LAZY_WAYS } from "../support/oracle.ts";
import { type CrateType, cases, differs, FLAVOURS, type Form, fileForm, oracle, typesThat } from "./crate.ts";
import { asReadLazily, isMisreadLazily, needsOwnVersion } from "./crate-lazy.ts";

const PARCODE_VERSION = 4;
const OWN_VERSION = 0x8004;

interface File {
  readonly form: Form;
  readonly sample: Sample;
  readonly options: { readonly compression: string; readonly shardBytes: number };
}

/** Values of a type with everything that decides how a file of them is cut. */
function files(type: CrateType): fc.Arbitrary<File> {
  return fc
    .record({
      flavour: fc.constantFrom(...FLAVOURS),
      // One entry a bucket as far as there are entries, which leaves some buckets empty; some; the default.
      bucketBytes: fc.constantFrom(1, 80, undefined),
      options: fc.record({
        compression: fc.constantFrom("none", "lz4"),
        shardBytes: fc.constantFrom(1, 20, 300, 131_072),
      }),
      maxLength: fc.constantFrom(4, 12, 40),
    })
    .chain(({ flavour, bucketBytes, options, maxLength }) => {
      const form = fileForm(type, flavour, bucketBytes);
      return form.samples(maxLength).map((sample) => ({ form, sample, options }));
    });
}

function same(form: Form, answer: unknown, expected: unknown, what: string): void {
  expect(differs(form.fromNotation(answer), expected), what).toBeUndefined();
}

/** By the crate's `load`, and by each of its lazy ways. Returns the ways that are known to be wrong, and were. */
async function readByCrate({ form, sample }: File, file: Uint8Array): Promise<number> {
  const { type, node } = form;
  let misread = 0;
  same(form, await oracle.read(type.name, file), sample.value, "load");
  for (const via of type.readLazy ? LAZY_WAYS : []) {
    const expected = asReadLazily(node, sample.value, via);
    if (isMisreadLazily(node, via)) {
      const answer = await oracle.readLazy(type.name, file, via).catch(() => undefined);
      if (answer === undefined || differs(form.fromNotation(answer), expected) !== undefined) misread++;
    } else same(form, await oracle.readLazy(type.name, file, via), expected, `lazily by ${via}`);
  }
  return misread;
}

describe("with compatibility: parcode", () => {
  const cuts = { emptyBuckets: 0, severalShards: 0 };

  function countCuts({ guess, parts = 0, children }: ChunkInfo): void {
    if (guess === "map") cuts.emptyBuckets += children.filter(({ payloadLength }) => payloadLength === 0).length;
    if (guess === "vec" && parts > 1) cuts.severalShards++;
    for (const child of children) countCuts(child);
  }

  test.for(typesThat("read"))("%s", async ([, type]) => {
    let misread = 0;
    await fc.assert(
      fc.asyncProperty(files(type), async (file) => {
        const { form, sample, options } = file;
        const bytes = serializeSync(form.schema, sample.value as never, { ...options, compatibility: "parcode" });
        const opened = openSync(bytes, form.schema);
        expect(opened.version).toBe(PARCODE_VERSION);
        misread += await readByCrate(file, bytes);
        const tree = opened.inspect();
        expect(String(tree)).toBe(await oracle.inspect(bytes));
        countCuts(tree.root);
      }),
      cases(16),
    );
    // Once the crate reads these right, the exception has to go.
    if (isMisreadLazily(fileForm(type).node, "lazy")) expect(misread).toBeGreaterThan(0);
  });

  test("cut lists into several shards, and left buckets empty", () => {
    expect(cuts.severalShards).toBeGreaterThan(50);
    expect(cuts.emptyBuckets).toBeGreaterThan(50);
  });
});

describe("with compatibility: native", () => {
  const versions = new Set<number>();

  test.for(typesThat("read"))("%s", async ([, type]) => {
    await fc.assert(
      fc.asyncProperty(files(type), async (file) => {
        const { form, sample, options } = file;
        const bytes = serializeSync(form.schema, sample.value as never, options);
        const { version } = openSync(bytes, form.schema);
        versions.add(version);
        expect(version).toBe(needsOwnVersion(form.node, sample.value) ? OWN_VERSION : PARCODE_VERSION);
        if (version === PARCODE_VERSION) {
          await readByCrate(file, bytes);
          return;
        }
        const refusal = `Unsupported version: ${OWN_VERSION}`;
        await expect(oracle.read(type.name, bytes)).rejects.toThrow(refusal);
        if (type.readLazy) await expect(oracle.readLazy(type.name, bytes, "lazy")).rejects.toThrow(refusal);
      }),
      cases(8),
    );
  });

  test("gave files of both versions", () => {
    expect(versions).toEqual(new Set([PARCODE_VERSION, OWN_VERSION]));
  });
});
