/**
 * Random edits of a schema that data survives, with what becomes of the data: an oracle for reading files of earlier schemas,
 * which knows nothing of how the library does it. In: a schema. Out: another one, and a function from values to values.
 */
import fc from "fast-check";
import { describeSchema } from "../../src/describe/describe.ts";
import * as library from "../../src/index.ts";
import {
  array,
  chunk,
  hashMap,
  map,
  option,
  renamed,
  type Schema,
  set,
  sortedMap,
  str,
  struct,
  tuple,
  typed,
  u8,
  u16,
  unit,
  variant,
  vec,
  withDefault,
} from "../../src/index.ts";
import { withDirection } from "../../src/schema/descending.ts";
import { requireHashable } from "../../src/schema/hashable.ts";
import type { SchemaNode } from "../../src/schema/node.ts";
import { isDescending } from "../../src/schema/order.ts";
import { ANY_ORDER } from "./arbitrary-difference.ts";

/** A schema after an edit. */
export interface Edited {
  readonly schema: Schema;
  /** A value as it is read. */
  readonly convert: (value: never) => unknown;
}

/** Choices of a run, which shrink towards "leave it as it is". */
class Tape {
  private readonly choices: readonly number[];
  private next = 0;

  constructor(choices: readonly number[]) {
    this.choices = choices;
  }

  /** A number below `count`; 0 where the tape has ended. */
  choose(count: number): number {
    const choice = this.choices[this.next++] ?? 0;
    return choice % count;
  }
}

/** What a value is for; keys bear less. */
type Purpose = "value" | "set" | "hash" | "sorted";

const same = (value: never): unknown => value;

/** Kinds that hold all numbers of a kind. */
const WIDER: { readonly [kind: string]: readonly string[] } = {
  u8: ["u16", "u32", "u64", "u128", "uint", "i16", "i32", "i64", "i128", "int", "f64"],
  u16: ["u32", "u64", "u128", "uint", "i32", "i64", "i128", "int", "f64"],
  u32: ["u64", "u128", "uint", "i64", "i128", "int", "f64"],
  u64: ["u128", "i128"],
  i8: ["i16", "i32", "i64", "i128", "int", "f64"],
  i16: ["i32", "i64", "i128", "int", "f64"],
  i32: ["i64", "i128", "int", "f64"],
  i64: ["i128"],
  uint: ["u64", "u128", "i64", "i128", "int", "f64"],
  int: ["i64", "i128", "f64"],
  f32: ["f64"],
};

const BIG = ["u64", "u128", "i64", "i128"];

const ARRAYS: { readonly [kind: string]: { new (length: number): { [i: number]: unknown; length: number } } } = {
  ...{ u8: Uint8Array, u16: Uint16Array, u32: Uint32Array, u64: BigUint64Array, i8: Int8Array, i16: Int16Array },
  ...{
    i32: Int32Array,
    i64: BigInt64Array,
    uint: Float64Array,
    int: Float64Array,
    f32: Float32Array,
    f64: Float64Array,
  },
} as never;

function toKind(kind: string): (value: never) => unknown {
  if (!BIG.includes(kind)) return same;
  return (value: number | bigint) => BigInt(value);
}

const byName = library as unknown as { readonly [kind: string]: Schema & { kind: "u8" } };

/** Edits of `schema`: many, or none. */
export function editsOf(schema: Schema): fc.Arbitrary<Edited> {
  return fc.array(fc.nat({ max: 11 }), { maxLength: 60, size: "max" }).map((choices) => {
    const edited = editField(schema as SchemaNode, new Tape(choices), "value");
    return edited;
  });
}

/** A part that has no place of its own. */
function edit(node: SchemaNode, tape: Tape, purpose: Purpose): Edited {
  const edited = editDirected(node, tape, purpose);
  const { kind } = edited.schema;
  if (kind === "option" || kind === "unit" || kind === "recursive" || tape.choose(6) !== 5) return edited;
  return { schema: option(edited.schema), convert: edited.convert };
}

/** Whatever becomes of a key, it stays in order. */
function editDirected(node: SchemaNode, tape: Tape, purpose: Purpose): Edited {
  const { schema, convert } = editInside(node, tape, purpose);
  return { schema: withDirection(schema, isDescending(node)), convert };
}

function editInside(node: SchemaNode, tape: Tape, purpose: Purpose): Edited {
  switch (node.kind) {
    case "recursive":
      return { schema: node as Schema, convert: same };
    case "typed":
      return editTyped(node.element, tape, purpose);
    case "bytes":
      return editTyped("bytes", tape, purpose);
    case "vec": {
      const item = edit(node.item, tape, purpose);
      return { schema: vec(item.schema), convert: (list: never[]) => list.map((each) => item.convert(each)) };
    }
    case "array": {
      const item = edit(node.item, tape, purpose);
      return {
        schema: array(item.schema, node.length),
        convert: (list: never[]) => list.map((each) => item.convert(each)),
      };
    }
    case "set":
      return editSet(node.item, tape, purpose);
    case "option": {
      const item = editDirected(node.item, tape, purpose);
      const isOption = item.schema.kind === "option" || item.schema.kind === "unit";
      if (isOption) return { schema: node as Schema, convert: same };
      return { schema: option(item.schema), convert: (value) => (value === null ? null : item.convert(value)) };
    }
    case "tuple": {
      const items = node.items.map((item) => edit(item, tape, purpose));
      const convert = (list: never[]): unknown => list.map((each, i) => items[i]?.convert(each));
      return { schema: tuple(items.map((item) => item.schema)), convert };
    }
    case "map":
      return editMap(node, tape, purpose === "value" ? "set" : purpose, (key, value) => map(key, value), purpose);
    case "struct":
      return editStruct(node.fields, tape, purpose);
    case "variant":
      return editVariant(node.variants, tape, purpose);
    default:
      return editPrimitive(node as Schema, tape, purpose);
  }
}

function editPrimitive(schema: Schema, tape: Tape, purpose: Purpose): Edited {
  const wider = (WIDER[schema.kind] ?? []).filter((kind) => purpose !== "hash" || kind !== "f64");
  const choice = wider.length === 0 ? 0 : tape.choose(wider.length + 3);
  const kind = wider[choice - 3];
  return kind === undefined ? { schema, convert: same } : { schema: byName[kind] as Schema, convert: toKind(kind) };
}

/** Typed arrays become wider ones, or lists; bytes become either. */
function editTyped(element: string, tape: Tape, purpose: Purpose): Edited {
  const isBytes = element === "bytes";
  const schema = isBytes ? library.bytes : typed(byName[element] as never);
  if (purpose !== "value" || tape.choose(3) !== 2) return { schema: schema as Schema, convert: same };
  const from = isBytes ? "u8" : element;
  const kinds = [from, ...(WIDER[from] ?? [])];
  const kind = kinds[tape.choose(kinds.length)] as string;
  const ArrayClass = ARRAYS[kind];
  const convert = toKind(kind);
  if (ArrayClass === undefined || tape.choose(3) === 2) {
    return { schema: vec(byName[kind] as Schema), convert: (list: never[]) => Array.from(list, convert) };
  }
  return {
    schema: typed(byName[kind] as never),
    convert: (list: never[]) => {
      const target = new ArrayClass(list.length);
      list.forEach((each, i) => {
        target[i] = convert(each);
      });
      return target;
    },
  };
}

function editSet(item: SchemaNode, tape: Tape, purpose: Purpose): Edited {
  // Inside of keys, sets stay as they are.
  if (purpose !== "value") return { schema: set(item as Schema), convert: same };
  const edited = edit(item, tape, "set");
  return {
    schema: set(edited.schema),
    convert: (members: Set<never>) => new Set([...members].map((member) => edited.convert(member))),
  };
}

type AnyMap = Extract<SchemaNode, { kind: "map" | "hashMap" | "sortedMap" }>;

function editMap(
  node: AnyMap,
  tape: Tape,
  keys: Purpose,
  make: (key: Schema, value: Schema) => Schema,
  purpose: Purpose = "value",
): Edited {
  const key = purpose === "value" ? edit(node.key, tape, keys) : { schema: node.key as Schema, convert: same };
  const value = purpose === "value" ? edit(node.value, tape, "value") : { schema: node.value as Schema, convert: same };
  return {
    schema: make(key.schema, value.schema),
    convert: (entries: Map<never, never>) => new Map([...entries].map(([k, v]) => [key.convert(k), value.convert(v)])),
  };
}

/** Also behind `recursive`, where the builder cannot look. */
function isHashable(key: SchemaNode): boolean {
  try {
    requireHashable(key);
    describeSchema(hashMap(key as Schema, unit) as unknown as SchemaNode);
    return true;
  } catch {
    return false;
  }
}

/** A part that may have a place of its own, which it may lose or win. */
function editField(node: SchemaNode, tape: Tape, purpose: Purpose): Edited {
  const isPlaced = node.kind === "chunk" || node.kind === "hashMap" || node.kind === "sortedMap";
  if (purpose !== "value") return isPlaced ? { schema: node as Schema, convert: same } : edit(node, tape, purpose);
  switch (node.kind) {
    case "chunk":
      return editChunk(node.inner, tape);
    case "hashMap": {
      const { bucketBytes } = node;
      const options = bucketBytes === undefined ? {} : { bucketBytes };
      const place = Math.max(0, tape.choose(6) - 3);
      return editMap(node, tape, "hash", (key, value) => {
        if (place === 0) return hashMap(key, value, options);
        const inOnePiece = { ...map(key, value), [ANY_ORDER]: true };
        return place === 1 ? inOnePiece : chunk(inOnePiece);
      });
    }
    case "sortedMap": {
      const { shardBytes } = node;
      const options = shardBytes === undefined ? {} : { shardBytes };
      return editMap(node, tape, "sorted", (key, value) => sortedMap(key, value, options));
    }
    case "map": {
      const place = tape.choose(3);
      if (!isHashable(node.key) || place === 0) return edit(node, tape, purpose);
      return editMap(node, tape, "hash", place === 1 ? (k, v) => hashMap(k, v) : (k, v) => chunk(map(k, v)));
    }
    default: {
      const edited = edit(node, tape, purpose);
      return tape.choose(4) === 3 ? { ...edited, schema: chunk(edited.schema) } : edited;
    }
  }
}

function editChunk(inner: SchemaNode, tape: Tape): Edited {
  if (inner.kind === "chunk" || inner.kind === "hashMap" || inner.kind === "sortedMap") {
    return editField(inner, tape, "value");
  }
  const edited = edit(inner, tape, "value");
  return tape.choose(4) === 3 ? edited : { ...edited, schema: chunk(edited.schema) };
}

/** Fields that older files do not have, and what they are there. */
const NEW_FIELDS: readonly (readonly [Schema, unknown])[] = [
  [option(str), null],
  [withDefault(u8, 5), 5],
  [withDefault(chunk(vec(str)), () => ["x", "y"]), ["x", "y"]],
  [chunk(option(vec(u8))), null],
  [
    withDefault(
      hashMap(str, struct({ note: chunk(str) })),
      new Map([
        ["b", { note: "B" }],
        ["a", { note: "A" }],
      ]),
    ),
    new Map([
      ["b", { note: "B" }],
      ["a", { note: "A" }],
    ]),
  ],
  [
    withDefault(
      sortedMap(u16, u8),
      new Map([
        [9, 1],
        [3, 2],
      ]),
    ),
    new Map([
      [3, 2],
      [9, 1],
    ]),
  ],
  [
    withDefault(chunk(struct({ at: u8, list: chunk(vec(struct({ deep: chunk(typed(u16)) }))) })), {
      at: 1,
      list: [{ deep: Uint16Array.of(7) }],
    }),
    { at: 1, list: [{ deep: Uint16Array.of(7) }] },
  ],
];

interface Member {
  readonly name: string;
  readonly schema: Schema;
  readonly read: (value: Record<string, never>) => unknown;
}

function editStruct(fields: Readonly<Record<string, SchemaNode>>, tape: Tape, purpose: Purpose): Edited {
  const members: Member[] = [];
  const names = new Set(Object.keys(fields));
  for (const [name, node] of Object.entries(fields)) {
    if (purpose === "value" && tape.choose(7) === 6) continue;
    const { schema, convert } = editField(node, tape, purpose);
    const read = (value: Record<string, never>): unknown => convert(value[name] as never);
    const isRenamed = tape.choose(5) === 4;
    members.push(isRenamed ? { name: fresh(names), schema: renamed(name, schema), read } : { name, schema, read });
  }
  if (purpose === "value" && tape.choose(3) === 2) {
    const [schema, value] = NEW_FIELDS[tape.choose(NEW_FIELDS.length)] as (typeof NEW_FIELDS)[number];
    members.push({ name: fresh(names), schema, read: () => value });
  }
  if (purpose !== "sorted" && tape.choose(3) === 2) members.push(...members.splice(0, tape.choose(4)));
  return {
    schema: struct(Object.fromEntries(members.map(({ name, schema }) => [name, schema]))),
    convert: (value: Record<string, never>) => Object.fromEntries(members.map(({ name, read }) => [name, read(value)])),
  };
}

function fresh(names: Set<string>): string {
  let name = "new";
  while (names.has(name)) name += "er";
  names.add(name);
  return name;
}

function editVariant(variants: Readonly<Record<string, SchemaNode>>, tape: Tape, purpose: Purpose): Edited {
  const names = new Set(Object.keys(variants));
  const members = Object.entries(variants).map(([old, node]) => {
    const edited = node.kind === "unit" ? { schema: unit, convert: same } : edit(node, tape, purpose);
    const name = tape.choose(5) === 4 ? fresh(names) : old;
    const schema = name === old ? edited.schema : renamed(old, edited.schema as Schema);
    return { old, name, schema, convert: edited.convert };
  });
  const all: [string, Schema][] = members.map(({ name, schema }) => [name, schema as Schema]);
  if (tape.choose(3) === 2) all.splice(tape.choose(3), 0, [fresh(names), tape.choose(2) === 0 ? unit : u8]);
  if (purpose !== "sorted" && tape.choose(3) === 2) all.push(...all.splice(0, tape.choose(4)));
  return {
    schema: variant(Object.fromEntries(all)),
    convert: ({ type, value }: { type: string; value: never }) => {
      const member = members.find(({ old }) => old === type) as (typeof members)[number];
      return value === undefined ? { type: member.name } : { type: member.name, value: member.convert(value) };
    },
  };
}
