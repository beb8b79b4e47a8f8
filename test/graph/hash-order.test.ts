/** Entries of a bucket in the order of their hashes, whatever the hashes are. */
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  BucketWriter,
  ENTRY_BLOB,
  ENTRY_END,
  ENTRY_FACTS,
  ENTRY_START,
  HASH_HIGH,
  HASH_LOW,
} from "../../src/format/bucket.ts";
import { HashOrder } from "../../src/graph/plain-buckets.ts";
import { runs } from "../support/arbitrary.ts";

interface Entry {
  readonly low: number;
  readonly high: number;
  readonly bytes: readonly number[];
}

/** Entries in two blobs, as they come. */
function entriesOf(entries: readonly Entry[]) {
  const half = entries.length >> 1;
  const facts = new Uint32Array(entries.length * ENTRY_FACTS);
  const blobs = [entries.slice(0, half), entries.slice(half)].map((part, blob) => {
    const bytes: number[] = [];
    part.forEach((entry, i) => {
      const at = (blob * half + i) * ENTRY_FACTS;
      facts[at + HASH_LOW] = entry.low;
      facts[at + HASH_HIGH] = entry.high;
      facts[at + ENTRY_BLOB] = blob;
      facts[at + ENTRY_START] = bytes.length;
      bytes.push(...entry.bytes);
      facts[at + ENTRY_END] = bytes.length;
    });
    return Uint8Array.from(bytes);
  });
  return { blobs, facts };
}

function textOf({ low, high, bytes }: Entry): string {
  const hex = (value: number, digits: number) => value.toString(16).padStart(digits, "0");
  return `${hex(high, 8)}${hex(low, 8)} ${bytes.map((byte) => hex(byte, 2)).join("")}`;
}

const u32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const bytes = fc.oneof(
  fc.array(fc.nat(255), { maxLength: 40 }),
  fc.array(fc.nat(255), { minLength: 250, maxLength: 300, size: "max" }),
);
const lists = fc.oneof(
  fc.array(fc.record({ low: u32, high: u32, bytes }), { maxLength: 200, size: "max" }),
  // Hashes that somebody has chosen: their upper bits do not tell them apart.
  fc.array(fc.record({ low: u32, high: fc.nat(3), bytes }), { minLength: 60, maxLength: 200, size: "max" }),
  fc.array(fc.record({ low: fc.constant(7), high: fc.constant(7), bytes }), {
    minLength: 60,
    maxLength: 200,
    size: "max",
  }),
);

test("entries are sorted by the hash as a number, then by their bytes, and stored so", () => {
  fc.assert(
    fc.property(lists, (list) => {
      const entries = entriesOf(list);
      const members = Uint32Array.from(list, (_, i) => i);
      new HashOrder(entries).sort(members);
      const sorted = [...members].map((entry) => textOf(list[entry] as Entry));
      expect(sorted).toEqual(list.map(textOf).sort());
      const payload = new BucketWriter(entries).write(members);
      const stored = [...members].flatMap((entry) => (list[entry] as Entry).bytes);
      expect([...payload.subarray(payload.length - stored.length)]).toEqual(stored);
      expect(payload.length).toBe(list.length === 0 ? 0 : 8 + 12 * list.length + stored.length);
    }),
    runs(60),
  );
});

test("hashes that come backwards and differ in their lowest bits only are sorted, too", () => {
  const count = 5000;
  const entries = entriesOf(Array.from({ length: count }, (_, i) => ({ low: count - i, high: 1, bytes: [] })));
  const members = Uint32Array.from({ length: count }, (_, i) => i);
  new HashOrder(entries).sort(members);
  expect([...members]).toEqual(Array.from({ length: count }, (_, i) => count - 1 - i));
});
