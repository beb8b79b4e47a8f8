/** Every file of the Rust crate is read to exactly what the crate put into it. */
import { open, openSync } from "parcode-web";
import { describe, expect, test } from "vitest";
import { countingSource } from "../support/counting-source.ts";
import { Descriptors, type Flavour } from "../support/descriptor.ts";
import { fromNotation, toNotation, UNSAFE } from "../support/descriptor-values.ts";
import { difference } from "../support/difference.ts";
import { fixtureNames } from "../support/fixture-names.ts";
import { fixture, fixtureBytes } from "../support/fixtures.ts";

const flavours: Flavour[] = ["plain", "typed", "numbers"];

describe.each(flavours)("with schemas of flavour %s", (flavour) => {
  test.each(fixtureNames)("%s loads", async (name) => {
    const { root, types, value } = await fixture(name);
    const bytes = await fixtureBytes(name);
    const descriptors = new Descriptors(types, flavour);
    const schema = descriptors.root(root);
    const expected = fromNotation(descriptors, root, value);

    const blob = new Blob([bytes]);
    if (!fits(expected)) {
      // The schema promises integers that a number holds exactly, and these are not.
      expect(() => openSync(bytes, schema).load()).toThrow(/u64 or i64/);
      await expect(open(blob, schema).then((file) => file.load())).rejects.toThrow(/u64 or i64/);
      return;
    }
    expect(difference(openSync(bytes, schema).load(), expected)).toBeUndefined();
    expect(difference(openSync(bytes.buffer, schema).load(), expected)).toBeUndefined();
    await using fromBlob = await open(blob, schema);
    expect(difference(await fromBlob.load(), expected)).toBeUndefined();
    await using fromMemory = await open(bytes, schema);
    expect(difference(await fromMemory.load(), expected)).toBeUndefined();
    const source = countingSource(bytes);
    await using fetched = await open(source, schema);
    expect(difference(await fetched.load(), expected)).toBeUndefined();
    expect(source.bytesRead).toBeLessThanOrEqual(2 * bytes.length);
    expect(fetched.stats.bytesRequested).toBe(source.bytesRead);
    expect(fetched.stats.requests).toBe(source.reads.length);
  });
});

test.each(fixtureNames)("%s goes back to its notation", async (name) => {
  const { root, types, value } = await fixture(name);
  const descriptors = new Descriptors(types, "typed");
  const schema = descriptors.root(root);
  const loaded = openSync(await fixtureBytes(name), schema).load();
  const notation = toNotation(descriptors, root, loaded);
  if (name === "vec_u8_1300000_lz4") return expect((notation as { hex: string }).hex.length).toBe(2_600_000);
  // A NaN that stands alone, and is no element of a typed array, may have other bits.
  const usual = (json: string): string =>
    json.replace(/"([7f]fc0000[01]|7f800001|7ff8000000000000|[7f]ff[08]000000000001)"/g, '"NaN"');
  expect(usual(JSON.stringify(notation))).toBe(usual(JSON.stringify(value)));
});

/** Whether `uint` and `int` can have all the integers of a value. */
function fits(value: unknown): boolean {
  if (value === UNSAFE) return false;
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return true;
  if (value instanceof Map) return [...value].every(([key, member]) => fits(key) && fits(member));
  return (Symbol.iterator in value ? [...(value as Iterable<unknown>)] : Object.values(value)).every(fits);
}
