/** The crate's own files, written again by `optimize` without their schema: the crate reads them to the same values. */
import { memorySink, openSync, optimize } from "parcode-web";
import { describe, expect, test } from "vitest";
import { fixtureNames } from "../support/fixture-names.ts";
import { fixture, fixtureBytes } from "../support/fixtures.ts";
import { differs, fileForm, oracle, typeNamed } from "./crate.ts";

describe.each(["faststart", "stream"] as const)("to %s", (layout) => {
  test.for(fixtureNames)("%s", async (name) => {
    const { rootType } = await fixture(name);
    const type = typeNamed(rootType);
    const form = fileForm(type, "plain", undefined);
    const original = await fixtureBytes(name);
    const sink = memorySink();
    await optimize(original, sink, { layout });
    const file = sink.bytes();
    expect(openSync(file, form.schema)).toMatchObject({ version: 4, integrity: "xxh64" });
    expect(await oracle.inspect(file)).toContain("[GRAPH LAYOUT]");
    if (!type.read) return;
    // The same as of its own file, also where it errs: two maps of less than 4 bytes.
    const [before, after] = [await oracle.read(rootType, original), await oracle.read(rootType, file)];
    expect(differs(form.fromNotation(after), form.fromNotation(before))).toBeUndefined();
  });
});
