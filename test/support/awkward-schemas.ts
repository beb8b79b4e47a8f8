/** Schemas that are hard to write down as source: cycles of every sort, names that get in the way, shared parts. */
import {
  array,
  bool,
  bytes,
  chunk,
  descending,
  f32,
  f64,
  hashMap,
  map,
  option,
  recursive,
  type Schema,
  set,
  sortedMap,
  str,
  struct,
  tuple,
  typed,
  u8,
  u16,
  u32,
  u64,
  unit,
  variant,
  vec,
} from "../../src/index.ts";

interface AnyStruct extends Schema {
  readonly kind: "struct";
}

const Player = struct({ level: u32, inventory: chunk(vec(u32)) });
const Json: Schema = variant({
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
const Tree: AnyStruct = struct({
  name: str,
  children: chunk(vec(recursive(() => Tree))),
  json: recursive(() => Json),
  whole: chunk(option(recursive(() => Tree))),
  "odd name": typed(f32),
});

/** As a user would write it. */
export const World = struct({
  id: u64,
  name: str,
  note: option(str),
  shape: variant({ Point: unit, Circle: struct({ radius: u32 }) }),
  settings: chunk(struct({ difficulty: u8, history: chunk(vec(str)) })),
  terrain: chunk(bytes, { compression: "lz4" }),
  list: chunk(vec(Player)),
  players: hashMap(str, Player, { bucketBytes: 1000 }),
  scores: sortedMap(tuple([u32, str]), u64),
  floats: chunk(typed(f32)),
  tree: Tree,
  forest: chunk(vec(Tree)),
});

/** Cycles without a struct. */
const List: Schema = vec(recursive(() => List));
const Row: Schema = tuple([u8, option(recursive(() => Row))]);
const Maps: Schema = map(
  str,
  recursive(() => Maps),
);
const Sets: Schema = set(recursive(() => Sets));
const Hollow: Schema = array(
  recursive(() => Hollow),
  0,
);
const Nulls: Schema = option(recursive(() => Nulls));
const Options: Schema = option(
  tuple([
    recursive(() => Options),
    vec(recursive(() => Options)),
    array(
      recursive(() => Options),
      3,
    ),
  ]),
);

/** Cycles through every placement, entered at one. */
const Placed: Schema = chunk(
  vec(
    struct({
      a: chunk(recursive(() => Placed)),
      b: hashMap(
        str,
        recursive(() => Entry),
      ),
      c: sortedMap(u8, vec(recursive(() => Entry))),
    }),
  ),
);
const Entry: AnyStruct = struct({
  placed: chunk(recursive(() => Placed)),
  again: option(recursive(() => Entry)),
});
const PlacedRoot: Schema = hashMap(str, struct({ again: chunk(recursive(() => PlacedRoot)), size: u8 }));

/** Keys in descending order that contain themselves, and that are values, too. */
const Turned: Schema = descending(struct({ at: descending(u8), next: option(recursive(() => Turned)) }));
const Directions = sortedMap(
  tuple([descending(str), option(recursive(() => Turned)), variant({ A: descending(recursive(() => unit)), B: unit })]),
  struct({ turned: vec(Turned) }),
);

/** Names that a module has already, or that are none. */
const point = struct({ x: f32, y: f32 });
const names = struct({
  map: struct({ a: point, b: u8 }),
  Map: struct({ a: point, c: u8 }),
  maps: vec(struct({ a: point, d: u8 })),
  mapAgain: map(str, struct({ a: point, b: u8 })),
  set: struct({ uint8array: struct({ e: u8 }), infer: struct({ f: u8, schema: struct({ g: u8 }) }) }),
  schema: struct({ g: u8 }),
  Schema: vec(struct({ a: point, c: u8 })),
  again: tuple([struct({ a: point, d: u8 }), struct({ e: u8 }), struct({ f: u8, schema: struct({ g: u8 }) })]),
  class: point,
  constructor: point,
  toString: u8,
});
/** A name that would be code, or change how code looks, if it were written as it is. */
const hostile = [
  ...['"', "'", "`", "\\", "\\u0022", "*/", "/*", "//", `\${x}`, "\n", "\r\n", "\u2028", "\u2029", "</script>", "-->"],
  ...[
    '"}); throw new Error("injected"); ({"',
    "*/ throw 1; /*",
    "\u202e abc",
    "a\u200bb",
    "\ufeff",
    "\u0000",
    "\u007f",
  ],
  ...[
    "\u{e0041}",
    "\u3164",
    "",
    " ",
    "-1",
    "é",
    "日本",
    "𝄞",
    "𝒳",
    "a b",
    "a-b",
    "1a",
    "async",
    "await",
    "let",
    "typeof",
  ],
];
const named = struct(
  Object.fromEntries(hostile.map((name, i) => [name, tuple([struct({ [name]: u8, at: array(u8, i) })])])),
);
const shared = struct({
  ...Object.fromEntries(hostile.map((name, i) => [`${name}s`, vec(struct({ at: array(u8, i) }))])),
  again: tuple(hostile.map((_, i) => struct({ at: array(u8, i) }))),
});
const cyclic = hostile.map((name) => {
  const Self: AnyStruct = struct({
    [name]: vec(recursive(() => Self)),
    [`${name}!`]: chunk(vec(recursive(() => Self))),
  });
  return struct({ [name]: Self, other: chunk(Self) });
});
const variants = variant(Object.fromEntries(hostile.map((name, i) => [name, i % 2 === 0 ? unit : u16])));

function deep(levels: number): Schema {
  let schema: Schema = u8;
  for (let level = 0; level < levels; level++) schema = level % 3 === 0 ? struct({ down: schema }) : vec(schema);
  return schema;
}

function doubled(levels: number): Schema {
  let schema: Schema = u8;
  for (let level = 0; level < levels; level++) schema = tuple([schema, schema, u16]);
  return schema;
}

export const awkwardSchemas: readonly Schema[] = [
  ...[World, Tree, Json, u8, str, typed(f32), tuple([]), struct({}), vec(struct({})), Player],
  ...[List, Row, Maps, Sets, Hollow, Nulls, Options, Placed, Entry, PlacedRoot, names, named, shared],
  ...[...cyclic, variants, deep(40), doubled(12)],
  struct({ list: List, row: Row, maps: Maps }),
  struct({ a: chunk(List), b: chunk(Row), c: chunk(Options), d: chunk(vec(Options)), e: chunk(Json), f: chunk(Maps) }),
  struct({ placed: Placed, entries: sortedMap(str, Entry), inline: vec(point), point }),
  struct({ nested: option(recursive(() => option(u8))), unit: variant({ A: recursive(() => unit), B: unit }) }),
  hashMap(tuple([u8, str]), point),
  struct({ directions: Directions, same: Directions.key, again: sortedMap(Turned, u8), list: vec(Turned) }),
];
