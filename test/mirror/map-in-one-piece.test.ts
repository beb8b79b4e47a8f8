/** A map in one chunk, read as a hash map: lookups give what their types say. */
import { chunk, hashMap, load, loadSync, map, open, openSync, option, serialize, str, struct, u8 } from "parcode-web";
import { expect, test } from "vitest";
import { countingSource } from "../support/counting-source.ts";

const Stored = struct({ players: chunk(map(str, struct({ level: u8 }))), nothing: chunk(map(option(u8), struct({}))) });
const Wanted = struct({ players: hashMap(str, struct({ level: u8 })), nothing: hashMap(option(u8), struct({})) });
const value = { players: new Map([["ann", { level: 7 }]]), nothing: new Map([[null, {}]]) };

test.each([true, false])("lazy values are mirrors, description %s", async (describe) => {
  const bytes = await serialize(Stored, value, { describe });
  const sync = openSync(bytes, Wanted).root;
  const { root } = await open(countingSource(bytes), Wanted);
  const [ann, lazily] = [sync.players.getLazy("ann"), await root.players.getLazy("ann")];
  if (ann === undefined || lazily === undefined) throw new Error("Ann is there.");
  expect([ann.level, lazily.level, loadSync(ann), await load(lazily)]).toEqual([7, 7, { level: 7 }, { level: 7 }]);
  for (const [key, mirror] of sync.nothing.lazy()) expect([key, loadSync(mirror)]).toEqual([null, {}]);
  for await (const [key, mirror] of root.players.lazy())
    expect([key, await load(mirror)]).toEqual(["ann", { level: 7 }]);
  expect([sync.players.get("ann"), await root.players.get("bob")]).toEqual([{ level: 7 }, undefined]);
});
