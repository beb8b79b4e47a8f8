/**
 * Files with checksums: every byte changed, every place cut off, pieces swapped. What is read is the value that was written
 * or a typed error, and never another value.
 */
import {
  bytes,
  chunk,
  hashMap,
  memorySink,
  open,
  openSync,
  type Schema,
  save,
  serializeSync,
  sortedMap,
  str,
  struct,
  typed,
  u8,
  u32,
  vec,
} from "parcode-web";
import { describe, expect, test } from "vitest";
import { countingSource } from "../support/counting-source.ts";
import { difference } from "../support/difference.ts";
import { outcome } from "../support/touch-mirror.ts";

const Item = struct({ name: str, level: u8, notes: chunk(str) });
const World = struct({
  title: str,
  items: chunk(vec(Item)),
  byName: hashMap(str, Item),
  sorted: sortedMap(str, u32),
  heights: chunk(typed(u32)),
  blob: chunk(bytes),
  inner: chunk(struct({ difficulty: u8, history: chunk(vec(str)) })),
});
const item = (name: string) => ({ name, level: name.length, notes: `${name} and ${name} and ${name}, `.repeat(4) });
const names = ["ann", "bob", "cid", "dora"];
const world = {
  title: "Terra",
  items: names.map(item),
  byName: new Map(names.map((name) => [name, item(name)])),
  sorted: new Map(names.map((name, i) => [name, i])),
  heights: Uint32Array.from({ length: 40 }, (_, i) => i * i),
  blob: Uint8Array.from({ length: 100 }, (_, i) => (i * 7) & 15),
  inner: { difficulty: 3, history: ["one", "two"] },
};

const kinds = [
  { compression: "none", layout: "stream", checksums: "xxh64" },
  { compression: "none", layout: "faststart", checksums: "xxh64" },
  { compression: "lz4", layout: "stream", checksums: "xxh64" },
  { compression: "lz4", layout: "faststart", checksums: "blake3" },
] as const;

/** Reads in both ways; what comes must be the value or a typed error. Returns the codes of the errors. */
async function read(schema: Schema, file: Uint8Array, value: unknown, what: string): Promise<(string | undefined)[]> {
  const ways = [
    () => openSync(file, schema).load(),
    async () => await (await open(countingSource(file, 64 * 1024), schema)).load(),
  ];
  const codes: (string | undefined)[] = [];
  for (const way of ways) {
    const { error, value: found } = await outcome<unknown>(way);
    codes.push(error?.code);
    if (error !== undefined) {
      if (error.code === undefined) throw new Error(`${what}: ${error}`, { cause: error });
      continue;
    }
    const other = difference(found, value);
    if (other !== undefined) throw new Error(`${what}: a wrong value: ${other}`);
  }
  return codes;
}

describe.each(kinds)("$layout, compression $compression, $checksums", (format) => {
  const file = serializeSync(World, world, { ...format, shardBytes: 100 });

  test("is read", async () => {
    expect(await read(World, file, world, "as written")).toEqual([undefined, undefined]);
    expect(openSync(file, World).integrity).toBe(format.checksums);
    expect(openSync(file, World).verify()).toMatchObject({ integrity: format.checksums, unusedBytes: 0 });
  });

  test.each([
    ["turned over", 0xff],
    ["changed in its lowest bit", 0x01],
    ["changed in its fifth bit", 0x10],
  ])("every byte %s", async (_what, change) => {
    let refused = 0;
    for (let at = 0; at < file.length; at++) {
      const damaged = file.slice();
      damaged[at] = (damaged[at] as number) ^ change;
      const [code] = await read(World, damaged, world, `byte ${at}`);
      if (code !== undefined) refused++;
    }
    expect(refused, "bytes that a load looks at").toBeGreaterThan(file.length / 2);
  });

  test("cut off at every byte, and with bytes missing at the front", async () => {
    for (let length = 0; length < file.length; length++) {
      const [code] = await read(World, file.subarray(0, length), world, `cut at ${length}`);
      expect(code, `cut at ${length}`).toBeTypeOf("string");
      await read(World, file.subarray(length), world, `from ${length}`);
    }
  });

  test("any two pieces swapped", async () => {
    const size = 24;
    for (let a = 0; a + size <= file.length; a += size) {
      for (let b = a + size; b + size <= file.length; b += size) {
        const swapped = file.slice();
        swapped.set(file.subarray(b, b + size), a);
        swapped.set(file.subarray(a, a + size), b);
        await read(World, swapped, world, `${a} and ${b} swapped`);
      }
    }
  });

  test("two chunks swapped, children and all, are found out", async () => {
    const damaged = file.slice();
    const children = openSync(file).inspect().root.children;
    const [one, two] = children.flatMap(({ children: parts }) => parts).filter(({ length }) => length > 40);
    if (one === undefined || two === undefined) throw new Error("There are two shards.");
    const length = Math.min(one.length, two.length);
    damaged.set(file.subarray(two.offset, two.offset + length), one.offset);
    damaged.set(file.subarray(one.offset, one.offset + length), two.offset);
    expect(await read(World, damaged, world, "swapped")).toEqual(["ChecksumMismatch", "ChecksumMismatch"]);
  });

  test("verify finds every change, wherever it is", async () => {
    const missed: number[] = [];
    for (let at = 0; at < file.length; at++) {
      const damaged = file.slice();
      damaged[at] = (damaged[at] as number) ^ 0x20;
      const { error } = await outcome(() => openSync(damaged).verify());
      if (error === undefined) missed.push(at);
    }
    // Room at the front that no structure took is nobody's.
    for (const at of missed) expect(file[at]).toBe(0);
    expect(missed.length).toBeLessThan(format.layout === "faststart" ? 900 : 1);
  });

  test("without verify, damage to a value is not noticed, and a lookup that meets none is right", () => {
    const at = new TextDecoder("latin1").decode(file).indexOf("Terra");
    if (at < 0) return;
    const damaged = file.slice();
    damaged[at] = 0x58;
    expect(() => openSync(damaged, World)).toThrow(/(xxh64|blake3) is/);
    const { root } = openSync(damaged, World, { verify: false });
    expect([root.title, root.sorted.get("cid")]).toEqual(["Xerra", 2]);
  });
});

test.each(["none", "lz4"])(
  "a plain file, compression %s, any two pieces swapped: a value or a typed error",
  async (compression) => {
    const file = serializeSync(World, world, { compression, compatibility: "parcode", shardBytes: 100 });
    const size = 24;
    let refused = 0;
    for (let a = 0; a + size <= file.length; a += size) {
      for (let b = a + size; b + size <= file.length; b += size) {
        const swapped = file.slice();
        swapped.set(file.subarray(b, b + size), a);
        swapped.set(file.subarray(a, a + size), b);
        for (const way of [
          () => openSync(swapped, World).load(),
          async () => (await open(countingSource(swapped), World)).load(),
        ]) {
          const { error } = await outcome<unknown>(way);
          if (error !== undefined) refused++;
          if (error !== undefined && error.code === undefined)
            throw new Error(`${a} and ${b} swapped`, { cause: error });
        }
      }
    }
    expect(refused).toBeGreaterThan(100);
  },
);

test("a file that was appended to has outgrown its head, and its footer counts", async () => {
  const before = serializeSync(vec(u8), [1], { layout: "faststart", checksums: false });
  // A new root behind it, with a footer of its own.
  const after = new Uint8Array([...before, ...serializeSync(u8, 7, { compatibility: "parcode" })]);
  new DataView(after.buffer).setBigUint64(after.length - 20, BigInt(before.length), true);
  const file = await open(countingSource(after, 64 * 1024), u8);
  expect([await file.load(), file.integrity]).toEqual([7, "none"]);
});

describe("a pin", () => {
  const options = { checksums: "blake3", compression: "lz4" } as const;

  test("is what save reports, what an open file says, and what every copy of the file has", async () => {
    const sink = memorySink();
    const { pin = "" } = await save(sink, World, world, options);
    expect(pin).toMatch(/^blake3-[A-Za-z0-9+/]{43}=$/);
    const sync = openSync(sink.bytes(), World, { integrity: pin });
    const file = await open(countingSource(sink.bytes(), 64 * 1024), World, { integrity: pin });
    expect([sync.pin, file.pin]).toEqual([pin, pin]);
    expect(difference(await file.load(), world)).toBeUndefined();
    expect(serializeSync(World, world, options)).toEqual(sink.bytes());
  });

  test("of another value, description or metadata is another one, and is refused", async () => {
    const { pin = "" } = await save(memorySink(), World, world, options);
    const others = [
      serializeSync(World, { ...world, title: "terra" }, options),
      serializeSync(World, { ...world, blob: world.blob.map((byte) => byte ^ 1) }, options),
      serializeSync(World, world, { ...options, metadata: { a: "b" } }),
      serializeSync(World, world, { ...options, describe: false }),
    ];
    for (const other of others) {
      for (const work of [
        () => openSync(other, World, { integrity: pin }),
        () => open(other, World, { integrity: pin }),
      ]) {
        expect((await outcome<unknown>(work)).error).toMatchObject({ code: "ChecksumMismatch", expected: pin });
      }
    }
  });

  test("holds for what is read later", async () => {
    const file = serializeSync(World, world, options);
    const { pin = "" } = openSync(file);
    const damaged = file.slice();
    const blob = openSync(file)
      .inspect()
      .root.children.find(({ name }) => name === "blob");
    const { offset } = blob?.children[0] ?? { offset: -1 };
    damaged[offset + 2] = (damaged[offset + 2] as number) ^ 1;
    const opened = openSync(damaged, World, { integrity: pin });
    expect([opened.root.title, opened.root.sorted.get("cid")]).toEqual(["Terra", 2]);
    for (const work of [() => opened.root.blob.load(), () => opened.load()]) {
      expect((await outcome<unknown>(work)).error).toMatchObject({ code: "ChecksumMismatch", chunkOffset: offset });
    }
  });

  test("cannot be that of a file with XXH64 or without checksums, and says why", async () => {
    const { pin = "" } = await save(memorySink(), World, world, options);
    const xxh64 = serializeSync(World, world);
    const plain = serializeSync(World, world, { compatibility: "parcode" });
    for (const [file, why] of [[xxh64, /anybody can forge/] as const, [plain, /has no checksums/] as const]) {
      for (const work of [
        () => openSync(file, World, { integrity: pin }),
        () => open(file, World, { integrity: pin }),
      ]) {
        const { error } = await outcome<unknown>(work);
        expect(error).toMatchObject({ code: "InvalidOption", option: "integrity" });
        expect(error?.message).toMatch(why);
      }
    }
    for (const wrong of [{ integrity: "sha384-abc" }, { integrity: pin, verify: false }]) {
      expect((await outcome(() => openSync(xxh64, World, wrong))).error?.code).toBe("InvalidOption");
    }
  });
});
