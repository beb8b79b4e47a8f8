/** A load of a file on disk reads a window after the other into the same memory: nothing of what it gave may lie there. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  bytes,
  chunk,
  f32,
  hashMap,
  openSync,
  serializeSync,
  sortedMap,
  str,
  struct,
  typed,
  u8,
  u32,
  vec,
} from "parcode-web";
import { openFile, openFileSync } from "parcode-web/node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { difference } from "../support/arbitrary-difference.ts";
import { patternBytes } from "../support/bytes.ts";

const Item = struct({ name: str, raw: bytes, floats: typed(f32), notes: chunk(bytes) });
const World = struct({
  items: chunk(vec(Item)),
  map: hashMap(str, struct({ raw: bytes, small: typed(u8), levels: vec(u32) })),
  sorted: sortedMap(u32, bytes),
  terrain: chunk(typed(f32)),
  asset: chunk(bytes),
  lists: chunk(vec(struct({ inner: chunk(vec(bytes)) }))),
});

const each = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));
const world = {
  items: each(1500, (i) => ({
    name: `item ${i}`,
    raw: patternBytes(400, i + 1),
    floats: Float32Array.from({ length: 20 }, (_, j) => i + j / 2),
    notes: patternBytes(300, i + 7),
  })),
  map: new Map(
    each(4000, (i) => [
      `key ${i}`,
      { raw: patternBytes(300, i + 3), small: patternBytes(9, i + 5), levels: [i, i * 1000] },
    ]),
  ),
  sorted: new Map(each(3000, (i) => [i, patternBytes(200, i + 11)])),
  terrain: Float32Array.from({ length: 500_000 }, (_, i) => i / 4),
  asset: patternBytes(1_500_000, 5),
  lists: each(40, (i) => ({ inner: each(10, (j) => patternBytes(2000, i * 10 + j + 1)) })),
};

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "windows-"));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

test.each(["none", "lz4"] as const)("compression %s", async (compression) => {
  const path = join(directory, `${compression}.par`);
  const file = serializeSync(World, world, { compression });
  writeFileSync(path, file);
  using parcode = openFileSync(path, World);
  const first = parcode.load();
  const terrain = parcode.root.terrain.load();
  const second = parcode.load();
  for (const value of [first, second, openSync(file, World).load()]) {
    expect(difference(World as never, value, world)).toBeUndefined();
  }
  expect(difference(World.fields.terrain as never, terrain, world.terrain)).toBeUndefined();
  expect(second.terrain.buffer).not.toBe(terrain.buffer);
  await using opened = await openFile(path, World);
  const { root } = opened;
  const loaded = await Promise.all([opened.load(), opened.load(), root.items.load(), root.map.load(), opened.load()]);
  const [one, two, items, map, three] = loaded;
  for (const value of [one, two, three, { ...world, items, map }, await opened.load()]) {
    expect(difference(World as never, value, world)).toBeUndefined();
  }
});
