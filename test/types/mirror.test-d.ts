/** What `Mirror` and `SyncMirror` give for every builder, and what the methods of handles give. Compiled, not run. */
import {
  type AsyncFile,
  type BytesHandle,
  bytes,
  chunk,
  type DynamicMirror,
  f32,
  type Handle,
  hashMap,
  type Infer,
  load,
  loadSync,
  type MapHandle,
  type Mirror,
  map,
  open,
  openSync,
  option,
  type SortedMapHandle,
  type SyncFile,
  type SyncHandle,
  type SyncMapHandle,
  type SyncMirror,
  type SyncSortedMapHandle,
  type SyncTypedHandle,
  type SyncVecHandle,
  set,
  sortedMap,
  str,
  struct,
  type TypedHandle,
  tuple,
  typed,
  u8,
  u32,
  u64,
  type VecHandle,
  variant,
  vec,
} from "parcode-web";
import type { Equal, Expect } from "./equal.ts";

const Player = struct({ level: u32, inventory: chunk(vec(u32)), home: chunk(struct({ x: f32 })) });
const World = struct({
  id: u64,
  tags: vec(str),
  inline: struct({ list: chunk(vec(u8)) }),
  settings: chunk(struct({ difficulty: u8, history: chunk(vec(str)) })),
  terrain: chunk(bytes),
  floats: chunk(typed(f32)),
  list: chunk(vec(Player)),
  pairs: chunk(vec(tuple([u8, str]))),
  players: hashMap(str, Player),
  levels: hashMap(u32, u8),
  scores: sortedMap(tuple([u32, str]), Player),
  blob: chunk(map(str, Player)),
  maybe: chunk(option(str)),
  shape: chunk(variant({ A: u8, B: str })),
  members: chunk(set(u8)),
  text: chunk(str),
});
type Player = Infer<typeof Player>;
type PlayerMirror = Mirror<typeof Player>;
type SyncPlayerMirror = SyncMirror<typeof Player>;
type Root = Mirror<typeof World>;
type SyncRoot = SyncMirror<typeof World>;

type _Inline = Expect<Equal<Root["id"], bigint>>;
type _InlineList = Expect<Equal<Root["tags"], string[]>>;
type _InlineStruct = Expect<Equal<Root["inline"], { list: number[] }>>;
type _Nested = Expect<Equal<Root["settings"]["difficulty"], number>>;
type _NestedList = Expect<Equal<Root["settings"]["history"], VecHandle<string, string>>>;
type _Bytes = Expect<Equal<Root["terrain"], BytesHandle>>;
type _Typed = Expect<Equal<Root["floats"], TypedHandle<Float32Array>>>;
type _List = Expect<Equal<Root["list"], VecHandle<Player, PlayerMirror>>>;
type _Pairs = Expect<Equal<Root["pairs"], VecHandle<[number, string], [number, string]>>>;
type _HashMap = Expect<Equal<Root["players"], MapHandle<string, Player, PlayerMirror>>>;
type _Levels = Expect<Equal<Root["levels"], MapHandle<number, number, number>>>;
type _SortedMap = Expect<Equal<Root["scores"], SortedMapHandle<[number, string], Player, PlayerMirror>>>;
type _Blob = Expect<Equal<Root["blob"], MapHandle<string, Player>>>;
type _Option = Expect<Equal<Root["maybe"], Handle<string | null>>>;
type _Variant = Expect<Equal<Root["shape"], Handle<{ type: "A"; value: number } | { type: "B"; value: string }>>>;
type _Set = Expect<Equal<Root["members"], Handle<Set<number>>>>;
type _Text = Expect<Equal<Root["text"], Handle<string>>>;
type _PlayerMirror = Expect<Equal<PlayerMirror["inventory"], VecHandle<number, number>>>;
type _PlayerHome = Expect<Equal<PlayerMirror["home"]["x"], number>>;

type _SyncInline = Expect<Equal<SyncRoot["id"], bigint>>;
type _SyncNested = Expect<Equal<SyncRoot["settings"]["history"], SyncVecHandle<string, string>>>;
type _SyncBytes = Expect<Equal<SyncRoot["terrain"], SyncTypedHandle<Uint8Array>>>;
type _SyncList = Expect<Equal<SyncRoot["list"], SyncVecHandle<Player, SyncPlayerMirror>>>;
type _SyncHashMap = Expect<Equal<SyncRoot["players"], SyncMapHandle<string, Player, SyncPlayerMirror>>>;
type _SyncSorted = Expect<Equal<SyncRoot["scores"], SyncSortedMapHandle<[number, string], Player, SyncPlayerMirror>>>;
type _SyncOption = Expect<Equal<SyncRoot["maybe"], SyncHandle<string | null>>>;

/** Roots that are no structs are handles, placed or not. */
type _RootVec = Expect<Equal<Mirror<ReturnType<typeof vec<typeof u8>>>, VecHandle<number, number>>>;
const rootMap = hashMap(str, u8);
type _RootMap = Expect<Equal<Mirror<typeof rootMap>, MapHandle<string, number, number>>>;
const rootChunk = chunk(chunk(vec(u8)));
type _RootChunk = Expect<Equal<SyncMirror<typeof rootChunk>, SyncVecHandle<number, number>>>;
type _RootText = Expect<Equal<Mirror<typeof str>, Handle<string>>>;

export async function asynchronous(): Promise<void> {
  const file = await open("https://example.test/world.par", World, { signal: new AbortController().signal });
  type _File = Expect<Equal<typeof file, AsyncFile<Root, Infer<typeof World>>>>;
  const everything = await file.load({ onProgress: ({ bytesDone }) => void bytesDone });
  type _Everything = Expect<Equal<typeof everything, Infer<typeof World>>>;
  const { root } = file;
  const results = {
    whole: await load(root),
    nested: await load(root.settings),
    list: await root.list.load(),
    count: await root.list.count(),
    at: await root.list.at(0),
    lazy: await root.list.atLazy(0),
    first: await root.list.first(),
    slice: await root.list.slice(-3),
    get: await root.players.get("Hero"),
    getLazy: await root.players.getLazy("Hero"),
    has: await root.players.has("Hero"),
    many: await root.players.getMany(["Hero"]),
    sortedFirst: await root.scores.first(),
    floats: await root.floats.slice(0, 5),
  };
  type _Results = Expect<
    Equal<
      typeof results,
      {
        whole: Infer<typeof World>;
        nested: { difficulty: number; history: string[] };
        list: Player[];
        count: number;
        at: Player;
        lazy: PlayerMirror;
        first: Player | undefined;
        slice: Player[];
        get: Player | undefined;
        getLazy: PlayerMirror | undefined;
        has: boolean;
        many: (Player | undefined)[];
        sortedFirst: [[number, string], Player] | undefined;
        floats: Float32Array;
      }
    >
  >;
  const hero = await load(results.lazy);
  type _Hero = Expect<Equal<typeof hero, Player>>;
  for await (const each of root.list) {
    type _Each = Expect<Equal<typeof each, Player>>;
  }
  for await (const each of root.list.lazy({ signal: new AbortController().signal })) {
    type _Each = Expect<Equal<typeof each, PlayerMirror>>;
  }
  for await (const [key, each] of root.players) {
    type _Each = Expect<Equal<[typeof key, typeof each], [string, Player]>>;
  }
  for await (const [key, each] of root.scores.lazy()) {
    type _Each = Expect<Equal<[typeof key, typeof each], [[number, string], PlayerMirror]>>;
  }
  const blind = await open(new Uint8Array());
  type _Blind = Expect<Equal<typeof blind, AsyncFile<DynamicMirror, unknown>>>;
}

export function synchronous(): void {
  const file = openSync(new Uint8Array(), World);
  type _File = Expect<Equal<typeof file, SyncFile<SyncRoot, Infer<typeof World>>>>;
  const { root } = file;
  const results = {
    whole: loadSync(root),
    file: file.load(),
    at: root.list.at(0),
    lazy: root.list.atLazy(0),
    get: root.players.get("Hero"),
    getLazy: root.players.getLazy("Hero"),
    item: [...root.list][0],
    entry: [...root.scores.lazy()][0],
    text: root.text.load(),
  };
  type _Results = Expect<
    Equal<
      typeof results,
      {
        whole: Infer<typeof World>;
        file: Infer<typeof World>;
        at: Player;
        lazy: SyncPlayerMirror;
        get: Player | undefined;
        getLazy: SyncPlayerMirror | undefined;
        item: Player | undefined;
        entry: [[number, string], SyncPlayerMirror] | undefined;
        text: string;
      }
    >
  >;
  const hero = loadSync(results.lazy);
  type _Hero = Expect<Equal<typeof hero, Player>>;
}
