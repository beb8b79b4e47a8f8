// Ordered keys beside other ways to make them: encode, decode and compare of a key of three parts, and the law of order asked of each.
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { findChromium } from "../../scripts/chromium.mjs";
import { table } from "../report.mjs";
import { median } from "../stats.mjs";
import { contenders } from "./contenders.mjs";
import { lawRows } from "./laws.mjs";
import { raceAll } from "./race.mjs";

export const HEADING = "## Ordered keys";

/** Turns for each round that is asked for, and how often the keys are made in one: short enough that some are left alone. */
const TURNS = 8;
const REPEAT = 5;

/** @returns {Promise<string>} The section of RESULTS.md. */
export async function runKeys({ library, isQuick, rounds }) {
  const all = await contenders(library);
  const counts = { rounds: isQuick ? 10 : rounds * TURNS, repeat: isQuick ? 2 : REPEAT };
  const inNode = raceAll(all, counts);
  const { compareBytes } = await import(pathToFileURL(join(resolve(library), "src/key/index.js")).href);
  const lawful = all.filter(({ generic }) => generic !== undefined);
  return [
    HEADING,
    "",
    `A key of an id (32 bits), a name of 12 to 14 characters and a time in milliseconds. Nanoseconds of one; in brackets, how many times as`,
    `long as the first row. Of ${counts.rounds} short turns each, taken one after the other, the time that a tenth of them did not need: what else a`,
    "machine does only ever adds. compare() is of values.",
    "",
    timeTable(inNode),
    "",
    ...(await chromiumLines({ library, counts })),
    "The law: for all pairs of these values, the order of the bytes is the order of the values, and decoding gives the value back. Text is",
    "to be ordered by code points, as its UTF-8 is. A cell counts what breaks it.",
    "",
    table(["", ...lawful.map(({ name }) => name)], lawRows(lawful, compareBytes)),
  ].join("\n");
}

async function chromiumLines(settings) {
  if (findChromium() === undefined) return ["There is no Chromium here to do the same in.", ""];
  const { raceInChromium } = await import("./chromium.mjs");
  const { version, results } = await raceInChromium(settings);
  return [
    `The same in Chromium ${version}, headless. bytewise and fdb-tuple want Node's Buffer; ordered-binary makes views of one there, and copies here.`,
    "",
    timeTable(results),
    "",
  ];
}

function timeTable(results) {
  const calls = ["encode", "decode", "compare"];
  const rows = results.map((result) => [
    result.name,
    Math.round(median(result.byteLengths)),
    ...calls.map((call) => cell(result[call], results[0][call])),
  ]);
  return table(["", "bytes", ...calls], rows);
}

function cell(samples, base) {
  if (samples.length === 0) return "";
  const ratio = quick(samples) / quick(base);
  return `${quick(samples).toPrecision(3)} (${ratio >= 10 ? ratio.toFixed(0) : ratio.toFixed(2)})`;
}

/** The sample that a tenth of all are below. */
function quick(samples) {
  return samples.toSorted((a, b) => a - b)[Math.floor(samples.length / 10)];
}
