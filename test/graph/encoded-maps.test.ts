/** Maps that are encoded before their turn count as checked; what is said about a value is what a check says. */
import { expect, test } from "vitest";
import { SchemaMismatchError } from "../../src/errors.ts";
import {
  bytes,
  chunk,
  hashMap,
  type Sink,
  save,
  serialize,
  str,
  struct,
  u8,
  u32,
  vec,
  type WriteProgress,
} from "../../src/index.ts";
import { measure } from "../../src/schema/check.ts";
import { nodeOf } from "../../src/schema/node.ts";

const World = struct({
  tick: u32,
  players: hashMap(str, struct({ level: u32, items: vec(u8) })),
  part: chunk(struct({ tags: hashMap(u32, str), name: str })),
  rooms: hashMap(str, struct({ size: u8, data: chunk(bytes) })),
  end: u32,
});

const numbered = <T>(size: number, of: (i: number) => T) =>
  new Map(Array.from({ length: size }, (_, i) => [`Hero${i}`, of(i)]));

function world() {
  return {
    tick: 1,
    players: numbered(2000, (i) => ({ level: i, items: [i & 255] })),
    part: { tags: new Map(Array.from({ length: 500 }, (_, i) => [i, `tag ${i}`])), name: "a part" },
    rooms: numbered(200, (i) => ({ size: i, data: new Uint8Array(i) })),
    end: 2,
  };
}

/** A sink that must not be reached. */
function untouched(): Sink & { calls: string[] } {
  const calls: string[] = [];
  const called = (name: string) => () => void calls.push(name);
  return {
    name: "a sink",
    calls,
    write: called("write"),
    writeFront: called("writeFront"),
    close: called("close"),
    abort: called("abort"),
  };
}

type Change = (value: ReturnType<typeof world>) => void;

test.each<[string, Change]>([
  ['players["Hero1999"].level', ({ players }) => void players.set("Hero1999", { level: -1, items: [] })],
  ['players["Hero7"].items[2]', ({ players }) => void players.set("Hero7", { level: 1, items: [1, 2, 300] })],
  ["part.tags[499]", ({ part }) => void part.tags.set(499, 5 as never)],
  ['rooms["Hero199"].data', ({ rooms }) => void rooms.set("Hero199", { size: 1, data: "no bytes" as never })],
  ['rooms["Hero3"].size', ({ rooms }) => void rooms.set("Hero3", { size: 1000, data: new Uint8Array(1) })],
  ["end", (value) => void Object.assign(value, { end: "no number" })],
  // Of two errors, the one that a check comes to first.
  [
    "tick",
    (value) => {
      value.players.set("bad", { level: -1, items: [] });
      Object.assign(value, { tick: -1 });
    },
  ],
  [
    "part.name",
    (value) => {
      Object.assign(value.part, { name: 7 });
      value.rooms.set("bad", null as never);
    },
  ],
])("a value that does not fit is refused before a byte is written: %s", async (path, change) => {
  const value = world();
  change(value);
  const sink = untouched();
  const refused = await save(sink, World, value).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(SchemaMismatchError);
  let expected: unknown;
  try {
    measure(nodeOf(World), value);
  } catch (error) {
    expected = error;
  }
  expect(refused).toMatchObject({ path, message: (expected as Error).message });
  expect(sink.calls).toEqual([]);
});

test("the total of the progress is that of a check", async () => {
  const totals = new Set<number | undefined>();
  const onProgress = ({ bytesTotal }: WriteProgress) => void totals.add(bytesTotal);
  const value = world();
  await save(untouched(), World, value, { onProgress });
  await serialize(World, value, { onProgress });
  expect([...totals]).toEqual([measure(nodeOf(World), value)]);
});
