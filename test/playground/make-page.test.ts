// Making files in the playground as it is published, in a real browser: from every kind of data, to every place.
import { readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { open, openSync } from "../../src/index.ts";
import { buildSite, canRun, type Site, serveSite, TestBrowser } from "./site.ts";

const ROWS = Array.from({ length: 500 }, (_, id) => ({
  id,
  name: `Name ${id}`,
  price: id / 4,
  tags: id % 3 === 0 ? ["first", "third"] : [],
  note: id % 5 === 0 ? null : "n",
}));

describe.skipIf(!canRun)("making files in the playground", () => {
  const browser = new TestBrowser();
  let built: Awaited<ReturnType<typeof buildSite>>;
  let site: Site;
  let page: Page;
  let files = 0;

  beforeAll(async () => {
    [built] = await Promise.all([buildSite(), browser.launch()]);
    site = await serveSite(built.folder);
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await site?.close();
    await built?.remove();
  });
  beforeEach(async () => {
    page = await browser.page();
    await page.goto(`${site.url}?tab=make`);
    await page.getByRole("heading", { name: "Make a file" }).waitFor();
    return () => expect(browser.complaints).toEqual([]);
  });

  const make = () => page.getByRole("button", { name: "Make the file" });
  const facts = () => page.locator(".make-facts");
  const choose = (label: string, option: string) =>
    page.getByLabel(label, { exact: true }).selectOption({ label: option });

  async function paste(text: string): Promise<void> {
    await page.getByText("Pasted text").click();
    await page.getByLabel("JSON, NDJSON or CSV").fill(text);
  }

  async function giveFile(name: string, text: string): Promise<void> {
    await page.locator(".make input[type=file]").setInputFiles({ name, mimeType: "", buffer: Buffer.from(text) });
  }

  async function chooseWorld(step: number, seed = 1): Promise<void> {
    await page.getByText("Game world").click();
    await page.getByLabel(/^Size/).fill(String(step));
    await page.getByLabel("Seed").fill(String(seed));
  }

  /** Makes the file, takes it as a download, and gives its bytes. */
  async function made(): Promise<Uint8Array> {
    // A name of its own, so that what was made before is not taken for it.
    const name = `file ${++files}`;
    await page.getByLabel("Name").fill(name);
    await make().click();
    await page.getByRole("heading", { name: `${name}.par` }).waitFor();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download" }).click(),
    ]);
    return new Uint8Array(await readFile(await download.path()));
  }

  /** Everything in a file, by its own description. */
  async function contentOf(bytes: Uint8Array): Promise<unknown> {
    const file = await open(bytes);
    await file.verify();
    return await file.load();
  }

  /** Cancels as soon as the page says that it does `step`, or anything, faster than a test could from outside. */
  async function cancelAt(step?: string): Promise<void> {
    await page.evaluate((wanted) => {
      const look = (): void => {
        const progress = document.querySelector("progress");
        if (progress === null || (wanted !== undefined && progress.ariaLabel !== wanted)) return;
        observer.disconnect();
        for (const button of document.querySelectorAll("button")) if (button.textContent === "Cancel") button.click();
      };
      const observer = new MutationObserver(look);
      observer.observe(document.body, { childList: true, subtree: true, attributes: true });
    }, step);
  }

  test("from JSON, without workers", async () => {
    await paste(JSON.stringify(ROWS));
    await page.getByText("500 rows").waitFor();
    expect(await page.locator(".make-source").innerText()).toContain("note: option(str)");
    await choose("Workers", "none");
    expect(await contentOf(await made())).toEqual(ROWS);
    expect(await facts().innerText()).toMatch(/\d+ % of [\d.]+ kB of JSON/);
    expect(await facts().innerText()).toContain("this page's thread");
  });

  test("from CSV, with rows by a key", async () => {
    const csv = ["id;name;price;note", ...ROWS.map(({ id, name, price }) => `${id};"${name}; ""x""";${price};`)].join(
      "\r\n",
    );
    await giveFile("prices.csv", csv);
    await page.getByText("500 rows").waitFor();
    await choose("The rows become", "a hash map");
    await choose("by the column", "name");
    await page.locator(".make-source", { hasText: "hashMap(" }).waitFor();
    await choose("Compression", "none");
    const value = (await contentOf(await made())) as Map<string, unknown>;
    expect(value.size).toBe(500);
    expect(value.get('Name 7; "x"')).toEqual({ id: 7, name: 'Name 7; "x"', price: 1.75, note: "" });
  });

  test("from long NDJSON in a worker of its own, with workers that compress", async () => {
    const rows = Array.from({ length: 20_000 }, (_, id) => ({ id, name: `Row ${id}`, text: "lorem ipsum ".repeat(4) }));
    await giveFile("rows.ndjson", rows.map((row) => JSON.stringify(row)).join("\n"));
    await page.getByText("20,000 rows").waitFor();
    await choose("The rows become", "a sorted map");
    await choose("Workers", "2");
    await page.locator(".make-source", { hasText: "sortedMap(" }).waitFor();
    const value = (await contentOf(await made())) as Map<number, unknown>;
    expect(value.size).toBe(20_000);
    expect(value.get(19_999)).toEqual(rows[19_999]);
    expect(await facts().innerText()).toContain("2 workers");
  });

  test("from a world, the same for the same seed on either thread", async () => {
    await chooseWorld(0, 7);
    const first = await made();
    const file = openSync(first);
    const root = file.root as unknown as {
      side: number;
      terrain: { load(): Float32Array };
      roster: { at(index: number): { name: string } };
      players: { get(key: string): unknown };
    };
    expect(root.terrain.load().length).toBe(root.side ** 2);
    const { name } = root.roster.at(0);
    expect(root.players.get(name)).toMatchObject({ level: expect.any(Number), inventory: expect.any(Array) });
    await choose("Thread", "its own");
    const second = await made();
    expect(Buffer.compare(first, second)).toBe(0);
    await page.getByLabel("Seed").fill("8");
    expect(Buffer.compare(first, await made())).not.toBe(0);
  });

  test("into OPFS and IndexedDB, from where they are opened and removed", async () => {
    await paste(JSON.stringify(ROWS));
    const stored = page.locator(".make-stored li");
    for (const [place, name] of [
      ["this browser, OPFS", "one"],
      ["this browser, IndexedDB", "two"],
    ] as const) {
      await choose("Save to", place);
      await page.getByLabel("Name").fill(name);
      await make().click();
      await stored.filter({ hasText: `${name}.par` }).waitFor();
    }
    expect(await stored.allInnerTexts()).toEqual([
      expect.stringMatching(/two\.par\s+IndexedDB/),
      expect.stringMatching(/one\.par\s+OPFS/),
    ]);
    const bytes = await page.evaluate(async () => {
      const directory = await navigator.storage.getDirectory();
      const file = await (await directory.getFileHandle("one.par")).getFile();
      return [...new Uint8Array(await file.arrayBuffer())];
    });
    expect(await contentOf(new Uint8Array(bytes))).toEqual(ROWS);

    for (const name of ["one", "two"]) {
      await page.getByRole("button", { name: `Open ${name}.par` }).click();
      await page.getByText("Name 0", { exact: false }).first().waitFor();
      await page.goto(`${site.url}?tab=make`);
      await page.getByRole("button", { name: `Remove ${name}.par` }).click();
      await page.getByRole("button", { name: "Really remove" }).click();
      await stored.filter({ hasText: `${name}.par` }).waitFor({ state: "detached" });
    }
    await page.getByText("Nothing yet.").waitFor();
  });

  test("to disk, where the browser lets a page choose a file", async () => {
    // Nobody can answer the browser's own dialogue here; a handle is one of OPFS, which is as real.
    await page.addInitScript(() => {
      Object.assign(globalThis, {
        showSaveFilePicker: async (options: { suggestedName: string }) =>
          (await navigator.storage.getDirectory()).getFileHandle(options.suggestedName, { create: true }),
      });
    });
    await page.reload();
    await chooseWorld(0);
    await choose("Save to", "disk");
    for (const [thread, name] of [
      ["this page's", "picked by a page"],
      ["its own", "picked by a worker"],
    ] as const) {
      await choose("Thread", thread);
      await page.getByLabel("Name").fill(name);
      await make().click();
      await page.getByRole("heading", { name: `${name}.par` }).waitFor();
    }
    const sizes = await page.evaluate(async () => {
      const found: number[] = [];
      for await (const handle of (await navigator.storage.getDirectory()).values()) {
        found.push((await (handle as FileSystemFileHandle).getFile()).size);
      }
      return found;
    });
    expect(sizes.length).toBe(2);
    expect(sizes[0]).toBe(sizes[1]);
    await page.getByRole("button", { name: "Open it" }).click();
    await page.getByText("World 1").first().waitFor();
  });

  test("opens what was made at once, from memory", async () => {
    await paste('{"title": "A title to be seen", "counts": [1, 2, 3]}');
    await make().click();
    await page.getByRole("button", { name: "Open it" }).click();
    await page.getByText("A title to be seen").first().waitFor();
    // Back to what was being made.
    await page.getByRole("link", { name: "Make" }).click();
    await page.getByRole("button", { name: "Open it" }).waitFor();
  });

  test.each([
    ["Making the world", "this page's"],
    ["Writing", "this page's"],
    ["Writing", "its own"],
  ])("is cancelled while %s on %s thread, and leaves nothing behind", async (step, thread) => {
    await chooseWorld(step === "Writing" ? 8 : 24);
    await choose("Thread", thread);
    await choose("Save to", "this browser, OPFS");
    await cancelAt(step);
    await make().click();
    await page.getByText("Cancelled. Nothing was left behind.").waitFor();
    expect(await page.locator(".make-result").count()).toBe(0);
    const names = await page.evaluate(async () => {
      const found: string[] = [];
      for await (const name of (await navigator.storage.getDirectory()).keys()) found.push(name);
      return found;
    });
    expect(names).toEqual([]);
    // It can be made again.
    await chooseWorld(0);
    await make().click();
    await page.getByRole("button", { name: "Open it" }).waitFor();
  });

  test("reading is cancelled, too, though parsing cannot be interrupted", async () => {
    const path = join(tmpdir(), `parcode-long-${process.pid}.json`);
    const row = JSON.stringify({ a: [1, 2, 3], b: "text", c: { d: null, e: 1.5 } });
    await writeFile(path, `[${`${row},`.repeat(300_000)}${row}]`);
    try {
      await cancelAt();
      await page.locator(".make input[type=file]").setInputFiles(path);
      await page.getByText("Cancelled.").waitFor();
    } finally {
      await rm(path);
    }
    await paste("[1, 2]");
    await page.locator(".make-source", { hasText: "vec(u8)" }).waitFor();
  });

  test("says in plain words what is wrong, where, and what to do", async () => {
    const wrong = [
      ["bad.json", '{"a": 1,\n "b": }', "This is no JSON: expected a value, found “}”.", "At line 2, column 7"],
      ["ragged.csv", "a,b\n1,2\n3\n", "This row has 1 cell, and the row of names has 2.", "At row 3"],
      ["empty.json", "[]", "The list is empty, so nothing says what belongs into it.", "at least one item"],
      ["deep.json", `${"[".repeat(200)}${"]".repeat(200)}`, "nested more than 100 levels deep", "Flatten it"],
    ] as const;
    for (const [name, text, what, more] of wrong) {
      await giveFile(name, text);
      await page.getByRole("alert").filter({ hasText: what }).filter({ hasText: more }).waitFor();
      expect(await make().isDisabled()).toBe(true);
    }
  });

  test("says what is mixed, and which rows share a key", async () => {
    await paste('[{"id": 1, "price": 3}, {"id": 1, "price": "free"}]');
    expect(await page.getByLabel("Notes on the data").innerText()).toContain('text ([1].price: "free")');
    await choose("The rows become", "a hash map");
    await page.locator(".make-source", { hasText: "hashMap(" }).waitFor();
    await make().click();
    await page.getByRole("alert").waitFor();
    expect(await page.getByRole("alert").innerText()).toContain("Two rows have the key 1");
    // Written as a list, it holds both.
    await choose("The rows become", "a list");
    expect(await contentOf(await made())).toEqual([
      { id: 1, price: { type: "number", value: 3 } },
      { id: 1, price: { type: "text", value: "free" } },
    ]);
  });
});
