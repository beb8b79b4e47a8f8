/** Values of some schemas, the same in every environment: whole files of them are compared byte by byte. */

import {
  bytes,
  chunk,
  f32,
  f64,
  hashMap,
  type Infer,
  i64,
  openSync,
  option,
  type Schema,
  serializeSync,
  sortedMap,
  str,
  struct,
  tuple,
  typed,
  u16,
  u32,
  u64,
  uint,
  variant,
  vec,
} from "parcode-web";
import { patternBytes } from "./bytes.ts";

const Item = struct({ name: str, level: u32, text: chunk(str) });
const Lists = struct({ title: str, items: chunk(vec(Item)), ages: chunk(vec(uint)), rows: chunk(vec(vec(str))) });
export const Maps = struct({
  byName: hashMap(str, struct({ level: u32, text: chunk(str) })),
  byId: hashMap(u64, str),
  byPlace: hashMap(tuple([i64, str]), u32),
  sorted: sortedMap(str, option(u32)),
});
export const Arrays = struct({
  heights: chunk(typed(f32)),
  weights: chunk(typed(f64)),
  small: chunk(typed(u16)),
  ids: chunk(typed(u64)),
  counts: chunk(typed(uint)),
  blob: chunk(bytes),
});
const Region = struct({
  name: str,
  areas: chunk(vec(struct({ kind: variant({ Sea: str, Land: u32 }), map: hashMap(u32, str) }))),
});
const Nested = struct({ left: chunk(Region), right: chunk(struct({ inner: chunk(struct({ leaf: chunk(str) })) })) });

const textOf = (i: number): string =>
  `the text of number ${i} goes on for a while — über ${i % 13} lines of the same text`;

function lists(): Infer<typeof Lists> {
  return {
    title: "lists",
    items: Array.from({ length: 12_000 }, (_, i) => ({
      name: `item ${i}`,
      level: (i * 7919) % 10_007,
      text: textOf(i),
    })),
    ages: Array.from({ length: 70_000 }, (_, i) => (i * i) % 100_003),
    rows: Array.from({ length: 3000 }, (_, i) => Array.from({ length: i % 9 }, (_, j) => `cell ${i}/${j}`)),
  };
}

function maps(): Infer<typeof Maps> {
  const numbers = Array.from({ length: 9000 }, (_, i) => i);
  return {
    byName: new Map(numbers.map((i) => [`name ${i}`, { level: i, text: textOf(i) }])),
    byId: new Map(numbers.map((i) => [BigInt(i) * 0x9e37_79b9_7f4an, textOf(i)])),
    byPlace: new Map(numbers.map((i) => [[BigInt(i) - 4000n, `ort ${i}`], i])),
    sorted: new Map(numbers.map((i) => [`key ${(i * 7919) % 9001}`, i % 5 === 0 ? null : i])),
  };
}

function arrays(): Infer<typeof Arrays> {
  const length = 150_000;
  return {
    heights: Float32Array.from({ length }, (_, i) => i / 8),
    weights: Float64Array.from({ length }, (_, i) => i / 7),
    small: Uint16Array.from({ length }, (_, i) => i % 1000),
    ids: BigUint64Array.from({ length: 20_000 }, (_, i) => BigInt(i) ** 3n),
    counts: Float64Array.from({ length }, (_, i) => i * 1000),
    blob: patternBytes(1_500_000),
  };
}

function nested(): Infer<typeof Nested> {
  const areas = Array.from({ length: 300 }, (_, i) => ({
    kind: i % 2 === 0 ? ({ type: "Sea", value: textOf(i) } as const) : ({ type: "Land", value: i } as const),
    map: new Map(Array.from({ length: i % 60 }, (_, j) => [j * i, textOf(j)])),
  }));
  return { left: { name: "left", areas }, right: { inner: { leaf: textOf(1).repeat(30_000) } } };
}

interface World {
  readonly schema: Schema;
  readonly value: () => unknown;
}

export const WORLDS: Readonly<Record<string, World>> = {
  lists: { schema: Lists, value: lists },
  maps: { schema: Maps, value: maps },
  arrays: { schema: Arrays, value: arrays },
  nested: { schema: Nested, value: nested },
};

export const COMPRESSIONS = ["none", "lz4"] as const;

export function worldOf(name: string): World {
  const world = WORLDS[name];
  if (world === undefined) throw new RangeError(`There is no world ${name}.`);
  return world;
}

/** The file of a world, written where this runs. */
export function fileOf(name: string, compression: string): Uint8Array<ArrayBuffer> {
  const { schema, value } = worldOf(name);
  return serializeSync(schema, value() as never, { compression });
}

/** The file again, out of what was read from it. */
export function rewritten(name: string, compression: string, file: Uint8Array): Uint8Array<ArrayBuffer> {
  const { schema } = worldOf(name);
  return serializeSync(schema, openSync(file, schema).load() as never, { compression });
}
