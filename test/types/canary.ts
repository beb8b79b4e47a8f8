// What must not compile. Each mistake is announced with the error it gives; a missing or another error fails the check.
// `names WORD`: the compiler's words are short, and this one is among them or underlined, which a test looks at.
import {
  bytes,
  chunk,
  type Handle,
  hashMap,
  type Infer,
  type Input,
  load,
  loadSync,
  memorySink,
  open,
  openSync,
  option,
  recursive,
  renamed,
  type SchemaOf,
  save,
  serialize,
  serializeSync,
  sortedMap,
  str,
  struct,
  tuple,
  typed,
  u8,
  u32,
  u64,
  u128,
  unit,
  type VecHandle,
  variant,
  vec,
  withDefault,
} from "parcode-web";

const Player = struct({ level: u32, inventory: chunk(vec(u32)) });
const World = struct({
  id: u64,
  name: str,
  note: option(str),
  shape: variant({ Point: unit, Circle: struct({ radius: u32 }) }),
  settings: chunk(struct({ difficulty: u8, history: chunk(vec(str)) })),
  terrain: chunk(bytes, { compression: "lz4" }),
  list: chunk(vec(Player)),
  players: hashMap(str, Player),
  scores: sortedMap(tuple([u32, str]), u64),
});
type World = Infer<typeof World>;
declare const world: World;
declare const lines: AsyncIterable<string>;

// Values of a wrong type, as they are written.

// expect TS2322 names number
serializeSync(World, { ...world, name: 5 });
// expect TS2322 names bigint
serializeSync(World, { ...world, id: 5 });
// expect TS2322 names string
serializeSync(World, { ...world, note: 1 });
// expect TS2322 names undefined
serializeSync(World, { ...world, note: undefined });
// expect TS2322 names difficulty
const settings: World = { ...world, settings: { difficulty: "hard", history: [] } };
// expect TS2322 names level
serializeSync(World, { ...world, players: new Map([["Hero", { level: "1", inventory: [] }]]) });
// expect TS2322 names number
serializeSync(World, { ...world, players: new Map([[5, { level: 1, inventory: [] }]]) });
// expect TS2322 names bigint
serializeSync(World, { ...world, scores: new Map([[[1, "a"] as [number, string], 1]]) });
// expect TS2353 names Map
serializeSync(World, { ...world, players: { Hero: { level: 1, inventory: [] } } });
// expect TS2741 names inventory
serializeSync(World, { ...world, list: [{ level: 1 }] });
// expect TS2740 names settings
serializeSync(World, { id: 1n, name: "Terra" });
// expect TS2353 names nmae
const misspelt: Input<typeof World> = { ...world, nmae: "Terra" };
// expect TS2322 names Square
const square: World = { ...world, shape: { type: "Square" } };
// expect TS2322 names value
const circle: World = { ...world, shape: { type: "Circle" } };
// expect TS2353 names value
const point: World = { ...world, shape: { type: "Point", value: null } };
// expect TS2740
const bytesOf: World = { ...world, terrain: [1, 2, 3] };

// Iterables: only for lists in chunks, and only those with promises where there can be some.

// expect TS2740
serializeSync(struct({ inline: vec(str) }), { inline: lines });
// expect TS2345
serializeSync(hashMap(str, struct({ history: chunk(vec(str)) })), new Map([["a", { history: lines }]]));
// expect TS2345
serializeSync(chunk(vec(u8)), lines);

// What mirrors have, and have not.

async function asynchronous(): Promise<void> {
  const { root } = await open("world.par", World);
  // expect TS2551 names difficulty
  root.settings.difficulti;
  // expect TS2339 names mana
  root.mana;
  // expect TS2540 names name
  root.name = "other";
  // expect TS2339
  root.load();
  // expect TS2345 names string
  root.players.get(5);
  // expect TS2345
  root.scores.get(1);
  // expect TS2739 names Promise
  const at: Infer<typeof Player> = root.list.at(0);
  // expect TS2322 names undefined
  const hero: Infer<typeof Player> = await root.players.get("Hero");
  // expect TS2339
  (await root.list.atLazy(0)).inventory.length;
  // expect TS2339
  root.terrain.at(0);
  // expect TS2339
  root.players.first();
  // expect TS2559
  await load(root.list);
  // expect TS2488
  for (const each of root.list) each.level;
  // expect TS2322
  const whole: { name: number } = await load(root);
  // expect TS2345
  root.list.at("0");
  const blind = await open("world.par");
  // expect TS18046
  blind.root.name.length;
}

function synchronous(): void {
  const { root } = openSync(new Uint8Array(), World);
  // expect TS2339
  root.list.at(0).then(() => undefined);
  (async () => {
    // expect TS2504
    for await (const each of root.list.load) each;
  })();
  // expect TS2559
  loadSync(root.list);
  // expect TS2554
  root.list.at(0, { signal: new AbortController().signal });
  // expect TS2769
  openSync("world.par", World);
}

// Schemas that cannot be.

// expect TS2741
vec(Array);
// expect TS2322
struct({ a: vec });
// expect TS2379
typed(str);
// expect TS2379
typed(u128);
// expect TS2345
tuple(u8);
// expect TS2554
hashMap(str);
// expect TS2353 names bucketSize
hashMap(str, u8, { bucketSize: 5 });
// expect TS2322
chunk(str, { compression: 1 });
// expect TS2345
recursive(u8);

// A type that is written down has to be the schema's.

interface Tree {
  name: string;
  children: Tree[];
}
// expect TS2375 names name
const Wrong: SchemaOf<Tree> = struct({ name: u8, children: vec(recursive(() => Wrong)) });
interface WrongMirror {
  readonly name: string;
  readonly children: Handle<string>;
}
// expect TS2375 names children
const WrongTree: SchemaOf<Tree, WrongMirror> = struct({ name: str, children: chunk(vec(recursive(() => WrongTree))) });

// What a field says of older files.

// expect TS2345 names string
struct({ a: withDefault(u8, "1") });
// expect TS2322 names string
struct({ a: withDefault(chunk(vec(u8)), ["1"]) });
// expect TS2345
struct({ a: withDefault(u8, () => "1") });
// expect TS2345 names number
struct({ a: renamed(1, u8) });
// expect TS2741 names added
serializeSync(struct({ a: u8, added: withDefault(u8, 1) }), { a: 1 });

// Options.

// expect TS2820 names parcode
serializeSync(u8, 1, { compatibility: "parcod" });
// expect TS2353 names signal
serializeSync(u8, 1, { signal: new AbortController().signal });
// expect TS2345
save("world.par", u8, 1);
// expect TS2345
save(memorySink(), u8, "1");
// expect TS2322
serialize(u8, 1, { shardBytes: "1" });
// expect TS2769 names cacheByte
openSync(new Uint8Array(), u8, { cacheByte: 5 });

export type Unused = VecHandle<
  typeof settings | typeof misspelt | typeof square | typeof circle | typeof point | typeof bytesOf
>;
export { asynchronous, synchronous };
