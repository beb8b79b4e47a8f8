/** Files whose description is damaged, or says something else than the file holds: a typed error, or values; nothing worse. */
import { expect, test } from "vitest";
import { crc32 } from "../../src/bytes/crc32.ts";
import { describeSchema } from "../../src/describe/describe.ts";
import { evolve } from "../../src/evolve/evolve.ts";
import {
  chunk,
  hashMap,
  i8,
  i16,
  i32,
  isParcodeError,
  loadSync,
  openSync,
  option,
  recursive,
  type Schema,
  serializeSync,
  sortedMap,
  str,
  struct,
  tuple,
  u8,
  u16,
  u32,
  vec,
  withDefault,
} from "../../src/index.ts";
import type { SchemaNode } from "../../src/schema/node.ts";

const FOOTER_BYTES = 26;
const TAIL_BYTES = 12;

/** The file with its description changed by `change`, and its checksum made right. */
function lying(file: Uint8Array, schema: Schema, change: (description: Uint8Array) => void): Uint8Array {
  const bytes = file.slice();
  const description = describeSchema(schema as SchemaNode);
  const view = new DataView(bytes.buffer);
  const end = bytes.length - FOOTER_BYTES;
  const size = view.getUint32(end - TAIL_BYTES, true);
  const records = bytes.subarray(end - TAIL_BYTES - size, end - TAIL_BYTES);
  const at = Array.from(records.keys()).find((i) => description.every((byte, j) => records[i + j] === byte));
  change(records.subarray(at as number, (at as number) + description.length));
  view.setUint32(end - 8, crc32(bytes.subarray(end - TAIL_BYTES - size, end - 8)), true);
  return bytes;
}

const Old = struct({
  a: chunk(vec(struct({ x: u8, y: chunk(str) }))),
  b: hashMap(str, struct({ v: u16, w: chunk(u8) })),
  c: sortedMap(u8, tuple([u8, str])),
  d: option(vec(u8)),
  e: u32,
});
const New = struct({
  e: u32,
  d: option(vec(u16)),
  a: chunk(vec(struct({ y: str, x: u32 }))),
  b: hashMap(str, struct({ w: chunk(option(u8)), v: u32 })),
  c: sortedMap(u16, tuple([u16, str])),
  n: withDefault(u8, 1),
});
const file = serializeSync(Old, {
  a: [
    { x: 1, y: "one" },
    { x: 2, y: "two" },
  ],
  b: new Map([["k", { v: 300, w: 1 }]]),
  c: new Map([[1, [2, "c"] as [number, string]]]),
  d: [1, 2],
  e: 70_000,
});

/** Everything that can be asked of it. */
function readAll(bytes: Uint8Array): void {
  const opened = openSync(bytes, New);
  const { root } = opened;
  const calls = [
    () => opened.load(),
    () => loadSync(root),
    () => [...root.a.lazy()].map((item) => loadSync(item)),
    () => root.b.getLazy("k")?.w.load(),
    () => root.c.get(1),
    () => JSON.stringify(root),
    () => opened.inspect(),
  ];
  for (const call of calls) expectTyped(call);
}

function expectTyped(call: () => unknown): void {
  try {
    call();
  } catch (error) {
    if (!isParcodeError(error)) throw error;
  }
}

test("every byte of a description, changed", () => {
  const description = describeSchema(Old as SchemaNode);
  const untouched = lying(file, Old, () => undefined);
  expect(openSync(untouched, New).load().a).toEqual([
    { y: "one", x: 1 },
    { y: "two", x: 2 },
  ]);
  for (let at = 0; at < description.length; at++) {
    for (const value of [0, 1, 2, 3, 5, 12, 15, 18, 33, 37, 39, 41, 48, 49, 50, 255]) {
      const bytes = lying(file, Old, (record) => {
        record[at] = value;
      });
      expectTyped(() => readAll(bytes));
    }
  }
});

test("a schema of many types that contain each other is compared in bounded time", () => {
  const chain = (length: number, each: Schema, last: Schema): SchemaNode => {
    const types: Schema[] = [];
    for (let i = 0; i < length; i++) {
      const next = (i + 1) % length;
      types.push(struct({ next: option(recursive(() => types[next] as Schema)), value: next === 0 ? last : each }));
    }
    return types[0] as SchemaNode;
  };
  // Each type of the one meets each of the other, since their numbers have no common divisor.
  expect(() => evolve(describeSchema(chain(211, u8, i8)), chain(223, i16, i32))).toThrowError(
    expect.objectContaining({ code: "LimitExceeded", limit: "MAX_PAIRS" }),
  );
  expect(evolve(describeSchema(chain(101, u8, i8)), chain(103, i16, i32)).view).toBeDefined();
});

test("a description of a later version is left aside, and a damaged one is said to be", () => {
  const later = lying(file, Old, (record) => {
    record[0] = 2;
  });
  expect(openSync(later, Old).load().e).toBe(70_000);
  const damaged = lying(file, Old, (record) => record.fill(255));
  expect(() => openSync(damaged, New)).toThrowError(expect.objectContaining({ code: "CorruptChunk" }));
});
