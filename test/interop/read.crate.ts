/** Files that the Rust crate writes, read by us in every way. */
import fc from "fast-check";
import { open, openSync, type Schema } from "parcode-web";
import { describe, expect, test } from "vitest";
import { walkMirror } from "../support/walk-mirror.ts";
import { cases, crateWrites, differs, FLAVOURS, fileForm, oracle, typesThat } from "./crate.ts";

/** Everything, at once and through mirrors, with promises and without. */
async function readByUs(bytes: Uint8Array<ArrayBuffer>, schema: Schema, expected: unknown): Promise<void> {
  const file = openSync(bytes, schema);
  const value = file.load();
  expect(differs(value, expected)).toBeUndefined();
  // From here on sets are compared in the order in which the crate happened to write them.
  await walkMirror("sync", file.root, schema, value);
  const opened = await open(new Blob([bytes]), schema);
  expect(differs(await opened.load(), expected)).toBeUndefined();
  await walkMirror("async", opened.root, schema, value);
  await opened.close();
}

describe("any value", () => {
  test.for(typesThat("write"))("%s", async ([name, type]) => {
    const inputs = fc.tuple(fc.constantFrom(...FLAVOURS), fc.constantFrom(4, 12, 40)).chain(([flavour, maxLength]) => {
      const form = fileForm(type, flavour);
      return fc.tuple(fc.constant(form), form.samples(maxLength), crateWrites);
    });
    await fc.assert(
      fc.asyncProperty(inputs, async ([form, { value, schema }, options]) => {
        const written = oracle.write(name, form.toNotation(value), options);
        // A name without a codec: only the serial writer takes it, and stores the chunk as it is.
        if (name === "Zstd" && !options.serial) await expect(written).rejects.toThrow("not registered");
        else await readByUs(await written, schema, value);
      }),
      cases(6),
    );
  });
});
