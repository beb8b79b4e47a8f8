// The same race in Chromium: bundles the page, serves it and opens it.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright";
import { build, preview } from "vite";
import { findChromium } from "../../scripts/chromium.mjs";

/** Without these a page's clock is too coarse. */
const headers = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };

/** @returns {Promise<{ version: string, results: object[] }>} What race.mjs gives, from a page. */
export async function raceInChromium({ library, counts }) {
  const outDir = mkdtempSync(join(tmpdir(), "parcode-keys-"));
  const config = {
    configFile: false,
    root: fileURLToPath(new URL(".", import.meta.url)),
    // A rival evaluates source directly, which is warned of.
    logLevel: "error",
    resolve: { alias: [{ find: /^parcode-web\/key$/, replacement: join(resolve(library), "src/key/index.js") }] },
    build: { outDir, target: "es2022", emptyOutDir: true },
    preview: { headers, port: 0, host: "127.0.0.1" },
  };
  await build(config);
  const server = await preview(config);
  const browser = await chromium.launch({
    executablePath: findChromium(),
    args: ["--no-sandbox", "--disable-gpu"],
  });
  try {
    const tab = await browser.newPage();
    tab.on("pageerror", (error) => console.error(error));
    await tab.goto(server.resolvedUrls?.local[0] ?? "");
    await tab.waitForFunction("globalThis.race !== undefined");
    return { version: browser.version(), results: await tab.evaluate((given) => globalThis.race(given), counts) };
  } finally {
    await browser.close();
    await server.close();
    rmSync(outDir, { recursive: true, force: true });
  }
}
