// The playground as it is published: built into a folder of its own, behind a plain static server, in a real browser.
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { gzipSync } from "node:zlib";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright";
import { findChromium } from "../../scripts/chromium.mjs";
import { runNode } from "../../scripts/process.mjs";

const executablePath = findChromium();

/** Whether there is a browser to test in. */
export const canRun = executablePath !== undefined && process.env.PARCODE_SKIP_CHROMIUM !== "1";

const TYPES: { readonly [extension: string]: string } = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".json": "application/json",
};

/** What was asked for, and how long the answer is when it is compressed as servers do. */
export interface Served {
  readonly path: string;
  readonly status: number;
  readonly gzipBytes: number;
}

export interface Site {
  /** With a slash at the end; it lies below the root of its server. */
  readonly url: string;
  readonly served: Served[];
  /** The policy that goes with every answer from now on. */
  policy: string | undefined;
  close(): Promise<void>;
}

/** Builds the site with the command that a person uses, without its examples. */
export async function buildSite(): Promise<{ readonly folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "parcode-site-"));
  const { code, output } = await runNode("scripts/build-playground.mjs", ["--no-examples", "--out", folder], {
    capture: true,
  });
  if (code !== 0) throw new Error(`The playground was not built:\n${output}`);
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Serves a folder below /some/where/, and nothing else. */
export async function serveSite(folder: string): Promise<Site> {
  const served: Served[] = [];
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://server");
    const headers: Record<string, string> = site.policy === undefined ? {} : { "Content-Security-Policy": site.policy };
    answer(folder, pathname).then(
      ({ bytes, type }) => {
        const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "") ?? [];
        if (first !== undefined) {
          const end = Math.min(bytes.length, Number(last) + 1);
          const part = bytes.subarray(Number(first), end);
          served.push({ path: pathname, status: 206, gzipBytes: part.length });
          const range = `bytes ${first}-${end - 1}/${bytes.length}`;
          response.writeHead(206, { ...headers, "Content-Type": type, "Content-Range": range }).end(part);
          return;
        }
        served.push({ path: pathname, status: 200, gzipBytes: gzipSync(bytes).length });
        response.writeHead(200, { ...headers, "Content-Type": type }).end(bytes);
      },
      () => {
        served.push({ path: pathname, status: 404, gzipBytes: 0 });
        response.writeHead(404, headers).end();
      },
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const site: Site = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/some/where/`,
    served,
    policy: undefined,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return site;
}

async function answer(folder: string, pathname: string): Promise<{ bytes: Buffer; type: string }> {
  const path = normalize(decodeURIComponent(pathname));
  if (!path.startsWith("/some/where/")) throw new Error("outside of the site");
  let file = join(folder, path.slice("/some/where/".length));
  if ((await stat(file)).isDirectory()) file = join(file, "index.html");
  return { bytes: await readFile(file), type: TYPES[extname(file)] ?? "application/octet-stream" };
}

/** A browser, with a page for each test and what that page complained about. */
export class TestBrowser {
  readonly complaints: string[] = [];
  readonly hosts = new Set<string>();
  private browser: Browser | undefined;
  private context: BrowserContext | undefined;

  async launch(): Promise<void> {
    this.browser = await chromium.launch({
      executablePath: executablePath ?? "",
      args: ["--no-sandbox", "--disable-gpu"],
    });
  }

  /** A page with storage of its own. Errors and warnings of it, and of its workers, go to `complaints`. */
  async page(options: Parameters<Browser["newContext"]>[0] = {}): Promise<Page> {
    await this.context?.close();
    this.complaints.length = 0;
    this.hosts.clear();
    this.context = await (this.browser as Browser).newContext({ acceptDownloads: true, ...options });
    this.context.on("request", (request) => {
      if (/^https?:/.test(request.url())) this.hosts.add(new URL(request.url()).host);
    });
    this.context.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") this.complaints.push(message.text());
    });
    this.context.on("weberror", (error) => this.complaints.push(error.error().message));
    const page = await this.context.newPage();
    page.setDefaultTimeout(15_000);
    return page;
  }

  async close(): Promise<void> {
    await this.context?.close();
    await this.browser?.close();
  }
}
