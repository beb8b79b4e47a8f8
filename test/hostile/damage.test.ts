/**
 * Small files of the crate, cut off at every byte and changed at every byte: each gives a value or a typed error, soon and
 * without a large allocation. Another exception, or none in a file that is cut off, fails the test.
 */
import "../support/allocation-guard.ts";

import { open, openSync, type Schema } from "parcode-web";
import { describe, expect, test } from "vitest";
import { largestAllocation } from "../support/allocation-guard.ts";
import { countingSource } from "../support/counting-source.ts";
import { Descriptors } from "../support/descriptor.ts";
import type { FixtureName } from "../support/fixture-names.ts";
import { fixture, fixtureBytes } from "../support/fixtures.ts";
import { outcome, touchMirror } from "../support/touch-mirror.ts";

const names: FixtureName[] = [
  ...(["all_inline_lz4", "boundaries_inline", "chunk_prims_lz4", "deep_lz4", "empty_containers", "enums"] as const),
  ...(["game_world_one_player", "map_u32_4", "map_u8_u128", "only_remote_lz4", "root_map_of_remote"] as const),
  ...(["vec_f32_special", "vec_levels_one", "vec_u8_small", "tree_recursive_lz4"] as const),
];

/** A file of a few hundred bytes gives no reason for more. */
const MOST_BYTES = 64 * 2 ** 20;
/** For one damaged file; a thousand times what it takes. */
const MOST_MILLISECONDS = 5000;

async function prepare(name: FixtureName): Promise<{ bytes: Uint8Array<ArrayBuffer>; schema: Schema }> {
  const { root, types } = await fixture(name);
  return { bytes: await fixtureBytes(name), schema: new Descriptors(types, "typed").root(root) };
}

/** Opens and loads in every way. Returns the code of the error of a load, or undefined for a value. */
async function readAll(bytes: Uint8Array<ArrayBuffer>, schema: Schema, thorough: boolean): Promise<string | undefined> {
  const sync = await outcome<any>(() => openSync(bytes, schema));
  const loaded = await outcome<any>(() => sync.value?.load());
  const fetched = await outcome<any>(async () => (await open(countingSource(bytes), schema)).load());
  const code = sync.error?.code ?? loaded.error?.code;
  if (fetched.error?.code !== code) throw new Error(`open() gives ${fetched.error?.code}, openSync() ${code}`);
  if (!thorough || sync.value === undefined) return code;
  await touchMirror(sync.value.root, schema);
  await outcome(() => sync.value.inspect());
  await outcome(() => sync.value.verify());
  return code;
}

async function within(limits: string, work: () => Promise<void>): Promise<void> {
  const start = performance.now();
  const largest = await largestAllocation(async () => {
    try {
      await work();
    } catch (error) {
      throw new Error(`${limits}: ${error}`, { cause: error });
    }
  });
  if (largest > MOST_BYTES) throw new Error(`${limits}: somebody asked for ${largest} bytes`);
  const milliseconds = performance.now() - start;
  if (milliseconds > MOST_MILLISECONDS) throw new Error(`${limits}: took ${milliseconds} ms`);
}

const changes: [string, (byte: number) => number][] = [
  ["zero", () => 0],
  ["0xff", () => 0xff],
  ["its lowest bit flipped", (byte) => byte ^ 1],
];

describe.each(names)("%s", (name) => {
  test("cut off anywhere, it is no file", async () => {
    const { bytes, schema } = await prepare(name);
    for (let length = 0; length < bytes.length; length++) {
      await within(`the first ${length} bytes`, async () => {
        const code = await readAll(bytes.slice(0, length), schema, false);
        expect(code).toMatch(/NotAParcodeFile|UnsupportedVersion|CorruptChunk/);
      });
    }
  });

  test.each(changes)("with any byte made %s, there is a value or an error", async (what, change) => {
    const { bytes, schema } = await prepare(name);
    const codes = new Set<string | undefined>();
    const every = bytes.length < 600 ? 2 : 20;
    for (let index = 0; index < bytes.length; index++) {
      const damaged = bytes.slice();
      damaged[index] = change(bytes[index] as number);
      if (damaged[index] === bytes[index]) continue;
      await within(`byte ${index} made ${what}`, async () => {
        codes.add(await readAll(damaged, schema, index % every === 0));
      });
    }
    expect([...codes]).toContain("NotAParcodeFile");
    expect([...codes]).toContain("CorruptChunk");
  });
});
