/** The tree of chunks, as text, is what the Rust crate's own inspector prints; and all chunks verify. */
import { open, openSync } from "parcode-web";
import { describe, expect, test } from "vitest";
import { countingSource } from "../support/counting-source.ts";
import { Descriptors } from "../support/descriptor.ts";
import { fixtureNames } from "../support/fixture-names.ts";
import { fixture, fixtureBytes, fixtureInspectText } from "../support/fixtures.ts";

describe.each(fixtureNames)("%s", (name) => {
  test("prints as the crate prints it", async () => {
    const bytes = await fixtureBytes(name);
    const text = await fixtureInspectText(name);
    const { root, types } = await fixture(name);
    const schema = new Descriptors(types).root(root);
    expect(String(openSync(bytes).inspect())).toBe(text);
    expect(String(openSync(bytes, schema).inspect())).toBe(text);
    await using fetched = await open(countingSource(bytes));
    expect(String(await fetched.inspect())).toBe(text);
    await using blob = await open(new Blob([bytes]), schema);
    expect(String(await blob.inspect())).toBe(text);
  });

  test("verifies, and every byte belongs to a chunk", async () => {
    const bytes = await fixtureBytes(name);
    const file = openSync(bytes);
    const report = file.verify();
    const tree = file.inspect();
    expect(report.unusedBytes).toBe(0);
    expect([report.bytes, report.chunks]).toEqual([tree.bytes, tree.chunks]);
    expect([file.byteLength, file.version]).toEqual([bytes.length, 4]);
    const source = countingSource(bytes);
    await using fetched = await open(source);
    expect(await fetched.verify()).toEqual(report);
    // Once to open, once to verify.
    expect(source.bytesRead).toBeLessThanOrEqual(2 * bytes.length);
  });
});

test("without a schema there is a tree, and no root", async () => {
  const bytes = await fixtureBytes("game_world");
  const file = openSync(bytes);
  expect(file.inspect().root.guess).toBe("generic");
  expect(() => file.root).toThrow(/schema/);
  expect(() => file.load()).toThrow(/schema/);
  await using fetched = await open(countingSource(bytes));
  expect(() => fetched.root).toThrow(/schema/);
});
