/** A file in memory is put together at its end: the same bytes as block after block, in an array of its own length. */
import { describe, expect, test } from "vitest";
import {
  bytes,
  chunk,
  f32,
  hashMap,
  openSync,
  serialize,
  serializeSync,
  str,
  struct,
  toBlob,
  typed,
  u32,
  vec,
} from "../../src/index.ts";

const long = (size: number) => Uint8Array.from({ length: size }, (_, i) => (i * i) >> 3);
const value = {
  title: "a world",
  asset: long(300_000),
  part: { left: long(5000), right: Float32Array.from({ length: 70_000 }, (_, i) => i / 3) },
  numbers: Uint32Array.from({ length: 9000 }, (_, i) => i * 77_777),
  items: Array.from({ length: 20 }, (_, i) => ({ id: i, data: long(4000 + 500 * i) })),
  players: new Map(Array.from({ length: 3000 }, (_, i) => [`Hero${i}`, i])),
  short: long(10),
};

function schemaOf(compression: "lz4" | "none") {
  return struct({
    title: str,
    asset: chunk(bytes),
    part: chunk(struct({ left: chunk(bytes), right: chunk(typed(f32)) }), { compression }),
    numbers: chunk(typed(u32)),
    items: chunk(vec(struct({ id: u32, data: chunk(bytes) }))),
    players: hashMap(str, u32),
    short: chunk(bytes),
  });
}

/** Where two files differ first; -1 if nowhere. */
function difference(a: Uint8Array, b: Uint8Array): number {
  if (a.length !== b.length) return Math.min(a.length, b.length);
  return a.findIndex((byte, i) => byte !== b[i]);
}

const LAYOUTS = ["auto", "faststart", "stream"] as const;

describe.each(["none", "lz4"] as const)("a file whose structure has the codec %s", (compression) => {
  const schema = schemaOf(compression);

  test.each(LAYOUTS)("with the layout %s", async (layout) => {
    for (const checksums of ["xxh64", "blake3", false] as const) {
      const options = { layout, checksums, workers: false as const };
      const file = serializeSync(schema, value, options);
      // Whoever listens is given block after block.
      const inBlocks = await serialize(schema, value, { ...options, onProgress: () => undefined });
      expect(difference(file, inBlocks)).toBe(-1);
      expect(difference(await serialize(schema, value, options), inBlocks)).toBe(-1);
      expect(file.byteLength).toBe(file.buffer.byteLength);
      expect(difference(serializeSync(schema, openSync(file, schema).load(), options), file)).toBe(-1);
    }
  });
});

test("what is changed while it is written is torn, but not damaged", async () => {
  const schema = struct({ list: chunk(vec(u32)), asset: chunk(bytes) });
  const asset = long(2_000_000);
  const list = async function* () {
    for (let i = 0; i < 20; i++) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      asset.fill(i);
      yield i;
    }
  };
  const file = openSync(await serialize(schema, { list: list() as never, asset }), schema);
  expect(file.load().asset.length).toBe(asset.length);
  const torn = serialize(struct({ asset: chunk(bytes) }), { asset });
  asset.fill(77);
  await torn.then((written) => openSync(written, struct({ asset: chunk(bytes) })).load());
});

test("a Blob holds the same", async () => {
  const schema = schemaOf("none");
  const blob = await toBlob(schema, value);
  expect(difference(new Uint8Array(await blob.arrayBuffer()), serializeSync(schema, value))).toBe(-1);
});
