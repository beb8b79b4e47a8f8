/** The second lookup in a bucket takes a shorter way than the first: the same values, the same errors, nothing stale. */
import {
  bytes,
  chunk,
  hashMap,
  type OpenOptions,
  open,
  openSync,
  option,
  type Schema,
  serializeSync,
  str,
  struct,
  tuple,
  u8,
  u32,
  u64,
  vec,
} from "parcode-web";
import { describe, expect, test } from "vitest";
import { rejectionOf } from "../support/rejection.ts";

const names = Array.from({ length: 400 }, (_, i) => `${"long ".repeat(i % 9)}name ${i}`);
const keysOf: readonly [string, Schema, readonly unknown[], readonly unknown[]][] = [
  ["texts", str, names, ["name", "name 400", "", "näme 1", `${"x".repeat(300)}`]],
  ["other alphabets", str, names.map((name) => `${name} è ü 🌍`), ["è", names[0], "name 0 è ü �"]],
  ["long texts", str, names.map((name) => name.repeat(40)), [names[1]?.repeat(39)]],
  ["numbers", u32, names.map((_, i) => i * 1001), [1, 4_000_000_000]],
  ["wide numbers", u64, names.map((_, i) => BigInt(i) << 40n), [1n]],
  ["bytes", bytes, names.map((_, i) => Uint8Array.of(i, i >> 8)), [new Uint8Array(), Uint8Array.of(1, 2, 3)]],
  ["tuples", tuple([u8, option(str)]), names.map((name, i) => [i & 255, i < 256 ? null : name]), [[1, "x"]]],
];

describe.each(keysOf)("keys that are %s", (_, key, present, absent) => {
  const schema = struct({ map: hashMap(key, vec(str), { bucketBytes: 1500 }) });
  const map = new Map(present.map((one, i) => [one, [`value ${i}`, "è"]]));
  const file = serializeSync(schema as never, { map } as never);

  test("are found again, and what is not there is not", async () => {
    const { root } = openSync(file, schema);
    const later = await open(new Blob([file as Uint8Array<ArrayBuffer>]), schema);
    for (let round = 0; round < 3; round++) {
      for (const [i, one] of present.entries()) {
        const wanted = [`value ${i}`, "è"];
        expect(root.map.get(one as never)).toEqual(wanted);
        if (i % 20 === 0) expect(await later.root.map.get(one as never)).toEqual(wanted);
      }
      for (const one of absent) {
        expect(root.map.get(one as never)).toBeUndefined();
        expect(await later.root.map.get(one as never)).toBeUndefined();
      }
    }
  });

  test("must be of the schema", () => {
    const { root } = openSync(file, schema);
    const first = attempt(() => root.map.get(Symbol.iterator as never));
    root.map.get(present[0] as never);
    expect(attempt(() => root.map.get(Symbol.iterator as never))).toEqual(first);
    expect(first).toMatchObject({ code: "SchemaMismatch", path: expect.stringContaining("map") });
  });
});

const Levels = struct({ levels: hashMap(str, u32, { bucketBytes: 1000 }), rest: chunk(bytes) });
const levels = new Map(names.map((name, i) => [name, i]));
const file = serializeSync(Levels, { levels, rest: new Uint8Array(100_000) }, { layout: "stream" });
const one = names[7] as string;

test("each value is an object of its own", () => {
  const Lists = struct({ lists: hashMap(str, vec(u8)) });
  const { root } = openSync(serializeSync(Lists, { lists: new Map([["a", [1, 2]]]) }), Lists);
  const [first, second, third] = [root.lists.get("a"), root.lists.get("a"), root.lists.get("a")];
  first?.push(3);
  second?.push(4);
  expect([first, second, third]).toEqual([
    [1, 2, 3],
    [1, 2, 4],
    [1, 2],
  ]);
});

test.each<[string, OpenOptions, boolean]>([
  ["a cache for all of them", {}, true],
  ["a cache for three buckets", { cacheBytes: 3500 }, false],
  ["no cache", { cacheBytes: 0 }, false],
])("%s is as good as it is large", async (_, options, isEnough) => {
  const parcode = await open(new Blob([file as Uint8Array<ArrayBuffer>]), Levels, options);
  const { root } = parcode;
  for (const name of names) expect(await root.levels.get(name)).toBe(levels.get(name));
  const before = parcode.stats.requests;
  for (const name of names) expect(await root.levels.get(name)).toBe(levels.get(name));
  expect(parcode.stats.requests === before).toBe(isEnough);
});

test("a closed file, a signal, and memory that was given away are noticed", async () => {
  const parcode = await open(new Blob([file as Uint8Array<ArrayBuffer>]), Levels);
  expect([await parcode.root.levels.get(one), await parcode.root.levels.get(one)]).toEqual([7, 7]);
  const aborted = parcode.root.levels.get(one, { signal: AbortSignal.abort() });
  expect(await rejectionOf(aborted)).toMatchObject({ name: "AbortError" });
  await parcode.close();
  expect(await rejectionOf(parcode.root.levels.get(one))).toMatchObject({ code: "Closed" });

  const memory = file.slice();
  const sync = openSync(memory, Levels);
  expect([sync.root.levels.get(one), sync.root.levels.get(one)]).toEqual([7, 7]);
  structuredClone(memory.buffer, { transfer: [memory.buffer] });
  expect(attempt(() => sync.root.levels.get(one))).toMatchObject({ code: "SourceChanged" });

  const closed = openSync(file, Levels);
  expect([closed.root.levels.get(one), closed.root.levels.get(one)]).toEqual([7, 7]);
  closed.close();
  expect(attempt(() => closed.root.levels.get(one))).toMatchObject({ code: "Closed" });
});

test("damage is told with the same words every time", () => {
  const damaged = file.slice();
  // The value of the entry: a marker that no integer has.
  const key = new TextEncoder().encode(one);
  let at = 0;
  while (!key.every((byte, i) => damaged[at + i] === byte) || damaged[at - 1] !== key.length) at++;
  damaged[at + key.length] = 255;
  const { root } = openSync(damaged, Levels, { verify: false });
  const before = attempt(() => root.levels.get(one));
  for (const name of names) if (name !== one) root.levels.get(name);
  expect(attempt(() => root.levels.get(one))).toEqual(before);
  expect(before).toMatchObject({ code: "CorruptChunk", path: `levels["${one}"]` });
});

function attempt(work: () => unknown): Record<string, unknown> {
  try {
    work();
  } catch (error) {
    const { code, message, path } = error as Record<string, unknown>;
    return { code, message, path };
  }
  throw new Error("Nothing was thrown.");
}
