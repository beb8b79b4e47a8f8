/**
 * Small files made by hand, hostile or odd. Where the Rust crate gives a value, so do we, unless a stricter rule says
 * otherwise; where it fails or aborts, there is a typed error that says where and what.
 */
import { isParcodeError, open, openSync, type ParcodeError } from "parcode-web";
import { describe, expect, test } from "vitest";
import { countingSource } from "../support/counting-source.ts";
import { Descriptors } from "../support/descriptor.ts";
import { fromNotation } from "../support/descriptor-values.ts";
import { difference } from "../support/difference.ts";
import { bytesOfHex, type Edge, fixtureEdges } from "../support/fixtures.ts";
import { rejectionOf, thrownBy } from "../support/rejection.ts";

const edges = await fixtureEdges();

/** Where we refuse what the crate accepts. */
const STRICTER: Readonly<Record<string, { readonly code: string; readonly why: string }>> = {
  "reserved meta bits 4-7 set": {
    code: "CorruptChunk",
    why: "bits 5 to 7 are 0 in every file there is, so that a later format can give them a meaning",
  },
};

/** Where the crate's value is not what the bytes say. */
const RIGHT: Readonly<Record<string, unknown>> = {
  "map payload under 4 bytes: bincode {1:2}": new Map([[1, 2]]),
};

/** Which error each edge gives, for those whose bytes are at fault as a whole. The others are damaged chunks. */
const CODES: Readonly<Record<string, string>> = {
  "version 5": "UnsupportedVersion",
  "version 3": "UnsupportedVersion",
  "25 bytes": "NotAParcodeFile",
  "empty input": "NotAParcodeFile",
  "bad magic": "NotAParcodeFile",
  ...Object.fromEntries([2, 3, 4, 5, 6, 7].map((id) => [`compression id ${id}`, "UnknownCodec"])),
};

/** The value, or what was thrown instead of it. */
async function outcome(work: () => unknown): Promise<{ value?: unknown; error?: ParcodeError }> {
  try {
    return { value: await work() };
  } catch (error) {
    if (isParcodeError(error)) return { error };
    throw error;
  }
}

function expectCoordinates(edge: Edge, error: ParcodeError): void {
  expect(error.code).toBe(STRICTER[edge.what]?.code ?? CODES[edge.what] ?? "CorruptChunk");
  expect(error.chunkOffset ?? error.byteOffset, `${error.message} has no offset`).toBeGreaterThanOrEqual(0);
  expect(error.expected, `${error.message} expects nothing`).toMatch(/\w/);
  expect(error.actual, `${error.message} found nothing`).toMatch(/\w/);
  // A sentence: no text of another error in the middle, no "undefined", no number that nobody can read.
  expect(error.message).toMatch(/^\w[^\n]{20,250}[.?]$/);
  expect(error.message).not.toMatch(/undefined|NaN|\[object|e\+\d/);
}

describe.each(edges)("$what", (edge) => {
  const descriptors = new Descriptors();
  const schema = descriptors.root(edge.root);
  const bytes = bytesOfHex(edge.hex);
  const hasValue = "value" in edge.upstream && STRICTER[edge.what] === undefined;

  test.each([
    ["openSync", () => openSync(bytes, schema).load()],
    ["open, in memory", async () => (await open(bytes, schema)).load()],
    ["open, fetched", async () => (await open(countingSource(bytes), schema)).load()],
  ])("%s", async (_, work) => {
    const { value, error } = await outcome(work);
    if (!hasValue) {
      expect(error, `gave ${JSON.stringify(value)}`).toBeDefined();
      return expectCoordinates(edge, error as ParcodeError);
    }
    const expected = RIGHT[edge.what] ?? fromNotation(descriptors, edge.root, edge.upstream.value);
    expect(error?.message).toBeUndefined();
    expect(difference(value, expected)).toBeUndefined();
  });

  test("verify() and inspect() end with a result or a typed error", async () => {
    const sync = await outcome(() => openSync(bytes).verify());
    const fetched = await outcome(async () => (await open(countingSource(bytes))).verify());
    const message = fetched.error?.message.replace("the counting source", "memory");
    expect([fetched.value, message]).toEqual([sync.value, sync.error?.message]);
    await outcome(() => openSync(bytes).inspect());
  });
});

test("the tables name edges that there are", () => {
  const names = new Set(edges.map(({ what }) => what));
  for (const what of [...Object.keys(STRICTER), ...Object.keys(RIGHT), ...Object.keys(CODES)])
    expect(names).toContain(what);
});

test("bytes that no chunk refers to are counted, and nothing else", () => {
  const edge = edges.find(({ what }) => what.startsWith("bytes before the root chunk")) as Edge;
  expect(openSync(bytesOfHex(edge.hex)).verify()).toMatchObject({ chunks: 1, unusedBytes: 3 });
});

test("an error of a damaged value names the path and the type that was expected", async () => {
  const edge = edges.find(({ what }) => what === "varint 253 as u32") as Edge;
  const schema = new Descriptors().root(edge.root);
  const thrown = thrownBy(() => openSync(bytesOfHex(edge.hex), schema).load());
  expect(thrown).toMatchObject({ chunkOffset: 0, byteOffset: 0, expected: "an integer of type u32" });
  const rejected = await rejectionOf(open(bytesOfHex(edge.hex), schema).then((file) => file.load()));
  expect(rejected.message).toBe(thrown.message);
});
