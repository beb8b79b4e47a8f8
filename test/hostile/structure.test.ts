/** Files whose structure lies. Every one of them gives a typed error soon, and the rest of the file stays readable. */
import "../support/allocation-guard.ts";

import { chunk, open, openSync, type Schema, str, struct } from "parcode-web";
import { describe, expect, test } from "vitest";
import { largestAllocation } from "../support/allocation-guard.ts";
import { countingSource } from "../support/counting-source.ts";
import { RawFile } from "../support/raw-file.ts";
import { outcome, touchMirror } from "../support/touch-mirror.ts";
import { type Lie, lies } from "./lies.ts";

/** The lie as one chunk of a file, beside one that is as it should be. */
function fileWith({ schema, build }: Lie): { bytes: Uint8Array<ArrayBuffer>; schema: Schema } {
  const file = new RawFile();
  const good = file.chunk([10, ...new TextEncoder().encode("still here")]);
  const bad = build(file);
  const placed = schema.kind === "hashMap" ? schema : chunk(schema);
  return { bytes: file.finish(file.chunk([], [good, bad])), schema: struct({ good: chunk(str), bad: placed }) };
}

/** Far more than any of these files needs, and far less than they claim. */
const MOST_BYTES = 16 * 2 ** 20;
/** A machine with much else to do takes its time; a file that fools us takes minutes. */
const MOST_MILLISECONDS = 60_000;

describe.each(lies)("$what", (lie) => {
  const { bytes: file, schema } = fileWith(lie);
  const ways = {
    openSync: () => openSync(file, schema),
    "open in memory": () => open(file, schema),
    "open fetched": () => open(countingSource(file), schema),
  };

  test.each(Object.entries(ways))(
    "%s",
    async (_, openIt) => {
      const largest = await largestAllocation(async () => {
        const { value: opened, error } = await outcome<any>(openIt);
        if (error !== undefined) return expectError(lie, error);
        expectError(lie, (await outcome(() => opened.load())).error);
        for (const found of await touchMirror(opened.root, schema)) expect(found.message).toMatch(/\w/);
        // What is not damaged stays readable.
        expect(await opened.root.good.load()).toBe("still here");
        await outcome(() => opened.inspect());
        await outcome(() => opened.verify());
        expect(await opened.root.good.load()).toBe("still here");
      });
      expect(largest).toBeLessThan(MOST_BYTES);
    },
    MOST_MILLISECONDS,
  );
});

function expectError(lie: Lie, error: any): void {
  expect(error, "it loaded").toBeDefined();
  expect(`${error.code}: ${error.message}`).toMatch(lie.says);
  if (lie.code !== undefined) expect(error.code).toBe(lie.code);
  expect(["CorruptChunk", "LimitExceeded"]).toContain(error.code);
  expect(error.chunkOffset ?? error.byteOffset).toBeGreaterThanOrEqual(0);
}
