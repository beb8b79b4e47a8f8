/** A list whose items are nothing but chunks: they take no bytes of their shard, and are no empty items all the same. */
import { expect, test } from "vitest";
import { MAX_EMPTY_ITEMS } from "../../src/bytes/reader.ts";
import { chunk, openSync, serializeSync, struct, u8, vec } from "../../src/index.ts";

test("may be longer than what a reader allows items of no bytes", () => {
  const schema = chunk(vec(struct({ only: chunk(u8) })));
  const length = MAX_EMPTY_ITEMS + 1;
  const item = { only: 7 };
  const list = openSync(serializeSync(schema, Array<typeof item>(length).fill(item)), schema).root;
  expect(list.count()).toBe(length);
  expect(list.load().length).toBe(length);
  expect([list.at(length - 1), list.atLazy(5).only.load()]).toEqual([item, 7]);
}, 60_000);
