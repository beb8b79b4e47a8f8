// Ordered keys beside other ways to make them: encode, decode and compare of a key of three parts, and the law of order asked of each.
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { table } from "../report.mjs";
import { median } from "../stats.mjs";
import { contenders } from "./contenders.mjs";
import { lawRows } from "./laws.mjs";
import { difference } from "./same.mjs";

export const HEADING = "## Ordered keys";
const KEYS = 1000;

/** @returns {Promise<string>} The section of RESULTS.md. */
export async function runKeys({ library, isQuick, rounds }) {
  const all = await contenders(library);
  const values = makeValues();
  const tasks = all.map((contender) => prepare(contender, values));
  const counts = { rounds: isQuick ? 3 : rounds, repeat: isQuick ? 5 : 40 };
  const times = {
    encode: race(tasks, "encode", counts),
    decode: race(tasks, "decode", counts),
    compare: race(tasks, "compare", counts),
  };
  const { compareBytes } = await import(pathToFileURL(join(resolve(library), "src/key/index.js")).href);
  const lawful = all.filter(({ generic }) => generic !== undefined);
  const rows = all.map(({ name }, i) => [
    name,
    tasks[i].byteLength,
    ...Object.values(times).map((byTask) => cell(byTask[i], byTask[0])),
  ]);
  return [
    HEADING,
    "",
    `A key of an id (32 bits), a name of 12 to 14 characters and a time in milliseconds. Nanoseconds of one; in brackets, how many times as`,
    `long as the first row. Medians of ${counts.rounds} rounds in which everybody has a turn, another one first each time. compare() is of values.`,
    "",
    table(["", "bytes", "encode", "decode", "compare"], rows),
    "",
    "The law: for all pairs of these values, the order of the bytes is the order of the values, and decoding gives the value back. Text is",
    "to be ordered by code points, as its UTF-8 is. A cell counts what breaks it.",
    "",
    table(["", ...lawful.map(({ name }) => name)], lawRows(lawful, compareBytes)),
  ].join("\n");
}

/** As they come out of JSON: texts that were joined from pieces are in another form in V8, and slower to read for everybody. */
function makeValues() {
  const made = Array.from({ length: KEYS }, (_, i) => [
    (i * 7919) % 100_000,
    `user/${((i * 31_337) % 99_991).toString(36).padStart(4, "0")}/${"abcd".slice(i % 3)}`,
    1_700_000_000_000 + ((i * 2_654_435_761) % 1e11),
  ]);
  return JSON.parse(JSON.stringify(made));
}

function prepare({ name, prepare: change = (value) => value, encode, decode, compare }, plain) {
  const values = plain.map(change);
  const keys = values.map(encode);
  if (decode !== undefined && keys.some((key, i) => difference(decode(key), values[i]) !== undefined)) {
    throw new Error(`${name} does not give a key's value back.`);
  }
  const lengths = keys.map((key) => (typeof key === "number" ? key : Buffer.byteLength(key)));
  return {
    byteLength: Math.round(median(lengths)),
    encode: () => {
      let total = 0;
      for (let i = 0; i < KEYS; i++) {
        const key = encode(values[i]);
        total += typeof key === "number" ? key : key.length;
      }
      return total;
    },
    decode:
      decode &&
      (() => {
        let total = 0;
        for (let i = 0; i < KEYS; i++) total += decode(keys[i])[0];
        return total;
      }),
    compare:
      compare &&
      (() => {
        let total = 0;
        for (let i = 1; i < KEYS; i++) total += compare(values[i - 1], values[i]);
        return total;
      }),
  };
}

/** Nanoseconds of one call for each contender, in every round. */
function race(tasks, name, { rounds, repeat }) {
  const samples = tasks.map(() => []);
  let sink = 0;
  for (let round = -2; round < rounds; round++) {
    for (let turn = 0; turn < tasks.length; turn++) {
      const i = (turn + round + 2) % tasks.length;
      const work = tasks[i][name];
      if (work === undefined) continue;
      const start = performance.now();
      for (let k = 0; k < repeat; k++) sink += work();
      const elapsed = ((performance.now() - start) * 1e6) / repeat / KEYS;
      // The first rounds compile.
      if (round >= 0) samples[i].push(elapsed);
    }
  }
  if (Number.isNaN(sink)) throw new Error("A key without a length or an id");
  return samples;
}

/** Ratios are those of the same round, so that a busy machine slows both. */
function cell(samples, base) {
  if (samples.length === 0) return "";
  const ratio = median(samples.map((sample, i) => sample / base[i]));
  return `${median(samples).toPrecision(3)} (${ratio >= 10 ? ratio.toFixed(0) : ratio.toFixed(2)})`;
}
