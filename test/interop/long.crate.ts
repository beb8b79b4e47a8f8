/** Lists and maps so long that both sides cut them at their own default sizes, in both directions. */
import { open, openSync, serializeSync } from "parcode-web";
import { describe, expect, test } from "vitest";
import type { Flavour } from "../support/descriptor.ts";
import { LAZY_WAYS } from "../support/oracle.ts";
import { walkMirror } from "../support/walk-mirror.ts";
import { differs, fileForm, oracle, typeNamed } from "./crate.ts";
import { asReadLazily } from "./crate-lazy.ts";

function list<T>(length: number, item: (index: number) => T): T[] {
  return Array.from({ length }, (_, index) => item(index));
}

function mapOf<K, V>(size: number, key: (index: number) => K, value: (index: number) => V): Map<K, V> {
  return new Map(list(size, (index) => [key(index), value(index)]));
}

/** Numbers without a pattern, the same in every run. */
const mixed = (index: number): number => Math.imul(index + 1, 0x9e3779b1) >>> 0;
const text = (index: number): string => "aé漢𝄞".repeat(mixed(index) % 5) + index;
const player = (index: number) => ({ level: mixed(index) % 300, inventory: list(index % 5, mixed) });
const item = (index: number) => ({
  id: BigInt(mixed(index)) ** 2n,
  name: text(index),
  pos: [index / 8, -index, 0.5],
  flags: [index % 2 === 0, index % 3 === 0, true],
});

interface Case {
  readonly type: string;
  readonly flavour?: Flavour;
  readonly value: unknown;
  /** Shards or buckets that the crate's file must have, so that this is about long ones. */
  readonly crateParts: number;
}

/** The crate writes a root map in one chunk. */
const ONE_CHUNK = 0;

/** Of so many items and entries, a look at some. */
const SOME = { steps: 200, views: 40 };

const CASES: readonly Case[] = [
  { type: "Vec<u8>", value: Uint8Array.from(list(600_000, mixed)), crateParts: 4 },
  { type: "Vec<u32>", flavour: "typed", value: Uint32Array.from(list(100_000, mixed)), crateParts: 3 },
  { type: "Vec<f64>", flavour: "typed", value: Float64Array.from(list(60_000, (i) => mixed(i) / 7)), crateParts: 3 },
  { type: "Vec<i64>", value: list(20_000, (i) => BigInt(mixed(i)) * -3n), crateParts: 2 },
  { type: "Vec<String>", value: list(12_000, text), crateParts: 2 },
  { type: "Vec<Item>", value: list(4_000, item), crateParts: 2 },
  { type: "Vec<Player>", value: list(2_500, player), crateParts: 2 },
  { type: "MapU32", value: { m: mapOf(8_500, mixed, (i) => i) }, crateParts: 4 },
  { type: "MapString", value: { title: "long", m: mapOf(4_100, text, (i) => BigInt(i)) }, crateParts: 2 },
  { type: "MapOfRemote", value: { title: "remote", m: mapOf(4_100, text, player) }, crateParts: 2 },
  {
    type: "HashMap<String, u64>",
    flavour: "plain",
    value: mapOf(2_000, text, (i) => BigInt(i)),
    crateParts: ONE_CHUNK,
  },
  {
    type: "HashMap<String, u64>",
    flavour: "typed",
    value: mapOf(2_000, text, (i) => BigInt(i)),
    crateParts: ONE_CHUNK,
  },
];

function mostChildren(tree: { readonly children: readonly (typeof tree)[] }): number {
  return Math.max(tree.children.length, ...tree.children.map(mostChildren));
}

describe.for(CASES.map((each) => [`${each.type} ${each.flavour ?? "plain"}`, each] as const))("%s", ([, each]) => {
  const type = typeNamed(each.type);
  const form = fileForm(type, each.flavour);

  test.for(["none", "lz4"])("written by us with %s, read by the crate", async (compression) => {
    const bytes = serializeSync(form.schema, each.value as never, { compression, compatibility: "parcode" });
    expect(differs(form.fromNotation(await oracle.read(type.name, bytes)), each.value)).toBeUndefined();
    for (const via of LAZY_WAYS) {
      const answer = form.fromNotation(await oracle.readLazy(type.name, bytes, via));
      expect(differs(answer, asReadLazily(form.node, each.value, via)), via).toBeUndefined();
    }
  });

  test.for([
    { compression: false, serial: true },
    { compression: true, serial: false },
  ])("written by the crate with compression: $compression, read by us", async (options) => {
    const bytes = await oracle.write(type.name, form.toNotation(each.value), options);
    const file = openSync(bytes, form.schema);
    expect(mostChildren(file.inspect().root)).toBeGreaterThanOrEqual(each.crateParts);
    expect(differs(file.load(), each.value)).toBeUndefined();
    await walkMirror("sync", file.root, form.schema, each.value, SOME);
    const opened = await open(new Blob([bytes]), form.schema);
    expect(differs(await opened.load(), each.value)).toBeUndefined();
    await opened.close();
  });
});
