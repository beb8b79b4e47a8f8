// Measures the kernels in Node and in Chromium, and prints tables in Markdown.
//   node bench/kernels/run.mjs [--quick] [--only TEXT] [--in node|chromium] [--write]
// With --write a digest goes to bench/kernels/RESULTS.md, which `npm run bench -- --write` takes over.
// Ratios hold; absolute figures are those of this machine at this moment.

import { writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { loadavg } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { build } from "vite";
import { findChromium } from "../../scripts/chromium.mjs";
import { ensurePackages } from "../../scripts/setup.mjs";
import { describeMachine } from "../report.mjs";
import { digest } from "./digest.mjs";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const OUTPUT = fileURLToPath(new URL("../../.cache/bench-kernels/", import.meta.url));

const { values: given } = parseArgs({
  options: { quick: { type: "boolean" }, only: { type: "string" }, in: { type: "string" }, write: { type: "boolean" } },
});
// Many short rounds: on a machine that others use too, most of them pass without being interrupted.
const effort = { rounds: given.quick ? 15 : 101, milliseconds: 3 };
const options = { ...effort, only: given.only };

await ensurePackages(HERE);
await bundle();
const results = [];
if (given.in !== "chromium") results.push(["Node", await runInNode()]);
if (given.in !== "node") results.push(["Chromium", await runInChromium()]);
for (const [where, contests] of results) report(where, contests);
if (given.write) writeFileSync(join(HERE, "RESULTS.md"), digest(results, describeMachine("kernels")));

async function bundle() {
  await build({
    root: HERE,
    configFile: false,
    logLevel: "warn",
    build: {
      outDir: OUTPUT,
      emptyOutDir: true,
      target: "es2022",
      minify: false,
      lib: { entry: join(HERE, "suite.mjs"), formats: ["es"], fileName: () => "suite.mjs" },
    },
  });
}

async function runInNode() {
  const { runSuite } = await import(pathToFileURL(join(OUTPUT, "suite.mjs")).href);
  const { uncompressSync } = await import("lz4-napi");
  return runSuite(options, uncompressSync);
}

async function runInChromium() {
  const { chromium } = await import("playwright");
  const server = createServer(answer).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const browser = await chromium.launch({ executablePath: findChromium(), args: ["--no-sandbox", "--disable-gpu"] });
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    return await page.evaluate(async (given) => (await import("/suite.mjs")).runSuite(given), options);
  } finally {
    await browser.close();
    server.close();
  }
}

/** Isolated, which gives a page timers of 5 µs instead of 100. */
async function answer(request, response) {
  const isModule = request.url === "/suite.mjs";
  response.writeHead(200, {
    "Content-Type": isModule ? "text/javascript" : "text/html",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
  });
  response.end(isModule ? await readFile(join(OUTPUT, "suite.mjs")) : "<!doctype html><title>Kernels</title>");
}

function report(where, results) {
  console.log(`\n## ${where}\n\nLoad of the machine at the end: ${loadavg()[0].toFixed(1)}.`);
  for (const { title, unit, rows } of results) {
    console.log(
      `\n${title}\n\n| | median ${unit} | best ${unit} | times as fast | best against best |\n| --- | --- | --- | --- | --- |`,
    );
    for (const { name, median, best, ratio, low, high, ofBest } of rows) {
      const times = `${digits(ratio)} (${digits(low)}–${digits(high)})`;
      const cells = [name, digits(median), digits(best), times, digits(ofBest)];
      console.log(`| ${cells.join(" | ")} |`);
    }
  }
}

function digits(value) {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
