/** A bucket's entries are read by one loop: generated, of closures, or entry by entry. All are one reader, of damaged buckets too. */
import fc from "fast-check";
import {
  bytes,
  hashMap,
  openSync,
  option,
  type Schema,
  serializeSync,
  str,
  struct,
  u8,
  u32,
  u64,
  vec,
} from "parcode-web";
import { expect, test } from "vitest";
import { setGeneration } from "../../src/schema/generate.ts";
import { runs } from "../support/arbitrary.ts";
import { difference } from "../support/arbitrary-difference.ts";
import { takeApart } from "../support/arbitrary-file.ts";

const names = fc.uniqueArray(fc.oneof(fc.string({ maxLength: 40 }), fc.string({ unit: "grapheme" })), {
  minLength: 1,
  maxLength: 30,
});
const player = fc.record({
  level: fc.oneof(fc.nat(300), fc.integer({ min: 0, max: 2 ** 32 - 1 })),
  bag: fc.array(fc.integer({ min: 0, max: 2 ** 32 - 1 }), { maxLength: 12 }),
  note: fc.option(fc.string()),
  raw: fc.uint8Array({ maxLength: 5 }),
  wide: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
});
const Player = struct({ level: u32, bag: vec(u32), note: option(str), raw: bytes, wide: u64 });
const Players = struct({ players: hashMap(str, Player, { bucketBytes: 300 }) });
const Lists = struct({ lists: hashMap(u8, vec(vec(struct({}))), { bucketBytes: 300 }) });

const readers: Readonly<Record<string, (file: Uint8Array, schema: Schema, name: string) => unknown>> = {
  generated: load,
  closures: (...one) => {
    try {
      setGeneration(false);
      return load(...one);
    } finally {
      setGeneration(undefined);
    }
  },
  "entry by entry": (file, schema, name) => {
    const { root } = openSync(file, schema, { verify: false });
    return new Map((root as Record<string, { entries(): Iterable<[unknown, unknown]> }>)[name]?.entries());
  },
};

function load(file: Uint8Array, schema: Schema, name: string): unknown {
  const { root } = openSync(file, schema, { verify: false });
  return (root as Record<string, { load(): unknown }>)[name]?.load();
}

/** What a reader gives, or the whole of its error. */
function outcome(read: () => unknown): { value?: unknown; error?: string } {
  try {
    return { value: read() };
  } catch (error) {
    const { code, path, chunkOffset, byteOffset, expected, actual, message } = error as Record<string, unknown>;
    return { error: JSON.stringify({ code, path, chunkOffset, byteOffset, expected, actual, message }) };
  }
}

test("buckets of any players, whole or damaged, read the same in each way", () => {
  let refused = 0;
  fc.assert(
    fc.property(
      names,
      fc.array(player, { minLength: 30, maxLength: 30 }),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 2 }),
      (keys, values, damage) => {
        const players = new Map(keys.map((key, i) => [key, values[i] as (typeof values)[number]]));
        const file = serializeSync(Players, { players }, { layout: "stream" });
        const buckets = takeApart(file).root.children[0]?.children ?? [];
        for (const [at, byte] of damage) {
          const { offset, length } = buckets[at % buckets.length] as { offset: number; length: number };
          file[offset + (at % length)] = byte;
        }
        const [first, ...others] = Object.values(readers).map((read) => outcome(() => read(file, Players, "players")));
        if (damage.length === 0) expect(difference(Players.fields.players, first?.value, players)).toBeUndefined();
        if (first?.error !== undefined) refused++;
        // Only a whole map is compared with the number of entries that its container has for it.
        if (first?.error?.includes("entries in all")) others.pop();
        // Where two buckets are damaged, whoever looks at all of them before it decodes one may find the later one first.
        const isInSeveral = new Set(damage.map(([at]) => at % buckets.length)).size > 1;
        if (isInSeveral && others.length > 1) others.pop();
        for (const other of others) {
          expect(other.error).toBe(first?.error);
          if (first?.error === undefined) expect(other.value).toEqual(first?.value);
        }
      },
    ),
    runs(200),
  );
  expect(refused).toBeGreaterThan(10);
});

test("items of no bytes are counted over all entries of a call", () => {
  const empty = (count: number) => Array.from({ length: count }, () => ({}));
  const lists = new Map(Array.from({ length: 9 }, (_, i) => [i, [empty(2 ** 17), empty(1)]]));
  const file = serializeSync(Lists, { lists });
  const { generated, closures } = readers;
  for (const read of [generated, closures]) {
    const { error } = outcome(() => read?.(file, Lists, "lists"));
    expect(error).toMatch(/^{"code":"LimitExceeded","path":"lists\[\d\].*items of no bytes/);
  }
});
