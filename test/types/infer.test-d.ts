/** What `Infer` gives for every builder. Compiled, not run. */
import {
  array,
  bool,
  bytes,
  type char,
  chunk,
  f32,
  f64,
  hashMap,
  type Infer,
  i8,
  i16,
  i32,
  i64,
  type i128,
  int,
  map,
  option,
  recursive,
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
  type u128,
  uint,
  unit,
  variant,
  vec,
} from "parcode-web";
import type { Equal, Expect } from "./equal.ts";

type _Numbers = Expect<
  Equal<
    Infer<
      | typeof u8
      | typeof u16
      | typeof u32
      | typeof i8
      | typeof i16
      | typeof i32
      | typeof f32
      | typeof f64
      | typeof uint
      | typeof int
    >,
    number
  >
>;
type _Bigints = Expect<Equal<Infer<typeof u64 | typeof i64 | typeof u128 | typeof i128>, bigint>>;
type _Bool = Expect<Equal<Infer<typeof bool>, boolean>>;
type _Text = Expect<Equal<Infer<typeof str | typeof char>, string>>;
type _Bytes = Expect<Equal<Infer<typeof bytes>, Uint8Array>>;
type _Unit = Expect<Equal<Infer<typeof unit>, null>>;

const list = vec(u64);
type _Vec = Expect<Equal<Infer<typeof list>, bigint[]>>;
const fixed = array(str, 3);
type _Array = Expect<Equal<Infer<typeof fixed>, string[]>>;
const pair = tuple([u8, str, option(bool)]);
type _Tuple = Expect<Equal<Infer<typeof pair>, [number, string, boolean | null]>>;
const empty = tuple([]);
type _EmptyTuple = Expect<Equal<Infer<typeof empty>, []>>;
const members = set(u32);
type _Set = Expect<Equal<Infer<typeof members>, Set<number>>>;
const maybe = option(str);
type _Option = Expect<Equal<Infer<typeof maybe>, string | null>>;
const byName = map(str, vec(u8));
type _Map = Expect<Equal<Infer<typeof byName>, Map<string, number[]>>>;
const none = struct({});
type _Empty = Expect<Equal<keyof Infer<typeof none>, never>>;

const arrays = struct({
  a: typed(u8),
  b: typed(u16),
  c: typed(u32),
  d: typed(u64),
  e: typed(i8),
  f: typed(i16),
  g: typed(i32),
  h: typed(i64),
  i: typed(f32),
  j: typed(f64),
  k: typed(uint),
  l: typed(int),
});
type _Typed = Expect<
  Equal<
    Infer<typeof arrays>,
    {
      a: Uint8Array;
      b: Uint16Array;
      c: Uint32Array;
      d: BigUint64Array;
      e: Int8Array;
      f: Int16Array;
      g: Int32Array;
      h: BigInt64Array;
      i: Float32Array;
      j: Float64Array;
      k: Float64Array;
      l: Float64Array;
    }
  >
>;

const shape = variant({ Point: unit, Circle: f32, Rect: struct({ w: u32, h: u32 }), Line: tuple([f32, f32]) });
type _Variant = Expect<
  Equal<
    Infer<typeof shape>,
    | { type: "Point" }
    | { type: "Circle"; value: number }
    | { type: "Rect"; value: { w: number; h: number } }
    | { type: "Line"; value: [number, number] }
  >
>;

const World = struct({
  id: u64,
  "odd name": str,
  settings: chunk(struct({ difficulty: u8, history: chunk(vec(str)) })),
  terrain: chunk(bytes, { compression: "lz4" }),
  players: hashMap(str, struct({ level: u32, inventory: chunk(vec(u32)) })),
  scores: sortedMap(tuple([u32, str]), u64),
});
type World = Infer<typeof World>;
type _World = Expect<
  Equal<
    World,
    {
      id: bigint;
      "odd name": string;
      settings: { difficulty: number; history: string[] };
      terrain: Uint8Array;
      players: Map<string, { level: number; inventory: number[] }>;
      scores: Map<[number, string], bigint>;
    }
  >
>;
/** A named type is an interface that can be extended and implemented. */
export interface NamedWorld extends World {
  readonly extra: boolean;
}

const boxed = struct({ inner: recursive(() => World) });
type _Recursive = Expect<Equal<Infer<typeof boxed>["inner"], World>>;
const deep = chunk(vec(option(tuple([map(u8, shape)]))));
type _Deep = Expect<Equal<Infer<typeof deep>, ([Map<number, Infer<typeof shape>>] | null)[]>>;
