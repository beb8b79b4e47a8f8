// The playground as a person meets it: the page on its development server, in a real browser, over a real file.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { findChromium } from "../../scripts/chromium.mjs";
import { citiesJob } from "../../scripts/main-job/cities.mjs";
import { startPlayground } from "../../scripts/main-job/playground.mjs";
import { Cities } from "../../scripts/main-job/schemas.mjs";
import { startFileServer } from "../../scripts/main-job/server.mjs";
import { hashMap, serialize, str, struct, u32 } from "../../src/index.ts";
import { saveFile } from "../../src/node/index.ts";

const executablePath = findChromium();
const canRun = executablePath !== undefined && process.env.PARCODE_SKIP_CHROMIUM !== "1";

describe.skipIf(!canRun)("the playground", () => {
  let folder = "";
  let server: Awaited<ReturnType<typeof startFileServer>>;
  let playground: Awaited<ReturnType<typeof startPlayground>>;
  let browser: Browser;
  let page: Page;
  /** What the page complained about by itself. */
  let complaints: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "parcode-playground-"));
    const path = join(folder, "cities.par");
    const { records, source } = await citiesJob.load();
    await saveFile(path, Cities, citiesJob.value(records.slice(0, 20_000), source));
    await writeFile(join(folder, "text"), "no .par file, but long enough to hold a footer".repeat(9));
    server = await startFileServer({ "cities.par": { path }, text: { path: join(folder, "text") } });
    playground = await startPlayground({ url: `${server.url}/cities.par`, schema: "cities" });
    browser = await chromium.launch({ executablePath: executablePath ?? "", args: ["--no-sandbox"] });
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await playground?.close();
    await server?.close();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    await page?.close();
    page = await browser.newPage();
    page.setDefaultTimeout(10_000);
    complaints = [];
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error" && !message.text().includes("404")) complaints.push(message.text());
    });
    return () => expect(complaints).toEqual([]);
  });

  const field = (name: string) => page.locator(`.field:has(> .name:text-is("${name}"))`);
  const pageUrl = (query: Record<string, string>) => `${playground.url.split("?")[0]}?${new URLSearchParams(query)}`;

  test("opens what its address names, and shows fields and what they cost", async () => {
    await page.goto(playground.url);
    await page.locator("#opened").waitFor();
    expect(await page.locator("#status").textContent()).toMatch(
      /cities\.par: [\d,]+ bytes, version 4, opened in \d+ ms\.$/,
    );
    expect(await field("count").locator(".value").textContent()).toBe("20000");
    await page.locator("#requests tfoot", { hasText: "1 read" }).waitFor();
    expect(await page.locator("#requests tbody tr").count()).toBe(1);
  });

  test("answers by keyboard, and says what the answer cost", async () => {
    await page.goto(playground.url);
    await field("byName").getByLabel("key").focus();
    await page.keyboard.type("AD/Vila");
    await page.keyboard.press("Enter");
    await field("byName").locator(".cost", { hasText: "one read" }).waitFor();
    expect(await field("byName").locator(".value").textContent()).toContain("latE5: 4253176");

    await field("list").getByLabel("index").fill("19999");
    await page.keyboard.press("Enter");
    await field("list").locator(".field > .name", { hasText: "country" }).waitFor();

    await field("list").getByLabel("index").fill("20000");
    await page.keyboard.press("Enter");
    expect(await field("list").locator(".failed").textContent()).toContain("There is no such item.");
  });

  test("shows the chunks when it is told to read them", async () => {
    await page.goto(playground.url);
    await page.getByRole("button", { name: /^Show the chunks/ }).click();
    const first = page.locator("#tree summary").first();
    await first.waitFor();
    expect(await first.textContent()).toMatch(/^struct at [\d,]+ · /);
    expect(await page.locator("#tree details details > summary").allTextContents()).toEqual([
      expect.stringMatching(/^list at .* 20,000 items · \d+ parts$/),
      expect.stringMatching(/^map at .* \d+ parts$/),
      expect.stringMatching(/^list at .* items · \d+ parts$/),
      expect.stringMatching(/^list at .* 20,000 items · 1 part$/),
      expect.stringMatching(/^list at .* 20,000 items · 1 part$/),
    ]);
  });

  test("opens a file of this machine with a schema that is written down", async () => {
    await page.goto(pageUrl({}));
    await page.getByLabel("Schema").selectOption("own");
    await page.getByLabel("of your own").fill("struct({ name: str, levels: hashMap(str, u32) })");
    const schema = struct({ name: str, levels: hashMap(str, u32) });
    const bytes = await serialize(schema, { name: "World", levels: new Map([["Hero", 7]]) });
    await page.locator("#file").setInputFiles({ name: "own.par", mimeType: "", buffer: Buffer.from(bytes) });
    await page.locator("#opened").waitFor();
    expect(await field("name").locator(".value").textContent()).toBe('"World"');
    await field("levels").getByLabel("key").fill("Hero");
    await field("levels").getByRole("button").click();
    await field("levels").locator(".value", { hasText: "7" }).waitFor();
    // Small enough to be shown unasked.
    await page.locator("#tree summary", { hasText: "map at" }).waitFor();
  });

  test.each([
    ["missing.par", "The file cannot be reached."],
    ["text", "This is no .par file, or its end is missing."],
  ])("says in plain words what is wrong with %s", async (name, words) => {
    await page.goto(pageUrl({ url: `${server.url}/${name}` }));
    await page.getByRole("alert").waitFor();
    expect(await page.getByRole("alert").textContent()).toContain(words);
    expect(await page.locator("#opened").isVisible()).toBe(false);
  });

  test("a schema that cannot be read is said to be that", async () => {
    await page.goto(pageUrl({ url: `${server.url}/cities.par` }));
    await page.locator("#opened").waitFor();
    await page.getByLabel("Schema").selectOption("own");
    await page.getByLabel("of your own").fill("strukt({})");
    await page.getByLabel("of your own").blur();
    await page.getByRole("alert").waitFor();
    expect(await page.getByRole("alert").textContent()).toContain("strukt is not defined");
  });

  test("fits a narrow window, and has no text in the dark without contrast", async () => {
    await page.emulateMedia({ colorScheme: "dark" });
    await page.setViewportSize({ width: 340, height: 700 });
    await page.goto(playground.url);
    await page.locator("#opened").waitFor();
    const { scroll, client } = await page.evaluate(() => {
      const { scrollWidth: scroll, clientWidth: client } = document.documentElement;
      return { scroll, client };
    });
    expect(scroll).toBeLessThanOrEqual(client);
    const colors = await page.evaluate(() => {
      const { color, backgroundColor } = getComputedStyle(document.body);
      return { color, backgroundColor };
    });
    expect(colors).toEqual({ color: "rgb(230, 232, 235)", backgroundColor: "rgb(22, 24, 28)" });
  });
});
