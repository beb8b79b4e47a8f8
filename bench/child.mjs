// One measurement in a process of its own. Argument: a job as JSON; its last line of output is the result as JSON.
//   { contender, task, world, directory, round?, repeat?, milliseconds?, library?, against? }
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { contenders } from "./contenders/index.mjs";
import { checkField, checkHeights, checkPlayer, checkWorld } from "./verify.mjs";
import { makeWorld, sampleNames } from "./world.mjs";

const job = JSON.parse(process.argv[2]);
const contender = contenders(job).get(job.contender);

/** What is done with a closed file; each opens it first. */
const ACCESSES = {
  field: (world) => world.field(),
  lookup: (world, name) => world.player(name),
  heights: (world) => world.heights(),
  everything: (world) => world.everything(),
};

const TASKS = { field: cold, lookup: cold, heights: cold, everything, write, lookups, verify, files, bytes };
const result = await TASKS[job.task]();
const { user, system } = process.cpuUsage();
console.log(JSON.stringify({ ...result, processorMilliseconds: (user + system) / 1000 }));

/** A name that is another one in each process, so that no cell stands for one lucky place in the file. */
function someName() {
  return sampleNames(job.world, 1, job.round ?? 0)[0];
}

async function access(library, name) {
  const world = await contender.open(library, job.directory);
  const value = await ACCESSES[name](world, someName());
  return { world, value };
}

/** Import, open, one access: everything that a process pays which was not there before. */
async function cold() {
  const start = performance.now();
  const library = await contender.load();
  const loaded = performance.now();
  const { world, value } = await access(library, job.task);
  const end = performance.now();
  await world.close();
  if (value === undefined) throw new Error(`${job.contender} found nothing for ${job.task}`);
  return { import: loaded - start, access: end - loaded, total: end - start };
}

/** Open and load, in a fresh process and then again and again. */
async function everything() {
  const first = await cold();
  const library = await contender.load();
  const again = await repeat(async () => (await access(library, "everything")).world);
  return { ...first, again };
}

async function write() {
  const library = await contender.load();
  const input = await contender.prepare(library, makeWorld(job.world));
  globalThis.gc?.();
  const start = performance.now();
  await contender.write(library, input);
  const first = performance.now() - start;
  return { first, again: await repeat(() => contender.write(library, input)) };
}

/** Milliseconds of each of `job.repeat` calls; garbage is collected between them, not in them. */
async function repeat(work) {
  const times = [];
  for (let i = 0; i < job.repeat; i++) {
    globalThis.gc?.();
    const start = performance.now();
    const result = await work();
    times.push(performance.now() - start);
    await result?.close?.();
  }
  return times;
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
  // The first half fills caches and compiles.
  return { nanoseconds: nanoseconds.slice(nanoseconds.length >> 1) };
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
  const written = await contender.write(library, await contender.prepare(library, makeWorld(job.world)));
  mkdirSync(job.directory, { recursive: true });
  let byteLength = 0;
  for (const [name, bytes] of Object.entries(written)) {
    writeFileSync(join(job.directory, name), bytes);
    byteLength += bytes.byteLength;
  }
  return { byteLength };
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
  const result = {};
  for (const name of Object.keys(ACCESSES)) {
    const before = counted();
    count(true);
    const { world } = await access(library, name);
    count(false);
    const after = counted();
    await world.close();
    result[name] = { reads: after.reads - before.reads, bytes: after.bytes - before.bytes };
  }
  return result;
}
