/**
 * What the Rust crate reads wrong, or not at all, in its own files: the bytes say enough, so here it is read right.
 */
import { type Infer, map, open, openSync, u8 } from "parcode-web";
import { describe, expect, test } from "vitest";
import { countingSource } from "../support/counting-source.ts";
import { Descriptors } from "../support/descriptor.ts";
import { fromNotation } from "../support/descriptor-values.ts";
import { difference } from "../support/difference.ts";
import { type FixtureName, fixtureNames } from "../support/fixture-names.ts";
import { fixture, fixtureBytes } from "../support/fixtures.ts";

/** The files whose contents the crate's own `load` does not give, and why. */
const MISREAD: Partial<Record<FixtureName, string>> = {
  blob_map_tiny: "a map's payload under 4 bytes is taken for an empty map",
  root_map_tiny: "a map's payload under 4 bytes is taken for an empty map",
  vec_map: "the crate has no loader for a Vec of maps",
  vec_vec_u32: "the crate has no loader for a Vec of Vecs",
};

async function opened(name: FixtureName) {
  const { root, types, value, upstream } = await fixture(name);
  const descriptors = new Descriptors(types);
  const bytes = await fixtureBytes(name);
  const schema = descriptors.root(root);
  return { bytes, schema, expected: fromNotation(descriptors, root, value), upstream, descriptors, root };
}

test("the list of misread files is complete", async () => {
  const misread: string[] = [];
  for (const name of fixtureNames) if ((await fixture(name)).upstream.eagerLoad !== "ok") misread.push(name);
  expect(misread).toEqual(Object.keys(MISREAD));
});

test.each(Object.entries(MISREAD))("%s: %s", async (name) => {
  const { bytes, schema, expected, upstream, descriptors, root } = await opened(name as FixtureName);
  expect(difference(openSync(bytes, schema).load(), expected)).toBeUndefined();
  await using file = await open(countingSource(bytes), schema);
  expect(difference(await file.load(), expected)).toBeUndefined();
  if (upstream.eagerLoaded === undefined) return;
  const misread = fromNotation(descriptors, root, upstream.eagerLoaded);
  expect(difference(misread, expected)).toBeDefined();
});

describe("lookups that fail in the crate", () => {
  test("a map in one chunk, by its handle: the crate loads nothing, and looks up behind the children", async () => {
    const { bytes, schema, expected } = await opened("blob_maps");
    for (const [name, entries] of Object.entries(expected as Record<string, unknown>)) {
      if (!(entries instanceof Map)) continue;
      const handle = (openSync(bytes, schema).root as any)[name];
      expect(difference(handle.load(), entries)).toBeUndefined();
      for (const [key, value] of entries) expect(difference(handle.get(key), value)).toBeUndefined();
    }
  });

  test("an empty map: the crate divides by its number of buckets", async () => {
    const { bytes, schema, expected } = await opened("map_empty");
    const [name] = Object.entries(expected as object).find(([, value]) => value instanceof Map) as [string, unknown];
    const handle = (openSync(bytes, schema).root as any)[name];
    expect([handle.count(), handle.get(1), handle.getLazy(1), handle.has(1)]).toEqual([0, undefined, undefined, false]);
  });

  test("lazy values of a primitive type: the crate looks for children that there are not", async () => {
    const { bytes, schema, expected } = await opened("map_u32_4");
    const [name, entries] = Object.entries(expected as object).find(([, value]) => value instanceof Map) as [
      string,
      Map<unknown, unknown>,
    ];
    const handle = (openSync(bytes, schema).root as any)[name];
    for (const [key, value] of entries) expect(handle.getLazy(key)).toBe(value);
  });

  test("lazy values whose chunked fields come first: the crate reads tag 77 as 1", async () => {
    const { bytes, schema, expected } = await opened("map_remote_first");
    const [name, entries] = Object.entries(expected as object).find(([, value]) => value instanceof Map) as [
      string,
      Map<unknown, any>,
    ];
    const handle = (openSync(bytes, schema).root as any)[name];
    expect([...entries.values()].some((value) => value.tag === 77)).toBe(true);
    for (const [key, value] of entries) expect(handle.getLazy(key).tag).toBe(value.tag);
  });

  test("first, last and lazy items of a list of primitives", async () => {
    const { bytes, schema, expected } = await opened("vec_u32_20000");
    const handle = openSync(bytes, schema).root as any;
    const values = expected as number[];
    expect([handle.first(), handle.last(), handle.atLazy(12_345)]).toEqual([values[0], values.at(-1), values[12_345]]);
    expect(difference([...handle.lazy()], values)).toBeUndefined();
  });

  test("a map of one entry in 3 bytes", () => {
    const Tiny = map(u8, u8);
    // Payload 01 01 02, then the meta byte and the footer.
    const bytes = Uint8Array.of(1, 1, 2, 0, 0x50, 0x41, 0x52, 0x34, 4, 0, ...u64(0), ...u64(4), 0, 0, 0, 0);
    const value: Infer<typeof Tiny> = openSync(bytes, Tiny).load();
    expect(value).toEqual(new Map([[1, 2]]));
  });
});

function u64(value: number): number[] {
  return [value, 0, 0, 0, 0, 0, 0, 0];
}
