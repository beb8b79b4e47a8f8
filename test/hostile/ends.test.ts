/** Ends and heads of files that lie: each rule of docs/FORMAT.md, sections 1 and 7, by a file that breaks it and nothing else. */
import { open, openSync, struct, u8 } from "parcode-web";
import { describe, expect, test } from "vitest";
import { MAX_TRAILER_BYTES } from "../../src/format/trailer.ts";
import { countingSource } from "../support/counting-source.ts";
import { finishExtended, type RawEnds, type RawRecord, recordBytes, structure } from "../support/raw-extended.ts";
import { RawFile, type RawRef, u32, varint } from "../support/raw-file.ts";
import { outcome } from "../support/touch-mirror.ts";

const HEAD_BYTES = 40;
const schema = struct({ n: u8 });

/** One chunk, `{ n: 7 }`, with room for a head in front of it. */
function fileWith(ends: RawEnds, root?: (real: RawRef) => RawRef): Uint8Array<ArrayBuffer> {
  const file = new RawFile();
  const { records = [] } = ends;
  if (ends.head !== undefined)
    file.gap(HEAD_BYTES + ("bytes" in records ? records.bytes : recordBytes(records)).length);
  const real = file.chunk([7]);
  return finishExtended(file, root?.(real) ?? real, ends);
}

function metadata(...strings: string[]): RawRecord {
  const texts = strings.flatMap((text) => [...varint(text.length), ...new TextEncoder().encode(text)]);
  return { tag: 6, bytes: [...varint(strings.length / 2), ...texts] };
}

interface Outcome {
  readonly code: string | undefined;
  readonly message: string;
  readonly value: unknown;
}

/** By the end, in memory and fetched, and by the front. */
async function readAll(bytes: Uint8Array<ArrayBuffer>): Promise<Outcome[]> {
  const ways = [
    () => openSync(bytes, schema).load(),
    async () => await (await open(countingSource(bytes), schema)).load(),
    async () => await (await open(countingSource(bytes, 64 * 1024), schema)).load(),
  ];
  const found: Outcome[] = [];
  for (const way of ways) {
    const { value, error } = await outcome<unknown>(way);
    found.push({ code: error?.code, message: error?.message ?? "", value });
  }
  return found;
}

const good: readonly [string, RawEnds][] = [
  ["no records", {}],
  ["a structure", { records: [structure(0, 2, 0)] }],
  ["tags of later versions, and strings", { records: [metadata("a", "1", "b", ""), { tag: 99, bytes: [1, 2] }] }],
  ["no trailer, and no checksum", { trailer: false, footerChecksum: 0 }],
  ["no trailer, and some number for a checksum", { trailer: false, footerChecksum: 123 }],
  ["a head", { head: {}, records: [structure(66, 68, 66)] }],
  ["a head of a later version", { head: { headVersion: 2, root: { offset: 900, length: 1 } } }],
  ["a head whose crc does not hold", { head: { crc: 5, root: { offset: 900, length: 1 } } }],
  ["a head that was outgrown", { head: { fileLength: 5, root: { offset: 900, length: 1 } } }],
  ["a head that is larger than what came", { head: { size: 2 ** 32 - 1 } }],
];

test.each(good)("with %s the file is read", async (_, ends) => {
  for (const { message, value } of await readAll(fileWith(ends))) expect([message, value]).toEqual(["", { n: 7 }]);
});

const bad: readonly [string, RawEnds, code: string, says: RegExp][] = [
  ["a trailer and no checksum in the footer", { footerChecksum: 0 }, "ChecksumMismatch", /^The footer/],
  ["a trailer and a wrong checksum in the footer", { footerChecksum: 77 }, "ChecksumMismatch", /^The footer/],
  ["a checksum in the footer and no trailer", { trailer: false }, "CorruptChunk", /expected a trailer/],
  ["a trailer larger than the file", { size: 2 ** 20 }, "CorruptChunk", /expected at most \d+ bytes, found 1048588/],
  ["a trailer of 4 GiB", { size: 2 ** 32 - 1 }, "CorruptChunk", /expected at most \d+ bytes, found 4294967307/],
  ["a trailer that reaches into the root", { size: 1 }, "CorruptChunk", /The footer's root chunk claims bytes 0 to 2/],
  ["a trailer whose crc does not hold", { crc: 7 }, "ChecksumMismatch", /^The trailer/],
  ["a record that is cut off", { records: { bytes: [6, 200, 1] } }, "CorruptChunk", /records of/],
  ["a record without a size", { records: { bytes: [6] } }, "CorruptChunk", /records of/],
  ["a structure of 16 bytes", { records: [{ tag: 1, bytes: Array(16).fill(0) }] }, "CorruptChunk", /16 bytes, not 24/],
  ["a structure that ends before it starts", { records: [structure(2, 1, 0)] }, "CorruptChunk", /lies at 2 to 1/],
  ["a structure that ends in the trailer", { records: [structure(0, 3, 0)] }, "CorruptChunk", /lies at 0 to 3/],
  ["a structure at 2^53", { records: [structure(2 ** 52, 2 ** 53, 0)] }, "CorruptChunk", /lies at/],
  ["a front without room for the head", { records: [structure(0, 2, 1)] }, "CorruptChunk", /front of 1 bytes/],
  ["a front behind the data", { records: [structure(0, 2, 500)] }, "CorruptChunk", /front of 500 bytes/],
  [
    "a root checksum of 7 bytes",
    { records: [{ tag: 2, bytes: Array(7).fill(0) }] },
    "CorruptChunk",
    /7 bytes, not 8 or 32/,
  ],
  ["a wrong root checksum", { records: [{ tag: 2, bytes: Array(8).fill(0) }] }, "ChecksumMismatch", /should be 0000/],
  [
    "2^32 strings of metadata",
    { records: [{ tag: 6, bytes: varint(2 ** 32) }] },
    "CorruptChunk",
    /length of at most 0/,
  ],
  [
    "metadata that is cut off",
    { records: [{ tag: 6, bytes: [1, 1, 97, 5, 98] }] },
    "CorruptChunk",
    /length of at most 1/,
  ],
  ["metadata that is no text", { records: [{ tag: 6, bytes: [1, 1, 0xff, 1, 97] }] }, "CorruptChunk", /UTF-8/],
  ["one name for two strings", { records: [metadata("a", "1", "a", "2")] }, "CorruptChunk", /2 strings with 1 names/],
];

test.each(bad)("%s is refused", async (_, ends, code, says) => {
  for (const found of await readAll(fileWith(ends))) {
    expect(found.code, found.message).toBe(code);
    expect(found.message).toMatch(says);
  }
});

test.each([
  ["behind the data", (real: RawRef) => ({ offset: real.offset, length: 3 })],
  ["of no bytes", (real: RawRef) => ({ offset: real.offset, length: 0 })],
  ["at 2^60", () => ({ offset: 2 ** 60, length: 2 })],
])("a root %s is refused", async (_, root) => {
  for (const ends of [{}, { trailer: false, footerChecksum: 0 }]) {
    for (const found of await readAll(fileWith(ends, root))) expect(found.code, found.message).toBe("CorruptChunk");
  }
});

describe("a head that counts", () => {
  test.each<[string, RawEnds, string, RegExp]>([
    [
      "with a root in the trailer",
      { head: { root: { offset: 66, length: 3 } } },
      "CorruptChunk",
      /The head's root chunk claims bytes 66 to 69/,
    ],
    [
      "with a root of no bytes",
      { head: { root: { offset: 66, length: 0 } } },
      "CorruptChunk",
      /The head's root chunk claims bytes 66 to 66/,
    ],
    ["with another version", { head: { version: 5 } }, "UnsupportedVersion", /version 5/],
  ])("%s is refused by who reads it, and by verify", async (_, ends, code, says) => {
    const bytes = fileWith({ records: [structure(66, 68, 66)], ...ends });
    const [inMemory, fetched, front] = await readAll(bytes);
    expect([inMemory?.value, fetched?.value, front?.code]).toEqual([{ n: 7 }, { n: 7 }, code]);
    const verified = await outcome(() => openSync(bytes, schema).verify());
    expect(verified.error?.code).toBe(code);
    expect(front?.message).toMatch(says);
  });

  test("and says something else than the end of the file is found by verify", async () => {
    const records = [structure(66, 70, 66)];
    const file = new RawFile();
    file.gap(66);
    const other = file.chunk([8]);
    const bytes = finishExtended(file, file.chunk([7]), { records, head: { root: other } });
    expect((await outcome(() => openSync(bytes, schema).verify())).error).toMatchObject({
      code: "CorruptChunk",
      message: expect.stringMatching(/its first 66 bytes, is damaged: .* root at 66/),
    });
  });
});

test("a front that ends within the head is none", async () => {
  const bytes = fileWith({ records: [structure(66, 68, 66)], head: {} });
  for (let frontBytes = 0; frontBytes < 70; frontBytes++) {
    expect(await (await open(countingSource(bytes, frontBytes), schema)).load()).toEqual({ n: 7 });
  }
});

test("without a whole footer, or without its magic, it is no file", async () => {
  const bytes = fileWith({ trailer: false, footerChecksum: 0 });
  for (let length = 0; length < bytes.length; length++) {
    for (const { code } of await readAll(bytes.slice(0, length))) expect(code).toBe("NotAParcodeFile");
  }
  for (const version of [0, 3, 5, 0x8003, 0x8005, 0xffff]) {
    bytes.set([version & 255, version >> 8], bytes.length - 22);
    for (const { code } of await readAll(bytes)) expect(code).toBe("UnsupportedVersion");
  }
});

test("a trailer is not read beyond its limit", async () => {
  const size = MAX_TRAILER_BYTES + 1;
  const bytes = new Uint8Array(size + 100);
  const end = fileWith({ size });
  bytes.set(end, bytes.length - end.length);
  const source = countingSource(bytes);
  for (const way of [() => openSync(bytes, schema), () => open(source, schema)]) {
    expect((await outcome<unknown>(way)).error).toMatchObject({ code: "LimitExceeded", limit: "MAX_TRAILER_BYTES" });
  }
  expect(source.bytesRead).toBeLessThan(2 ** 17);
});

test("a description that is damaged is told when values are asked for, and structure can be looked at", async () => {
  for (const bytes of [[], [2, 1], [1, 1, 5], [1, 1, 33, 1, 0], u32(0)]) {
    const file = fileWith({ records: [{ tag: 3, bytes }] });
    for (const opened of [openSync(file), await open(countingSource(file, 64 * 1024))]) {
      const { error } = await outcome<unknown>(() => opened.load());
      expect(error?.code).toMatch(/CorruptChunk|UnsupportedVersion/);
      expect((await opened.inspect()).chunks).toBe(1);
      expect((await opened.verify()).chunks).toBe(1);
    }
  }
});
