/** What the writer promises about the bytes of a file, whatever the schema and the value. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  chunk,
  hashMap,
  isParcodeError,
  memorySink,
  openSync,
  type Schema,
  save,
  serialize,
  serializeSync,
  set,
  sortedMap,
  str,
  struct,
  toBlob,
  u32,
  vec,
} from "../../src/index.ts";
import { structLayout } from "../../src/schema/layout.ts";
import type { SchemaNode, StructNode } from "../../src/schema/node.ts";
import { formats, hashableKeys, inlineSchemas, orderedKeys, runs, samples, samplesOf } from "../support/arbitrary.ts";
import { difference } from "../support/arbitrary-difference.ts";
import { containersOf, type RawChunk, readVarint, takeApart } from "../support/arbitrary-file.ts";
import { contentText } from "../support/arbitrary-values.ts";
import { firstDifference } from "../support/bytes.ts";

const VERSIONS = [4, 0x8004];

describe("the same value, schema and options give the same bytes", () => {
  test("with promises and without, into every sink, and again", async () => {
    await fc.assert(
      fc.asyncProperty(samples, formats, async ({ schema, value }, format) => {
        const before = contentText(value);
        const bytes = serializeSync(schema, value, format);
        const sink = memorySink();
        const report = await save(sink, schema, value, format);
        expect(firstDifference(sink.bytes(), bytes)).toBeUndefined();
        expect(report.byteLength).toBe(bytes.length);
        expect(firstDifference(await serialize(schema, value, format), bytes)).toBeUndefined();
        const blob = await toBlob(schema, value, format);
        expect(firstDifference(new Uint8Array(await blob.arrayBuffer()), bytes)).toBeUndefined();
        expect(firstDifference(serializeSync(schema, value, format), bytes)).toBeUndefined();
        expect(contentText(value), "a write does not change the value").toBe(before);
      }),
      runs(60),
    );
  });

  const mapsOf = (keys: fc.Arbitrary<Schema>, make: (key: Schema, value: Schema) => Schema) =>
    fc.tuple(keys, inlineSchemas).map(([key, value]) => struct({ entries: make(key, value) }));

  test.each([
    ["hashMap", mapsOf(hashableKeys, (key, value) => hashMap(key, value, { bucketBytes: 30 }))],
    ["sortedMap", mapsOf(orderedKeys, (key, value) => sortedMap(key, value, { shardBytes: 30 }))],
  ])("whatever the order in which a %s was filled", (_kind, schemas) => {
    fc.assert(
      fc.property(samplesOf(schemas, 30), fc.infiniteStream(fc.nat()), ({ schema, value }, random) => {
        const { entries } = value as { entries: Map<unknown, unknown> };
        const shuffled = [...entries].map((entry) => ({ entry, rank: random.next().value as number }));
        shuffled.sort((a, b) => a.rank - b.rank);
        const other = { entries: new Map(shuffled.map(({ entry }) => entry)) };
        expect(firstDifference(serializeSync(schema, other), serializeSync(schema, value))).toBeUndefined();
      }),
      runs(60),
    );
  });
});

test("nor does the order of insertion show in a large file, whose structure is in front", () => {
  const schema = struct({
    byName: hashMap(str, str),
    sorted: sortedMap(u32, str),
    inner: chunk(struct({ names: set(str) })),
  });
  const names = Array.from({ length: 5_000 }, (_, i) => [`name ${i * 7}`, "x".repeat(i % 97)] as const);
  const world = (entries: readonly (readonly [string, string])[]) => ({
    byName: new Map(entries),
    sorted: new Map(entries.map(([name, text]) => [Number(name.slice(5)), text])),
    inner: { names: new Set(names.slice(0, 500).map(([name]) => name)) },
  });
  const bytes = serializeSync(schema, world(names));
  expect(new TextDecoder().decode(bytes.subarray(0, 4))).toBe("PARX");
  expect(firstDifference(serializeSync(schema, world([...names].reverse())), bytes)).toBeUndefined();
});

describe("chunks", () => {
  test("cover the file without gap or overlap, children in front of their parents", () => {
    fc.assert(
      fc.property(samples, formats, ({ schema, value }, format) => {
        const bytes = serializeSync(schema, value, format);
        const { chunks, version, end: dataEnd, trailer } = takeApart(bytes);
        expect(VERSIONS).toContain(version);
        const inOrder = [...chunks].sort((a, b) => a.offset - b.offset);
        const hasHead = new TextDecoder().decode(bytes.subarray(0, 4)) === "PARX";
        const structure = new DataView((trailer?.get(1) ?? new Uint8Array(24)).slice().buffer);
        // Behind the head, and behind the structure that follows it, where more room was kept than it took.
        const gaps = hasHead ? [0, Number(structure.getBigUint64(8, true))] : [];
        let end = 0;
        for (const { offset, length, children } of inOrder) {
          if (!gaps.includes(end)) expect(offset).toBe(end);
          expect(offset).toBeGreaterThanOrEqual(end);
          end = offset + length;
          const inFront = children.filter((child) => child.offset >= offset);
          expect(inFront.length, "children stand in front, but for the data of a structure in front").toBe(
            hasHead && offset < Number(structure.getBigUint64(8, true)) ? inFront.length : 0,
          );
        }
        expect(end).toBe(dataEnd);
        if (trailer === undefined) expect(dataEnd).toBe(bytes.length - 26);
      }),
      runs(80),
    );
  });

  test("of the structure lie together, where the trailer says, at the end of the file or at its front", () => {
    fc.assert(
      fc.property(samples, formats, ({ schema, node, value }, format) => {
        const { root, chunks, trailer, end } = takeApart(serializeSync(schema, value, format));
        const structure = new Set(structureOf(node, root));
        const inOrder = [...chunks].sort((a, b) => a.offset - b.offset);
        const first = inOrder.findIndex((candidate) => structure.has(candidate));
        const together = structure.size === 0 ? [] : inOrder.slice(first, first + structure.size);
        expect(together.filter((candidate) => !structure.has(candidate))).toEqual([]);
        const isFirstOrLast = first <= 0 || first + structure.size === chunks.length;
        expect(isFirstOrLast).toBe(true);
        const record = trailer?.get(1);
        if (record === undefined || structure.size === 0) return;
        const view = new DataView(record.buffer, record.byteOffset, 24);
        expect(Number(view.getBigUint64(0, true))).toBe(together[0]?.offset);
        const last = together.at(-1) as RawChunk;
        expect(Number(view.getBigUint64(8, true))).toBe(last.offset + last.length);
        expect(last.offset + last.length).toBeLessThanOrEqual(end);
      }),
      runs(60),
    );
  });

  test("of a list: items and child references are no larger than shardBytes, unless there is one item", () => {
    const lists = fc
      .record({
        list: inlineSchemas.map((item) => chunk(vec(item))),
        map: orderedKeys.map((k) => sortedMap(k, k, { shardBytes: 50 })),
      })
      .map((fields) => struct(fields) as Schema);
    const schemas = fc.oneof({ weight: 2, arbitrary: samples }, { weight: 1, arbitrary: samplesOf(lists, 80) });
    fc.assert(
      fc.property(schemas, fc.constantFrom(1, 30, 100, 700), ({ schema, node, value }, shardBytes) => {
        const { root } = takeApart(serializeSync(schema, value, { shardBytes }));
        for (const { content, parts, bytes = shardBytes } of containersOf(node, root)) {
          if (content.kind === "hashMap") continue;
          const sizes = parts.map((part) => {
            const items = readVarint(part.payload, 0);
            expect(items.value).toBeGreaterThan(0);
            const itemBytes = part.payload.length - items.end + 16 * part.children.length;
            if (items.value > 1) expect(itemBytes).toBeLessThanOrEqual(bytes);
            return itemBytes;
          });
          // A shard is closed only when the next item does not fit.
          for (let i = 1; i < sizes.length; i++) {
            expect((sizes[i - 1] as number) + (sizes[i] as number)).toBeGreaterThan(bytes);
          }
        }
      }),
      runs(150),
    );
  });
});

/** Chunks that are reached without passing a shard or bucket. */
function structureOf(schema: SchemaNode, root: RawChunk): RawChunk[] {
  const containers = new Set(containersOf(schema, root).map(({ container }) => container));
  const found: RawChunk[] = [];
  const visit = (node: SchemaNode, raw: RawChunk): void => {
    if (node.kind === "struct") {
      structLayout(node as StructNode).children.forEach((field, i) => {
        visit(field.content, raw.children[i] as RawChunk);
      });
      found.push(raw);
    } else if (containers.has(raw)) found.push(raw);
  };
  let node = schema;
  while (node.kind === "chunk" || node.kind === "recursive") {
    node = (node.kind === "chunk" ? node.inner : node.get()) as SchemaNode;
  }
  visit(node, root);
  return found;
}

describe("buckets", () => {
  test("hold about bucketBytes on average, and the whole map is in one if it fits", () => {
    const maps = fc.tuple(hashableKeys, inlineSchemas, fc.constantFrom(20, 100, 400, 4000));
    const schemas = maps.map(([key, value, bucketBytes]) => hashMap(key, value, { bucketBytes }) as Schema);
    fc.assert(
      fc.property(samplesOf(schemas, 60), ({ schema, node, value }) => {
        const { root } = takeApart(serializeSync(schema, value));
        const { size } = value as Map<unknown, unknown>;
        const { bucketBytes = 0 } = node as { bucketBytes?: number };
        if (size === 0) {
          expect(root.children).toEqual([]);
          return;
        }
        const entryBytes = (raw: RawChunk) => Math.max(0, raw.payload.length - 8) + 16 * raw.children.length;
        const total = root.children.reduce((sum, raw) => sum + entryBytes(raw), 0);
        expect(root.children.length).toBe(Math.min(size, Math.max(1, Math.ceil(total / bucketBytes))));
      }),
      runs(100),
    );
  });
});

describe("compatibility", () => {
  test('"parcode" gives version 4, or names the field that the crate cannot read', () => {
    fc.assert(
      fc.property(samples, formats, ({ schema, node, value }, format) => {
        const native = takeApart(serializeSync(schema, value, format)).version;
        let bytes: Uint8Array;
        try {
          bytes = serializeSync(schema, value, { ...format, compatibility: "parcode" });
        } catch (error) {
          if (!isParcodeError(error, "SchemaIncompatible")) throw error;
          expect(native, "what the crate cannot read is no version 4").toBe(0x8004);
          expect(error.path).toBeTypeOf("string");
          expect(error.message).toContain(error.path === "" ? "The root" : error.path);
          return;
        }
        expect(takeApart(bytes).version).toBe(4);
        expect(difference(node, openSync(bytes, schema).load(), value)).toBeUndefined();
      }),
      runs(150),
    );
  });
});
