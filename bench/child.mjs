// One measurement in a process of its own. Argument: a job as JSON; its last line of output is the result as JSON.
//   { contender, task, world, directory, round?, repeat?, milliseconds?, againMilliseconds?, library?, against? }
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ACCESS_NAMES, accessWorld, prepareTouch } from "./access.mjs";
import { contenders } from "./contenders/index.mjs";
import { secondHalf } from "./stats.mjs";
import { checkField, checkHeights, checkPlayer, checkWorld } from "./verify.mjs";
import { makeWorld, sampleNames } from "./world.mjs";

const job = JSON.parse(process.argv[2]);
const contender = contenders(job).get(job.contender);

const AT_LEAST = 4;

const TASKS = {
  field: opens,
  lookup: opens,
  heights: opens,
  everything,
  write,
  lookups,
  verify,
  files,
  bytes,
  load: async () => ({ isLoaded: Boolean(await contender.load()) }),
};
const result = await TASKS[job.task]();
const { user, system } = process.cpuUsage();
const line = JSON.stringify({ ...result, processorMilliseconds: (user + system) / 1000 });
// Workers that wait for more are not waited for.
process.stdout.write(`${line}\n`, () => process.exit());

async function access(library, name, player) {
  const world = await contender.open(library, job.directory);
  const value = await accessWorld(world, name, player);
  return { world, value };
}

/** Names that are others in each process, so that no cell stands for one lucky place in the file. */
function someNames(count) {
  return sampleNames(job.world, count, job.round ?? 0);
}

/** Import, open, one access: everything that a process pays which was not there before. */
async function cold() {
  const [player] = someNames(1);
  prepareTouch();
  const start = performance.now();
  const library = await contender.load();
  const loaded = performance.now();
  const { world, value } = await access(library, job.task, player);
  const end = performance.now();
  await world.close();
  if (value === undefined) throw new Error(`${job.contender} found nothing for ${job.task}`);
  return { library, import: loaded - start, access: end - loaded, total: end - start };
}

/** The first access of a process, and then the same to the closed file, opened anew each time; another player each time. */
async function opens() {
  const { library, ...first } = await cold();
  const names = someNames(1000);
  const times = [];
  const end = performance.now() + job.againMilliseconds;
  for (let i = 0; performance.now() < end || i < AT_LEAST; i++) {
    const start = performance.now();
    const { world } = await access(library, job.task, names[i % names.length]);
    times.push(performance.now() - start);
    await world.close();
  }
  return { ...first, again: secondHalf(times) };
}

/** Open and load, in a fresh process and then again and again. */
async function everything() {
  const { library, ...first } = await cold();
  const again = await repeat(async () => {
    const start = performance.now();
    const { world } = await access(library, "everything");
    const milliseconds = performance.now() - start;
    await world.close();
    return milliseconds;
  });
  return { ...first, again };
}

async function write() {
  const library = await contender.load();
  const input = await contender.prepare(library, makeWorld(job.world));
  const [first] = await repeat(() => timeWrite(library, input), 1);
  return { first, again: await repeat(() => timeWrite(library, input)) };
}

/** Milliseconds of a write; what goes to disk goes to a directory of its own. */
async function timeWrite(library, input) {
  const directory = contender.writesToDisk ? mkdtempSync(`${job.directory}-`) : undefined;
  const start = performance.now();
  await contender.write(library, input, directory);
  const milliseconds = performance.now() - start;
  if (directory !== undefined) rmSync(directory, { recursive: true });
  return milliseconds;
}

/** What `work` gives, `count` times; garbage is collected between the calls, not in them. */
async function repeat(work, count = job.repeat) {
  const results = [];
  for (let i = 0; i < count; i++) {
    globalThis.gc?.();
    results.push(await work());
  }
  return results;
}

/** Many lookups in one open file: nanoseconds of each, in batches, once the code is compiled and the caches are filled. */
async function lookups() {
  const world = await contender.open(await contender.load(), job.directory);
  const names = sampleNames(job.world, 100_000, job.round ?? 0);
  const batch = world.isSync ? syncBatch : asyncBatch;
  const end = performance.now() + job.milliseconds;
  const nanoseconds = [];
  let size = 1;
  for (let at = 0; performance.now() < end; at = (at + size) % (names.length - 5000)) {
    const start = performance.now();
    const levels = await batch(world, names, at, at + size);
    const elapsed = performance.now() - start;
    if (!(levels > 0)) throw new Error(`${job.contender} found nobody`);
    nanoseconds.push((elapsed * 1e6) / size);
    if (elapsed < 5 && size < 4000) size *= 2;
  }
  await world.close();
  return { nanoseconds: secondHalf(nanoseconds) };
}

function syncBatch(world, names, start, end) {
  let levels = 0;
  for (let i = start; i < end; i++) levels += world.player(names[i]).level;
  return levels;
}

async function asyncBatch(world, names, start, end) {
  let levels = 0;
  for (let i = start; i < end; i++) levels += (await world.player(names[i])).level;
  return levels;
}

/** Writes the files that the other tasks read. */
async function files() {
  const library = await contender.load();
  mkdirSync(job.directory, { recursive: true });
  const input = await contender.prepare(library, makeWorld(job.world));
  const written = await contender.write(library, input, job.directory);
  for (const [name, bytes] of Object.entries(written ?? {})) writeFileSync(join(job.directory, name), bytes);
  const stored = readdirSync(job.directory).filter((name) => !name.endsWith("-lock"));
  return { byteLength: stored.reduce((total, name) => total + statSync(join(job.directory, name)).size, 0) };
}

/** Compares every value with the world that was written; nothing is timed of a contender that fails here. */
async function verify() {
  const library = await contender.load();
  const world = makeWorld(job.world);
  const opened = await contender.open(library, job.directory);
  checkField(await opened.field(), world);
  for (const name of sampleNames(job.world, 500, 7)) checkPlayer(await opened.player(name), world, name);
  checkHeights(await opened.heights(), world);
  await opened.close();
  const again = await contender.open(library, job.directory);
  checkWorld(await again.everything(), world);
  await again.close();
  return { ok: true };
}

/** What each access reads from disk. */
async function bytes() {
  const { count, counted } = await import("./counting.mjs");
  const library = await contender.load();
  const [player] = someNames(1);
  const result = {};
  for (const name of ACCESS_NAMES) {
    const before = counted();
    count(true);
    const { world } = await access(library, name, player);
    count(false);
    const after = counted();
    await world.close();
    result[name] = { reads: after.reads - before.reads, bytes: after.bytes - before.bytes };
  }
  return result;
}
