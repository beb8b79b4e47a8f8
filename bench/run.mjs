// Measures this library beside others on the same data, and prints a table. Arguments:
//   --quick            world A, few rounds: shows that everything works, not how fast it is
//   --world a|b        one world; default: both
//   --rounds N         default 9
//   --only TEXT        contenders whose name contains TEXT, besides the first
//   --write            the tables go to bench/RESULTS.md, too
//   --micro            only where time goes inside this library; no rivals
//   --storage          only OPFS, IndexedDB and what a save leaves of a page's frames, in Chromium; --write replaces that section
//   --keys             only ordered keys beside other ways to make them, in Node and in a page; --write replaces that section
//   --chromium         only the worlds in a page of Chromium, from Blobs and ArrayBuffers; --write replaces that section
//   --remote           only over HTTP with latency: one player, a walk over a list; --write replaces that section
//   --library DIR      another build than dist/;  --against DIR  a second build, as rows of their own
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { runIntegrity } from "./integrity.mjs";
import { measure, prepareFiles } from "./measure.mjs";
import { runMicro } from "./micro.mjs";
import { describeMachine, resultsDocument, worldReport } from "./report.mjs";
import { WORLD_NAMES } from "./world.mjs";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const RESULTS = join(HERE, "RESULTS.md");
const DATA = join(HERE, "../.cache/bench");

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    world: { type: "string" },
    rounds: { type: "string" },
    only: { type: "string" },
    write: { type: "boolean", default: false },
    micro: { type: "boolean", default: false },
    storage: { type: "boolean", default: false },
    chromium: { type: "boolean", default: false },
    remote: { type: "boolean", default: false },
    keys: { type: "boolean", default: false },
    library: { type: "string" },
    against: { type: "string" },
  },
});

const settings = {
  rounds: Number(options.rounds ?? (options.quick ? 1 : 9)),
  repeat: options.quick ? 1 : 3,
  lookupMilliseconds: options.quick ? 200 : 1000,
  againMilliseconds: options.quick ? 60 : 300,
  builds: { library: options.library, against: options.against },
  only: options.only?.toLowerCase(),
};

const machine = describeMachine();
if (options.remote) {
  await benchRemote();
  process.exit();
}
if (options.storage) {
  await benchStorage();
  process.exit();
}
if (options.chromium) {
  await benchChromium();
  process.exit();
}
if (options.keys) {
  await benchKeys();
  process.exit();
}
const isWhole = !options.micro && worlds().length === WORLD_NAMES.length && settings.only === undefined;
if (options.write && !(isWhole && options.against === undefined)) {
  throw new Error(
    "--write needs all worlds and contenders, and one build: no --quick, --world, --only, --micro or --against.",
  );
}
const reports = [];
if (!options.micro) {
  for (const world of worlds()) reports.push(await runWorld(world));
}
const inside = await runMicro({ library: options.library, isQuick: options.quick });
const micro = `${inside}\n\n${await runIntegrity({ library: options.library, isQuick: options.quick })}`;
console.log(`\n${micro}\n\n${machine}`);
if (options.write) {
  const kept = sections(readFileSync(RESULTS, "utf8")).filter(isWrittenAlone);
  const document = resultsDocument({ machine, settings, reports, micro }).trimEnd();
  writeFileSync(RESULTS, `${[document, ...kept].join("\n\n")}\n`);
  console.log("\nWritten to bench/RESULTS.md");
}

function worlds() {
  const wanted = options.world?.toLowerCase() ?? (options.quick ? "a" : undefined);
  if (wanted === undefined) return WORLD_NAMES;
  if (!WORLD_NAMES.includes(wanted)) throw new Error(`--world is one of ${WORLD_NAMES.join(", ")}`);
  return [wanted];
}

async function runWorld(world) {
  const directory = join(DATA, world);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const prepared = await prepareFiles({ ...settings, world, directory });
  const report = worldReport(world, await measure({ ...settings, world, prepared }));
  console.log(`\n${report}`);
  rmSync(directory, { recursive: true, force: true });
  return report;
}

async function benchStorage() {
  mkdirSync(DATA, { recursive: true });
  const { HEADING, runStorage } = await import("./storage/run.mjs");
  const rounds = Number(options.rounds ?? 5);
  const result = await runStorage({ library: options.library, isQuick: options.quick, rounds, cache: DATA });
  console.log(`\n${result.text}\n\n${machine}`);
  for (const failure of result.failures) console.error(`Too long: ${failure}`);
  if (result.failures.length > 0) process.exitCode = 1;
  keepSection(HEADING, result.text, "storage", `Chromium ${result.version}, headless; ${machine}`);
}

async function benchChromium() {
  mkdirSync(DATA, { recursive: true });
  const { HEADING, runChromium } = await import("./chromium/run.mjs");
  const rounds = Number(options.rounds ?? (options.quick ? 1 : 5));
  const { text, version } = await runChromium({ ...settings, rounds, worlds: worlds(), cache: DATA });
  console.log(`\n${text}\n\n${machine}`);
  keepSection(HEADING, text, "chromium", `Chromium ${version}, headless; ${machine}`);
}

async function benchKeys() {
  const { HEADING, runKeys } = await import("./keys/run.mjs");
  const library = options.library ?? join(HERE, "../dist");
  const rounds = Number(options.rounds ?? 25);
  const text = await runKeys({ library, isQuick: options.quick, rounds });
  console.log(`\n${text}\n\n${machine}`);
  keepSection(HEADING, text, "keys", machine);
}

async function benchRemote() {
  const { HEADING, runRemote } = await import("./remote.mjs");
  const text = await runRemote({ library: options.library, isQuick: options.quick });
  console.log(`${text}\n\n${machine}`);
  keepSection(HEADING, text, "remote", machine);
}

/** Puts what one of the options has measured in the place of what it measured before, where --write says so. */
function keepSection(heading, text, option, note) {
  if (!options.write) return;
  const others = sections(readFileSync(RESULTS, "utf8")).filter((section) => !section.startsWith(heading));
  const noted = text.replace(heading, `${heading}\n\nWritten by \`npm run bench -- --${option} --write\`. ${note}`);
  writeFileSync(RESULTS, `${[...others, noted].join("\n\n")}\n`);
  console.log("\nWritten to bench/RESULTS.md");
}

/** Whether a section comes from one of the options; the others come from the run without any. */
function isWrittenAlone(section) {
  return /^## [^\n]*\n\nWritten by `npm run bench -- --/.test(section);
}

function sections(text) {
  return text.split(/^(?=## )/m).map((section) => section.trimEnd());
}
