/** The contents of every file of the Rust crate, written by us and read back. */
import { open, openSync, type SaveOptions, type Schema, serialize, serializeSync } from "parcode-web";
import { afterEach, describe, expect, test } from "vitest";
import { setGeneration } from "../../src/schema/generate.ts";
import { firstDifference } from "../support/bytes.ts";
import { countingSource } from "../support/counting-source.ts";
import { Descriptors, type Flavour } from "../support/descriptor.ts";
import { fromNotation } from "../support/descriptor-values.ts";
import { difference } from "../support/difference.ts";
import { type FixtureName, fixtureNames } from "../support/fixture-names.ts";
import { fixture, fixtureBytes } from "../support/fixtures.ts";
import { thrownBy } from "../support/rejection.ts";
import { contentOf, walkMirror } from "../support/walk-mirror.ts";

/** The crate writes these and has no reader for them. */
const WITHOUT_READER: ReadonlySet<string> = new Set(["vec_map", "vec_vec_u32"]);

/** Where a NaN is no element of a typed array, and comes back with other bits. */
const LOOSE_NAN: ReadonlySet<string> = new Set([
  "vec_f32_special",
  "vec_f64_special",
  "boundaries_inline",
  "chunk_prims",
]);

async function contents(name: FixtureName, flavour: Flavour): Promise<{ schema: Schema; value: any }> {
  const { root, types, value } = await fixture(name);
  const descriptors = new Descriptors(types, flavour);
  return { schema: descriptors.root(root), value: fromNotation(descriptors, root, value) };
}

/** Parallel builds of the crate wrote the same values. */
const names = fixtureNames.filter((name) => !name.endsWith("_parallel"));

/** The walk through the crate's own files is thorough; this one looks for what our writer did otherwise. */
const FEW = { steps: 300, views: 12 };

const ways: SaveOptions[] = [
  { compatibility: "native", compression: "none" },
  { compatibility: "native", compression: "lz4" },
  { compatibility: "parcode", compression: "none" },
  { compatibility: "parcode", compression: "lz4" },
];

afterEach(() => setGeneration(undefined));

describe.each<Flavour>(["plain", "typed"])("with schemas of flavour %s", (flavour) => {
  test.each(names)("%s comes back", async (name) => {
    const { schema, value } = await contents(name, flavour);
    for (const options of ways) {
      if (options.compatibility === "parcode" && WITHOUT_READER.has(name)) {
        const refused = thrownBy(() => serializeSync(schema, value, options));
        expect(refused).toMatchObject({ code: "SchemaIncompatible", path: "", expected: "what the Rust crate reads" });
        continue;
      }
      const bytes = serializeSync(schema, value, options);
      expect(firstDifference(await serialize(schema, value, options), bytes)).toBeUndefined();
      expect(firstDifference(serializeSync(schema, value, options), bytes), "written twice").toBeUndefined();

      const file = openSync(bytes, schema);
      const extended = options.compatibility === "native" && (isLean(schema, value) || WITHOUT_READER.has(name));
      expect(file.version).toBe(extended ? 0x8004 : 4);
      expect(difference(file.load(), value)).toBeUndefined();
      expect(file.verify().unusedBytes).toBe(0);
      await using fetched = await open(countingSource(bytes), schema);
      expect(difference(await fetched.load(), value)).toBeUndefined();
      // A schema of another flavour describes the same bytes.
      const other = await contents(name, flavour === "plain" ? "typed" : "plain");
      if (options !== ways[0] || (flavour === "plain" && LOOSE_NAN.has(name))) continue;
      expect(difference(openSync(bytes, other.schema).load(), other.value)).toBeUndefined();
    }
  });

  test.each(names)("%s, generated functions and closures agree", async (name) => {
    const written = serializeSync(...pair(await contents(name, flavour)));
    setGeneration(false);
    // New schemas, so that nothing that was generated before is at hand.
    const { schema, value } = await contents(name, flavour);
    expect(firstDifference(serializeSync(schema, value), written)).toBeUndefined();
    expect(difference(openSync(written, schema).load(), value)).toBeUndefined();
    const crate = openSync(await fixtureBytes(name), schema);
    expect(difference(crate.load(), value)).toBeUndefined();
    expect(await walkMirror("sync", crate.root, schema, value, FEW)).toBeGreaterThan(0);
  });
});

test.each(names)("%s, written by us and looked at through mirrors", async (name) => {
  const { schema, value } = await contents(name, "plain");
  const bytes = serializeSync(schema, value, { compression: "lz4" });
  expect(await walkMirror("sync", openSync(bytes, schema).root, schema, value, FEW)).toBeGreaterThan(0);
  await using file = await open(countingSource(serializeSync(schema, value)), schema);
  expect(await walkMirror("async", file.root, schema, value, FEW)).toBeGreaterThan(0);
});

test.each(names.filter((name) => !WITHOUT_READER.has(name)))("%s, for the crate, as small shards", async (name) => {
  const { schema, value } = await contents(name, "typed");
  const bytes = serializeSync(schema, value, { compatibility: "parcode", shardBytes: 64 });
  const file = openSync(bytes, schema);
  expect(file.version).toBe(4);
  expect(difference(file.load(), value)).toBeUndefined();
});

/** Whether there are values of a hash map with chunked fields: our own format stores those once, which the crate cannot read. */
function isLean(schema: any, value: any): boolean {
  const content = contentOf(schema);
  if (content.kind === "hashMap") return value.size > 0 && chunked(contentOf(content.value)).length > 0;
  if (content.kind === "vec") return value.some((item: unknown) => isLean(content.item, item));
  return chunked(content).some(([name, field]) => isLean(field, value[name]));
}

function chunked(content: any): [string, any][] {
  if (content.kind !== "struct") return [];
  return Object.entries<any>(content.fields).filter(([, { kind }]) => kind === "chunk" || kind === "hashMap");
}

function pair({ schema, value }: { schema: Schema; value: any }): [Schema, any] {
  return [schema, value];
}
