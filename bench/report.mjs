// Samples → tables in Markdown.
import { readFileSync } from "node:fs";
import os from "node:os";
import { ACCESS_NAMES } from "./access.mjs";
import { median, spread } from "./stats.mjs";

/** Columns that are compared: heading, and the name of the samples. */
const FIRST = [
  ["open + field", "field"],
  ["open + lookup", "lookup"],
  ["open + floats", "heights"],
  ["everything, first", "everything"],
  ["write, first", "writeFirst"],
];
const AGAIN = [
  ["open + field, again", "fieldAgain"],
  ["open + lookup, again", "lookupAgain"],
  ["open + floats, again", "heightsAgain"],
  ["everything, again", "everythingAgain"],
  ["write, again", "writeAgain"],
  ["lookup once open", "lookups"],
];
const COMPARED = [...FIRST, ...AGAIN];

/** @param {import("./measure.mjs").Row[]} rows The first one is what the others are compared with. */
export function worldReport(world, rows) {
  const readers = rows.filter(({ contender }) => !contender.writesOnly);
  return [
    `## World ${world.toUpperCase()}`,
    "",
    "The first of its process, in milliseconds after the import; the file in MB.",
    "",
    firstTable(rows),
    "",
    "Again, in a process that has done the same before: milliseconds; the lookup once open in ns or µs.",
    "",
    timesTable(AGAIN, rows),
    "",
    "Our times in times of the fastest of the others: below 1 is faster than it. Where that one is for Node alone, the fastest of those",
    "that pages have, too, stands below it.",
    "",
    fastestTable(rows),
    "",
    "Cold start with the import of the library, in milliseconds.",
    "",
    importTable(readers),
    "",
    "Bytes read from disk, and reads.",
    "",
    bytesTable(readers),
    "",
    "Time of each, in times of the first row's: above 1 is slower than it.",
    "",
    ratioTable(rows),
    "",
    spreadText(rows),
  ].join("\n");
}

function firstTable(rows) {
  const last = rows.map(({ byteLength }) => (byteLength === undefined ? "" : (byteLength / 1e6).toFixed(1)));
  return timesTable(FIRST, rows, ["file", last]);
}

/** @param {[head: string, cells: string[]]} [last] A column behind those. */
function timesTable(columns, rows, last) {
  return table(
    ["", ...columns.map(([head]) => head), ...(last === undefined ? [] : [last[0]])],
    rows.map((row, i) => [
      row.name,
      ...columns.map(([, key]) => timeText(key, row)),
      ...(last === undefined ? [] : [last[1][i]]),
    ]),
  );
}

function timeText(key, { times, contender }) {
  const text = key === "lookups" ? nanoseconds(times[key]) : milliseconds(times[key]);
  return contender.writesToDisk && key.startsWith("write") ? `${text} (to disk)` : text;
}

/** For each column the fastest of the others, and how long ours take, in times of its. */
export function fastestTable(rows) {
  const ours = rows.filter(({ contender }) => contender.isParcode);
  const rivals = rows.filter(({ contender }) => !contender.isParcode);
  const lines = COMPARED.flatMap(([head, key]) => {
    const fastest = fastestOf(rivals, key);
    if (fastest === undefined) return [];
    const line = (text, rival) => [
      text,
      rival.name,
      timeText(key, rival),
      ...ours.map(({ times }) => ratio(times[key], rival.times[key])),
    ];
    if (!fastest.contender.isForNodeAlone) return [line(head, fastest)];
    const forPages = rivals.filter(({ contender }) => !contender.isForNodeAlone);
    const next = fastestOf(forPages, key);
    return [line(head, fastest), ...(next === undefined ? [] : [line("… in pages, too", next)])];
  });
  return table(["", "fastest of the others", "its time", ...ours.map(({ name }) => name)], lines);
}

function fastestOf(rows, key) {
  return rows.filter(({ times }) => times[key] !== undefined).sort((a, b) => a.times[key] - b.times[key])[0];
}

function importTable(rows) {
  const keys = ["import", ...ACCESS_NAMES.map((name) => `${name}Total`)];
  return table(
    ["", "import alone", "+ open + field", "+ open + lookup", "+ open + floats", "+ everything"],
    rows.map(({ name, times }) => [name, ...keys.map((key) => milliseconds(times[key]))]),
  );
}

function bytesTable(rows) {
  const text = (read) => (read === undefined ? "mapped" : `${byteText(read.bytes)} in ${read.reads}`);
  return table(
    ["", "open + field", "open + lookup", "open + floats", "everything"],
    rows.map(({ name, bytes }) => [name, ...ACCESS_NAMES.map((key) => text(bytes?.[key]))]),
  );
}

function ratioTable(rows) {
  const [first] = rows;
  return table(
    ["", ...COMPARED.map(([head]) => head)],
    rows.map(({ name, times }) => [name, ...COMPARED.map(([, key]) => ratio(times[key], first.times[key]))]),
  );
}

function spreadText(rows) {
  const cells = rows
    .flatMap(({ samples }) => COMPARED.map(([, key]) => samples[key]))
    .filter((cell) => cell.length > 0);
  const spreads = cells.map((cell) => spread(cell.map(({ value }) => value))).sort((a, b) => a - b);
  const load = median(cells.flat().map((sample) => sample.load));
  const percent = (value) => `${Math.round(value * 100)} %`;
  return (
    `Half of the runs of a cell lie within ${percent(median(spreads))} of each other in the middle cell, ` +
    `${percent(spreads.at(-1))} in the worst. Meanwhile, others kept ${load.toFixed(1)} cores busy.`
  );
}

export function milliseconds(value) {
  if (value === undefined) return "";
  if (value < 0.1) return value.toPrecision(2);
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

export function nanoseconds(value) {
  if (value === undefined) return "";
  if (value >= 1e6) return `${(value / 1e6).toFixed(1)} ms`;
  return value >= 2000 ? `${(value / 1e3).toFixed(1)} µs` : `${value.toFixed(0)} ns`;
}

function byteText(value) {
  return value >= 1e6 ? `${(value / 1e6).toFixed(1)} MB` : `${(value / 1e3).toFixed(1)} kB`;
}

function ratio(value, base) {
  if (value === undefined || base === undefined) return "";
  const times = value / base;
  return times >= 100 ? times.toFixed(0) : times >= 10 ? times.toFixed(1) : times.toFixed(2);
}

export function table(heads, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  const rule = heads.map((_, i) => (i === 0 ? "---" : "---:"));
  return [line(heads), line(rule), ...rows.map(line)].join("\n");
}

/**
 * What the numbers depend on, without a date or a name. Called before the first measurement, for the load.
 * @param {string} folder Whose dependencies are named: the rivals.
 */
export function describeMachine(folder = ".") {
  const cpus = os.cpus();
  const given = JSON.parse(readFileSync(new URL(`${folder}/package.json`, import.meta.url), "utf8"));
  const versions = Object.entries({ ...given.dependencies, ...given.optionalDependencies }).map(
    ([name, version]) => `${name} ${version}`,
  );
  const memory = Math.round(os.totalmem() / 2 ** 30);
  return (
    `${cpus[0]?.model.trim() ?? "unknown CPU"}, ${cpus.length} cores, ${memory} GiB, ${os.type()}, Node ${process.versions.node} ` +
    `(V8 ${process.versions.v8.replace(/-.*/, "")}); ${versions.join(", ")}. ` +
    `Load of the machine before the run: ${os.loadavg()[0].toFixed(1)}.`
  );
}

export function resultsDocument({ machine, settings, reports, micro }) {
  const template = readFileSync(new URL("RESULTS.template.md", import.meta.url), "utf8");
  return template
    .replace("{{machine}}", () => machine)
    .replace("{{rounds}}", () => String(settings.rounds))
    .replace("{{tables}}", () => [...reports, micro].join("\n\n"))
    .replace("{{kernels}}", () => ["RESULTS.md", "COMPRESS.md"].map(kernelText).join("\n\n"));
}

function kernelText(name) {
  return readFileSync(new URL(`kernels/${name}`, import.meta.url), "utf8").trimEnd();
}
