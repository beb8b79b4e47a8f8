/** The crate's files, read by us, written again, and read by the crate: their values come back. */
import { isParcodeError, openSync, serializeSync } from "parcode-web";
import { describe, expect, test } from "vitest";
import { fixtureNames } from "../support/fixture-names.ts";
import { fixture, fixtureBytes } from "../support/fixtures.ts";
import { differs, fileForm, oracle, typeNamed } from "./crate.ts";
import { asReadLazily, isMisreadLazily } from "./crate-lazy.ts";

/** Our defaults, and small cuts. */
const FORMATS = [{}, { compression: "lz4", shardBytes: 400 }] as const;

describe.for(["plain", "typed"] as const)("with %s schemas", (flavour) => {
  test.for(fixtureNames)("%s", async (name) => {
    const { rootType, value } = await fixture(name);
    const type = typeNamed(rootType);
    const form = fileForm(type, flavour, flavour === "typed" ? 500 : undefined);
    const expected = form.fromNotation(value);
    const read = openSync(await fixtureBytes(name), form.schema).load();
    for (const format of FORMATS) {
      const write = () => serializeSync(form.schema, read as never, { ...format, compatibility: "parcode" });
      if (!type.read) {
        // The crate has no reader for these, so there is nothing to be compatible with.
        expect(errorOf(write)).toSatisfy((error) => isParcodeError(error, "SchemaIncompatible"));
        continue;
      }
      const bytes = write();
      expect(differs(form.fromNotation(await oracle.read(type.name, bytes)), expected), "load").toBeUndefined();
      expect(String(openSync(bytes).inspect())).toBe(await oracle.inspect(bytes));
      if (!type.readLazy || isMisreadLazily(form.node, "lazy")) continue;
      const lazily = form.fromNotation(await oracle.readLazy(type.name, bytes, "lazy"));
      expect(differs(lazily, asReadLazily(form.node, expected, "lazy")), "lazily").toBeUndefined();
    }
  });
});

function errorOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}
