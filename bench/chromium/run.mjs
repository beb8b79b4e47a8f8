// The worlds in a page of Chromium: writes every contender's files, bundles the page, serves both, and opens a page of its own for each
// measurement. Makes a table of what the pages measured.
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright";
import { build, preview } from "vite";
import { findChromium } from "../../scripts/chromium.mjs";
import { prepareFiles } from "../measure.mjs";
import { milliseconds, nanoseconds, table } from "../report.mjs";
import { median } from "../stats.mjs";
import { makeWorld, sampleNames } from "../world.mjs";
import { numbersSummary, playerSummary, worldSummary } from "./summary.mjs";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const BUILT = fileURLToPath(new URL("../../dist", import.meta.url));
export const HEADING = "## In Chromium: the worlds";
const headers = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };

/** Rows, and which contender of Node's bench has written their files. The one with workers is there for what it writes. */
const ROWS = [
  ["parcode, Blob", "parcode"],
  ["parcode, ArrayBuffer, sync", "parcode"],
  ["parcode, LZ4, two workers", "parcode, LZ4, two workers"],
  ["JSON", "JSON"],
  ["msgpackr, records", "msgpackr, records"],
  ["flechette (Arrow)", "flechette (Arrow)"],
  ["FlatBuffers", "FlatBuffers"],
  ["hyparquet, tuned", "hyparquet, tuned"],
];
const OPENS = ["field", "lookup", "heights"];
const FIRST = [
  ["open + field", "field"],
  ["open + lookup", "lookup"],
  ["open + floats", "heights"],
  ["everything, first", "everything"],
  ["write, first", "writes"],
];
const AGAIN = [
  ["open + field, again", "fieldAgain"],
  ["open + lookup, again", "lookupAgain"],
  ["open + floats, again", "heightsAgain"],
  ["everything, again", "everythingAgain"],
  ["write, again", "writesAgain"],
  ["lookup once open", "lookups"],
];

/** @returns {Promise<{ text: string, version: string }>} A section in Markdown. */
export async function runChromium({ builds, only, worlds, cache, ...limits }) {
  const directory = mkdtempSync(join(cache, "chromium-"));
  const config = configOf(resolve(builds.library ?? BUILT), join(directory, "page"));
  const rows = ROWS.filter(([name], i) => i === 0 || only === undefined || name.toLowerCase().includes(only));
  try {
    await build(config);
    const server = await preview(config);
    const browser = await chromium.launch({
      executablePath: findChromium(),
      args: ["--no-sandbox", "--disable-gpu", "--js-flags=--expose-gc"],
    });
    try {
      const sections = [];
      for (const world of worlds) {
        const folder = join(directory, "page/data", world);
        mkdirSync(folder, { recursive: true });
        const writers = new Set(rows.map(([, writer]) => writer));
        const isWanted = ({ name }) => writers.has(name);
        const prepared = await prepareFiles({ world, directory: folder, builds, isWanted });
        const jobs = rows.map(([name, writer]) => ({ name, ...filesOf(prepared, writer, folder, world) }));
        const bench = { browser, url: server.resolvedUrls?.local[0] ?? "", world };
        sections.push(section(world, await measure(bench, jobs, limits)));
        rmSync(folder, { recursive: true, force: true });
      }
      return { text: [HEADING, "", EXPLAINED, ...sections].join("\n"), version: browser.version() };
    } finally {
      await browser.close();
      await server.close();
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const EXPLAINED = `The same worlds and files as above, as Blobs that the page has fetched. The first of each column but the last comes from a page of
its own with the library imported, what is done again from that same page. **ArrayBuffer** has all bytes of the file there before. A
format that is decoded as a whole reads the Blobs of the files that the access looks at; hyparquet and this library read ranges of a
Blob. **write** is the world to bytes in memory, and what is written here is read back and compared before anything is timed. With two
workers, the first write starts them. msgpackr has no native add-on in a page.
`;

function configOf(library, outDir) {
  const node = join(HERE, "node.mjs");
  return {
    configFile: false,
    root: HERE,
    logLevel: "error",
    resolve: {
      alias: [
        { find: /^parcode-web$/, replacement: join(library, "src/index.js") },
        { find: /^node:(fs|path|url)$/, replacement: node },
      ],
    },
    worker: { format: "es" },
    build: { outDir, target: "esnext", emptyOutDir: true },
    preview: { headers, port: 0, host: "127.0.0.1" },
  };
}

function filesOf(prepared, writer, folder, world) {
  const { contender, job } = prepared.find(({ contender: { name } }) => name === writer);
  const { directory } = job;
  const path = `${world}/${directory.slice(folder.length + 1)}`;
  return { files: readdirSync(directory).map((name) => `${path}/${name}`), writesOnly: contender.writesOnly };
}

/** Opens a page, has the contender's files fetched, and calls one function of it. */
async function inPage({ browser, url }, job, call) {
  const page = await browser.newPage();
  try {
    await page.goto(url);
    await page.waitForFunction("globalThis.bench !== undefined");
    await page.evaluate((given) => globalThis.bench.prepare(given), {
      contender: job.name,
      files: job.files,
      needed: job.needed,
    });
    return await call((name, ...values) => page.evaluate(([n, v]) => globalThis.bench[n](...v), [name, values]));
  } finally {
    await page.close();
  }
}

async function measure(bench, jobs, { rounds, repeat, lookupMilliseconds, againMilliseconds }) {
  await check(bench, jobs);
  const rows = jobs.map((job) => ({
    job,
    samples: Object.fromEntries([...FIRST, ...AGAIN].map(([, key]) => [key, []])),
  }));
  for (let round = 0; round < rounds; round++) {
    const names = sampleNames(bench.world, 100_000, round);
    for (let i = 0; i < rows.length; i++) {
      const { job, samples } = rows[(i + round) % rows.length];
      const add = (key, { first, again }) => {
        samples[key].push(first);
        samples[`${key}Again`].push(median(again));
      };
      add("writes", await inPage(bench, job, (call) => call("writes", bench.world, repeat)));
      if (job.writesOnly) continue;
      const some = names.slice(0, 1000);
      for (const access of OPENS) {
        add(access, await inPage(bench, job, (call) => call("opens", access, some, againMilliseconds)));
      }
      add("everything", await inPage(bench, job, (call) => call("everything", repeat + 2)));
      samples.lookups.push(median(await inPage(bench, job, (call) => call("lookups", names, lookupMilliseconds))));
    }
  }
  return rows.map(({ job, samples }) => ({ name: job.name, samples }));
}

/** Every value is compared before anything is timed. Also finds out which files each access looks at. */
async function check(bench, jobs) {
  const world = makeWorld(bench.world);
  const [name] = sampleNames(bench.world, 1);
  const wanted = {
    field: world.settings.difficulty,
    lookup: playerSummary(world.players.get(name)),
    heights: numbersSummary(world.heights),
    everything: worldSummary(world),
  };
  for (const job of jobs) {
    const { needed, found } = await inPage(bench, job, (call) => call("check", [name]));
    for (const [access, value] of Object.entries(wanted)) {
      if (found[access] !== value) throw new Error(`${job.name}: ${access} gives ${found[access]}, not ${value}`);
    }
    job.needed = needed;
    const written = await inPage(bench, job, (call) => call("checkWrite", bench.world));
    if (written !== wanted.everything) throw new Error(`${job.name}: ${written} was written, not ${wanted.everything}`);
  }
}

function section(world, rows) {
  return [
    "",
    `World ${world.toUpperCase()}, milliseconds; medians. The first of a page:`,
    "",
    timesTable(FIRST, rows),
    "",
    "Again, in a page that has done the same before:",
    "",
    timesTable(AGAIN, rows),
  ].join("\n");
}

function timesTable(columns, rows) {
  const text = (key, values) => (key === "lookups" ? nanoseconds : milliseconds)(median(values));
  return table(
    ["", ...columns.map(([head]) => head)],
    rows.map(({ name, samples }) => [name, ...columns.map(([, key]) => text(key, samples[key]))]),
  );
}
