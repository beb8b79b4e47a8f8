/// <reference types="vite/client" />
// What reading costs over HTTP, in requests and bytes, which do not depend on the machine: docs/COSTS.md has the same table.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import documented from "../../docs/COSTS.md?raw";
import { startFileServer } from "../../scripts/main-job/server.mjs";
import { bytes, chunk, hashMap, open, str, struct, u32, vec } from "../../src/index.ts";
import { saveFile } from "../../src/node/index.ts";

const Item = struct({ id: u32, text: str });
const World = struct({
  name: str,
  small: hashMap(str, u32),
  large: hashMap(str, u32),
  list: chunk(vec(Item)),
  // Behind everything else, so that the end of the file brings no data along.
  rest: chunk(bytes),
});

const ITEMS = 100_000;
const LOOKUPS = 100;
const text = "x".repeat(990);
const entries = (count: number) => new Map(Array.from({ length: count }, (_, i) => [`player ${i}`, i]));

let folder = "";
let server: Awaited<ReturnType<typeof startFileServer>>;
let size = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "parcode-costs-"));
  const value = {
    name: "Terra",
    small: entries(100_000),
    large: entries(1_000_000),
    list: Array.from({ length: ITEMS }, (_, id) => ({ id, text })),
    rest: new Uint8Array(200_000),
  };
  const files: Record<string, { path: string }> = {};
  for (const layout of ["faststart", "stream"] as const) {
    files[layout] = { path: join(folder, `${layout}.par`) };
    size = (await saveFile(files[layout].path, World, value, { layout })).byteLength;
  }
  server = await startFileServer(files);
}, 120_000);
afterAll(async () => {
  await server?.close();
  await rm(folder, { recursive: true, force: true });
});

async function costs(layout: "faststart" | "stream"): Promise<Map<string, [requests: number, bytes: number]>> {
  const table = new Map<string, [number, number]>();
  const count = async <T>(what: string, access: () => Promise<T>): Promise<T> => {
    const before = server.traffic();
    const value = await access();
    const after = server.traffic();
    table.set(what, [after.requests - before.requests, after.bytes - before.bytes]);
    return value;
  };
  const file = await count("open", () => open(`${server.url}/${layout}`, World, { cacheBytes: 2 ** 24 }));
  const { root } = file;
  expect(await count("a field of the root", async () => root.name)).toBe("Terra");
  expect(await count("a lookup among 100,000", () => root.small.get("player 77777"))).toBe(77_777);
  expect(await count("a lookup among 1,000,000", () => root.large.get("player 777777"))).toBe(777_777);
  expect((await count("an item of the list", () => root.list.at(50_000))).id).toBe(50_000);
  const keys = Array.from({ length: LOOKUPS }, (_, i) => i * 997);
  const found = await count("100 lookups among 100,000, at once", () =>
    Promise.all(keys.map((key) => root.small.get(`player ${key}`))),
  );
  expect(found).toEqual(keys);
  const seen = await count("all of the list, in turn", async () => {
    let items = 0;
    for await (const { id } of root.list) if (id === items) items++;
    return items;
  });
  expect(seen).toBe(ITEMS);
  await file.close();
  return table;
}

test.each(["faststart", "stream"] as const)(
  "the table of docs/COSTS.md: %s",
  async (layout) => {
    const table = await costs(layout);
    const column = layout === "faststart" ? 1 : 3;
    const rows = [...documented.matchAll(/^\| (.+?) \| ([\d,]+) \| ([\d,]+) \| ([\d,]+) \| ([\d,]+) \|$/gm)];
    const numbers = rows.map((row) => [
      row[1],
      Number(row[column + 1]?.replaceAll(",", "")),
      Number(row[column + 2]?.replaceAll(",", "")),
    ]);
    expect([...table].map(([what, [requests, byteCount]]) => [what, requests, byteCount])).toEqual(numbers);
  },
  60_000,
);

test("what is promised: one request to open, one of at most 48 KiB for a lookup, twenty for a hundred", async () => {
  expect(size).toBeGreaterThan(100_000_000);
  const table = await costs("faststart");
  expect(table.get("open")).toEqual([1, 64 * 1024]);
  for (const what of ["a lookup among 100,000", "a lookup among 1,000,000"]) {
    const [requests, byteCount] = table.get(what) as [number, number];
    expect(requests).toBe(1);
    expect(byteCount).toBeLessThanOrEqual(48 * 1024);
  }
  expect(table.get("100 lookups among 100,000, at once")?.[0]).toBeLessThanOrEqual(20);
}, 60_000);
