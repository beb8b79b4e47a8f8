/** Every type in the bytes that the format gives it, from both encoders and as a chunk of a file. */
import { expect, test } from "vitest";
import { ByteWriter } from "../../src/bytes/writer.ts";
import { encodeClosure } from "../../src/encode/closures.ts";
import { generateEncoder } from "../../src/encode/generate.ts";
import { measure } from "../../src/schema/check.ts";
import { knownBytes } from "../bytes/known-bytes.ts";

test.each(knownBytes)("$title", ({ node, value, bytes }) => {
  for (const make of [encodeClosure, generateEncoder]) {
    const writer = new ByteWriter(1);
    make(node)(writer, value as never);
    expect([...writer.finish()]).toEqual([...bytes]);
  }
  if (node.kind !== "typed") expect(measure(node, value)).toBe(bytes.length);
});
