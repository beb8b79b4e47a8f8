/** Schemas that cannot be: each is refused where it is built, in words that say what to do instead. */
import { describe, expect, test } from "vitest";
import * as library from "../../src/index.ts";
import { isParcodeError, type SchemaMismatchError } from "../../src/index.ts";
import { thrownBy } from "../support/rejection.ts";

// Without their types, since most of this does not compile.
const all = library as unknown as Record<string, (...args: unknown[]) => unknown>;
const { array, chunk, hashMap, map, option, recursive, set, sortedMap, struct, tuple, typed, variant, vec } = all as {
  [name in "array" | "chunk" | "hashMap" | "map" | "option" | "recursive" | "set"]: (...args: unknown[]) => unknown;
} & {
  [name in "sortedMap" | "struct" | "tuple" | "typed" | "variant" | "vec"]: (...args: unknown[]) => unknown;
};
const { bytes, f32, f64, str, u8, u128, unit } = library;

/** What is wrong, how it comes about, the name of the part, words of the message. */
type Misuse = readonly [what: string, make: () => unknown, path: string | undefined, words: readonly string[]];

const NOT_CALLED: readonly Misuse[] = [
  [
    "a builder that was not called",
    () => struct({ a: u8, list: vec }),
    "list",
    ["struct()", '"list"', "function vec", "called"],
  ],
  ["a builder that was not called in vec", () => vec(option), undefined, ["vec()", "function option", "called"]],
  ["a class", () => map(u8, class Hero {}), undefined, ["map()", "function Hero"]],
  ["a type name", () => struct({ a: "u8" }), "a", ['"a"', "a schema such as u32", '"u8"']],
  ["JavaScript's Number", () => struct({ a: Number }), "a", ["function Number"]],
  ["null", () => struct({ a: null }), "a", ["found null"]],
  ["nothing", () => struct({ a: undefined }), "a", ["found undefined", "declared later", "recursive"]],
  ["an alternative that is nothing", () => variant({ A: undefined }), "A", ["variant()", 'alternative "A"']],
  ["an array", () => vec([u8]), undefined, ["found an array of 1"]],
  ["an object", () => vec({ a: u8 }), undefined, ["found an object"]],
  ["an object without a prototype", () => vec(Object.create(null)), undefined, ["found an object"]],
  ["a symbol", () => chunk(Symbol("s")), undefined, ["chunk()", "found a symbol"]],
  ["no key schema", () => hashMap(), undefined, ["hashMap()", "keys"]],
  ["no value schema", () => hashMap(u8), undefined, ["hashMap()", "values"]],
  ["no key schema in order", () => sortedMap(), undefined, ["sortedMap()", "keys"]],
  ["no value schema in order", () => sortedMap(u8), undefined, ["sortedMap()", "values"]],
];

const NAMES: readonly Misuse[] = [
  ["no fields", () => struct(), undefined, ["struct()", "object of schemas", "struct({ name: str })", "undefined"]],
  ["an array of fields", () => struct([u8]), undefined, ["object of schemas", "an array of 1"]],
  ["a Map of fields", () => struct(new Map([["a", u8]])), undefined, ["object of schemas", "a Map"]],
  ["a schema as fields", () => struct(u8), "kind", ["struct()", '"kind"']],
  ["a name like an index", () => struct({ 0: u8 }), "0", ["order", '"0"', "JavaScript", "tuple()"]],
  ["an alternative like an index", () => variant({ 17: u8 }), "17", ["variant()", '"17"']],
  ["__proto__", () => struct({ ["__proto__"]: u8 }), "__proto__", ['"__proto__"']],
  ["__proto__ that became the prototype", () => struct({ __proto__: u8, a: u8 }), undefined, ["object of schemas"]],
  ["no alternatives", () => variant({}), undefined, ["variant()", "at least one"]],
  ["alternatives that are nothing", () => variant(), undefined, ["variant()", "object of schemas"]],
];

const nowhere = ["no place of its own", "a field of a struct"];
const PLACES: readonly Misuse[] = [
  ["chunk in vec", () => vec(chunk(u8)), undefined, ["chunk()", "vec()", ...nowhere, "leave chunk() out"]],
  ["chunk in option", () => option(chunk(u8)), undefined, ["chunk()", "option()", ...nowhere]],
  ["chunk in tuple", () => tuple([u8, chunk(u8)]), undefined, ["chunk()", "tuple()", ...nowhere]],
  ["chunk in set", () => set(chunk(u8)), undefined, ["chunk()", "set()", ...nowhere]],
  ["chunk in array", () => array(chunk(u8), 1), undefined, ["chunk()", "array()", ...nowhere]],
  ["chunk in variant", () => variant({ A: chunk(u8) }), undefined, ["chunk()", "variant()", ...nowhere]],
  ["chunk as a map's value", () => map(u8, chunk(u8)), undefined, ["chunk()", "map()", ...nowhere]],
  ["chunk as a map's key", () => map(chunk(u8), u8), undefined, ["chunk()", "map()", ...nowhere]],
  ["hashMap in vec", () => vec(hashMap(u8, u8)), undefined, ["hashMap()", "vec()", ...nowhere, "use map()"]],
  ["sortedMap in option", () => option(sortedMap(u8, u8)), undefined, ["sortedMap()", "option()", "use map()"]],
  ["chunk as a value of hashMap", () => hashMap(u8, chunk(u8)), undefined, ["chunk()", "hashMap()", ...nowhere]],
  ["hashMap as a value of sortedMap", () => sortedMap(u8, hashMap(u8, u8)), undefined, ["hashMap()", "sortedMap()"]],
];

const KEYS: readonly Misuse[] = [
  ["a float as a key of hashMap", () => hashMap(f32, u8), undefined, ["key of hashMap()", "f32", "no hash in Rust"]],
  ["a float in a tuple", () => hashMap(tuple([u8, f64]), u8), undefined, ["key of hashMap()", "f64"]],
  [
    "a set in a struct in a struct",
    () => hashMap(struct({ a: struct({ b: set(u8) }) }), u8),
    undefined,
    ["set", "no hash"],
  ],
  ["a map in an option in a vec", () => hashMap(vec(option(map(u8, u8))), u8), undefined, ["map", "no hash"]],
  ["a typed array", () => hashMap(typed(u8), u8), undefined, ["typed", "no hash", "bytes"]],
  ["a chunk", () => hashMap(chunk(u8), u8), undefined, ["chunk", "no hash"]],
  ["an alternative with a float", () => hashMap(variant({ A: unit, B: f32 }), u8), undefined, ["f32"]],
  [
    "a map as a key of sortedMap",
    () => sortedMap(map(u8, u8), u8),
    undefined,
    ["key of sortedMap()", "map", "no order"],
  ],
  ["a set in a tuple in order", () => sortedMap(tuple([set(u8)]), u8), undefined, ["set", "no order"]],
  ["a typed array in order", () => sortedMap(struct({ a: typed(f32) }), u8), undefined, ["typed", "no order"]],
  ["a chunk in order", () => sortedMap(chunk(u8), u8), undefined, ["chunk", "no order"]],
];

const REST: readonly Misuse[] = [
  ["an option of an option", () => option(option(u8)), undefined, ["option(option)", "null", "variant("]],
  ["an option of nothing", () => option(unit), undefined, ["option(unit)", "null", "variant("]],
  ["typed text", () => typed(str), undefined, ["typed()", "64 bits", "found str", "vec()"]],
  ["typed u128", () => typed(u128), undefined, ["typed()", "found u128"]],
  ["typed bytes", () => typed(bytes), undefined, ["typed()", "found bytes"]],
  ["an array without a length", () => array(u8), undefined, ["array()", "length", "undefined"]],
  ["an array of −1", () => array(u8, -1), undefined, ["length from 0", "-1"]],
  ["an array of 1.5", () => array(u8, 1.5), undefined, ["length", "1.5"]],
  ["an array of 2^32", () => array(u8, 2 ** 32), undefined, ["length", "4294967296"]],
  ["a tuple without brackets", () => tuple(u8, u8), undefined, ["tuple([u32, str])"]],
  ["recursion without a function", () => recursive(u8), undefined, ["recursive(() => Tree)"]],
  ["bucketBytes 0", () => hashMap(u8, u8, { bucketBytes: 0 }), undefined, ["bucketBytes", "positive", "found 0"]],
  ["bucketBytes 1.5", () => hashMap(u8, u8, { bucketBytes: 1.5 }), undefined, ["bucketBytes", "1.5"]],
  ["bucketBytes as text", () => hashMap(u8, u8, { bucketBytes: "9" }), undefined, ["bucketBytes", '"9"']],
  ["shardBytes NaN", () => sortedMap(u8, u8, { shardBytes: Number.NaN }), undefined, ["shardBytes", "NaN"]],
  ["shardBytes −1", () => sortedMap(u8, u8, { shardBytes: -1 }), undefined, ["shardBytes", "-1"]],
];

describe.each([
  ["what is no schema", NOT_CALLED],
  ["names", NAMES],
  ["placements", PLACES],
  ["keys", KEYS],
  ["the rest", REST],
])("%s", (_group, misuses) => {
  test.each(misuses)("%s is refused", (_what, make, path, words) => {
    const error: SchemaMismatchError = thrownBy(make);
    expect(isParcodeError(error, "SchemaMismatch"), String(error)).toBe(true);
    expect(error.path).toBe(path);
    for (const word of words) expect(error.message).toContain(word);
    expect(error.message).toMatch(/^[^\n]{20,220}\.$/);
  });
});

describe("recursive", () => {
  const write = (schema: unknown): unknown => library.serializeSync(schema as library.Schema, { a: 1 } as never);

  test("that stands for nothing but itself is found out when it is used", () => {
    const Loop: unknown = recursive(() => Loop);
    const error = thrownBy(() => write(Loop));
    expect(isParcodeError(error, "SchemaMismatch")).toBe(true);
    expect(error.message).toContain("nothing but itself");
  });

  test("whose function gives no schema names the field", () => {
    const missing = thrownBy(() => write(struct({ a: recursive(() => undefined) })));
    expect(missing.path).toBe("a");
    expect(missing.message).toContain("recursive() gives undefined");
    const wrong = thrownBy(() => write(struct({ a: recursive(() => vec) })));
    expect(wrong.message).toContain("function vec");
  });

  test("may use a schema that is declared further down", () => {
    const Early = struct({ later: recursive(() => Late) });
    const Late = library.u16;
    expect(write(struct({ a: recursive(() => Late) }))).toBeInstanceOf(Uint8Array);
    const bytesOf = library.serializeSync(Early as library.Schema, { later: 300 } as never);
    expect(library.openSync(bytesOf, Early as library.Schema).load()).toEqual({ later: 300 });
  });
});

describe("schemas", () => {
  const fields = { a: u8 };
  const items = [u8];
  const made: Record<string, unknown> = {
    u8,
    vec: vec(u8),
    array: array(u8, 1),
    tuple: tuple(items),
    set: set(u8),
    option: option(u8),
    typed: typed(u8),
    map: map(u8, u8),
    struct: struct(fields),
    variant: variant(fields),
    recursive: recursive(() => u8),
    chunk: chunk(u8),
    hashMap: hashMap(u8, u8),
    sortedMap: sortedMap(u8, u8),
  };

  test.each(Object.entries(made))("%s is immutable and knows its kind", (kind, schema) => {
    expect(Object.isFrozen(schema)).toBe(true);
    expect((schema as library.Schema).kind).toBe(kind);
  });

  test("do not change with the objects they were made from", () => {
    (fields as Record<string, unknown>).b = u8;
    items.push(u8);
    expect(made.struct).toEqual({ kind: "struct", fields: { a: u8 } });
    expect(made.tuple).toEqual({ kind: "tuple", items: [u8] });
  });

  test("take fields of an object without a prototype, and symbols are no fields", () => {
    const bare = Object.assign(Object.create(null), { a: u8, [Symbol("s")]: u8 });
    expect(Object.keys((struct(bare) as { fields: object }).fields)).toEqual(["a"]);
  });
});
