/** Every type from the bytes that the format gives it, and from the longer varints that readers accept. */
import { describe, expect, test } from "vitest";
import { ByteReader } from "../../src/bytes/reader.ts";
import { decodeClosure } from "../../src/decode/closures.ts";
import { generateDecoder } from "../../src/decode/generate.ts";
import { knownBytes, longForms } from "../bytes/known-bytes.ts";
import { difference } from "../support/arbitrary-difference.ts";

describe.each([
  ["closures", decodeClosure],
  ["generated code", generateDecoder],
])("%s", (_name, make) => {
  test.each([...knownBytes, ...longForms])("$title", ({ node, value, bytes }) => {
    const reader = new ByteReader(bytes);
    expect(difference(node, make(node)(reader), value)).toBeUndefined();
    expect(reader.remaining).toBe(0);
  });

  test.each(knownBytes)("each byte of $title is needed", ({ node, bytes }) => {
    for (let end = 0; end < bytes.length; end++) {
      expect(() => make(node)(new ByteReader(bytes.subarray(0, end)))).toThrow(/found .* at byte \d+ of the payload/);
    }
  });
});

test("a character or text that starts in the middle of a larger buffer is read from there", () => {
  const file = new Uint8Array([0xff, 0x02, 0xc3, 0xa9, 0xff]);
  expect(decodeClosure({ kind: "str" })(new ByteReader(file, 1, 4))).toBe("é");
  expect(decodeClosure({ kind: "char" })(new ByteReader(file, 2, 4))).toBe("é");
});

test("bytes and typed arrays are copies, not views of the payload", () => {
  const payload = new Uint8Array([2, 7, 8]);
  const bytes = decodeClosure({ kind: "bytes" })(new ByteReader(payload)) as Uint8Array;
  const typed = decodeClosure({ kind: "typed", element: "u8" })(new ByteReader(payload)) as Uint8Array;
  payload.fill(0);
  expect([...bytes, ...typed]).toEqual([7, 8, 7, 8]);
  expect([bytes.buffer.byteLength, typed.buffer.byteLength]).toEqual([2, 2]);
});
