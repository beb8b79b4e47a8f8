/** Structures that lie, each as one chunk of a file: what it is said to hold, and what an error says of it. */
import {
  array,
  bytes,
  chunk,
  f32,
  hashMap,
  map,
  option,
  recursive,
  type Schema,
  set,
  str,
  struct,
  tuple,
  typed,
  u8,
  u32,
  u64,
  unit,
  vec,
} from "parcode-web";
import { chunkLength, u32 as fixed32, u64 as fixed64, type RawFile, type RawRef, varint } from "../support/raw-file.ts";

const Tree: Schema = struct({ v: u8, kids: chunk(vec(recursive(() => Tree))) });
const Nested: Schema = struct({ inner: option(recursive(() => Nested)) });
const Inner = struct({ name: str, data: chunk(vec(u8)) });

export interface Lie {
  readonly what: string;
  /** What the chunk is said to hold. */
  readonly schema: Schema;
  readonly build: (file: RawFile) => RawRef;
  readonly code?: "CorruptChunk" | "LimitExceeded";
  /** In the message. */
  readonly says: RegExp;
}

/** A bucket of entries that are said to have these hashes and places. */
function bucket(
  count: number,
  hashes: readonly number[],
  places: readonly number[],
  blob: readonly number[],
): number[] {
  return [...fixed32(count), 0, 0, 0, 0, ...hashes.flatMap(fixed64), ...places.flatMap(fixed32), ...blob];
}

export const lies: readonly Lie[] = [
  {
    what: "a list whose item refers back to the list",
    schema: Tree,
    build: (file) => {
      const shardLength = chunkLength(2, 1);
      const list = { offset: file.next + shardLength, length: chunkLength(11, 1) };
      const shard = file.chunk([1, 7], [list]);
      return file.chunk([3], [file.list([[1, 1]], [shard])]);
    },
    says: /tree|levels/,
  },
  {
    what: "a chunk that is its own child",
    schema: Tree,
    build: (file) => {
      const self = { offset: file.next, length: chunkLength(1, 1) };
      return file.chunk([3], [self]);
    },
    says: /overlaps/,
  },
  {
    what: "two lists that refer to each other, again and again",
    schema: Tree,
    build: (file) => {
      const shardLength = chunkLength(9, 8);
      const list = { offset: file.next + shardLength, length: chunkLength(11, 1) };
      const shard = file.chunk([8, 1, 2, 3, 4, 5, 6, 7, 8], Array(8).fill(list));
      return file.chunk([3], [file.list([[8, 1]], [shard])]);
    },
    says: /tree|levels/,
  },
  {
    what: "one shard, referred to five thousand times",
    schema: vec(u8),
    build: (file) => file.list([[900, 5000]], Array(5000).fill(file.chunk([...varint(900), ...Array(900).fill(7)]))),
    says: /tree/,
  },
  {
    what: "one shard of a typed list, referred to five thousand times",
    schema: typed(u64),
    build: (file) => file.list([[900, 5000]], Array(5000).fill(file.chunk([...varint(900), ...Array(900).fill(7)]))),
    says: /tree/,
  },
  {
    what: "one bucket, referred to five thousand times",
    schema: hashMap(u8, u8),
    build: (file) => {
      const shared = file.chunk(bucket(40, Array(40).fill(5), Array(40).fill(0), [1, 2]));
      return file.chunk(fixed32(5000), Array(5000).fill(shared));
    },
    says: /tree/,
  },
  {
    what: "thirty levels, each of which names the next one twice",
    schema: Tree,
    build: (file) => {
      let shard = file.chunk([0]);
      let list = file.list([], []);
      for (let level = 0; level < 30; level++) {
        shard = file.chunk([2, 1, 1], [list, list]);
        list = file.list([[2, 1]], [shard]);
      }
      return file.chunk([3], [list]);
    },
    says: /tree/,
  },
  {
    what: "a child behind the end of the file",
    schema: vec(u8),
    build: (file) => file.list([[1, 1]], [{ offset: 2 ** 40, length: 5 }]),
    says: /claims bytes 1099511627776 to 1099511627781/,
  },
  {
    what: "a child at 2^64 - 1",
    schema: vec(u8),
    build: (file) => {
      const table = Array(16).fill(0xff);
      return file.chunk([...fixed64(1), 1, 1, 1, ...table, ...fixed32(1)], [], { meta: 1 });
    },
    says: /claims bytes/,
  },
  {
    what: "a child of no bytes",
    schema: vec(u8),
    build: (file) => file.list([[1, 1]], [{ offset: 0, length: 0 }]),
    says: /at least 1 byte/,
  },
  {
    what: "a child that overlaps its parent",
    schema: vec(u8),
    build: (file) => file.list([[1, 1]], [{ offset: file.next + 1, length: 3 }]),
    says: /overlaps/,
  },
  {
    what: "more children than the chunk has room for",
    schema: vec(u8),
    build: (file) => file.chunk([...fixed64(0), 0], [], { childCount: 2 ** 32 - 1 }),
    says: /expected at most \d children, found 4294967295/,
  },
  {
    what: "a run table of 2^40 items",
    schema: vec(u32),
    build: (file) => {
      const shard = file.chunk([2, 1, 1]);
      return file.list([[2 ** 31, 512]], Array(512).fill(shard));
    },
    says: /shard|length/,
  },
  {
    what: "a typed list of 2^40 items",
    schema: typed(f32),
    build: (file) => file.list([[2 ** 31, 512]], Array(512).fill(file.chunk([2, ...Array(8).fill(0)]))),
    says: /shard|length|tree/,
  },
  {
    what: "bytes of 4 GiB in one shard of 3 bytes",
    schema: bytes,
    build: (file) => file.list([[2 ** 32 - 1, 1]], [file.chunk([2, 1, 1])]),
    says: /items|shard|length/,
  },
  {
    what: "more shards than children",
    schema: vec(u8),
    build: (file) => file.list([[1, 2]], [file.chunk([1, 5])]),
    says: /expected 2 shards, found 1 children/,
  },
  {
    what: "2^24 items that are nothing but chunks, of which there is one",
    schema: vec(struct({ text: chunk(str) })),
    build: (file) => file.list([[2 ** 24, 1]], [file.chunk(varint(2 ** 24), [file.chunk([0])])]),
    says: /1 children for each of 16777216 items, found 1/,
  },
  {
    what: "runs that are not the total",
    schema: vec(u8),
    build: (file) => file.list([[1, 1]], [file.chunk([1, 5])], 2),
    says: /runs of 2 items in all, found runs of 1/,
  },
  {
    what: "a total of 2^64 - 1 without runs",
    schema: vec(u8),
    build: (file) => file.chunk([...Array(8).fill(0xff), 0]),
    says: /runs/,
  },
  {
    what: "a run table that claims 2^32 runs",
    schema: vec(u8),
    build: (file) => file.chunk([...fixed64(1), ...varint(2 ** 32 - 1)], []),
    says: /length of at most 0, found 4294967295/,
  },
  {
    what: "no bucket, and a child",
    schema: hashMap(str, u8),
    build: (file) => file.chunk(fixed32(0), [file.chunk([])]),
    says: /1 to 1 buckets, found 0/,
  },
  {
    what: "more buckets than children",
    schema: hashMap(str, u8),
    build: (file) => file.chunk(fixed32(2 ** 32 - 1), [file.chunk([])]),
    says: /1 to 1 buckets, found 4294967295/,
  },
  {
    what: "a number of buckets in 2 bytes",
    schema: hashMap(str, u8),
    build: (file) => file.chunk([1, 0], [file.chunk([])]),
    says: /a number of buckets/,
  },
  {
    what: "an entry behind the end of its bucket",
    schema: hashMap(u8, u8),
    build: (file) => file.chunk(fixed32(1), [file.chunk(bucket(1, [1], [2 ** 32 - 1], [1, 2]))]),
    says: /entry 0 inside the bucket/,
  },
  {
    what: "an entry that ends behind its bucket",
    schema: hashMap(u8, u8),
    build: (file) => file.chunk(fixed32(1), [file.chunk(bucket(1, [1], [1], [1, 2]))]),
    says: /1 more byte/,
  },
  {
    what: "a bucket whose entries are all the same long one",
    schema: hashMap(u8, str),
    build: (file) => {
      const entry = [5, ...varint(60_000), ...Array(60_000).fill(97)];
      return file.chunk(fixed32(1), [file.chunk(bucket(4000, Array(4000).fill(1), Array(4000).fill(0), entry))]);
    },
    says: /entries that do not overlap/,
  },
  {
    what: "a bucket of 2^32 - 1 entries",
    schema: hashMap(u8, u8),
    build: (file) => file.chunk(fixed32(1), [file.chunk(bucket(2 ** 32 - 1, [1], [0], [1, 2]))]),
    says: /an index of 4294967295 entries/,
  },
  {
    what: "a bucket of 3 bytes",
    schema: hashMap(u8, u8),
    build: (file) => file.chunk(fixed32(1), [file.chunk([1, 0, 0])]),
    says: /a bucket's head/,
  },
  {
    what: "a lean map whose buckets have no children",
    schema: hashMap(u8, Inner),
    build: (file) => {
      const shard = file.chunk(bucket(1, [1], [0], [5, 1, 97]));
      return file.chunk([...fixed32(1), 5, 0, ...fixed32(2)], [shard], { meta: 0x11 });
    },
    says: /children/,
  },
  {
    what: "items with chunked fields in a shard without children",
    schema: vec(Inner),
    build: (file) => file.list([[1, 1]], [file.chunk([1, 1, 97])]),
    says: /children/,
  },
  {
    what: "an extension block longer than its payload",
    schema: u32,
    build: (file) => file.chunk([5, ...fixed32(200)], [], { meta: 0x10 }),
    says: /extension/,
  },
  {
    what: "an LZ4 block that declares 4 GiB",
    schema: vec(u8),
    build: (file) => file.chunk([...fixed32(2 ** 32 - 1), 0x10, 7], [], { meta: 2 }),
    says: /cannot hold the declared 4294967295 bytes/,
  },
  {
    what: "an LZ4 block of 2 MiB that declares more than a chunk may have",
    schema: bytes,
    code: "LimitExceeded",
    build: (file) => file.chunk([...fixed32(500 * 2 ** 20), ...new Uint8Array(2 ** 21 + 1000)], [], { meta: 2 }),
    says: /maxChunkBytes/,
  },
  {
    what: "a list of 2^32 - 1 items of no bytes",
    schema: vec(unit),
    code: "LimitExceeded",
    build: (file) => file.list([[2 ** 32 - 1, 1]], [file.chunk(varint(2 ** 32 - 1))]),
    says: /items of no bytes/,
  },
  {
    what: "a thousand shards of 2^24 items of no bytes",
    schema: vec(unit),
    code: "LimitExceeded",
    build: (file) =>
      file.list(
        [[2 ** 24, 1000]],
        Array.from({ length: 1000 }, () => file.chunk(varint(2 ** 24))),
      ),
    says: /items of no bytes/,
  },
  {
    what: "a thousand lists of 2^24 items of no bytes in one shard",
    schema: vec(vec(unit)),
    code: "LimitExceeded",
    build: (file) =>
      file.list(
        [[1000, 1]],
        [
          file.chunk([
            ...varint(1000),
            ...Array(1000)
              .fill(varint(2 ** 24))
              .flat(),
          ]),
        ],
      ),
    says: /items of no bytes/,
  },
  {
    what: "a thousand shards, each with a list of 2^24 items of no bytes",
    schema: vec(tuple([vec(tuple([])), u8])),
    code: "LimitExceeded",
    build: (file) =>
      file.list(
        [[1, 1000]],
        Array.from({ length: 1000 }, () => file.chunk([1, ...varint(2 ** 24), 5])),
      ),
    says: /items of no bytes/,
  },
  {
    what: "a set and a map of 2^32 entries of no bytes",
    schema: tuple([set(unit), map(unit, unit)]),
    code: "LimitExceeded",
    build: (file) => file.chunk([...varint(2 ** 32 - 1), ...varint(2 ** 32 - 1)]),
    says: /items of no bytes/,
  },
  {
    what: "an array of 2^32 - 1 items of no bytes, which the schema alone promises",
    schema: array(unit, 2 ** 32 - 1),
    code: "LimitExceeded",
    build: (file) => file.chunk([0]),
    says: /items of no bytes/,
  },
  {
    what: "a thousand arrays of 2^20 items of no bytes in one shard",
    schema: vec(struct({ nothing: array(tuple([unit]), 2 ** 20), n: u8 })),
    code: "LimitExceeded",
    build: (file) => file.list([[1000, 1]], [file.chunk([...varint(1000), ...Array(1000).fill(7)])]),
    says: /items of no bytes/,
  },
  {
    what: "a value that nests ten thousand levels deep in one chunk",
    schema: Nested,
    code: "LimitExceeded",
    build: (file) => file.chunk(Array(10_000).fill(1)),
    says: /levels/,
  },
  {
    what: "a string of 2^63 bytes",
    schema: struct({ text: str }),
    build: (file) => file.chunk([...varint(2 ** 63), 97]),
    says: /length of at most 1, found 9223372036854775808/,
  },
  {
    what: "a list of 2^53 strings in a plain value",
    schema: struct({ texts: vec(str) }),
    build: (file) => file.chunk([...varint(2 ** 53), 0]),
    says: /length of at most 1, found 9007199254740992/,
  },
  {
    what: "arrays of arrays that are cut off",
    schema: struct({ grid: array(array(u8, 4), 4) }),
    build: (file) => file.chunk([1, 2, 3, 4, 5]),
    says: /1 more byte/,
  },
];
