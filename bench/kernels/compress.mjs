// Compressing 64 MB with 0, 1 and 2 workers, in Node from dist/ and in Chromium from src/. Prints a table in Markdown.
//   node bench/kernels/compress.mjs [--rounds N] [--in node|chromium] [--write]
import { writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build } from "vite";
import { findChromium } from "../../scripts/chromium.mjs";
import { libraryAlias } from "../../scripts/library-alias.mjs";
import { describeMachine } from "../report.mjs";
import { compressRounds, WORKERS } from "./compress-rounds.mjs";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const OUTPUT = fileURLToPath(new URL("../../.cache/bench-compress/", import.meta.url));
const TYPES = { ".html": "text/html", ".js": "text/javascript" };

const { values: given } = parseArgs({
  options: { rounds: { type: "string" }, in: { type: "string" }, write: { type: "boolean" } },
});
const rounds = Number(given.rounds ?? 9);

const machine = describeMachine("kernels");
const lines = [];
if (given.in !== "chromium")
  lines.push(line("Node", await compressRounds(await import("../../dist/src/index.js"), rounds)));
if (given.in !== "node") lines.push(line("Chromium", await inChromium()));
const text = [
  "## Compressing 64 MB with workers",
  "",
  `Written by \`node bench/kernels/compress.mjs --write\`. ${machine}`,
  "",
  "Medians of rounds in which each number of workers has its turn; in brackets, how many times as fast as without workers. Last: how long the",
  "calling thread was busy at a stretch, for each number of workers.",
  "",
  `|  | ${WORKERS.map((workers) => `${workers} workers`).join(" | ")} | longest stretch |`,
  `| --- |${WORKERS.map(() => " ---: |").join("")} --- |`,
  ...lines,
  "",
].join("\n");
console.log(text);
if (given.write) writeFileSync(join(HERE, "COMPRESS.md"), text);
process.exit();

async function inChromium() {
  await build({
    root: HERE,
    base: "./",
    configFile: false,
    logLevel: "warn",
    resolve: { alias: libraryAlias },
    worker: { format: "es" },
    build: {
      outDir: OUTPUT,
      emptyOutDir: true,
      target: "es2022",
      rollupOptions: { input: join(HERE, "compress.html") },
    },
  });
  const { chromium } = await import("playwright");
  const server = createServer(answer).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const browser = await chromium.launch({ executablePath: findChromium(), args: ["--no-sandbox", "--disable-gpu"] });
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${server.address().port}/compress.html`);
    await page.waitForFunction(() => globalThis.compress !== undefined);
    return await page.evaluate((count) => globalThis.compress(count), rounds);
  } finally {
    await browser.close();
    server.close();
  }
}

async function answer(request, response) {
  const path = normalize(new URL(request.url, "http://x").pathname);
  try {
    const body = await readFile(join(OUTPUT, path));
    response.writeHead(200, {
      "Content-Type": TYPES[extname(path)] ?? "application/octet-stream",
      "Cross-Origin-Opener-Policy": "same-origin",
      "Cross-Origin-Embedder-Policy": "require-corp",
    });
    response.end(body);
  } catch {
    response.writeHead(404).end();
  }
}

function line(where, results) {
  const [none] = results;
  const cells = results.map(({ total }) => `${total.toFixed(0)} ms (${(none.total / total).toFixed(2)})`);
  return `| ${where} | ${cells.join(" | ")} | ${results.map(({ blocked }) => `${blocked.toFixed(0)} ms`).join(", ")} |`;
}
