/** What the fuzzer starts from: small files of every kind, with their schemas and, where they are guarded, their values. */
import {
  bytes,
  chunk,
  descending,
  type FormatOptions,
  f32,
  hashMap,
  i64,
  openSync,
  option,
  recursive,
  type Schema,
  serializeSync,
  set,
  sortedMap,
  str,
  struct,
  tuple,
  typed,
  u8,
  u32,
  u64,
  unit,
  variant,
  vec,
} from "parcode-web";
import { Descriptors } from "../support/descriptor.ts";
import type { FixtureName } from "../support/fixture-names.ts";
import { fixture, fixtureBytes } from "../support/fixtures.ts";

export interface Subject {
  readonly name: string;
  readonly schema: Schema;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** What is in the file. */
  readonly value: unknown;
  /** Whether damage that is not sealed again must be noticed. */
  readonly guarded: boolean;
  /** Whether its checksums are of a kind that can be made right again. */
  readonly isSealable: boolean;
}

const FIXTURES: readonly FixtureName[] = [
  ...(["all_inline_lz4", "boundaries_inline", "chunk_prims_lz4", "deep_lz4", "empty_containers", "enums"] as const),
  ...(["game_world_one_player", "map_u32_4", "map_u8_u128", "only_remote_lz4", "root_map_of_remote"] as const),
  ...(["vec_f32_special", "vec_levels_one", "vec_u8_small", "tree_recursive_lz4", "blob_map_tiny"] as const),
];

const Item = struct({ name: str, level: u8, notes: chunk(str) });
const Worlds = struct({
  title: str,
  items: chunk(vec(Item)),
  byName: hashMap(str, Item, { bucketBytes: 60 }),
  byId: hashMap(u64, option(u32), { bucketBytes: 60 }),
  whole: chunk(hashMapInOne()),
  sorted: sortedMap(str, u32),
  heights: chunk(typed(u32)),
  blob: chunk(bytes),
  inner: chunk(struct({ difficulty: u8, history: chunk(vec(str)) })),
});

function hashMapInOne(): Schema {
  return tuple([set(u8), vec(unit), variant({ Sea: str, Land: tuple([i64, f32]) })]);
}

const Tree: Schema = struct({
  name: str,
  kids: chunk(vec(recursive(() => Tree))),
  next: option(recursive(() => Leaf)),
});
const Leaf: Schema = struct({ v: u8, next: option(recursive(() => Leaf)) });

const names = ["ann", "bob", "cid", "dora", "emil"];
const item = (name: string) => ({ name, level: name.length, notes: `${name} and ${name} and ${name}, `.repeat(3) });
const tree = (name: string, levels: number): unknown => ({
  name,
  kids: levels === 0 ? [] : [tree(`${name}1`, levels - 1), tree(`${name}2`, levels - 1)],
  next: { v: levels, next: { v: 7, next: null } },
});

const VALUES: Readonly<Record<string, readonly [Schema, unknown, number]>> = {
  worlds: [
    Worlds,
    {
      title: "Terra",
      items: names.map(item),
      byName: new Map(names.map((name) => [name, item(name)])),
      byId: new Map(names.map((_, i) => [BigInt(i) ** 9n, i % 2 === 0 ? null : i])),
      whole: [new Set([1, 2]), [null, null], { type: "Land", value: [-5n, 0.5] }],
      sorted: new Map(names.map((name, i) => [name, i])),
      heights: Uint32Array.from({ length: 40 }, (_, i) => i * i * i),
      blob: Uint8Array.from({ length: 100 }, (_, i) => (i * 7) & 15),
      inner: { difficulty: 3, history: ["one", "two"] },
    },
    100,
  ],
  rows: [
    vec(struct({ name: str, tags: vec(str), size: u32 })),
    Array.from({ length: 60 }, (_, i) => ({ name: `row ${i}`, tags: names.slice(0, i % 4), size: i * 1000 })),
    700,
  ],
  tree: [Tree, tree("t", 2), 60],
  prices: [
    sortedMap(u32, struct({ price: f32, text: chunk(str) })),
    new Map(Array.from({ length: 20 }, (_, i) => [i * 300, { price: i / 2, text: `${i} for `.repeat(12) }])),
    80,
  ],
  log: [
    sortedMap(tuple([str, descending(u32)]), struct({ text: str })),
    new Map(names.flatMap((name) => [1, 70, 300].map((at) => [[name, at], { text: `${name} at ${at}` }] as const))),
    60,
  ],
};

/** Of the crate's types only. */
const PLAIN = { "plain lz4": { compatibility: "parcode", compression: "lz4" } } as const;

const FORMATS: Readonly<Record<string, FormatOptions>> = {
  stream: { layout: "stream" },
  front: { layout: "faststart", metadata: { author: "Ada", note: "" } },
  "lz4 stream": { layout: "stream", compression: "lz4", metadata: { note: "ä".repeat(9) } },
  "lz4 front": { layout: "faststart", compression: "lz4", describe: false },
  "blake3 front": { layout: "faststart", checksums: "blake3" },
  "bare stream": { layout: "stream", checksums: false, describe: false },
  "bare lz4 front": { layout: "faststart", compression: "lz4", checksums: false },
};

async function fixtureSubject(name: FixtureName): Promise<Subject> {
  const { root, types } = await fixture(name);
  const schema = new Descriptors(types, "typed").root(root);
  const file = await fixtureBytes(name);
  return { name, schema, bytes: file, value: openSync(file, schema).load(), guarded: false, isSealable: true };
}

let made: Promise<readonly Subject[]> | undefined;

/** All of them, in the same order everywhere. */
export function subjects(): Promise<readonly Subject[]> {
  made ??= Promise.all(FIXTURES.map(fixtureSubject)).then((plain) => [...plain, ...ours()]);
  return made;
}

function ours(): Subject[] {
  return Object.entries(VALUES).flatMap(([what, [schema, written, shardBytes]]) =>
    Object.entries(what === "worlds" ? FORMATS : { ...FORMATS, ...PLAIN }).map(([how, format]) => {
      const file = serializeSync(schema, written as never, { ...format, shardBytes });
      const guarded = format.checksums !== false && format.compatibility === undefined;
      const value = openSync(file, schema).load();
      return {
        name: `${what}, ${how}`,
        schema,
        bytes: file,
        value,
        guarded,
        isSealable: format.checksums !== "blake3",
      };
    }),
  );
}
