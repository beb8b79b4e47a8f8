/** An error of a damaged file leads to the value that it is about, by whichever way the file is read. */
import {
  chunk,
  hashMap,
  load,
  loadSync,
  open,
  openSync,
  serializeSync,
  str,
  struct,
  typed,
  u8,
  u32,
  vec,
} from "parcode-web";
import { expect, test } from "vitest";
import { countingSource } from "../support/counting-source.ts";
import { outcome } from "../support/touch-mirror.ts";

const Player = struct({ name: str, level: u8, notes: chunk(str) });
const World = struct({
  title: str,
  map: chunk(struct({ heights: chunk(typed(u32)), players: chunk(vec(Player)) })),
  byName: hashMap(str, Player),
});

const player = (name: string) => ({ name, level: 3, notes: `notes of ${name.toUpperCase()}` });
const world = {
  title: "w",
  map: { heights: new Uint32Array([1, 2, 3]), players: ["ann", "bob", "cid"].map(player) },
  byName: new Map(["dora", "emil", "fred"].map((name) => [name, player(name)])),
};

/** The file with a text in it made invalid, at its first byte. */
function damaged(text: string, checksums: "xxh64" | false = false): Uint8Array<ArrayBuffer> {
  const bytes = serializeSync(World, world, { shardBytes: 1000, checksums });
  const at = new TextDecoder("latin1").decode(bytes).indexOf(text);
  expect(at).toBeGreaterThan(0);
  bytes[at] = 0xff;
  return bytes;
}

test.each([
  ["bob", "map.players[1].name"],
  ["notes of CID", "map.players[2].notes"],
  ["notes of EMIL", 'byName["emil"].notes'],
])("%s: %s", async (text, path) => {
  const bytes = damaged(text);
  const sync = openSync(bytes, World);
  const fetched = await open(countingSource(bytes), World);
  const errors = [
    (await outcome<unknown>(() => sync.load())).error,
    (await outcome<unknown>(() => fetched.load())).error,
    (await outcome<unknown>(() => loadSync(sync.root))).error,
    (await outcome<unknown>(() => load(fetched.root))).error,
  ];
  for (const error of errors) {
    expect(error).toMatchObject({ code: "CorruptChunk", path, expected: "a string in UTF-8" });
    expect(error?.message.startsWith(`${path}: The chunk at offset `)).toBe(true);
  }
});

test("a handle's methods tell the whole path", async () => {
  const file = await open(countingSource(damaged("notes of CID")), World);
  for (const work of [() => file.root.map.players.at(2), () => file.root.map.players.load()]) {
    expect((await outcome<unknown>(work)).error?.path).toBe("map.players[2].notes");
  }
  const item = await file.root.map.players.atLazy(2);
  expect((await outcome<unknown>(() => item.notes.load())).error?.path).toBe("map.players[2].notes");
  expect((await file.root.map.players.at(1)).notes).toBe("notes of BOB");
  const other = await open(countingSource(damaged("notes of EMIL")), World);
  for (const work of [() => other.root.byName.get("emil"), () => other.root.byName.load()]) {
    expect((await outcome<unknown>(work)).error?.path).toBe('byName["emil"].notes');
  }
  expect((await other.root.byName.get("fred"))?.notes).toBe("notes of FRED");
});

test.each([
  ["bob", "map.players", "map.players[1]"],
  ["notes of CID", "map.players[].notes", "map.players[2].notes"],
  ["notes of EMIL", "byName[].notes", 'byName["emil"].notes'],
])("%s, with checksums: %s", async (text, path, onePath) => {
  const bytes = damaged(text, "xxh64");
  const fetched = await open(countingSource(bytes), World);
  const { map, byName } = fetched.root;
  const one = () => (onePath.startsWith("map") ? map.players.at(text === "bob" ? 1 : 2) : byName.get("emil"));
  for (const [work, expected] of [[() => fetched.load(), path] as const, [one, onePath] as const]) {
    const { error } = await outcome<unknown>(work);
    expect(error).toMatchObject({ code: "ChecksumMismatch", path: expected });
    expect(error?.message).toMatch(/xxh64 is [0-9a-f]{16}, and should be [0-9a-f]{16}/);
  }
  expect((await outcome<unknown>(() => openSync(bytes, World).load())).error?.code).toBe("ChecksumMismatch");
});

test("a chunk that cannot be decompressed is named by the list that it is part of", async () => {
  const bytes = serializeSync(
    World,
    { ...world, map: { ...world.map, heights: new Uint32Array(5000) } },
    { compression: "lz4", checksums: false },
  );
  const file = openSync(bytes, World);
  const shard = file.inspect().root.children[0]?.children[0]?.children[0];
  bytes.fill(0xff, shard?.offset, (shard?.offset ?? 0) + 8);
  for (const opened of [openSync(bytes, World), await open(countingSource(bytes), World)]) {
    expect((await outcome<unknown>(() => opened.load())).error).toMatchObject({
      code: "CorruptChunk",
      path: "map.heights",
    });
    expect((await outcome<unknown>(() => opened.root.map.heights.load())).error?.path).toBe("map.heights");
    expect((await outcome<unknown>(() => opened.root.map.heights.slice(1, 2))).error?.path).toBe("map.heights");
  }
});
