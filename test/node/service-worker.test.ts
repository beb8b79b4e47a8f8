// A service worker that answers range requests out of its cache, as apps that work offline have: in a real page.
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { libraryAlias } from "../../scripts/library-alias.mjs";
import { canRunPages, launch, outcomeOf, serveFolder, temporaryFolder, writePage } from "../support/pages.ts";
import type { ServiceWorkerOutcome } from "./pages/service-worker.ts";

const entry = fileURLToPath(new URL("./pages/service-worker.ts", import.meta.url));

/** Cuts the range out of the cached file; with `flip`, it gets a byte wrong until it is asked to go past its cache. */
const WORKER = `
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
const asked = [];
self.addEventListener("message", (event) => event.source.postMessage(asked.splice(0)));
self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (url.pathname !== "/offline/world.par") return;
  event.respondWith((async () => {
    const range = event.request.headers.get("Range");
    asked.push({ range, cache: event.request.cache });
    const cached = await (await caches.open("files")).match("/offline/world.par");
    const bytes = new Uint8Array(await cached.arrayBuffer());
    const [, first, last] = /^bytes=(\\d+)-(\\d+)$/.exec(range);
    const start = Number(first), end = Math.min(bytes.length, Number(last) + 1);
    const body = bytes.slice(start, end);
    const flip = Number(url.searchParams.get("flip") ?? "-1") - start;
    if (event.request.cache !== "reload" && flip >= 0 && flip < body.length) body[flip] ^= 0xff;
    return new Response(body, { status: 206, headers: { "Content-Range": "bytes " + start + "-" + (end - 1) + "/" + bytes.length, ETag: '"1"' } });
  })());
});
`;

describe.skipIf(!canRunPages)("a service worker that synthesises 206", () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let browser: Browser;

  beforeAll(async () => {
    folder = await temporaryFolder();
    await writePage(folder.path, entry);
    await build({
      root: folder.path,
      configFile: false,
      logLevel: "warn",
      resolve: { alias: libraryAlias },
      build: { target: "esnext", outDir: "built" },
      worker: { format: "es" },
    });
    await writeFile(`${folder.path}/built/sw.js`, WORKER);
    browser = await launch();
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await folder?.[Symbol.asyncDispose]();
  });

  test("serves lookups range by range, and damage in its cache is asked for again past it", async () => {
    await using site = await serveFolder(`${folder.path}/built`, {});
    const outcome = await outcomeOf<ServiceWorkerOutcome>(browser, `${site.url}/`);
    expect(outcome.error).toBeUndefined();
    expect(outcome).toMatchObject({ item: 99_000 * 3, name: 77, damaged: 70_000 * 3, reloads: 1 });
    expect(outcome.asked[0]).toEqual({ range: "bytes=0-65535", cache: "no-store" });
    expect(outcome.asked).toHaveLength(outcome.requests);
    expect(outcome.askedOfDamaged.map(({ cache }) => cache)).toEqual(["no-store", "no-store", "reload"]);
  });
});
