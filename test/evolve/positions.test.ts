/** Each kind of change, in each place where a type can stand, by each way of reading. */
import { describe, expect, test } from "vitest";
import {
  array,
  bool,
  bytes,
  chunk,
  f32,
  f64,
  hashMap,
  i8,
  i16,
  i32,
  i64,
  int,
  map,
  open,
  openSync,
  option,
  recursive,
  renamed,
  type Schema,
  serializeSync,
  set,
  sortedMap,
  str,
  struct,
  tuple,
  typed,
  u8,
  u16,
  u32,
  u64,
  u128,
  uint,
  unit,
  variant,
  vec,
  withDefault,
} from "../../src/index.ts";
import { setGeneration } from "../../src/schema/generate.ts";
import type { SchemaNode } from "../../src/schema/node.ts";
import { difference } from "../support/arbitrary-difference.ts";
import { lookAround, lookAroundSync } from "../support/arbitrary-mirror.ts";
import { countingSource } from "../support/arbitrary-source.ts";

/** What the file has, its value, what is wanted, and what is read then. */
interface Change {
  readonly stored: Schema;
  readonly value: unknown;
  readonly wanted: Schema;
  readonly expected: unknown;
}

const change = (stored: Schema, value: unknown, wanted: Schema, expected: unknown): Change => ({
  stored,
  value,
  wanted,
  expected,
});

const Old = struct({ id: u8, gone: str, hp: u16, bulk: chunk(vec(str)), far: chunk(u8), near: vec(u16) });
const New = struct({
  near: chunk(vec(u32)),
  health: renamed("hp", u32),
  id: i64,
  far: u8,
  added: withDefault(chunk(vec(struct({ x: u8 }))), [{ x: 1 }]),
  note: option(str),
});
const old = { id: 200, gone: "gone", hp: 65_535, bulk: ["a", "b"], far: 9, near: [1, 300] };
const now = { near: [1, 300], health: 65_535, id: 200n, far: 9, added: [{ x: 1 }], note: null };

const CHANGES: { readonly [what: string]: Change } = {
  struct: change(Old, old, New, now),
  "u8 as i64": change(u8, 255, i64, 255n),
  "u16 as u32": change(u16, 65_535, u32, 65_535),
  "u32 as uint": change(u32, 4_294_967_295, uint, 4_294_967_295),
  "u64 as u128": change(u64, 2n ** 64n - 1n, u128, 2n ** 64n - 1n),
  "u64 as uint": change(u64, 2n ** 53n - 1n, uint, 2 ** 53 - 1),
  "uint as u64": change(uint, 2 ** 53 - 1, u64, 2n ** 53n - 1n),
  "int as i64": change(int, -(2 ** 53 - 1), i64, -(2n ** 53n - 1n)),
  "i64 as int": change(i64, -5n, int, -5),
  "i8 as i16": change(i8, -128, i16, -128),
  "i32 as f64": change(i32, -(2 ** 31), f64, -(2 ** 31)),
  "f32 as f64": change(f32, Math.fround(0.1), f64, Math.fround(0.1)),
  "a value as an option": change(str, "there", option(str), "there"),
  "typed(u8) as typed(u32)": change(typed(u8), Uint8Array.of(1, 255), typed(u32), Uint32Array.of(1, 255)),
  "typed(u16) as typed(u64)": change(typed(u16), Uint16Array.of(1, 300), typed(u64), BigUint64Array.of(1n, 300n)),
  "typed(i8) as typed(i64)": change(typed(i8), Int8Array.of(-1, 5), typed(i64), BigInt64Array.of(-1n, 5n)),
  "typed(f32) as typed(f64)": change(
    typed(f32),
    Float32Array.of(0.5, Number.NaN),
    typed(f64),
    Float64Array.of(0.5, Number.NaN),
  ),
  "typed(u64) as typed(uint)": change(typed(u64), BigUint64Array.of(7n), typed(uint), Float64Array.of(7)),
  "bytes as a list": change(bytes, Uint8Array.of(1, 2), vec(u16), [1, 2]),
  "a list as a typed array": change(vec(u8), [1, 2, 255], typed(f64), Float64Array.of(1, 2, 255)),
  list: change(vec(u8), [1, 2], vec(option(u64)), [1n, 2n]),
  array: change(array(u8, 2), [1, 2], array(i16, 2), [1, 2]),
  tuple: change(tuple([u8, str]), [1, "a"], tuple([u64, option(str)]), [1n, "a"]),
  set: change(set(u8), new Set([1, 2]), set(u64), new Set([1n, 2n])),
  map: change(map(u8, u8), new Map([[1, 2]]), map(u64, option(u64)), new Map([[1n, 2n]])),
  variant: change(
    variant({ Move: struct({ x: u8 }), Stop: unit }),
    { type: "Move", value: { x: 1 } },
    variant({ Fly: str, Halt: renamed("Stop", unit), Go: renamed("Move", struct({ y: option(u8), x: u64 })) }),
    { type: "Go", value: { y: null, x: 1n } },
  ),
  "a variant without a value": change(
    variant({ Move: u8, Stop: unit }),
    { type: "Stop" },
    variant({ Halt: renamed("Stop", unit), Move: u16 }),
    { type: "Halt" },
  ),
};

type Place = (change: Change) => Change;
const both = ({ stored, wanted }: Change, make: (schema: Schema) => Schema): [Schema, Schema] => [
  make(stored),
  make(wanted),
];
const wrap =
  (make: (schema: Schema) => Schema, hold: (value: unknown) => unknown): Place =>
  (one) => {
    const [stored, wanted] = both(one, make);
    return change(stored, hold(one.value), wanted, hold(one.expected));
  };

const isNull = ({ wanted }: Change): boolean => wanted.kind === "option";
const many = (value: unknown): unknown[] => Array.from({ length: 30 }, () => value);
const keys = Array.from({ length: 20 }, (_, i) => `key ${i}`);
const mapOf = (value: unknown): Map<string, unknown> => new Map(keys.map((key) => [key, value]));

const PLACES: { readonly [where: string]: Place } = {
  root: (one) => one,
  "the root's field": wrap(
    (schema) => struct({ a: schema }),
    (a) => ({ a }),
  ),
  "a chunk": wrap(
    (schema) => struct({ before: str, a: chunk(schema) }),
    (a) => ({ before: "b", a }),
  ),
  "a nested chunk": wrap(
    (schema) => struct({ in: chunk(struct({ a: chunk(schema), b: schema })) }),
    (a) => ({ in: { a, b: a } }),
  ),
  "a list's items": wrap((schema) => chunk(vec(schema)), many),
  "items' fields": wrap(
    (schema) => chunk(vec(struct({ a: chunk(schema), b: schema }))),
    (a) => many({ a, b: a }),
  ),
  "a hash map's values": wrap((schema) => hashMap(str, schema, { bucketBytes: 100 }), mapOf),
  "fields of a hash map's values": wrap(
    (schema) => hashMap(str, struct({ a: schema, b: chunk(schema) }), { bucketBytes: 100 }),
    (a) => mapOf({ a, b: a }),
  ),
  "a sorted map's values": wrap((schema) => sortedMap(str, schema, { shardBytes: 100 }), mapOf),
  "fields of a sorted map's values": wrap(
    (schema) => sortedMap(str, struct({ a: schema, b: chunk(schema) })),
    (a) => mapOf({ a, b: a }),
  ),
  "a map in one piece": wrap((schema) => chunk(map(str, schema)), mapOf),
  "an inline tuple": wrap(
    (schema) => struct({ t: tuple([str, schema]) }),
    (a) => ({ t: ["t", a] }),
  ),
  "an inline map": wrap(
    (schema) => struct({ m: map(str, struct({ v: schema })) }),
    (v) => ({ m: mapOf({ v }) }),
  ),
  "a variant": wrap(
    (schema) => struct({ v: variant({ None: unit, Some: schema }) }),
    (value) => ({ v: { type: "Some", value } }),
  ),
  "an option": (one) =>
    isNull(one)
      ? one
      : wrap(
          (schema) => struct({ o: chunk(option(schema)) }),
          (o) => ({ o }),
        )(one),
  "from inline to a chunk": ({ stored, value, wanted, expected }) =>
    change(struct({ a: stored }), { a: value }, struct({ a: chunk(wanted) }), { a: expected }),
  "from a chunk to inline": ({ stored, value, wanted, expected }) =>
    change(struct({ a: chunk(stored) }), { a: value }, struct({ a: wanted }), { a: expected }),
  "from a chunk to inline, in items": ({ stored, value, wanted, expected }) =>
    change(
      chunk(vec(struct({ a: chunk(stored), deep: chunk(struct({ b: chunk(stored) })) }))),
      many({ a: value, deep: { b: value } }),
      chunk(vec(struct({ a: wanted, deep: chunk(struct({ b: wanted })) }))),
      many({ a: expected, deep: { b: expected } }),
    ),
  "a type that contains itself": ({ stored, value, wanted, expected }) => {
    interface Tree extends Schema {
      readonly kind: "struct";
    }
    const OldTree: Tree = struct({
      a: stored,
      kids: chunk(vec(recursive(() => OldTree))),
      next: option(recursive(() => OldTree)),
    });
    const NewTree: Tree = struct({
      kids: chunk(vec(recursive(() => NewTree))),
      next: option(recursive(() => NewTree)),
      a: wanted,
    });
    const oldLeaf = { a: value, kids: [], next: null };
    const newLeaf = { kids: [], next: null, a: expected };
    return change(
      OldTree,
      { a: value, kids: [oldLeaf, { ...oldLeaf, kids: [oldLeaf] }], next: { ...oldLeaf, kids: [oldLeaf] } },
      NewTree,
      { kids: [newLeaf, { ...newLeaf, kids: [newLeaf] }], next: { ...newLeaf, kids: [newLeaf] }, a: expected },
    );
  },
};

const check = ({ wanted, expected }: Change, actual: unknown): void =>
  expect(difference(wanted as SchemaNode, actual, expected)).toBeUndefined();

describe.each(Object.entries(PLACES))("%s", (_where, place) => {
  test.each(Object.entries(CHANGES))("%s", async (_what, what) => {
    const one = place(what);
    const written = serializeSync(one.stored, one.value as never, { shardBytes: 200 });
    const node = one.wanted as SchemaNode;
    const sync = openSync(written, one.wanted);
    check(one, sync.load());
    lookAroundSync(node, sync.root, one.expected);
    const file = await open(countingSource(written), one.wanted);
    check(one, await file.load());
    await lookAround(node, file.root, one.expected);
    expect(file.schema).toBe(one.wanted);
  });
});

test("where code is not generated", () => {
  setGeneration(false);
  try {
    for (const what of Object.values(CHANGES)) {
      const one = PLACES["a list's items"]?.(what) as Change;
      check(one, openSync(serializeSync(one.stored, one.value as never), one.wanted).load());
    }
  } finally {
    setGeneration(undefined);
  }
});

test("a u64 that is no safe integer is refused where it is read, and nothing else", () => {
  const written = serializeSync(struct({ a: u64, b: chunk(vec(u64)) }), { a: 5n, b: [1n, 2n ** 53n] });
  const file = openSync(written, struct({ b: chunk(vec(uint)), a: uint }));
  expect(file.root.a).toBe(5);
  expect(() => file.root.b.load()).toThrowError(expect.objectContaining({ code: "CorruptChunk", path: "b[1]" }));
});

test("bool", () => {
  const one = change(struct({ a: bool, b: u8 }), { a: true, b: 1 }, struct({ b: u16, a: bool }), { b: 1, a: true });
  check(one, openSync(serializeSync(one.stored, one.value as never), one.wanted).load());
});
