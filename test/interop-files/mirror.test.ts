/** Every file of the Rust crate, looked at through mirrors: each handle, each method, each index and key. */
import { open, openSync } from "parcode-web";
import { describe, expect, test } from "vitest";
import { countingSource } from "../support/counting-source.ts";
import { Descriptors, type Flavour } from "../support/descriptor.ts";
import { fromNotation } from "../support/descriptor-values.ts";
import { type FixtureName, fixtureNames } from "../support/fixture-names.ts";
import { fixture, fixtureBytes } from "../support/fixtures.ts";
import { walkMirror } from "../support/walk-mirror.ts";

async function prepare(name: FixtureName, flavour: Flavour) {
  const { root, types, value } = await fixture(name);
  const descriptors = new Descriptors(types, flavour);
  return {
    bytes: await fixtureBytes(name),
    schema: descriptors.root(root),
    value: fromNotation(descriptors, root, value),
  };
}

describe.each<Flavour>(["plain", "typed"])("with schemas of flavour %s", (flavour) => {
  test.each(fixtureNames)("%s, synchronous", async (name) => {
    const { bytes, schema, value } = await prepare(name, flavour);
    using file = openSync(bytes, schema);
    expect(await walkMirror("sync", file.root, schema, value)).toBeGreaterThan(0);
  });

  test.each(fixtureNames)("%s, fetched", async (name) => {
    const { bytes, schema, value } = await prepare(name, flavour);
    await using file = await open(countingSource(bytes), schema);
    expect(await walkMirror("async", file.root, schema, value)).toBeGreaterThan(0);
  });
});

test.each(fixtureNames)("%s, asynchronous from memory", async (name) => {
  const { bytes, schema, value } = await prepare(name, "plain");
  await using file = await open(bytes, schema);
  expect(await walkMirror("async", file.root, schema, value)).toBeGreaterThan(0);
});

test.each(fixtureNames)("%s, from a Blob, without a cache", async (name) => {
  const { bytes, schema, value } = await prepare(name, "plain");
  if (bytes.length > 5000) return;
  await using file = await open(new Blob([bytes]), schema, { cacheBytes: 0 });
  expect(await walkMirror("async", file.root, schema, value)).toBeGreaterThan(0);
});
