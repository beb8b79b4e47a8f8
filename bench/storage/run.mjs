// In Chromium: bundles the page, serves it, opens it in a profile on a disk, and makes a table of what it measured.
import { mkdtempSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright";
import { build, preview } from "vite";
import { findChromium } from "../../scripts/chromium.mjs";
import { table } from "../report.mjs";
import { median } from "../stats.mjs";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const BUILT = fileURLToPath(new URL("../../dist", import.meta.url));
export const HEADING = "## In Chromium: OPFS, IndexedDB, frames";
/** A page that is kept from its events for longer than this feels stuck: the bound of the platform's "longtask". */
const LONG_TASK_MILLISECONDS = 50;
const headers = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };

/**
 * @param {{ library?: string, isQuick: boolean, rounds: number, cache: string }} settings
 * @returns {Promise<{ text: string, failures: string[] }>} A section in Markdown, and what a save must not do but did.
 */
export async function runStorage({ library = BUILT, isQuick, rounds, cache }) {
  const directory = mkdtempSync(join(cache, "storage-"));
  const page = { outDir: join(directory, "page") };
  const from = (path) => join(resolve(library), "src", path);
  const config = {
    configFile: false,
    root: HERE,
    logLevel: "warn",
    resolve: {
      alias: [
        { find: /^parcode-web$/, replacement: from("index.js") },
        { find: /^parcode-web\/(opfs|indexeddb)$/, replacement: from("$1.js") },
      ],
    },
    worker: { format: "es" },
    build: { outDir: page.outDir, target: "es2022", emptyOutDir: true },
    preview: { headers, port: 0, host: "127.0.0.1" },
  };
  await build(config);
  const server = await preview(config);
  const context = await chromium.launchPersistentContext(join(directory, "profile"), {
    executablePath: findChromium(),
    args: ["--no-sandbox", "--disable-gpu", "--enable-precise-memory-info"],
  });
  try {
    const tab = context.pages()[0] ?? (await context.newPage());
    tab.on("pageerror", (error) => console.error(error));
    await tab.goto(server.resolvedUrls?.local[0] ?? "");
    await tab.waitForFunction("globalThis.bench !== undefined");
    const measured = await measure(tab, { megabytes: isQuick ? 32 : 256, rounds: isQuick ? 1 : rounds });
    return { ...report(measured), version: context.browser()?.version() };
  } finally {
    await context.close();
    await server.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function measure(tab, { megabytes, rounds }) {
  const call = (name, ...values) => tab.evaluate(([n, v]) => globalThis.bench[n](...v), [name, values]);
  const counts = await call("prepare", megabytes);
  const samples = {
    idle: await call("idle"),
    none: [],
    lz4: [],
    nowhere: { none: [], lz4: [] },
    raw: [],
    sink: [],
    reads: [],
    database: [],
  };
  for (let round = 0; round < rounds; round++) {
    for (const compression of ["lz4", "none"]) {
      samples.nowhere[compression].push(await call("saveNowhere", compression));
      const traced = await traceTasks(tab, () => call("save", compression));
      samples[compression].push({ ...traced, ...traced.result });
    }
    samples.sink.push(await call("sinkWrite"));
    samples.raw.push(await call("rawWrite"));
    samples.reads.push(await call("reads", 2000));
    samples.database.push(await call("indexedDb", Math.min(64, megabytes / 4), 500));
    await call("clear");
  }
  return { counts, samples, megabytes, version: tab.context().browser()?.version() };
}

/**
 * The longest task of the page's thread in time of the processor, which other programs on the machine do not lengthen; without
 * the collection of garbage, whose pauses grow with the page's own objects and are told beside it. Milliseconds.
 */
async function traceTasks(tab, work) {
  const session = await tab.context().newCDPSession(tab);
  await session.send("Tracing.start", { transferMode: "ReturnAsStream", categories: "toplevel,v8" });
  const result = await work();
  const complete = new Promise((resolve) => session.once("Tracing.tracingComplete", resolve));
  await session.send("Tracing.end");
  const { stream } = await complete;
  const parts = [];
  for (let isEnd = false; !isEnd; ) {
    const { data, eof } = await session.send("IO.read", { handle: stream });
    parts.push(data);
    isEnd = eof;
  }
  await session.detach();
  const { traceEvents } = JSON.parse(parts.join(""));
  const isPage = ({ name, args }) => name === "thread_name" && args.name === "CrRendererMain";
  const threads = new Set(traceEvents.filter(isPage).map(({ pid, tid }) => `${pid} ${tid}`));
  const events = traceEvents.filter(({ ph, pid, tid }) => ph === "X" && threads.has(`${pid} ${tid}`));
  const collections = events.filter(({ name }) => name === "MajorGC" || name === "MinorGC");
  const workOf = ({ ts, dur, tdur = 0 }) => {
    const inside = collections.filter((other) => other.ts >= ts && other.ts < ts + dur);
    return (tdur - inside.reduce((total, other) => total + (other.tdur ?? 0), 0)) / 1000;
  };
  const tasks = events.filter(({ name }) => name.endsWith("RunTask"));
  const longest = (values) => values.reduce((most, value) => Math.max(most, value), 0);
  return {
    result,
    longestWork: longest(tasks.map(workOf)),
    longestCollection: longest(collections.map(({ tdur = 0 }) => tdur / 1000)),
  };
}

const speed = ({ byteLength, milliseconds }) => byteLength / milliseconds / 1000;
const middle = (list, of) => median(list.map(of));
const most = (list, of) => Math.max(...list.map(of));
const micro = (milliseconds) => `${(milliseconds * 1000).toFixed(0)} µs`;

function report({ counts, samples, megabytes }) {
  const { idle, reads, database } = samples;
  const failures = [];
  const saves = ["none", "lz4"].map((compression) => {
    const runs = samples[compression];
    const work = most(runs, (run) => run.longestWork);
    if (!(work > 0 && work <= LONG_TASK_MILLISECONDS)) failures.push(`${compression}: a task of ${work} ms of work`);
    return [
      `save, ${compression === "none" ? "nothing compressed" : "LZ4"} (${runs[0].mode})`,
      (runs[0].byteLength / 1e6).toFixed(0),
      middle(runs, speed).toFixed(0),
      middle(samples.nowhere[compression], speed).toFixed(0),
      work.toFixed(0),
      most(runs, (run) => run.longestCollection).toFixed(0),
      most(runs, (run) => run.longestTask).toFixed(0),
      String(most(runs, (run) => run.tasks)),
      most(runs, (run) => run.longestGap).toFixed(0),
      String(most(runs, (run) => run.gaps)),
    ];
  });
  const sink = middle(samples.sink, speed);
  const bare = middle(samples.raw, speed);
  const put = (of) => (database[0].byteLength / middle(database, of) / 1000).toFixed(0);
  const text = [
    HEADING,
    "",
    `A world of ${megabytes} MB: ${counts.records} records in a list, ${counts.players} in a hash map, ${counts.places} places in a sorted map, ` +
      "floats, and an asset; only the last two are bytes already.",
    "`save` writes it to OPFS from a page with workers, to the end of publishing. Medians of the rounds; the worst round for tasks and frames.",
    "By the clock, a task and a frame also wait for other programs of the machine; the processor's time is what the task itself used, garbage apart.",
    `An idle page's longest gap between frames was ${idle.longestGap.toFixed(0)} ms.`,
    "",
    table(
      [
        "",
        "MB",
        "MB/s to OPFS",
        "MB/s to nowhere",
        "longest task, ms of processor",
        "longest pause for garbage",
        "longest task over 50 ms by the clock",
        "tasks over 50 ms",
        "longest gap of frames, ms",
        "gaps over 50 ms",
      ],
      saves,
    ),
    "",
    `The same file, as bytes: \`opfsSink\` on a page took ${sink.toFixed(0)} MB/s, a worker that writes them through the bare sync access handle ` +
      `and flushes ${bare.toFixed(0)} MB/s: ${(bare / sink).toFixed(2)} times.`,
    "",
    table(
      ["4 KB at random places", "each", "without the library"],
      [
        ["OPFS, page", micro(middle(reads, (r) => r.page)), `${micro(middle(reads, (r) => r.slice))} (File.slice)`],
        ["OPFS, worker", micro(middle(reads, (r) => r.sync)), `${micro(middle(reads, (r) => r.handle))} (sync handle)`],
        [
          "IndexedDB, page",
          micro(middle(database, (r) => r.read)),
          `${micro(middle(database, (r) => r.raw.read))} (get, Blob.slice)`,
        ],
      ],
    ),
    "",
    table(
      [`IndexedDB, ${(database[0].byteLength / 1e6).toFixed(0)} MB`, "MB/s", "without the library, MB/s"],
      [
        ["write, strict", put((r) => r.put), put((r) => r.raw.put)],
        ["read", put((r) => r.get), put((r) => r.raw.get)],
      ],
    ),
  ].join("\n");
  return { text, failures };
}
