/** Real pages for tests: bundled, served with headers of the test's choice, and run in a real browser by Node. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { type Browser, chromium } from "playwright";
import { findChromium } from "../../scripts/chromium.mjs";

const executablePath = findChromium();
export const canRunPages = executablePath !== undefined && process.env.PARCODE_SKIP_CHROMIUM !== "1";

export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: executablePath ?? "", args: ["--no-sandbox", "--disable-gpu"] });
}

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
};

export interface Site extends AsyncDisposable {
  /** Without a slash at the end. */
  readonly url: string;
}

/** Serves a folder on a free port; every answer, also that with a worker's script, has these headers. */
export async function serveFolder(folder: string, headers: Readonly<Record<string, string>>): Promise<Site> {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://site");
    const name = pathname === "/" ? "/index.html" : pathname;
    const body = await readFile(join(folder, name)).catch(() => undefined);
    if (body === undefined) response.writeHead(404).end();
    else response.writeHead(200, { ...headers, "Content-Type": TYPES[extname(name)] ?? "text/plain" }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A folder for a test, and what removes it. */
export async function temporaryFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), "parcode-page-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** An `index.html` that runs one module. */
export function writePage(folder: string, script: string): Promise<void> {
  const html = `<!doctype html><meta charset="utf-8"><title>test</title><script type="module" src="${script}"></script>`;
  return writeFile(join(folder, "index.html"), html);
}

/**
 * Opens a page and waits for what it leaves in `globalThis.outcome`. The page works by itself and is only looked at: what is
 * evaluated through the browser's debugger is exempt from the page's policy.
 */
export async function outcomeOf<Outcome>(browser: Browser, url: string): Promise<Outcome> {
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => complaints.push(message.text()));
  try {
    await page.goto(url);
    const outcome = await page
      .waitForFunction(() => (globalThis as { outcome?: unknown }).outcome, undefined, { timeout: 60_000 })
      .catch((error: unknown) => {
        throw new Error(`The page came to no end. It said: ${complaints.join("\n")}`, { cause: error });
      });
    return (await outcome.jsonValue()) as Outcome;
  } finally {
    await page.close();
  }
}
