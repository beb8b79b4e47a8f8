/** Extension blocks that lie: each rule of docs/FORMAT.md, section 6, by a file that breaks it and nothing else. */
import { chunk, hashMap, open, openSync, type Schema, sortedMap, str, struct, u8, vec } from "parcode-web";
import { describe, expect, test } from "vitest";
import { xxh64Checksum } from "../../src/codec/checksum.ts";
import { countingSource } from "../support/counting-source.ts";
import { extended, finishExtended, type RawRecord } from "../support/raw-extended.ts";
import { u32 as fixed32, RawFile, type RawRef, u64, varint } from "../support/raw-file.ts";
import { outcome } from "../support/touch-mirror.ts";

const PLAIN = 0x10;
const PARENT = 0x11;

/** Each way of opening. */
function ways(bytes: Uint8Array<ArrayBuffer>, schema: Schema): (() => unknown)[] {
  return [() => openSync(bytes, schema), () => open(bytes, schema), () => open(countingSource(bytes), schema)];
}

async function expectAll(
  bytes: Uint8Array<ArrayBuffer>,
  schema: Schema,
  read: (file: any) => unknown,
  expected: object | undefined,
): Promise<void> {
  for (const way of ways(bytes, schema)) {
    const { error } = await outcome<unknown>(async () => read(await way()));
    if (expected === undefined) expect(error?.message).toBeUndefined();
    else expect(error).toMatchObject(expected);
  }
}

/** A list of three strings, "aa", "b" and "cc", in one shard with these records. */
function rows(records: readonly RawRecord[]): Uint8Array<ArrayBuffer> {
  const file = new RawFile();
  const shard = file.chunk(extended([3, 2, 97, 97, 1, 98, 2, 99, 99], records), [], { meta: PLAIN });
  return file.finish(file.list([[3, 1]], [shard]));
}
const offsets = (stride: number, ...starts: number[]): RawRecord => ({
  tag: 2,
  bytes: [...varint(stride), ...starts.flatMap(fixed32)],
});

describe("item offsets", () => {
  test("that are right are used, and those of unknown tags skipped", async () => {
    for (const records of [[offsets(1, 1, 4, 6)], [offsets(2, 1, 6)], [{ tag: 77, bytes: [1] }, offsets(4, 1)]]) {
      await expectAll(
        rows(records),
        vec(str),
        async (list) => {
          expect([await list.root.at(0), await list.root.at(1), await list.root.at(2)]).toEqual(["aa", "b", "cc"]);
        },
        undefined,
      );
    }
  });

  test.each<[string, RawRecord, RegExp]>([
    ["too few", offsets(1, 1, 4), /places of 3 items, one for each 1, found 2/],
    ["too many", offsets(2, 1, 6, 9), /places of 3 items, one for each 2, found 3/],
    ["half a place", { tag: 2, bytes: [1, ...fixed32(1), ...fixed32(4), 6, 0] }, /places of 3 items/],
    ["a stride of 0", offsets(0, 1, 4, 6), /one for each 0/],
    ["no stride", { tag: 2, bytes: [] }, /1 more byte/],
    ["one behind the payload", offsets(1, 1, 4, 60), /item 2 at 4 to 9, found one at 60/],
    ["one in the records", offsets(1, 1, 4, 10), /item 2 at 4 to 9, found one at 10/],
    ["in the wrong order", offsets(1, 1, 6, 4), /item 2 at 6 to 9, found one at 4/],
    ["the first one elsewhere", offsets(1, 0, 4, 6), /the first item at 1, found one at 0/],
    ["the first one in the middle", offsets(1, 2, 4, 6), /the first item at 1, found one at 2/],
  ])("%s are refused by who needs them, and not missed by others", async (_, record, says) => {
    const bytes = rows([record]);
    const expected = { code: "CorruptChunk", chunkOffset: 0, message: expect.stringMatching(says) };
    await expectAll(bytes, vec(str), (file) => file.root.at(1), expected);
    await expectAll(bytes, vec(str), (file) => file.load(), undefined);
  });

  test("into the middle of an item give a value or a typed error, and nothing but that item", async () => {
    for (let start = 1; start <= 9; start++) {
      for (const way of ways(rows([offsets(1, 1, start, 9)]), vec(str))) {
        const list: any = ((await way()) as any).root;
        const { value, error } = await outcome<unknown>(() => list.at(1));
        expect(error?.code ?? typeof value).toMatch(/^(CorruptChunk|string)$/);
        expect(await list.at(0)).toBe("aa");
      }
    }
  });
});

/** A list of one shard, whose container has these records; and whether the file promises checksums. */
function list(
  records: (shard: RawRef, bytes: Uint8Array) => readonly RawRecord[],
  guarded = false,
): Uint8Array<ArrayBuffer> {
  const file = new RawFile();
  file.gap(3);
  const shard = file.chunk([1, 7]);
  const stored = file.finish(shard).subarray(shard.offset, shard.offset + shard.length);
  const payload = extended([...u64(1), 1, 1, 1], records(shard, stored));
  const root = file.chunk(payload, [shard], { meta: PARENT });
  const bytes = file.finish(root).subarray(root.offset, root.offset + root.length);
  return guarded ? finishExtended(file, root, { records: [{ tag: 2, bytes: checksum(bytes) }] }) : file.finish(root);
}

function checksum(bytes: Uint8Array): number[] {
  const out = new Uint8Array(8);
  xxh64Checksum.write(bytes, 0, bytes.length, out, 0);
  return [...out];
}

describe("checksums of children", () => {
  const right = (_: RawRef, bytes: Uint8Array): RawRecord[] => [{ tag: 1, bytes: checksum(bytes) }];

  test("that are right let the file be read", () =>
    expectAll(list(right, true), vec(u8), (file) => file.load(), undefined));

  test.each<[string, (shard: RawRef, bytes: Uint8Array) => RawRecord[], RegExp]>([
    ["none", () => [], /checksums of its 1 children, 8 bytes, found none/],
    ["of 7 bytes", (_, bytes) => [{ tag: 1, bytes: checksum(bytes).slice(1) }], /found 7 bytes of them/],
    ["of two children", (_, bytes) => [{ tag: 1, bytes: [...checksum(bytes), ...checksum(bytes)] }], /found 16 bytes/],
    ["in another record", (_, bytes) => [{ tag: 6, bytes: checksum(bytes) }], /found none/],
  ])("%s are refused where the trailer promises them", async (_, records, says) => {
    const expected = { code: "CorruptChunk", chunkOffset: 6, message: expect.stringMatching(says) };
    await expectAll(list(records, true), vec(u8), (file) => file.load(), expected);
    await expectAll(list(records, true), vec(u8), (file) => file.root.at(0), expected);
    await expectAll(list(records, true), vec(u8), (file) => file.verify(), expected);
    // Nobody promised anything.
    await expectAll(list(records), vec(u8), (file) => file.load(), undefined);
  });

  test("that are wrong are told with both", async () => {
    const wrong = () => [{ tag: 1, bytes: [1, 2, 3, 4, 5, 6, 7, 8] }];
    const expected = { code: "ChecksumMismatch", chunkOffset: 3, expected: "0102030405060708" };
    await expectAll(list(wrong, true), vec(u8), (file) => file.load(), expected);
  });

  test("are missing where a chunk with children has no block at all", async () => {
    const file = new RawFile();
    const root = file.list([[1, 1]], [file.chunk([1, 7])]);
    const bytes = file.finish(root).subarray(root.offset, root.offset + root.length);
    const guarded = finishExtended(file, root, { records: [{ tag: 2, bytes: checksum(bytes) }] });
    const expected = { code: "CorruptChunk", message: expect.stringContaining("found none") };
    await expectAll(guarded, vec(u8), (opened) => opened.load(), expected);
  });
});

describe("subtrees", () => {
  test("that are right let the file be read", () =>
    expectAll(
      list(() => [{ tag: 3, bytes: [3] }]),
      vec(u8),
      (file) => file.load(),
      undefined,
    ));

  test.each<[string, number[], RegExp]>([
    ["that begin in front of the file", [4], /descendants of the child at 3 within the file, found 4 bytes before it/],
    ["that begin 2^53 bytes before", varint(2 ** 53 - 1), /within the file, found 9007199254740991/],
    ["beyond 2^53", varint(2 ** 63), /starts for 1 children, found 9223372036854775808/],
    ["for no child", [], /starts for 1 children, found 0 bytes/],
    ["that are cut off", [251, 1], /starts for 1 children/],
  ])("%s are refused", async (_, bytes, says) => {
    const expected = { code: "CorruptChunk", chunkOffset: 6, message: expect.stringMatching(says) };
    await expectAll(
      list(() => [{ tag: 3, bytes }]),
      vec(u8),
      (file) => file.load(),
      expected,
    );
    await expectAll(
      list(() => [{ tag: 3, bytes }]),
      vec(u8),
      (file) => file.inspect(),
      expected,
    );
  });
});

describe("blocks", () => {
  test.each<[string, number[], RegExp]>([
    ["without a length", [1, 2, 3], /an extension block, found a payload of 3 bytes/],
    ["longer than the payload", [5, ...fixed32(2)], /records of at most 1 bytes, found 2/],
    ["of 4 GiB", [5, ...fixed32(2 ** 32 - 1)], /records of at most 1 bytes, found 4294967295/],
    ["with a record that is cut off", extended([5], [], 1), /extension records in 1 bytes/],
    ["with a record of 2^32 bytes", [5, 9, 252, 255, 255, 255, 255, ...fixed32(6)], /extension records in 6 bytes/],
    ["with a tag that is no number", [5, 255, 0, ...fixed32(2)], /extension records in 2 bytes/],
  ])("%s are refused", async (_, payload, says) => {
    const file = new RawFile();
    file.gap(1);
    const bytes = file.finish(file.chunk(payload, [], { meta: PLAIN }));
    const expected = { code: "CorruptChunk", chunkOffset: 1, message: expect.stringMatching(says) };
    await expectAll(bytes, u8, (opened) => opened.load(), expected);
    await expectAll(bytes, u8, (opened) => opened.verify(), expected);
  });

  test.each([0, 1, 2, 3])(
    "with %i bytes in front of the meta byte, there is no room for a number of children",
    async (length) => {
      const file = new RawFile();
      const bytes = file.finish(file.chunk(Array(length).fill(0), [], { meta: 1 }));
      const expected = {
        code: "CorruptChunk",
        message: expect.stringContaining("a child count in front of the meta byte"),
      };
      await expectAll(bytes, u8, (opened) => opened.load(), expected);
      await expectAll(bytes, u8, (opened) => opened.inspect(), expected);
    },
  );

  test.each([0x20, 0x40, 0x80, 0xf0])(
    "with bits of the meta byte that nobody knows, %i, a chunk is refused",
    async (meta) => {
      const file = new RawFile();
      const bytes = file.finish(file.chunk([5], [], { meta }));
      await expectAll(bytes, u8, (opened) => opened.load(), { code: "CorruptChunk", chunkOffset: 0 });
    },
  );
});

describe("maps", () => {
  /** A map of one bucket with one entry, "a" → 7. */
  function map(records: readonly RawRecord[], bucketRecords?: readonly RawRecord[]): Uint8Array<ArrayBuffer> {
    const file = new RawFile();
    const entry = [...fixed32(1), ...fixed32(0), ...hashOfA, ...fixed32(0), 1, 97, 7];
    const bucket =
      bucketRecords === undefined ? file.chunk(entry) : file.chunk(extended([], bucketRecords), [], { meta: PLAIN });
    return file.finish(file.chunk(extended(fixed32(1), records), [bucket], { meta: PARENT }));
  }
  const hashOfA = checksum(Uint8Array.from([97, 0xff]));
  const schema = hashMap(str, u8);
  const entries = (count: number): RawRecord[] => [{ tag: 7, bytes: varint(count) }];

  test("with as many entries as they say are read", () =>
    expectAll(
      map(entries(1)),
      schema,
      async (file) => {
        expect([await file.root.count(), await file.root.get("a"), (await file.load()).size]).toEqual([1, 7, 1]);
      },
      undefined,
    ));

  test.each([0, 2, 500])("with another number of entries than they say, %i, are refused by a load", async (count) => {
    const expected = {
      code: "CorruptChunk",
      message: expect.stringContaining(`expected ${count} entries in all, found 1`),
    };
    await expectAll(map(entries(count)), schema, (file) => file.load(), expected);
    await expectAll(map(entries(count)), schema, (file) => file.root.get("a"), undefined);
  });

  test.each([1e6, 2 ** 53 - 1])("that say %i entries, which their buckets cannot hold, are refused", async (count) => {
    const expected = {
      code: "CorruptChunk",
      message: expect.stringMatching(/at most \d+ entries in buckets of \d+ bytes/),
    };
    await expectAll(map(entries(count)), schema, (file) => file.root.count(), expected);
  });

  test("whose number of entries is no number are refused", async () => {
    const bytes = map([{ tag: 7, bytes: [] }]);
    await expectAll(bytes, schema, (file) => file.root.count(), { code: "CorruptChunk", chunkOffset: 24 });
  });

  test("with a block in an empty bucket, which the crate takes for the bucket, are refused", async () => {
    const expected = { code: "CorruptChunk", message: expect.stringContaining("an empty bucket without") };
    for (const read of [(file: any) => file.load(), (file: any) => file.root.get("a")]) {
      await expectAll(map([], [{ tag: 99, bytes: [1] }]), schema, read, expected);
    }
  });

  test("that are lean need the children of their entries", async () => {
    const lean = hashMap(str, struct({ n: u8, text: chunk(str) }));
    const bytes = map([{ tag: 5, bytes: [] }]);
    await expectAll(bytes, lean, (file) => file.load(), { code: "CorruptChunk" });
    await expectAll(bytes, lean, (file) => file.root.get("a"), { code: "CorruptChunk" });
  });
});

test("records that a kind of chunk has no use for are not looked at", async () => {
  const junk = [1, 2, 5, 7, 99].map((tag) => ({ tag, bytes: [255, 255, 255] }));
  const file = new RawFile();
  const bytes = file.finish(file.chunk(extended([5], junk), [], { meta: PLAIN }));
  await expectAll(bytes, u8, async (opened) => expect(await opened.load()).toBe(5), undefined);
  await expectAll(
    list(() => junk),
    vec(u8),
    async (opened) => expect(await opened.load()).toEqual([7]),
    undefined,
  );
  await expectAll(rows([]), sortedMap(str, struct({})), (opened) => opened.load(), undefined);
});
