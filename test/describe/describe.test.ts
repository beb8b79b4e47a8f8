/** Descriptions: the same for the same meaning, and a schema that is read from one writes and reads what the first one did. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { describeSchema } from "../../src/describe/describe.ts";
import { readDescription } from "../../src/describe/read.ts";
import { MAX_DESCRIPTION_DEPTH } from "../../src/describe/table.ts";
import { isParcodeError } from "../../src/errors.ts";
import {
  array,
  bool,
  bytes,
  chunk,
  descending,
  f32,
  hashMap,
  map,
  openSync,
  option,
  recursive,
  type Schema,
  serializeSync,
  set,
  sortedMap,
  str,
  struct,
  tuple,
  typed,
  u8,
  u16,
  u32,
  unit,
  variant,
  vec,
} from "../../src/index.ts";
import type { SchemaNode, StructNode } from "../../src/schema/node.ts";
import { isDescending } from "../../src/schema/order.ts";
import { runs, samplesOf, schemas } from "../support/arbitrary.ts";
import { thrownBy } from "../support/rejection.ts";

const describeIt = (schema: Schema): Uint8Array => describeSchema(schema as never);
const readBack = (schema: Schema): Schema => readDescription(describeIt(schema));

interface AnyStruct extends Schema {
  readonly kind: "struct";
}
const Tree: AnyStruct = struct({ name: str, children: chunk(vec(recursive(() => Tree))) });

/** The same schema without what only a writer wants: codecs, and sizes of shards and buckets. */
function withoutWriterOptions(schema: SchemaNode, known = new Map<SchemaNode, SchemaNode>()): SchemaNode {
  const found = known.get(schema);
  if (found !== undefined) return found;
  const copy: Record<string, unknown> = {
    ...schema,
    compression: undefined,
    bucketBytes: undefined,
    shardBytes: undefined,
  };
  known.set(schema, copy as never);
  const again = (part: unknown): SchemaNode => withoutWriterOptions(part as SchemaNode, known);
  for (const name of ["item", "inner", "key", "value"]) if (name in schema) copy[name] = again(copy[name]);
  for (const name of ["fields", "variants"]) {
    if (!(name in schema)) continue;
    copy[name] = Object.fromEntries(Object.entries(copy[name] as object).map(([key, part]) => [key, again(part)]));
  }
  if (schema.kind === "tuple") copy.items = schema.items.map(again);
  if (schema.kind === "recursive") copy.get = () => again(schema.get());
  return copy as never;
}

describe("a description", () => {
  test("is read to a schema with the same description", () => {
    fc.assert(
      fc.property(schemas, (schema) => {
        const described = describeIt(schema);
        expect(describeSchema(readDescription(described))).toEqual(described);
        expect(describeSchema(withoutWriterOptions(schema as SchemaNode))).toEqual(described);
      }),
      runs(500),
    );
  });

  test("is read to a schema that writes the same bytes, and reads them", () => {
    fc.assert(
      fc.property(samplesOf(schemas), ({ schema, node, value }) => {
        const again = readBack(schema);
        const plain = withoutWriterOptions(node) as Schema;
        expect(serializeSync(again, value as never)).toEqual(serializeSync(plain, value as never));
        const file = serializeSync(schema, value as never);
        const loaded = openSync(file, again).load();
        expect(serializeSync(again, loaded as never)).toEqual(
          serializeSync(plain, openSync(file, schema).load() as never),
        );
      }),
      runs(200),
    );
  });

  test("is the same however a schema is put together", () => {
    const point = (): Schema => struct({ x: f32, y: f32 });
    const shared = point();
    same(struct({ a: shared, b: vec(shared) }), struct({ a: point(), b: vec(point()) }));
    same(chunk(vec(u8)), vec(u8));
    same(struct({ a: chunk(chunk(str)) }), struct({ a: chunk(str) }));
    same(struct({ a: chunk(hashMap(str, u8)) }), struct({ a: hashMap(str, u8) }));
    same(struct({ a: recursive(() => str) }), struct({ a: str }));
    same(
      recursive(() => Tree),
      Tree,
    );
    // Unrolled once, and as two that alternate.
    same(struct({ name: str, children: chunk(vec(Tree)) }), Tree);
    const Odd: AnyStruct = struct({ name: str, children: chunk(vec(recursive(() => Even))) });
    const Even: AnyStruct = struct({ name: str, children: chunk(vec(recursive(() => Odd))) });
    same(Odd, Tree);
    same(struct({ t: typed(u8), c: chunk(str, { compression: "lz4" }) }), struct({ t: typed(u8), c: chunk(str) }));
    same(hashMap(u8, u8, { bucketBytes: 5 }), hashMap(u8, u8));
    same(sortedMap(u8, u8, { shardBytes: 5 }), sortedMap(u8, u8));
    // Nothing but the keys of a sorted map has an order.
    same(struct({ a: descending(u8), b: hashMap(descending(str), u8) }), struct({ a: u8, b: hashMap(str, u8) }));
    same(sortedMap(u8, descending(tuple([descending(u8)]))), sortedMap(u8, tuple([u8])));
    same(sortedMap(descending(recursive(() => descending(u8))), u8), sortedMap(u8, u8));
    same(
      sortedMap(
        recursive(() => recursive(() => descending(u8))),
        u8,
      ),
      sortedMap(descending(u8), u8),
    );
  });

  test("differs where schemas do", () => {
    const different: Schema[] = [
      ...[u8, u16, u32, f32, bool, str, bytes, unit, typed(u8), typed(f32), vec(u8), vec(u16), set(u8), option(u8)],
      ...[array(u8, 0), array(u8, 1), tuple([]), tuple([u8]), tuple([u8, u8]), tuple([u8, u16]), tuple([u16, u8])],
      ...[map(u8, u16), map(u16, u8), hashMap(u8, u16), sortedMap(u8, u16), struct({}), struct({ a: u8 })],
      ...[struct({ b: u8 }), struct({ a: u8, b: u8 }), struct({ b: u8, a: u8 }), struct({ a: chunk(u8) })],
      ...[variant({ a: u8 }), variant({ A: u8 }), variant({ A: unit })],
      ...[variant({ A: recursive(() => unit) }), option(recursive(() => option(u8))), option(tuple([u8])), Tree],
      struct({ name: str, children: vec(recursive(() => Tree)) }),
      struct({ a: hashMap(u8, u16) }),
      struct({ a: map(u8, u16) }),
      ...[sortedMap(descending(u8), u16), sortedMap(tuple([u8]), u16), sortedMap(tuple([descending(u8)]), u16)],
      ...[sortedMap(descending(tuple([u8])), u16), sortedMap(option(descending(u8)), u16), sortedMap(option(u8), u16)],
    ];
    const texts = different.map((schema) => describeIt(schema).join());
    expect(new Set(texts).size).toBe(different.length);
  });

  test("of a schema that is a key and a value keeps the directions of the key", () => {
    const Key = tuple([descending(u8), str]);
    const schema = struct({ sorted: sortedMap(Key, Key), hashed: hashMap(Key, u8), key: Key });
    const again = readBack(schema) as any;
    expect(isDescending(again.fields.sorted.key.items[0])).toBe(true);
    for (const plain of [again.fields.sorted.value, again.fields.hashed.key, again.fields.key]) {
      expect(isDescending(plain.items[0])).toBe(false);
    }
    same(again, schema);
  });

  test("keeps nulls that recursive() tells apart", () => {
    const schema = struct({
      nested: option(recursive(() => option(u8))),
      unit: variant({ A: recursive(() => unit), B: unit }),
    });
    const value = {
      nested: 3,
      unit: { type: "A", value: null },
    };
    const file = serializeSync(schema, value as never);
    const again = readBack(schema);
    expect(serializeSync(again, value as never)).toEqual(file);
    expect(openSync(file, again).load()).toEqual(value);
  });

  test("finds its way out of a cycle that goes through placements", () => {
    const cyclic: Schema[] = [];
    const Root: Schema = chunk(struct({ next: chunk(vec(struct({ back: chunk(recursive(() => Root)) }))), n: u8 }));
    const Maps: Schema = hashMap(str, struct({ again: chunk(recursive(() => Maps)), size: u8 }));
    const Sorted: Schema = struct({
      kids: sortedMap(
        u8,
        recursive(() => Sorted),
      ),
    });
    cyclic.push(Root, Maps, Sorted);
    for (const schema of cyclic) same(readBack(schema), schema);
    const value = new Map([["a", { again: new Map([["b", { again: new Map(), size: 2 }]]), size: 1 }]]);
    const file = serializeSync(Maps, value as never);
    expect(serializeSync(readBack(Maps), value as never)).toEqual(file);
    expect(openSync(file, readBack(Maps)).load()).toEqual(value);
  });

  test("is made of frozen nodes that builders make", () => {
    const again = readBack(struct({ a: vec(option(u8)), b: hashMap(str, Tree), c: typed(f32) })) as StructNode;
    const { a, b, c } = again.fields as Record<string, any>;
    expect(a.item.item).toEqual(u8);
    for (const node of [again, again.fields, a, a.item, a.item.item, b, b.value, c])
      expect(Object.isFrozen(node)).toBe(true);
    expect(b).toEqual({ ...hashMap(str, b.value) });
  });
});

describe("no description", () => {
  const refusal = (schema: Schema): any => {
    const error = thrownBy(() => describeIt(schema));
    expect(isParcodeError(error, "SchemaMismatch"), String(error)).toBe(true);
    return error;
  };

  test("of a schema that is made anew at every call", () => {
    const endless = (): Schema => struct({ next: option(recursive(endless)) });
    expect(refusal(endless()).message).toContain("made once");
  });

  test("of a schema without values, or that is nothing but a chunk of itself", () => {
    const Loop: Schema = struct({ a: u8, b: tuple([recursive(() => Loop)]) });
    expect(refusal(struct({ list: vec(Loop) }))).toMatchObject({ expected: "values that have an end" });
    const Nothing: Schema = chunk(recursive(() => Nothing));
    expect(refusal(struct({ Nothing })).message).toContain("nothing but itself");
    const Alternatives: Schema = variant({ A: recursive(() => Alternatives) });
    refusal(Alternatives);
    const Hollow: Schema = struct({
      a: array(
        recursive(() => Hollow),
        0,
      ),
    });
    expect(describeIt(readBack(Hollow))).toEqual(describeIt(Hollow));
  });

  test("of keys that have no hash or no order, however far down", () => {
    const byFloat = struct({ deep: vec(hashMap2(recursive(() => tuple([u8, f32])))) });
    expect(refusal(byFloat)).toMatchObject({ path: "deep.item.fields", actual: "f32" });
    refusal(
      sortedMap(
        recursive(() => set(u8)),
        u8,
      ),
    );
  });

  test("of text that is none, of what nests without end, and of millions of nothings", () => {
    expect(refusal(struct({ list: vec(struct({ "\ud800": u8 })) })).path).toBe("list.item");
    let deep: Schema = u8;
    for (let level = 1; level < MAX_DESCRIPTION_DEPTH; level++) deep = level % 2 === 0 ? vec(deep) : tuple([deep]);
    same(readBack(deep), deep);
    refusal(vec(deep));
    refusal(array(unit, 257));
    refusal(array(array(tuple([]), 100), 100));
    same(readBack(array(unit, 256)), array(unit, 256));
    same(readBack(array(array(option(u8), 2 ** 20), 2 ** 20)), array(array(option(u8), 2 ** 20), 2 ** 20));
  });

  test("of more than a mebibyte", () => {
    const fields = Object.fromEntries(Array.from({ length: 40_000 }, (_, i) => [`field ${"x".repeat(20)} ${i}`, u8]));
    expect(refusal(struct(fields)).message).toContain("1048576 bytes");
  });
});

function hashMap2(key: Schema): Schema {
  return struct({ fields: hashMap(key, u8) });
}

function same(a: Schema, b: Schema): void {
  expect(describeIt(a)).toEqual(describeIt(b));
}
