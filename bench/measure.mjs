// Runs the measurements: each in a process of its own, contender after contender, round after round, so that whatever else the
// machine does meets all of them alike.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { contenders } from "./contenders/index.mjs";
import { median } from "./stats.mjs";

const CHILD = fileURLToPath(new URL("child.mjs", import.meta.url));
const TASKS = ["field", "lookup", "heights", "everything", "write", "lookups"];

/**
 * Writes every contender's files, and has it read them back and compared value by value.
 * @returns {Promise<{ contender: import("./contenders/index.mjs").Contender, job: object, byteLength: number, bytes: object }[]>}
 */
export async function prepareFiles({ world, directory, builds, only }) {
  const chosen = [...contenders(builds).values()].filter(({ name }, index) => {
    return only === undefined || index === 0 || name.toLowerCase().includes(only);
  });
  const prepared = [];
  for (const contender of chosen) {
    const folder = contender.name.replaceAll(/[^a-z0-9]+/gi, "-");
    const job = { contender: contender.name, world, directory: join(directory, folder), ...builds };
    const { byteLength } = await run({ ...job, task: "files" });
    await run({ ...job, task: "verify" });
    const bytes = await run({ ...job, task: "bytes" });
    progress(`world ${world}: ${contender.name} gives every value back`);
    prepared.push({ contender, job, byteLength, bytes });
  }
  return prepared;
}

/** @returns {Promise<Row[]>} One for each contender, with medians. */
export async function measure({ world, prepared, rounds, repeat, lookupMilliseconds }) {
  const samples = new Map(prepared.map(({ contender }) => [contender, emptySamples()]));
  for (let round = 0; round < rounds; round++) {
    for (const task of TASKS) {
      // Another first one each time: nobody always follows the same neighbour.
      for (let i = 0; i < prepared.length; i++) {
        const { contender, job } = prepared[(i + round) % prepared.length];
        if (task === "write" && contender.sharesFile) continue;
        const result = await run({ ...job, task, round, repeat, milliseconds: lookupMilliseconds });
        addSamples(samples.get(contender), task, result);
      }
    }
    progress(`world ${world}: round ${round + 1} of ${rounds}`);
  }
  clearProgress();
  return prepared.map(({ contender, byteLength, bytes }) => ({
    name: contender.name,
    byteLength: contender.sharesFile ? undefined : byteLength,
    bytes,
    times: Object.fromEntries(Object.entries(samples.get(contender)).map(([name, values]) => [name, median(values)])),
    samples: samples.get(contender),
  }));
}

/** Milliseconds by what they measure, except `lookups`: nanoseconds. Names with "total" include the import. */
function emptySamples() {
  const names = ["import", "writeFirst", "writeAgain", "everythingAgain", "lookups"];
  for (const task of ["field", "lookup", "heights", "everything"]) names.push(task, `${task}Total`);
  return Object.fromEntries(names.map((name) => [name, []]));
}

function addSamples(samples, task, result) {
  if (task === "lookups") {
    samples.lookups.push(median(result.nanoseconds));
  } else if (task === "write") {
    samples.writeFirst.push(result.first);
    samples.writeAgain.push(median(result.again));
  } else {
    samples.import.push(result.import);
    samples[task].push(result.access);
    samples[`${task}Total`].push(result.total);
    if (task === "everything") samples.everythingAgain.push(median(result.again));
  }
}

async function run(job) {
  const { stdout } = await promisify(execFile)(process.execPath, ["--expose-gc", CHILD, JSON.stringify(job)], {
    maxBuffer: 2 ** 26,
  });
  return JSON.parse(stdout.trim().split("\n").at(-1));
}

/** One line that is written over, where that is possible. */
function progress(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}

function clearProgress() {
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
}
