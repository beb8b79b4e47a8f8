// Runs the measurements: each in a process of its own, contender after contender, round after round, so that whatever else the
// machine does meets all of them alike; and the rounds in which it does most are left out.
import { execFile } from "node:child_process";
import os from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { ACCESS_NAMES } from "./access.mjs";
import { contenders } from "./contenders/index.mjs";
import { median } from "./stats.mjs";

const CHILD = fileURLToPath(new URL("child.mjs", import.meta.url));
const TASKS = [...ACCESS_NAMES, "write", "lookups"];

/**
 * Writes every contender's files, and has it read them back and compared value by value. What a machine cannot load and needs not
 * have is left out, with a line that says so.
 * @param {{ isWanted?: (contender: import("./contenders/index.mjs").Contender) => boolean }} options `isWanted` instead of `only`.
 * @returns {Promise<{ contender: import("./contenders/index.mjs").Contender, job: object, byteLength: number, bytes?: object }[]>}
 */
export async function prepareFiles({ world, directory, builds, only, isWanted }) {
  const wanted = isWanted ?? (({ name }) => only === undefined || name.toLowerCase().includes(only));
  const prepared = [];
  for (const [index, contender] of [...contenders(builds).values()].entries()) {
    if (index > 0 && !wanted(contender)) continue;
    const folder = contender.name.replaceAll(/[^a-z0-9]+/gi, "-");
    const job = { contender: contender.name, world, directory: join(directory, folder), ...builds };
    if (contender.isOptional && !(await canLoad(job))) continue;
    const { byteLength } = await run({ ...job, task: "files" });
    await run({ ...job, task: "verify" });
    const bytes = contender.isMapped || contender.writesOnly ? undefined : await run({ ...job, task: "bytes" });
    progress(`world ${world}: ${contender.name} gives every value back`);
    prepared.push({ contender, job, byteLength, bytes });
  }
  return prepared;
}

async function canLoad(job) {
  try {
    return (await run({ ...job, task: "load" })).isLoaded;
  } catch (error) {
    const reason = String(error.stderr ?? error)
      .split("\n")
      .find((line) => /^\w*Error/.test(line));
    clearProgress();
    console.error(`${job.contender} is left out, since it cannot be loaded here. ${reason ?? ""}`);
    return false;
  }
}

/**
 * @typedef {{ value: number, load: number }} Sample `load`: cores that the rest of the machine kept busy meanwhile.
 * @typedef {object} Row
 * @property {string} name
 * @property {import("./contenders/index.mjs").Contender} contender
 * @property {number | undefined} [byteLength] Of its files.
 * @property {Record<string, { reads: number, bytes: number }> | undefined} [bytes] What each access reads of them.
 * @property {Record<string, Sample[]>} samples By what they measure; the quiet half of them.
 * @property {Record<string, number | undefined>} times Their medians.
 * @returns {Promise<Row[]>} One for each contender, with medians.
 */
export async function measure({ world, prepared, rounds, repeat, lookupMilliseconds, againMilliseconds }) {
  const samples = new Map(prepared.map(({ contender }) => [contender, emptySamples()]));
  for (let round = 0; round < rounds; round++) {
    for (const task of TASKS) {
      // Another first one each time: nobody always follows the same neighbour.
      for (let i = 0; i < prepared.length; i++) {
        const { contender, job } = prepared[(i + round) % prepared.length];
        if (task === "write" ? contender.sharesFile : contender.writesOnly) continue;
        const result = await run({ ...job, task, round, repeat, milliseconds: lookupMilliseconds, againMilliseconds });
        addSamples(samples.get(contender), task, result);
      }
    }
    progress(`world ${world}: round ${round + 1} of ${rounds}`);
  }
  clearProgress();
  return prepared.map(({ contender, byteLength, bytes }) => {
    const kept = Object.entries(samples.get(contender)).map(([name, all]) => [name, quietHalf(all)]);
    return {
      name: contender.name,
      contender,
      byteLength: contender.sharesFile ? undefined : byteLength,
      bytes,
      samples: Object.fromEntries(kept),
      times: Object.fromEntries(kept.map(([name, half]) => [name, median(half.map(({ value }) => value))])),
    };
  });
}

/** The half of the samples, but at least three, during which the rest of the machine was least busy. */
function quietHalf(samples) {
  const count = Math.max(3, Math.ceil(samples.length / 2));
  return [...samples].sort((a, b) => a.load - b.load).slice(0, count);
}

/** Milliseconds by what they measure, except `lookups`: nanoseconds. Names with "total" include the import. */
function emptySamples() {
  const names = ["import", "writeFirst", "writeAgain", "lookups"];
  for (const task of ACCESS_NAMES) names.push(task, `${task}Total`, `${task}Again`);
  return Object.fromEntries(names.map((name) => [name, []]));
}

function addSamples(samples, task, result) {
  const add = (name, value) => samples[name].push({ value, load: result.load });
  if (task === "lookups") {
    add("lookups", median(result.nanoseconds));
  } else if (task === "write") {
    add("writeFirst", result.first);
    add("writeAgain", median(result.again));
  } else {
    add("import", result.import);
    add(task, result.access);
    add(`${task}Total`, result.total);
    add(`${task}Again`, median(result.again));
  }
}

async function run(job) {
  const before = { busy: busyMilliseconds(), at: performance.now() };
  const { stdout } = await promisify(execFile)(process.execPath, ["--expose-gc", CHILD, JSON.stringify(job)], {
    maxBuffer: 2 ** 26,
  });
  const result = JSON.parse(stdout.trim().split("\n").at(-1));
  const others = busyMilliseconds() - before.busy - result.processorMilliseconds;
  return { ...result, load: Math.max(0, others) / (performance.now() - before.at) };
}

/** Time that all cores have worked for all processes. */
function busyMilliseconds() {
  return os.cpus().reduce((total, { times }) => total + times.user + times.nice + times.sys + times.irq, 0);
}

/** One line that is written over, where that is possible. */
function progress(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}

function clearProgress() {
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
}
