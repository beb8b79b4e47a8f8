// Ordered keys beside other ways to make them: encode, decode and compare of a key of three parts, and the law of order asked of each.
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { table } from "../report.mjs";
import { median } from "../stats.mjs";
import { contenders } from "./contenders.mjs";
import { lawRows } from "./laws.mjs";
import { raceAll } from "./race.mjs";

export const HEADING = "## Ordered keys";

/** @returns {Promise<string>} The section of RESULTS.md. */
export async function runKeys({ library, isQuick, rounds, inChromium }) {
  const all = await contenders(library);
  const counts = { rounds: isQuick ? 3 : rounds, repeat: isQuick ? 5 : 40 };
  const inNode = raceAll(all, counts);
  const { compareBytes } = await import(pathToFileURL(join(resolve(library), "src/key/index.js")).href);
  const lawful = all.filter(({ generic }) => generic !== undefined);
  return [
    HEADING,
    "",
    `A key of an id (32 bits), a name of 12 to 14 characters and a time in milliseconds. Nanoseconds of one; in brackets, how many times as`,
    `long as the first row. Medians of ${counts.rounds} rounds in which everybody has a turn, another one first each time. compare() is of values.`,
    "",
    timeTable(inNode),
    "",
    ...(inChromium ? await chromiumLines({ library, counts }) : []),
    "The law: for all pairs of these values, the order of the bytes is the order of the values, and decoding gives the value back. Text is",
    "to be ordered by code points, as its UTF-8 is. A cell counts what breaks it.",
    "",
    table(["", ...lawful.map(({ name }) => name)], lawRows(lawful, compareBytes)),
  ].join("\n");
}

async function chromiumLines(settings) {
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

/** Ratios are those of the same round, so that a busy machine slows both. */
function cell(samples, base) {
  if (samples.length === 0) return "";
  const ratio = median(samples.map((sample, i) => sample / base[i]));
  return `${median(samples).toPrecision(3)} (${ratio >= 10 ? ratio.toFixed(0) : ratio.toFixed(2)})`;
}
