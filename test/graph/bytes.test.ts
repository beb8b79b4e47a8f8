/** Whole files, byte by byte: what each kind of chunk is when it is small enough to be written out. */
import { describe, expect, test } from "vitest";
import {
  bytes,
  chunk,
  hashMap,
  map,
  option,
  type Schema,
  serializeSync,
  sortedMap,
  str,
  struct,
  typed,
  u8,
  u16,
  unit,
  vec,
} from "../../src/index.ts";
import { fromHex } from "../bytes/known-bytes.ts";
import { type RawChunk, takeApart } from "../support/arbitrary-file.ts";

/** A chunk: its payload in hexadecimal, or, where it has children, a list of the payload and the children. */
type Shown = string | ShownParent;
interface ShownParent extends ReadonlyArray<Shown> {}

const hex = (payload: Uint8Array): string => Array.from(payload, (byte) => byte.toString(16).padStart(2, "0")).join("");

function shown({ payload, children }: RawChunk): Shown {
  return children.length === 0 ? hex(payload) : [hex(payload), ...children.map(shown)];
}

const total = (count: number): string => `${count.toString(16).padStart(2, "0")}${"00".repeat(7)}`;
const Item = struct({ id: u8, note: chunk(str), tags: chunk(vec(u8)) });
const item = (id: number) => ({ id, note: "n", tags: [id] });
const ITEM_CHILDREN: readonly Shown[] = ["016e", [`${total(1)}010101`, "0101"]];

test.each<[what: string, schema: Schema, value: unknown, expected: Shown]>([
  ["a value", chunk(u16), 300, "fb2c01"],
  ["an option", chunk(option(str)), "x", "010178"],
  [
    "a struct",
    struct({ a: u8, b: chunk(u16), c: u8, d: chunk(str) }),
    { a: 1, b: 2, c: 3, d: "x" },
    ["0103", "02", "0178"],
  ],
  ["an empty list", vec(u8), [], `${total(0)}00`],
  ["a list", vec(u16), [1, 300], [`${total(2)}010201`, "0201fb2c01"]],
  ["bytes", chunk(bytes), new Uint8Array([7, 8]), [`${total(2)}010201`, "020708"]],
  ["a typed array", typed(u16), new Uint16Array([7, 300]), [`${total(2)}010201`, "0207fb2c01"]],
  ["a list of structs with chunks", vec(Item), [item(1)], [`${total(1)}010101`, ["0101", ...ITEM_CHILDREN]]],
  [
    "a sorted map",
    sortedMap(u8, u8),
    new Map([
      [9, 1],
      [3, 2],
    ]),
    [`${total(2)}010201`, "0203020901"],
  ],
  [
    "a sorted map of structs",
    sortedMap(str, Item),
    new Map([["k", item(1)]]),
    [`${total(1)}010101`, ["01016b01", ...ITEM_CHILDREN]],
  ],
  ["a map in one piece", chunk(map(u8, u16)), new Map([[1, 300]]), "0101fb2c01"],
  ["an empty map, which the crate knows by 4 bytes", chunk(map(u8, u16)), new Map(), "00000000"],
  [
    "a map of less than 4 bytes, which the crate would take for empty",
    chunk(map(unit, unit)),
    new Map([[null, null]]),
    "01000000",
  ],
  ["an empty map of buckets", hashMap(u8, u8), new Map(), "00000000"],
])("%s", (_what, schema, value, expected) => {
  expect(shown(takeApart(serializeSync(schema, value)).root)).toEqual(expected);
});

describe("a map of buckets", () => {
  // XXH64 of the byte 01, seed 0, as other implementations give it: 8a4127811b21e730.
  const HASH = "30e7211b8127418a";
  const bucket = (blob: string): string => `0100000000000000${HASH}00000000${blob}`;

  test("has the hash, the place and the bytes of each entry, and says how many there are", () => {
    const { root } = takeApart(serializeSync(hashMap(u8, u16), new Map([[1, 300]])));
    expect(shown(root)).toEqual(["01000000", bucket("01fb2c01")]);
    expect(hex(root.records.get(7) as Uint8Array)).toBe("01");
  });

  test("is lean by default: chunked fields of values are children only", () => {
    const file = takeApart(serializeSync(hashMap(u8, Item), new Map([[1, item(1)]])));
    expect(file.version).toBe(0x8004);
    expect(shown(file.root)).toEqual(["01000000", [bucket("0101"), ...ITEM_CHILDREN]]);
    expect([...file.root.records.keys()]).toEqual([1, 3, 5, 7]);
  });

  test("for the crate has chunked fields in the bucket as well, and no extension", () => {
    const file = takeApart(serializeSync(hashMap(u8, Item), new Map([[1, item(1)]]), { compatibility: "parcode" }));
    expect([file.version, file.root.extended]).toEqual([4, false]);
    expect(shown(file.root)).toEqual(["01000000", [bucket("0101016e0101"), ...ITEM_CHILDREN]]);
  });
});

test("a plain file ends with its footer", () => {
  const file = serializeSync(u8, 7, { compatibility: "parcode" });
  // Payload, meta byte; PAR4, version 4, root at 0 with 2 bytes, no checksum.
  expect(hex(file)).toBe(`0700${"50415234"}${"0400"}${"00".repeat(8)}${total(2)}${"00".repeat(4)}`);
});

test("compression is stored where it makes a payload smaller, with the size in front", () => {
  const long = "x".repeat(1_000);
  const compressed = takeApart(serializeSync(chunk(str, { compression: "lz4" }), long));
  expect(compressed.root.compressionId).toBe(1);
  expect(hex(compressed.root.payload)).toBe(`fbe803${"78".repeat(1_000)}`);
  expect(compressed.root.length).toBeLessThan(100);
  const short = takeApart(serializeSync(chunk(str, { compression: "lz4" }), "x"));
  expect(short.root.compressionId).toBe(0);
  expect(fromHex("0178")).toEqual(new Uint8Array([...short.root.payload]));
});
