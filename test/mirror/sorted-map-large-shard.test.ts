// A shard with more entries than a call can have arguments.
import { expect, test } from "vitest";
import { openSync, serializeSync, sortedMap, struct, u32, unit } from "../../src/index.ts";

test("iterating a sorted map whose shard holds very many entries", () => {
  const schema = struct({ keys: sortedMap(u32, unit, { shardBytes: 2 ** 24 }) });
  const keys = new Map(Array.from({ length: 300_000 }, (_, i) => [i, null]));
  const { root } = openSync(serializeSync(schema, { keys }), schema);
  expect([...root.keys.lazy()].length).toBe(300_000);
  expect([...root.keys.entries()].length).toBe(300_000);
});
