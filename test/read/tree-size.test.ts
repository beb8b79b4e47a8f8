// The tree of large files: many children, many bytes.
import { expect, test } from "vitest";
import { bytes, chunk, hashMap, open, serialize, struct, u32 } from "../../src/index.ts";

test("a container with more children than a call can have arguments", async () => {
  const schema = struct({ map: hashMap(u32, u32, { bucketBytes: 1 }) });
  const entries = new Map(Array.from({ length: 200_000 }, (_, i) => [i, i]));
  const file = await open(await serialize(schema, { map: entries }));
  const tree = await file.inspect();
  expect(tree.root.children[0]?.children).toHaveLength(200_000);
  expect(tree.chunks).toBe(200_002);
});

test("no more than a window of a level's bytes is asked for at once", async () => {
  const schema = struct({ bytes: chunk(bytes) });
  const written = await serialize(schema, { bytes: new Uint8Array(40 * 1024 * 1024) });
  let inFlight = 0;
  let most = 0;
  const file = await open({
    name: "counted",
    size: async () => written.length,
    read: async ({ start, end }) => {
      inFlight += end - start;
      most = Math.max(most, inFlight);
      await new Promise((resolve) => setTimeout(resolve));
      inFlight -= end - start;
      return written.slice(start, end);
    },
  });
  const tree = await file.inspect();
  expect(tree.bytes).toBeGreaterThan(40 * 1024 * 1024);
  expect(tree.bytes).toBeLessThan(written.length - 26);
  expect(most).toBeGreaterThan(4 * 1024 * 1024);
  expect(most).toBeLessThanOrEqual(8 * 1024 * 1024);
});
