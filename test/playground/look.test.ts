// Looking into a file in the playground as it is published, in a real browser: values, chunks, and what each step cost.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startFileServer } from "../../scripts/main-job/server.mjs";
import { pngOf } from "../../scripts/playground-examples/png.mjs";
import {
  bool,
  bytes,
  chunk,
  f32,
  hashMap,
  option,
  serialize,
  sortedMap,
  str,
  struct,
  tuple,
  typed,
  u8,
  u32,
  u64,
  unit,
  variant,
  vec,
} from "../../src/index.ts";
import { buildSite, canRun, type Site, serveSite, TestBrowser } from "./site.ts";

const ROWS = 60_000;
const MANY = 3_000_000;
const SAMPLES = 40_000;

const Thing = struct({ id: u32, name: str, weight: f32, isGood: bool, tags: vec(str) });
const Things = struct({
  title: str,
  choice: variant({ none: unit, some: struct({ size: u32 }) }),
  maybe: option(str),
  list: chunk(vec(Thing), { compression: "lz4" }),
  many: chunk(vec(u8)),
  byName: hashMap(str, Thing),
  byId: hashMap(u64, str),
  words: sortedMap(str, u32),
  places: sortedMap(tuple([str, str]), u32),
  waves: chunk(typed(f32)),
  times: chunk(typed(f32)),
  picture: chunk(bytes),
  drawing: chunk(bytes),
  story: chunk(str),
  nested: chunk(struct({ depth: u32, more: chunk(vec(str)) })),
});

const PICTURE = pngOf({ width: 20, height: 10, pixels: new Uint8Array(200), palette: [[10, 110, 98]] });
const DRAWING = '<svg xmlns="http://www.w3.org/2000/svg"><script>document.title = "run"</script></svg>';

function thing(id: number) {
  return { id, name: `Thing ${id}`, weight: id / 8, isGood: id % 2 === 0, tags: [`tag ${id % 5}`] };
}

function value() {
  const list = Array.from({ length: ROWS }, (_, id) => thing(id));
  const letters = "abcdefghijklmnopqrstuvwxyz";
  const words = Array.from({ length: 20_000 }, (_, i): [string, number] => [
    `${letters[i % 26]}${letters[(i * 7) % 26]}${i}`,
    i,
  ]);
  const places = words.map(([word, i]): [[string, string], number] => [[i % 2 === 0 ? "DE" : "FR", word], i]);
  const waves = Float32Array.from({ length: SAMPLES }, (_, i) => Math.sin(i / 900));
  return {
    title: "Things",
    choice: { type: "some" as const, value: { size: 5 } },
    maybe: null,
    list,
    many: new Array<number>(MANY).fill(9),
    byName: new Map(list.slice(0, 20_000).map((item) => [item.name, item])),
    byId: new Map(list.slice(0, 5000).map(({ id, name }) => [2n ** 60n + BigInt(id), name])),
    words: new Map(words),
    places,
    waves,
    times: Float32Array.from(waves, (_, i) => i / 100),
    picture: PICTURE,
    drawing: new TextEncoder().encode(DRAWING),
    story: "Once upon a time. ".repeat(1000),
    nested: { depth: 1, more: ["one", "two"] },
  };
}

describe.skipIf(!canRun)("looking into files in the playground", () => {
  const browser = new TestBrowser();
  let built: Awaited<ReturnType<typeof buildSite>>;
  let site: Site;
  let folder = "";
  let files: Awaited<ReturnType<typeof startFileServer>>;
  let page: Page;

  beforeAll(async () => {
    [built] = await Promise.all([buildSite(), browser.launch()]);
    folder = await mkdtemp(join(tmpdir(), "parcode-look-"));
    const path = join(folder, "things.par");
    await writeFile(path, await serialize(Things, value()));
    files = await startFileServer({ "things.par": { path } });
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

  const open = async (query: Record<string, string> = {}) => {
    await page.goto(`${site.url}?${new URLSearchParams({ url: `${files.url}/things.par`, ...query })}`);
    await page.getByRole("heading", { level: 1, name: "things.par" }).waitFor();
  };
  const field = (name: string) => page.getByRole("treeitem", { name: new RegExp(`^${name} `) });
  const rows = () => page.getByRole("listbox");
  const cost = () => page.locator(".step-cost");

  test("a value in each form that a struct can hold", async () => {
    await open();
    const fields = page.locator(".fields");
    expect(await fields.getByRole("row", { name: /^title/ }).innerText()).toContain("Things");
    expect(await fields.getByRole("row", { name: /^choice/ }).innerText()).toContain("{size: 5}");
    expect(await fields.getByRole("row", { name: /^maybe/ }).innerText()).toContain("null");
    await field("maybe").click();
    await page.getByText("null: there is no value.").waitFor();
    await field("choice").click();
    await page.locator(".big-value", { hasText: "some" }).waitFor();
    await field("nested").click();
    await page.locator(".fields").getByRole("link", { name: "more", exact: true }).click();
    await rows().getByText("two", { exact: true }).waitFor();
    await field("story").click();
    await page.getByRole("button", { name: "Show more" }).click();
    await page.getByText("Show more").waitFor({ state: "detached" });
    expect((await page.locator(".text-value").innerText()).length).toBeGreaterThan(17_000);
  });

  test("one lookup for a key, of text or of numbers, and none for the next one in its bucket", async () => {
    await open({ path: "byName" });
    await page.getByLabel("Key").fill("Thing 1234");
    const before = files.traffic();
    await page.keyboard.press("Enter");
    await page.locator(".fields", { hasText: "154.25" }).waitFor();
    expect(files.traffic().requests - before.requests).toBe(1);
    expect(await cost().innerText()).toMatch(/^1 read, [\d.]+ kB, /);
    await page.getByLabel("Key").fill("no such thing");
    await page.getByRole("button", { name: "Look up" }).click();
    await page.getByText('There is no key "no such thing" here.').waitFor();
    await page.getByRole("button", { name: "Show some keys" }).click();
    await page.locator(".entry").first().click();
    await page.locator(".fields", { hasText: "Thing" }).waitFor();
    await open({ path: "byId" });
    await page.getByLabel("Key").fill("hello");
    await page.keyboard.press("Enter");
    await page.getByText("Keys are of the type u64", { exact: false }).waitFor();
    await page.getByLabel("Key").fill(String(2n ** 60n + 77n));
    await page.keyboard.press("Enter");
    await page.getByText("Thing 77", { exact: true }).waitFor();
  });

  test("a search in order while it is typed, for text and for rows that begin with it", async () => {
    await open({ path: "words" });
    const entries = page.locator(".entry-key");
    await page.locator(".entry").first().waitFor();
    await page.getByLabel(/^Keys that begin with/).pressSequentially("zt25");
    const wanted = [...value().words.keys()].filter((word) => word.startsWith("zt25")).sort();
    await page.getByText(`Found ${wanted.length} entries`).waitFor();
    expect(await entries.allInnerTexts()).toEqual(wanted);
    expect(new URL(page.url()).searchParams.get("find")).toBe("zt25");
    await entries.first().click();
    await page.locator(".detail-item", { hasText: wanted[0] ?? "" }).waitFor();
    // Going back does not go letter by letter.
    await page.goBack();
    await page.locator(".detail-item").waitFor({ state: "detached" });
    expect(await page.getByLabel(/^Keys that begin with/).inputValue()).toBe("zt25");
    await open({ path: "places", find: "FR/b" });
    await page.getByText("Found the first 50 entries").waitFor();
    expect((await entries.allInnerTexts()).every((text) => /^FR \/ b/.test(text))).toBe(true);
    await page.getByRole("button", { name: "More", exact: true }).click();
    await page.getByText("Found the first 150 entries").waitFor();
  });

  test("a long list reads what is seen; by keyboard, by index, by wheel", async () => {
    await open();
    await field("list").click();
    await rows().getByText("Thing 0", { exact: true }).waitFor();
    const columns = await page.locator(".rows-head").innerText();
    expect(columns.split(/\s+/)).toEqual(["#", "id", "name", "weight", "isGood"]);
    expect(await rows().getByRole("option").count()).toBeLessThan(40);
    const before = files.traffic();
    await rows().focus();
    await page.keyboard.press("End");
    await rows()
      .getByText(`Thing ${ROWS - 1}`, { exact: true })
      .waitFor();
    expect(files.traffic().requests - before.requests).toBeLessThanOrEqual(2);
    // Choosing an item leaves the list where it is.
    const top = () => page.locator(".row-index").first().innerText();
    const shownFirst = await top();
    await rows()
      .getByText(`Thing ${ROWS - 3}`, { exact: true })
      .click();
    await page.locator(".detail-item", { hasText: `Thing ${ROWS - 3}` }).waitFor();
    expect(await top()).toBe(shownFirst);
    await rows().focus();
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.locator(".detail-item", { hasText: "[1]" }).waitFor();
    await page.locator(".fields", { hasText: "tag 1" }).waitFor();
    await page.getByLabel("Go to").fill("30,000");
    await page.keyboard.press("Enter");
    await page.locator(".fields", { hasText: "Thing 30000" }).waitFor();
    await rows().getByText("Thing 30003", { exact: true }).waitFor();
  });

  test("a list of millions, beyond what an element can be high", async () => {
    await open({ path: "many" });
    await page.getByText("3,000,000 items").waitFor();
    const shown = () => page.locator(".row-index").allInnerTexts();
    const first = async (): Promise<number> => Number((await shown())[0]?.replaceAll(",", ""));
    await rows().hover();
    // A turn of the wheel goes some rows on, not thousands.
    await page.mouse.wheel(0, 300);
    await expect.poll(first).toBe(10);
    await page.mouse.wheel(0, 300);
    await expect.poll(first).toBe(20);
    // The bar goes through all of it.
    await rows().evaluate((element) => element.scrollTo(0, element.scrollHeight / 2));
    await expect.poll(first).toBeGreaterThan(1_450_000);
    expect(await first()).toBeLessThan(1_550_000);
    await rows().evaluate((element) => element.scrollTo(0, element.scrollHeight));
    await expect.poll(async () => (await shown()).at(-1)).toBe("2,999,999");
    await page.getByLabel("Go to").fill("1234567");
    await page.keyboard.press("Enter");
    await rows().getByText("1,234,567", { exact: true }).waitFor();
    await page.locator(".big-value", { hasText: "9" }).waitFor();
  });

  test("columns as a line, as points over one another, and as a table", async () => {
    await open({ path: "waves" });
    await page.getByText("40,000 elements").waitFor();
    await page.locator(".u-wrap canvas").waitFor();
    await drawn(page, ".u-wrap canvas", 500);
    expect(await page.locator(".facts").innerText()).toMatch(/least\s+-1/);
    await page.getByLabel("Show as").selectOption({ label: "points over times" });
    await page.getByRole("img", { name: "40,000 points of waves over times" }).waitFor();
    await drawn(page, ".plot > canvas", 500);
    await page.getByLabel("Show as").selectOption({ label: "a table" });
    const second = rows().getByRole("option").nth(1).locator(".number").nth(1);
    await expect.poll(async () => Math.fround(Number(await second.innerText()))).toBe(Math.fround(Math.sin(1 / 900)));
  });

  test("bytes: a picture is shown, a drawing that could run is not, and both can be saved", async () => {
    await open({ path: "picture" });
    const image = page.locator(".picture img");
    await image.waitFor();
    await expect.poll(() => image.evaluate((element: HTMLImageElement) => element.naturalWidth)).toBe(20);
    await page.getByText("20 × 10 pixels").waitFor();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Save as …" }).click(),
    ]);
    expect(download.suggestedFilename()).toBe("picture.png");
    expect(Buffer.compare(await readFile(await download.path()), PICTURE)).toBe(0);
    await page.getByRole("button", { name: "Hex" }).click();
    await page.getByText("89 50 4e 47 0d 0a 1a 0a", { exact: false }).waitFor();
    await field("drawing").click();
    await page.getByText("<svg", { exact: false }).waitFor();
    expect(await page.locator("img").count()).toBe(0);
    expect(await page.title()).not.toBe("run");
  });

  test("the chunks: all of them without a read, and the bytes of one with one", async () => {
    await open({ view: "chunks" });
    const tree = page.getByRole("tree", { name: "Chunks of the file" });
    await tree.waitFor();
    const before = files.traffic();
    expect(before.requests).toBeGreaterThan(0);
    const item = (name: string) =>
      tree.getByRole("treeitem", { name: new RegExp(`^${name.replace(/[[\]]/g, "\\$&")}\\b`) });
    expect(await item("list").innerText()).toContain("vec<struct");
    // By keyboard: open the list, go to its second shard, choose it.
    await item("root").focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowRight");
    await tree.getByText("list[1]", { exact: true }).waitFor();
    expect(files.traffic()).toEqual(before);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    const details = page.getByRole("region", { name: "Chunk", exact: true });
    await details.getByRole("heading", { name: "list[1]" }).waitFor();
    await details.getByText("lz4").waitFor();
    await details.locator(".hex-row").first().waitFor();
    await details.getByText("compared, and right").waitFor();
    expect(files.traffic().requests - before.requests).toBe(1);
    await tree
      .locator(".tree-row", { hasText: "list[1]" })
      .getByText(/lz4 \d+ %/)
      .waitFor();
    // What was read stands out in the map, too, and a place in it leads to its chunk.
    await drawn(page, ".treemap canvas", 1000);
    await page.locator(".file-map-strip").click({ position: { x: 400, y: 8 } });
    await details.getByRole("heading", { name: "list[1]" }).waitFor({ state: "detached" });
  });

  test("each read in a row, beside the size of the file, and slower where that is wanted", async () => {
    await open();
    expect(await page.locator(".read").count()).toBe(1);
    await page.getByLabel("Connection").selectOption({ label: "train: 400 ms, 1 Mbit/s" });
    await field("waves").click();
    await page.locator(".u-wrap canvas").waitFor();
    const { requests, bytes: received } = files.traffic();
    expect(requests).toBeGreaterThan(1);
    expect(received).toBeGreaterThan(0);
    const time = await page.locator(".read-time").nth(1).innerText();
    expect(time).toMatch(/^[1-9][\d.]* s$/);
    expect(await page.locator(".read-where").nth(1).innerText()).toMatch(/^at [\d,]+$/);
    await drawn(page, ".file-map-strip canvas:last-child", 20);
  });

  test("the same as JSON, built by a worker", async () => {
    await open({ view: "compare" });
    await page.getByLabel("As JSON:").selectOption({ label: "only list" });
    await page.getByRole("button", { name: "Build the JSON" }).click();
    const table = page.locator(".compare");
    await table.waitFor();
    const json = JSON.stringify(value().list).length;
    expect(
      await table
        .getByRole("row", { name: /^JSON\b/ })
        .first()
        .innerText(),
    ).toContain(`${(json / 1e6).toFixed(1)} MB`);
    expect(await table.getByRole("row", { name: /^what you have read here/ }).innerText()).toMatch(/kB\s+1\s/);
  });

  test("by keyboard alone, from the first screen to a value", async () => {
    await page.goto(site.url);
    await page.getByLabel("From the web").focus();
    await page.keyboard.type(`${files.url}/things.par`);
    await page.keyboard.press("Enter");
    await field("title").waitFor();
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute("role") ?? "");
    for (let i = 0; i < 30 && (await focused()) !== "treeitem"; i++) await page.keyboard.press("Tab");
    expect(await focused()).toBe("treeitem");
    for (let i = 0; i < 4; i++) await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.getByText("60,000 items").waitFor();
    for (let i = 0; i < 30 && (await focused()) !== "listbox"; i++) await page.keyboard.press("Tab");
    await page.keyboard.press("PageDown");
    await page.keyboard.press("Enter");
    await page.locator(".detail-item .fields").waitFor();
  });

  test("light and dark, as the system has it until somebody chooses", async () => {
    await page.emulateMedia({ colorScheme: "dark" });
    await open();
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const dark = await background();
    await page.emulateMedia({ colorScheme: "light" });
    await expect.poll(background).not.toBe(dark);
    await page.getByRole("button", { name: "Show in dark colours" }).click();
    expect(await background()).toBe(dark);
    await page.reload();
    await field("title").waitFor();
    expect(await background()).toBe(dark);
    await page.getByRole("button", { name: "Show in light colours" }).click();
    expect(await background()).not.toBe(dark);
  });

  test.each(["values", "chunks", "compare"])("%s fit a phone", async (view) => {
    await page.setViewportSize({ width: 340, height: 700 });
    await open({ view, path: "list[3]" });
    await page
      .locator(view === "values" ? ".detail-item" : view === "chunks" ? ".chunk-details" : ".panel h2")
      .first()
      .waitFor();
    const { scroll, client } = await page.evaluate(() => {
      const { scrollWidth: scroll, clientWidth: client } = document.documentElement;
      return { scroll, client };
    });
    expect(scroll).toBeLessThanOrEqual(client);
  });
});

/** Waits until a canvas has more than `least` pixels that are not of its commonest colour. */
async function drawn(page: Page, selector: string, least: number): Promise<void> {
  const canvas = await page.locator(selector).first().elementHandle();
  await page.waitForFunction(
    ({ element, wanted }) => {
      const { width, height } = element as HTMLCanvasElement;
      if (width === 0 || height === 0) return false;
      // A copy, since reading the one that is shown would make it slow.
      const copy = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
      copy?.drawImage(element as HTMLCanvasElement, 0, 0);
      const data = copy?.getImageData(0, 0, width, height).data ?? [];
      const counts = new Map<string, number>();
      for (let i = 0; i < data.length; i += 4) {
        const colour = `${data[i]},${data[i + 1]},${data[i + 2]},${data[i + 3]}`;
        counts.set(colour, (counts.get(colour) ?? 0) + 1);
      }
      return data.length / 4 - Math.max(...counts.values()) > wanted;
    },
    { element: canvas, wanted: least },
    { polling: 100 },
  );
}
