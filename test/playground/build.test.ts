// The playground as it is published: what its first screen costs, and that it behaves under the strictest of pages' policies.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EXAMPLES } from "../../playground/start/examples.ts";
import { buildSite, canRun, type Site, serveSite, TestBrowser } from "./site.ts";

/** Of all that the first screen asks for, compressed as servers do. */
const FIRST_LOAD_BYTES = 150_000;
/** What Lighthouse calls good is 0.1. */
const MAX_SHIFT = 0.02;
/** WCAG AA, for text of any size. */
const MIN_CONTRAST = 4.5;

const STRICT = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'";
const STRICTEST = "default-src 'self'";
describe.skipIf(!canRun)("the published playground", () => {
  const browser = new TestBrowser();
  let built: Awaited<ReturnType<typeof buildSite>>;
  let site: Site;

  beforeAll(async () => {
    [built] = await Promise.all([buildSite(), browser.launch()]);
    // The first screen lists the examples by this file, and would else take their place away.
    mkdirSync(join(built.folder, "examples"), { recursive: true });
    const sizes = Object.fromEntries(EXAMPLES.map(({ name }) => [name, 1e6]));
    writeFileSync(join(built.folder, "examples/index.json"), JSON.stringify(sizes));
    site = await serveSite(built.folder);
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await site?.close();
    await built?.remove();
  });

  test("refers to its files by relative addresses only", () => {
    const html = readFileSync(join(built.folder, "index.html"), "utf8");
    expect([...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address]) => address)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^\.\/assets\/index-.*\.js$/)]),
    );
    expect(html).not.toMatch(/(?:src|href)="(?:\/|https?:)/);
    // Nothing of the machine that built it.
    for (const name of readdirSync(join(built.folder, "assets"))) {
      expect(readFileSync(join(built.folder, "assets", name), "utf8")).not.toMatch(/file:\/\/\/|node_modules\//);
    }
  });

  test.each(["", "?tab=make"])("its first screen %j is small, still, complete and quiet", async (query) => {
    const page = await browser.page();
    await page.addInitScript(watchShifts);
    site.served.length = 0;
    await page.goto(site.url + query, { waitUntil: "networkidle" });
    await page.getByRole("heading", { level: 1 }).waitFor();
    const asked = site.served.filter(({ status }) => status === 200);
    const bytes = asked.reduce((sum, { gzipBytes }) => sum + gzipBytes, 0);
    console.log(
      `first screen ${JSON.stringify(query)}: ${asked.length} files, ${(bytes / 1000).toFixed(1)} kB compressed`,
    );
    expect(bytes).toBeLessThanOrEqual(FIRST_LOAD_BYTES);
    expect(await page.evaluate(() => (globalThis as unknown as { shift: number }).shift)).toBeLessThan(MAX_SHIFT);
    expect(await page.locator("html").getAttribute("lang")).toBe("en");
    expect(await page.title()).toMatch(/\S/);
    expect(await unnamedControls(page)).toEqual([]);
    expect([...browser.hosts]).toEqual([new URL(site.url).host]);
    expect(browser.complaints).toEqual([]);
    expect(site.served.filter(({ status }) => status !== 200)).toEqual([]);
  });

  test.each(["light", "dark"] as const)("its texts can be read in the %s", async (colorScheme) => {
    const page = await browser.page({ colorScheme });
    await page.goto(site.url);
    await page.getByRole("heading", { level: 1 }).waitFor();
    expect(await paleTexts(page, MIN_CONTRAST)).toEqual([]);
    await page.goto(`${site.url}?tab=make`);
    await page.getByText("Pasted text").click();
    await page.getByLabel("JSON, NDJSON or CSV").fill('[{"a": 1}, {"a": "mixed"}]');
    await page.getByLabel("Notes on the data").waitFor();
    await page.getByRole("button", { name: "Make the file" }).click();
    await page.getByRole("button", { name: "Open it" }).waitFor();
    expect(await paleTexts(page, MIN_CONTRAST)).toEqual([]);
    expect(await unnamedControls(page)).toEqual([]);
    await page.getByLabel("JSON, NDJSON or CSV").fill("[1,");
    await page.getByRole("alert").waitFor();
    expect(await paleTexts(page, MIN_CONTRAST)).toEqual([]);

    await page.getByText("Game world").click();
    await page.getByLabel(/^Size/).fill("0");
    await page.getByRole("button", { name: "Make the file" }).click();
    await page.getByRole("button", { name: "Open it" }).click();
    await page.getByText("World 1").first().waitFor();
    expect(await paleTexts(page, MIN_CONTRAST)).toEqual([]);
    expect(await unnamedControls(page)).toEqual([]);
  });

  test.each([STRICT, STRICTEST])("works under %s", async (policy) => {
    site.policy = policy;
    try {
      const page = await browser.page();
      await page.goto(`${site.url}?tab=make`);
      await page.getByText("Game world").click();
      await page.getByLabel(/^Size/).fill("0");
      // In a worker of its own with workers that compress: all of them have the policy.
      for (const thread of ["this page's", "its own"]) {
        await page.getByLabel("Thread").selectOption({ label: thread });
        await page.getByLabel("Name").fill(`by ${thread}`);
        await page.getByRole("button", { name: "Make the file" }).click();
        await page.getByRole("heading", { name: `by ${thread}.par` }).waitFor();
        expect(await page.locator(".make-facts").innerText()).toMatch(/Compressed by\s+(?:one|\d+) worker/);
      }
      await page.getByRole("button", { name: "Open it" }).click();
      await page.getByText("World 1").first().waitFor();
      // Where WebAssembly is forbidden, a browser says so once in each thread that tries it.
      const isAllowed = policy === STRICT;
      expect(
        browser.complaints.filter((text) => isAllowed || !text.includes("'script-src' was not explicitly set")),
      ).toEqual([]);
    } finally {
      site.policy = undefined;
    }
  });

  test("works where a policy forbids workers, on the page's thread", async () => {
    site.policy = `${STRICT}; worker-src 'none'`;
    try {
      const page = await browser.page();
      await page.goto(`${site.url}?tab=make`);
      const rows = Array.from({ length: 20_000 }, (_, id) => `{"id": ${id}, "text": "${"some text ".repeat(8)}"}`);
      const buffer = Buffer.from(`[${rows.join(",\n")}]`);
      await page.locator(".make input[type=file]").setInputFiles({ name: "rows.json", mimeType: "", buffer });
      await page.getByText("20,000 rows").waitFor();
      await page.getByRole("button", { name: "Make the file" }).click();
      await page.getByRole("button", { name: "Open it" }).waitFor();
      expect(await page.locator(".make-facts").innerText()).toContain("since there were no workers");
      expect(browser.complaints.filter((text) => !text.includes("worker-src"))).toEqual([]);
    } finally {
      site.policy = undefined;
    }
  });

  test("fits a narrow window", async () => {
    const page = await browser.page({ viewport: { width: 340, height: 700 } });
    await page.goto(`${site.url}?tab=make`);
    await page.getByText("Game world").click();
    await page.locator(".make-source", { hasText: "hashMap(" }).waitFor();
    const { scroll, client } = await page.evaluate(() => {
      const { scrollWidth: scroll, clientWidth: client } = document.documentElement;
      return { scroll, client };
    });
    expect(scroll).toBeLessThanOrEqual(client);
  });
});

/** Runs in the page, before everything else. */
function watchShifts(): void {
  const totals = globalThis as unknown as { shift: number };
  totals.shift = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) totals.shift += (entry as unknown as { value: number }).value;
  }).observe({ type: "layout-shift", buffered: true });
}

/** What a person who does not see the page could not tell from others. */
async function unnamedControls(page: Page): Promise<string[]> {
  const client = await page.context().newCDPSession(page);
  const { nodes } = await client.send("Accessibility.getFullAXTree");
  const controls =
    /^(?:button|link|textbox|searchbox|combobox|listbox|checkbox|radio|slider|spinbutton|progressbar|tab|switch)$/;
  const unnamed = nodes.filter(
    ({ ignored, role, name }) =>
      !ignored && controls.test(String(role?.value)) && String(name?.value ?? "").trim() === "",
  );
  const found: string[] = [];
  for (const { backendDOMNodeId, role } of unnamed) {
    const id = backendDOMNodeId;
    const html = id === undefined ? "" : (await client.send("DOM.getOuterHTML", { backendNodeId: id })).outerHTML;
    found.push(`${role?.value}: ${html.slice(0, 200)}`);
  }
  return found;
}

/** Texts whose contrast with what is behind them is less than `minimum`, as WCAG computes it. */
function paleTexts(page: Page, minimum: number): Promise<string[]> {
  return page.evaluate(async (least) => {
    // Colours that are on their way to others, after a click, are not what is meant.
    await Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => undefined)));
    type Color = readonly [number, number, number, number];
    const canvas = document
      .createElement("canvas")
      .getContext("2d", { willReadFrequently: true }) as CanvasRenderingContext2D;
    const parse = (text: string): Color => {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = text;
      canvas.fillRect(0, 0, 1, 1);
      const [r = 0, g = 0, b = 0, a = 0] = canvas.getImageData(0, 0, 1, 1).data;
      return [r, g, b, a / 255];
    };
    const over = (top: Color, below: Color): Color => {
      const mix = (i: 0 | 1 | 2): number => top[i] * top[3] + below[i] * (1 - top[3]);
      return [mix(0), mix(1), mix(2), 1];
    };
    const backgroundOf = (element: Element | null): Color => {
      if (element === null) return parse("Canvas");
      const own = parse(getComputedStyle(element).backgroundColor);
      return own[3] === 1 ? own : over(own, backgroundOf(element.parentElement));
    };
    const luminance = ([r, g, b]: Color): number => {
      const linear = (v: number): number => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4);
      return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
    };
    const found: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const element = node.parentElement;
      const text = node.textContent?.trim() ?? "";
      if (
        element === null ||
        text === "" ||
        !element.checkVisibility() ||
        element.closest("noscript, :disabled") !== null
      )
        continue;
      const background = backgroundOf(element);
      const color = over(parse(getComputedStyle(element).color), background);
      const [light, dark] = [luminance(color), luminance(background)].sort((a, b) => b - a) as [number, number];
      const contrast = (light + 0.05) / (dark + 0.05);
      if (contrast < least)
        found.push(`${contrast.toFixed(2)}: ${element.className || element.tagName} “${text.slice(0, 40)}”`);
    }
    return found;
  }, minimum);
}
