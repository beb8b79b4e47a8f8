// Opening files in the playground as it is published, in a real browser: from everywhere, and what is said where that fails.
import { mkdirSync, writeFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { citiesJob } from "../../scripts/main-job/cities.mjs";
import { startPlayground } from "../../scripts/main-job/playground.mjs";
import { Cities } from "../../scripts/main-job/schemas.mjs";
import { startFileServer } from "../../scripts/main-job/server.mjs";
import { bytes, chunk, hashMap, map, serialize, str, struct, u32, vec } from "../../src/index.ts";
import { putFile, uniqueName, urlOf } from "../support/range-client.ts";
import { buildSite, canRun, type Site, serveSite, TestBrowser } from "./site.ts";

const World = struct({ name: str, levels: hashMap(str, u32), notes: chunk(vec(str)) });
const WORLD = { name: "World of Tests", levels: new Map([["Hero", 7]]), notes: ["first", "second"] };

describe.skipIf(!canRun)("opening files in the playground", () => {
  const browser = new TestBrowser();
  let built: Awaited<ReturnType<typeof buildSite>>;
  let site: Site;
  let folder = "";
  let files: Awaited<ReturnType<typeof startFileServer>>;
  let page: Page;
  let world: Uint8Array;
  let cities: Uint8Array;

  beforeAll(async () => {
    [built] = await Promise.all([buildSite(), browser.launch()]);
    folder = await mkdtemp(join(tmpdir(), "parcode-open-"));
    const { records, source } = await citiesJob.load();
    cities = await serialize(Cities, citiesJob.value(records.slice(0, 12_000), source));
    world = await serialize(World, WORLD);
    const paths = { cities: join(folder, "cities.par"), world: join(folder, "world.par"), text: join(folder, "text") };
    await Promise.all([
      writeFile(paths.cities, cities),
      writeFile(paths.world, world),
      writeFile(paths.text, "no .par file, but long enough to hold a footer".repeat(9)),
    ]);
    files = await startFileServer({
      "cities.par": { path: paths.cities },
      "world.par": { path: paths.world },
      text: { path: paths.text },
    });
    mkdirSync(join(built.folder, "examples"), { recursive: true });
    writeFileSync(join(built.folder, "examples/cities.par"), cities);
    writeFileSync(join(built.folder, "examples/index.json"), JSON.stringify({ cities: cities.length }));
    site = await serveSite(built.folder);
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await site?.close();
    await files?.close();
    await built?.remove();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    page = await browser.page();
    return () => expect(browser.complaints).toEqual([]);
  });

  const open = (query: Record<string, string>) => page.goto(`${site.url}?${new URLSearchParams(query)}`);
  const heading = (name: string) => page.getByRole("heading", { level: 1, name });
  const total = () => page.locator(".cost-total");
  const field = (name: string) => page.getByRole("treeitem", { name: new RegExp(`^${name} `) });

  test("the first screen offers the examples that are there, and opens one", async () => {
    await page.goto(site.url);
    await page.getByRole("heading", { level: 1 }).waitFor();
    const example = page.getByRole("button", { name: /^Cities of the world/ });
    await example.getByText(/MB$/).waitFor();
    expect(await page.locator(".card").count()).toBe(1);
    await example.click();
    await heading("cities.par").waitFor();
    expect(await total().innerText()).toMatch(/^Read\s+65\.5 kB\s+of [\d.]+ MB/);
    expect(new URL(page.url()).search).toBe("?example=cities");
    // All of it from this site, and of the file one part.
    expect([...browser.hosts]).toEqual([new URL(site.url).host]);
    expect(site.served.filter(({ path }) => path.endsWith("cities.par"))).toMatchObject([{ status: 206 }]);
  });

  test("on its development server, where npm start opens it with a file", async () => {
    const playground = await startPlayground({ url: `${files.url}/cities.par` });
    try {
      await page.goto(playground.url);
      await heading("cities.par").waitFor();
      await field("list").click();
      await page.getByLabel(/^List of 12,000 items/).waitFor();
    } finally {
      await playground.close();
    }
  });

  test("an address that is typed in, with exactly the cost that its server sees", async () => {
    await page.goto(site.url);
    const before = files.traffic();
    await page.getByLabel("From the web").fill("   ");
    await page.keyboard.press("Enter");
    expect(await page.getByRole("alert").innerText()).toContain("Paste the address");
    await page.getByLabel("From the web").fill(`${files.url}/cities.par`);
    await page.keyboard.press("Enter");
    await heading("cities.par").waitFor();
    await field("byName").click();
    await page.getByLabel("Key").fill("AD/Vila");
    await page.keyboard.press("Enter");
    await page.getByText("Vila", { exact: true }).waitFor();
    const { requests, bytes: received } = files.traffic();
    expect(requests - before.requests).toBe(2);
    await page.locator(".reads-sum", { hasText: "2 reads" }).waitFor();
    expect(await page.locator(".reads-sum").innerText()).toContain(
      `${(received - before.bytes).toLocaleString("en-US")} bytes`,
    );
  });

  test("an address that is pasted, wherever that is", async () => {
    await page.goto(site.url);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.evaluate((url) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/plain", ` ${url}\n`);
      document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
    }, `${files.url}/world.par`);
    await heading("world.par").waitFor();
  });

  test("a large file of this machine is opened with one read, as without the page", async () => {
    await page.goto(site.url);
    await page
      .getByLabel("From this machine")
      .setInputFiles({ name: "large.par", mimeType: "", buffer: Buffer.from(cities) });
    await heading("large.par").waitFor();
    expect(cities.length).toBeGreaterThan(2 ** 17);
    expect(await page.locator(".reads-sum").innerText()).toMatch(/^1 read\s/);
  });

  test("a file that is chosen, and one that is dropped anywhere", async () => {
    await page.goto(site.url);
    const chosen = { name: "chosen.par", mimeType: "", buffer: Buffer.from(world) };
    await page.getByLabel("From this machine").setInputFiles(chosen);
    await heading("chosen.par").waitFor();
    await page.getByText("World of Tests").first().waitFor();
    await page.getByRole("link", { name: "Close" }).click();
    await page.getByLabel("From this machine").waitFor();
    const transfer = await page.evaluateHandle((values) => {
      const data = new DataTransfer();
      data.items.add(new File([new Uint8Array(values)], "dropped.par"));
      return data;
    }, Array.from(world));
    await page.dispatchEvent("body", "dragover", { dataTransfer: transfer });
    await page.getByText("Drop the file to open it").waitFor();
    await page.dispatchEvent("body", "drop", { dataTransfer: transfer });
    await heading("dropped.par").waitFor();
    await page.getByText("Drop the file to open it").waitFor({ state: "detached" });
    expect(await total().innerText()).toMatch(/of [\d.,]+ (?:bytes|kB)/);
    // Back to the one before, without the address knowing either.
    await page.goBack();
    await page.goBack();
    await heading("chosen.par").waitFor();
  });

  test("files of the browser's own storage, which are listed", async () => {
    await page.goto(`${site.url}?tab=make`);
    await page.getByText("Pasted text").click();
    await page.getByLabel("JSON, NDJSON or CSV").fill('{"title": "Stored here"}');
    for (const place of ["OPFS", "IndexedDB"]) {
      await page.getByLabel("Save to", { exact: true }).selectOption({ label: `this browser, ${place}` });
      await page.getByLabel("Name").fill(`in ${place}`);
      await page.getByRole("button", { name: "Make the file" }).click();
      await page.locator(".make-stored li", { hasText: `in ${place}.par` }).waitFor();
    }
    for (const place of ["OPFS", "IndexedDB"]) {
      await page.goto(site.url);
      await page.getByRole("button", { name: new RegExp(`in ${place}\\.par`) }).click();
      await heading(`in ${place}.par`).waitFor();
      await page.getByText("Stored here").first().waitFor();
      expect(await page.locator(".read-storage").count()).toBeGreaterThan(0);
      await page.reload();
      await page.getByText("Stored here").first().waitFor();
    }
  });

  test("what an address names, down to a value; back and forward", async () => {
    const url = `${files.url}/cities.par`;
    await open({ url, path: 'byName["AD/Vila"]' });
    await page.getByText("Vila", { exact: true }).waitFor();
    expect(await page.getByLabel("Key").inputValue()).toBe("AD/Vila");
    await field("list").click();
    await page.getByLabel(/^List of 12,000 items/).waitFor();
    expect(new URL(page.url()).searchParams.get("path")).toBe("list");
    await page.goBack();
    await page.getByText("Vila", { exact: true }).waitFor();
    await page.goForward();
    await page.getByLabel(/^List of 12,000 items/).waitFor();
    // The same file all the while.
    expect(await page.locator(".read").first().innerText()).toContain("at 0");
    await page.getByRole("link", { name: "parcode" }).click();
    await page.getByLabel("From the web").waitFor();
    await page.goBack();
    await page.getByLabel(/^List of 12,000 items/).waitFor();
    await open({ url, path: "list[12345]" });
    await page.getByText("There is no such item.").waitFor();
    await open({ url, path: "nowhere.at.all" });
    await page.getByText("There is no nowhere here.").waitFor();
  });

  test("a plain file shows chunks and bytes, and values once its schema is written down", async () => {
    const plain = await serialize(World, WORLD, { compatibility: "parcode", compression: "lz4" });
    await page.goto(site.url);
    await page
      .getByLabel("From this machine")
      .setInputFiles({ name: "plain.par", mimeType: "", buffer: Buffer.from(plain) });
    await page.getByText("This file does not say what is in it", { exact: false }).first().waitFor();
    await page.getByRole("link", { name: "Chunks" }).first().click();
    await page.getByRole("tree", { name: "Chunks of the file" }).waitFor();
    // "World of"
    await page.locator(".hex-row", { hasText: "57 6f 72 6c 64 20 6f 66" }).waitFor();
    const text = page.getByLabel("Schema in the library's words");
    await text.fill("strukt({})");
    await page.getByRole("button", { name: "Read with this schema" }).click();
    await page.getByRole("alert").waitFor();
    expect(await page.getByRole("alert").innerText()).toContain("strukt is not defined");
    await text.fill("struct({ name: str, levels: hashMap(str, u32), notes: chunk(vec(str)) })");
    await page.getByRole("button", { name: "Read with this schema" }).click();
    await page.getByText("read with your schema").waitFor();
    await page.getByRole("link", { name: "Values" }).click();
    await page.getByText("World of Tests").first().waitFor();
    await field("notes").click();
    await page.getByText("second").waitFor();
    // What a self-describing file says of itself is a schema, too.
    await page.goto(`${site.url}?${new URLSearchParams({ url: `${files.url}/world.par` })}`);
    await page.getByRole("button", { name: "Schema" }).click();
    await page.getByRole("button", { name: "Read with this schema" }).waitFor();
    await expect.poll(() => text.inputValue()).toContain("levels: hashMap(str, u32)");
    await page.getByRole("button", { name: "Read with this schema" }).click();
    await page.getByText("read with your schema").waitFor();
    await page.getByText("World of Tests").first().waitFor();
  });

  test.each([
    ["text", "This is no .par file", "Check that the download was complete"],
    ["missing.par", "The file cannot be reached.", "Check the address."],
  ])("says in plain words what is wrong with %s, and what to do", async (name, what, advice) => {
    await open({ url: `${files.url}/${name}` });
    const alert = page.getByRole("alert");
    await alert.waitFor();
    expect(await alert.innerText()).toContain(what);
    expect(await alert.innerText()).toContain(advice);
    await page.getByRole("link", { name: "Open another file" }).click();
    await page.getByLabel("From the web").waitFor();
    browser.complaints.splice(0, browser.complaints.length, ...unexpected(browser.complaints, "404"));
  });

  test("a server without ranges: says so, and takes the whole file when it is told to", async () => {
    const large = await serialize(struct({ name: str, data: chunk(bytes) }), {
      name: "all at once",
      data: new Uint8Array(200_000),
    });
    const name = uniqueName();
    await putFile(large, name);
    await open({ url: urlOf(name, "whole200") });
    await page.getByText("The server sends the whole file only", { exact: false }).waitFor();
    await page.getByRole("button", { name: "Load the whole file" }).click();
    await page.getByText("all at once").first().waitFor();
  });

  test("a server that does not let other sites read: says what it must send", async () => {
    // The site itself has no such headers.
    const other = site.url.replace("127.0.0.1", "localhost");
    await open({ url: `${other}examples/cities.par` });
    const alert = page.getByRole("alert");
    await alert.waitFor();
    expect(await alert.innerText()).toContain("The file cannot be reached.");
    expect(await alert.innerText()).toContain("Access-Control-Allow-Origin");
    browser.complaints.splice(0, browser.complaints.length, ...unexpected(browser.complaints, "CORS", "ERR_FAILED"));
  });

  test("a damaged part is never shown as a value, and others still are", async () => {
    const damaged = cities.slice();
    // In the middle of the list, behind what opening reads.
    damaged.fill(0xff, 400_000, 400_016);
    await page.goto(site.url);
    await page
      .getByLabel("From this machine")
      .setInputFiles({ name: "damaged.par", mimeType: "", buffer: Buffer.from(damaged) });
    await heading("damaged.par").waitFor();
    await page.getByRole("link", { name: "Chunks" }).first().click();
    await page.getByRole("button", { name: /^Read all chunks/ }).click();
    await page.getByRole("button", { name: /^Read all chunks/ }).waitFor({ state: "detached" });
    const parts = page.getByRole("tree", { name: "Chunks of the file" });
    for (const name of ["list", "byName", "places", "latitudes"]) {
      await parts
        .getByRole("treeitem", { name: new RegExp(`^${name}\\b`) })
        .locator(".caret")
        .first()
        .click();
    }
    for (const more of await parts.getByText(/more: show$/).all()) await more.click();
    await parts.getByText("damaged").first().scrollIntoViewIfNeeded();
    expect(await parts.getByText("damaged").count()).toBe(1);
    await parts.locator(".tree-row", { hasText: "damaged" }).click();
    await page.getByText("its bytes are not those that were written", { exact: false }).waitFor();
    await page.getByRole("link", { name: "Values" }).click();
    await field("longitudes").click();
    await page.getByText("12,000 elements").waitFor();
  });

  test("thousands of fields, long names and long texts make no long page", async () => {
    const fields = Object.fromEntries(Array.from({ length: 4000 }, (_, i) => [`${"field".repeat(50)}${i}`, str]));
    const schema = struct({ text: str, map: map(u32, str), list: vec(u32), ...fields });
    const value = Object.fromEntries(Object.keys(fields).map((name) => [name, "x".repeat(300)]));
    const all = {
      ...value,
      text: "A long text. ".repeat(300_000),
      map: new Map(Array.from({ length: 50_000 }, (_, i) => [i, "v"])),
      list: Array.from({ length: 100_000 }, (_, i) => i),
    };
    const file = await serialize(schema, all as never);
    await page.goto(site.url);
    await page
      .getByLabel("From this machine")
      .setInputFiles({ name: "wild.par", mimeType: "", buffer: Buffer.from(file) });
    await heading("wild.par").waitFor();
    const elements = () => page.locator("*").count();
    await page.getByText("3803 more are not shown.").waitFor();
    expect(await elements()).toBeLessThan(6000);
    await field("text").click();
    await page.getByText("4,000 of 3,900,000 characters").waitFor();
    await field("map").click();
    await page.getByText("The first 300 of 50000 entries").waitFor();
    await field("list").click();
    await page.getByText("100,000 items").waitFor();
    expect(await elements()).toBeLessThan(6000);
  });

  test("names and values of a hostile file are text, and nothing else", async () => {
    const evil = '<img src=x onerror="document.title=1">';
    const schema = struct({ [evil]: str, "a\u202eb": str, list: chunk(vec(str)), levels: hashMap(str, str) });
    const value = { [evil]: evil, "a\u202eb": "x\u202ey", list: [evil], levels: new Map([[evil, evil]]) };
    const file = await serialize(schema, value, { metadata: { [evil]: evil } });
    await page.goto(site.url);
    await page
      .getByLabel("From this machine")
      .setInputFiles({ name: `${evil}.par`, mimeType: "", buffer: Buffer.from(file) });
    await page.getByText(evil).first().waitFor();
    // A character that turns text around is shown as one that does not.
    await page.locator(".fields", { hasText: "a\ufffdb" }).waitFor();
    expect(await page.locator("body").innerText()).not.toContain("\u202e");
    await field("list").click();
    await page.getByRole("option").getByText(evil).click();
    await field("levels").click();
    await page.getByRole("button", { name: "Show some keys" }).click();
    await page.locator(".entry", { hasText: evil }).click();
    await page.getByRole("button", { name: "Schema" }).click();
    await page.getByRole("link", { name: "Chunks" }).first().click();
    await page.getByRole("tree", { name: "Chunks of the file" }).waitFor();
    expect(await page.locator("img").count()).toBe(0);
    expect(await page.title()).toContain("img");
  });
});

/** What a browser says by itself about a request that fails is no complaint of ours. */
function unexpected(complaints: readonly string[], ...known: readonly string[]): string[] {
  return complaints.filter((text) => !known.some((word) => text.includes(word)));
}
