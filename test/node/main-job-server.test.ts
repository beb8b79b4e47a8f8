// The main job's file server: the answers of HTTP that a reader of ranges relies on.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startFileServer } from "../../scripts/main-job/server.mjs";

let folder = "";
let server: Awaited<ReturnType<typeof startFileServer>>;
let etag = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "parcode-server-"));
  await writeFile(join(folder, "ten"), "0123456789");
  await writeFile(join(folder, "none"), "");
  server = await startFileServer({
    ten: { path: join(folder, "ten"), type: "text/plain" },
    none: { path: join(folder, "none") },
  });
  etag = (await get("ten")).headers.get("etag") ?? "";
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

function get(name: string, headers: Record<string, string> = {}, method = "GET"): Promise<Response> {
  return fetch(`${server.url}/${name}`, { headers, method });
}

test("the whole file, with a strong ETag, for any origin", async () => {
  const response = await get("ten");
  expect(response.status).toBe(200);
  expect(await response.text()).toBe("0123456789");
  expect(response.headers.get("etag")).toMatch(/^"[0-9a-f]{32}"$/);
  expect(response.headers.get("accept-ranges")).toBe("bytes");
  expect(response.headers.get("access-control-allow-origin")).toBe("*");
  expect(response.headers.get("access-control-expose-headers")).toContain("Content-Range");
});

test.each([
  ["bytes=2-4", "234", "bytes 2-4/10"],
  ["bytes=0-0", "0", "bytes 0-0/10"],
  ["bytes=8-100", "89", "bytes 8-9/10"],
  ["bytes=7-", "789", "bytes 7-9/10"],
  ["bytes=-3", "789", "bytes 7-9/10"],
  ["bytes=-100", "0123456789", "bytes 0-9/10"],
])("%s", async (range, text, contentRange) => {
  const response = await get("ten", { Range: range });
  expect([response.status, await response.text()]).toEqual([206, text]);
  expect(response.headers.get("content-range")).toBe(contentRange);
  expect(response.headers.get("content-length")).toBe(String(text.length));
});

test.each(["bytes=10-", "bytes=10-20", "bytes=-0"])("%s has nothing of the file", async (range) => {
  const response = await get("ten", { Range: range });
  expect([response.status, response.headers.get("content-range")]).toEqual([416, "bytes */10"]);
});

test.each(["bytes=4-2", "bytes=0-1,4-5", "bytes=-", "items=0-1"])("%s is ignored", async (range) => {
  expect((await get("ten", { Range: range })).status).toBe(200);
});

test("If-Range gives the range of this version only", async () => {
  expect((await get("ten", { Range: "bytes=0-1", "If-Range": etag })).status).toBe(206);
  expect((await get("ten", { Range: "bytes=0-1", "If-Range": '"other"' })).status).toBe(200);
});

test("If-None-Match finds the version unchanged", async () => {
  const response = await get("ten", { "If-None-Match": etag });
  expect([response.status, await response.text()]).toEqual([304, ""]);
});

test("HEAD has the length and no body", async () => {
  const response = await get("ten", {}, "HEAD");
  expect([response.status, response.headers.get("content-length"), await response.text()]).toEqual([200, "10", ""]);
});

test("an empty file, a missing one, a method that is none here", async () => {
  expect(await (await get("none")).text()).toBe("");
  expect((await get("none", { Range: "bytes=0-9" })).status).toBe(416);
  expect((await get("other")).status).toBe(404);
  expect((await get("ten", {}, "POST")).status).toBe(405);
  expect((await get("ten", {}, "OPTIONS")).status).toBe(204);
});

test("requests and bytes of bodies are counted, preflights are not", async () => {
  const before = server.traffic();
  await (await get("ten", { Range: "bytes=1-3" })).text();
  await (await get("ten")).text();
  await get("ten", {}, "OPTIONS");
  const after = server.traffic();
  expect([after.requests - before.requests, after.bytes - before.bytes]).toEqual([2, 13]);
});
