import { describe, expect, it } from "vitest";
import { createHashKey, hashKey } from "../../src/codec/key-hash.ts";
import { xxh64Twin } from "../../src/codec/xxh64-twin.ts";
import { SchemaMismatchError } from "../../src/errors.ts";
import { keyBytes } from "../../src/schema/key.ts";
import type { SchemaNode } from "../../src/schema/node.ts";
import { createKernels } from "../../wasm/kernels.ts";

const str = { kind: "str" } as SchemaNode;
const u32 = { kind: "u32" } as SchemaNode;
const bytes = { kind: "bytes" } as SchemaNode;
const pair = { kind: "tuple", items: [str, u32] } as SchemaNode;

const KEYS: readonly (readonly [SchemaNode, unknown])[] = [
  ...["", "a", "Hero123", "x".repeat(31), "x".repeat(32), "x".repeat(255), "x".repeat(256), "x".repeat(9000)],
  ...["é", "Größe", "日本語", "😀", "a\0b", "\x7f", "\x80"],
].map((text) => [str, text] as const);

const OTHER_KEYS: readonly (readonly [SchemaNode, unknown])[] = [
  [u32, 7],
  [bytes, Uint8Array.of(1, 2, 3)],
  [bytes, new Uint8Array(5000)],
  [pair, ["Hero", 5]],
];

describe.each([
  ["the library's", hashKey],
  ["without WebAssembly", createHashKey(createKernels({ webAssembly: undefined }))],
])("%s", (_, hash) => {
  it("hashes the bytes that stand for a key", () => {
    for (const [schema, key] of [...KEYS, ...OTHER_KEYS]) {
      const actual = new Uint32Array(2);
      hash(schema, key, actual);
      const expected = new Uint32Array(2);
      const standing = keyBytes(schema, key);
      xxh64Twin(standing, 0, standing.length, expected);
      expect([...actual], String(key)).toEqual([...expected]);
    }
  });

  it("refuses what is no key of the schema", () => {
    const out = new Uint32Array(2);
    for (const [schema, key] of [
      [str, 7],
      [str, null],
      [str, "\ud800"],
      [str, "abc\udc00"],
      [u32, "a"],
    ] as const) {
      expect(() => hash(schema, key, out)).toThrow(SchemaMismatchError);
    }
  });
});

it("a short text never becomes bytes where the kernel is", () => {
  const asked: string[] = [];
  const hash = createHashKey({
    hash: () => expect.unreachable(),
    hashText: (text) => asked.push(text) > 0,
  });
  hash(str, "Hero", new Uint32Array(2));
  expect(asked).toEqual(["Hero"]);
});
