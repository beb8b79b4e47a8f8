/** What source and text of a schema look like. That the source compiles and means the same is in test/tools. */
import { describe, expect, test } from "vitest";
import { describeSchema } from "../../src/describe/describe.ts";
import { readDescription } from "../../src/describe/read.ts";
import { schemaSource } from "../../src/describe/source.ts";
import { schemaText } from "../../src/describe/text.ts";
import { isParcodeError } from "../../src/errors.ts";
import {
  chunk,
  descending,
  hashMap,
  option,
  recursive,
  type Schema,
  sortedMap,
  str,
  struct,
  tuple,
  u8,
  u32,
  vec,
} from "../../src/index.ts";
import type { SchemaNode } from "../../src/schema/node.ts";
import { awkwardSchemas, World } from "../support/awkward-schemas.ts";
import { thrownBy } from "../support/rejection.ts";

const sourceOf = (schema: Schema, options?: object): string => schemaSource(schema as SchemaNode, options);
const textOf = (schema: Schema, maxLength?: number): string => schemaText(schema as SchemaNode, maxLength);

const WORLD = `export type Json =
  | { type: "Null" }
  | { type: "Flag"; value: boolean }
  | { type: "Number"; value: number }
  | { type: "Text"; value: string }
  | { type: "List"; value: Json[] }
  | { type: "Record"; value: Map<string, Json> };

export interface Tree {
  name: string;
  children: Tree[];
  json: Json;
  whole: Tree | null;
  "odd name": Float32Array;
}

export interface TreeMirror {
  readonly name: string;
  readonly children: VecHandle<Tree, TreeMirror>;
  readonly json: Json;
  readonly whole: Handle<Tree | null>;
  readonly "odd name": Float32Array;
}

export const Player = struct({ level: u32, inventory: chunk(vec(u32)) });

export const Json: SchemaOf<Json> = variant({
  Null: unit,
  Flag: bool,
  Number: f64,
  Text: str,
  List: vec(recursive(() => Json)),
  Record: map(
    str,
    recursive(() => Json),
  ),
});

export const Tree: SchemaOf<Tree, TreeMirror> = struct({
  name: str,
  children: chunk(vec(recursive(() => Tree))),
  json: Json,
  whole: chunk(option(recursive(() => Tree))),
  "odd name": typed(f32),
});

export const Schema = struct({
  id: u64,
  name: str,
  note: option(str),
  shape: variant({ Point: unit, Circle: struct({ radius: u32 }) }),
  settings: chunk(struct({ difficulty: u8, history: chunk(vec(str)) })),
  terrain: chunk(bytes),
  list: chunk(vec(Player)),
  players: hashMap(str, Player),
  scores: sortedMap(tuple([u32, str]), u64),
  floats: chunk(typed(f32)),
  tree: Tree,
  forest: chunk(vec(Tree)),
});
`;

describe("source", () => {
  test("is what a person would write", () => {
    const source = sourceOf(World);
    expect(source.slice(source.indexOf("export"))).toBe(WORLD);
    expect(sourceOf(struct({ a: u8 }))).toBe(
      'import { struct, u8 } from "parcode-web";\n\nexport const Schema = struct({ a: u8 });\n',
    );
  });

  test("says which keys are in descending order", () => {
    const schema = sortedMap(tuple([str, descending(u32)]), tuple([str, u32]));
    expect(sourceOf(schema)).toBe(
      'import { descending, sortedMap, str, tuple, u32 } from "parcode-web";\n\n' +
        "export const Schema = sortedMap(tuple([str, descending(u32)]), tuple([str, u32]));\n",
    );
    expect(textOf(schema)).toBe("sortedMap<(str, descending<u32>), (str, u32)>");
  });

  test("has the name and the module that were asked for, and no other", () => {
    expect(sourceOf(vec(u8), { name: "Bytes", module: '../src/"index"' })).toBe(
      'import { u8, vec } from "../src/\\"index\\"";\n\nexport const Bytes = vec(u8);\n',
    );
    for (const name of ["", "class", "a b", "x;alert(1)", "Map", "Ä"]) {
      const error = thrownBy(() => sourceOf(vec(u8), { name }));
      expect(isParcodeError(error, "InvalidOption"), name).toBe(true);
    }
  });

  test("has no character that does not show, and no line that a name has made", () => {
    for (const schema of awkwardSchemas) {
      const source = sourceOf(schema);
      expect(source).not.toMatch(/[^\P{C}\n]|\p{Default_Ignorable_Code_Point}|(?! )\p{Z}/u);
      for (const line of source.split("\n")) expect(line).toMatch(/^( *[\w"'|{}[\]()<>,;:$\p{ID_Continue}].*)?$/u);
    }
  });

  test("of a large schema that means much is not larger than it", () => {
    let schema: Schema = u8;
    for (let level = 0; level < 300; level++) schema = tuple([schema, schema, u32]);
    expect(sourceOf(schema).length).toBeLessThan(30_000);
    const fields = Object.fromEntries(
      Array.from({ length: 5000 }, (_, i) => [`f${i}`, vec(struct({ [`g${i}`]: u8 }))]),
    );
    expect(sourceOf(struct(fields)).length).toBeLessThan(400_000);
  });
});

describe("text", () => {
  test("is one line, with names and kinds", () => {
    expect(textOf(struct({ name: str, players: hashMap(str, option(u8)) }))).toBe(
      "struct { name: str, players: hashMap<str, option<u8>> }",
    );
    expect(textOf(World, 500)).toBe(
      "struct { id: u64, name: str, note: option<str>, shape: variant { Point, Circle: struct { radius: u32 } }, " +
        "settings: chunk<struct { difficulty: u8, history: chunk<vec<str>> }>, terrain: chunk<bytes>, " +
        "list: chunk<vec<struct { level: u32, inventory: chunk<vec<u32>> }>>, " +
        "players: hashMap<str, struct { level: u32, inventory: chunk<vec<u32>> }>, " +
        "scores: sortedMap<(u32, str), u64>, floats: chunk<typed<f32>>, tree: struct { name: str, children: chunk<vec<…>>, " +
        "json: variant { Null, Flag: bool, Number: f…",
    );
  });

  test("is never longer than asked for, and says that something is missing", () => {
    for (const schema of awkwardSchemas) {
      const whole = textOf(schema, 10_000);
      expect(textOf(schema).length).toBeLessThanOrEqual(160);
      for (const maxLength of [0, 1, 2, 10, 40]) {
        const text = textOf(schema, maxLength);
        expect(text.length).toBeLessThanOrEqual(maxLength);
        if (maxLength > 0) expect(whole.length <= maxLength ? text === whole : text.endsWith("…")).toBe(true);
        expect(text).not.toMatch(/\p{C}|\p{Default_Ignorable_Code_Point}/u);
      }
    }
  });

  test("of a schema that is not complete, or made anew at each call, comes all the same", () => {
    const endless = (): Schema => struct({ next: option(recursive(endless)) });
    expect(textOf(endless())).toMatch(/^struct \{ next: option<struct \{ .*….* \}> \}$/);
    expect(textOf(vec(recursive(() => undefined as never)))).toBe("vec<…>");
    const Loop: Schema = recursive(() => Loop);
    expect(textOf(chunk(Loop))).toBe("chunk<…>");
    expect(textOf(struct(Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`f${i}`, u8]))))).toHaveLength(
      160,
    );
  });

  test("is the same of what was read", () => {
    const schema = struct({ a: vec(tuple([u8, str])), b: chunk(struct({ c: u32 })) }) as SchemaNode;
    expect(schemaText(readDescription(describeSchema(schema)))).toBe(schemaText(schema));
  });
});
