/** What the ways of writing take. Compiled, not run. */
import {
  bytes,
  chunk,
  type Handle,
  hashMap,
  type Infer,
  type Input,
  type Mirror,
  memorySink,
  openSync,
  recursive,
  type SaveReport,
  type SchemaOf,
  type SyncHandle,
  type SyncMirror,
  type SyncVecHandle,
  save,
  serialize,
  serializeSync,
  sortedMap,
  str,
  struct,
  toBlob,
  typed,
  u8,
  u32,
  type VecHandle,
  variant,
  vec,
} from "parcode-web";
import type { Equal, Expect, Flat } from "./equal.ts";

const Log = struct({
  name: str,
  lines: chunk(vec(str)),
  inner: chunk(struct({ numbers: chunk(vec(u32)) })),
  raw: vec(u8),
});
type Lines<T> = readonly T[] | Iterable<T> | AsyncIterable<T>;
type _Input = Expect<
  Equal<
    Flat<Input<typeof Log>>,
    {
      readonly name: string;
      readonly lines: Lines<string>;
      readonly inner: { readonly numbers: Lines<number> };
      readonly raw: number[];
    }
  >
>;
const list = vec(u32);
type _Root = Expect<Equal<Input<typeof list>, Lines<number>>>;
const placed = hashMap(str, struct({ list: chunk(vec(u8)) }));
type _Values = Expect<Equal<Input<typeof placed>, Map<string, { list: number[] }>>>;

async function* later(): AsyncGenerator<string> {
  yield "line";
}
function* now(): Generator<number> {
  yield 1;
}

export async function write(stream: WritableStream<Uint8Array>, handle: FileSystemFileHandle): Promise<void> {
  const plain: Infer<typeof Log> = { name: "", lines: [""], inner: { numbers: [1] }, raw: [1] };
  const streamed: Input<typeof Log> = { name: "", lines: later(), inner: { numbers: now() }, raw: [1] };
  const frozen = { name: "", lines: ["a"], inner: { numbers: new Uint32Array(3) }, raw: [1] } as const;
  for (const target of [memorySink(), stream, handle]) {
    const report = await save(target, Log, plain, { compression: "lz4", onProgress: ({ phase }) => void phase });
    type _Report = Expect<Equal<typeof report, SaveReport>>;
    await save(target, Log, streamed);
  }
  await save(stream, Log, { ...frozen, raw: [...frozen.raw], lines: new Set(frozen.lines) });
  const file = await serialize(Log, streamed, { signal: new AbortController().signal, shardBytes: 1000 });
  type _File = Expect<Equal<typeof file, Uint8Array<ArrayBuffer>>>;
  const blob = await toBlob(Log, plain);
  type _Blob = Expect<Equal<typeof blob, Blob>>;
  const sync = serializeSync(Log, { ...plain, lines: now2() });
  type _Sync = Expect<Equal<typeof sync, Uint8Array<ArrayBuffer>>>;
  await serialize(vec(u32), now());
  await serialize(chunk(typed(u32)), new Uint32Array(3));
  await serialize(chunk(bytes), new Uint8Array(3));
  await serialize(sortedMap(str, u8), new Map([["a", 1]]));
}
declare function now2(): Iterable<string>;

/** The documented way to write down a type that contains itself. */
interface Tree {
  name: string;
  children: Tree[];
}
interface TreeMirror {
  readonly name: string;
  readonly children: VecHandle<Tree, TreeMirror>;
}
const Tree: SchemaOf<Tree, TreeMirror> = struct({
  name: str,
  children: chunk(vec(recursive(() => Tree))),
});
type _Tree = Expect<Equal<Infer<typeof Tree>, Tree>>;
type _TreeMirror = Expect<Equal<Mirror<typeof Tree>, TreeMirror>>;
type _TreeInput = Expect<Equal<Input<typeof Tree>, Tree>>;
const Forest = struct({ trees: chunk(vec(recursive(() => Tree))), main: chunk(Tree) });
type _Forest = Expect<Equal<Mirror<typeof Forest>["trees"], VecHandle<Tree, TreeMirror>>>;
type _Main = Expect<Equal<Mirror<typeof Forest>["main"], TreeMirror>>;

/** With the mirror of openSync, too. */
interface SyncTreeMirror {
  readonly name: string;
  readonly children: SyncVecHandle<Tree, SyncTreeMirror>;
}
const Both: SchemaOf<Tree, TreeMirror, SyncTreeMirror> = struct({
  name: str,
  children: chunk(vec(recursive(() => Both))),
});
type _Both = Expect<Equal<SyncMirror<typeof Both>, SyncTreeMirror>>;
export const leaf: SyncTreeMirror = openSync(new Uint8Array(), Both).root.children.atLazy(0);

/** Without a mirror of its own: everything inline. */
type Json = { type: "Text"; value: string } | { type: "List"; value: Json[] };
type _JsonMirror = Expect<Equal<Mirror<typeof Json>, Handle<Json>>>;
type _JsonSync = Expect<Equal<SyncMirror<typeof Json>, SyncHandle<Json>>>;
const Json: SchemaOf<Json> = variant({ Text: str, List: vec(recursive(() => Json)) });
export const json: Uint8Array = serializeSync(Json, { type: "List", value: [{ type: "Text", value: "x" }] });
