// Samples → tables in Markdown.
import { readFileSync } from "node:fs";
import os from "node:os";
import { median, spread } from "./stats.mjs";

/** Columns that are compared: heading, and the name of the samples. */
const COMPARED = [
  ["open + field", "field"],
  ["open + lookup", "lookup"],
  ["open + floats", "heights"],
  ["everything, first", "everything"],
  ["everything, again", "everythingAgain"],
  ["write, first", "writeFirst"],
  ["write, again", "writeAgain"],
  ["lookup once open", "lookups"],
];

/** @param {import("./measure.mjs").Row[]} rows The first one is what the others are compared with. */
export function worldReport(world, rows) {
  return [
    `## World ${world.toUpperCase()}`,
    "",
    "Milliseconds after the import; the lookup once open in ns or µs; the file in MB.",
    "",
    timesTable(rows),
    "",
    "Cold start with the import of the library, in milliseconds.",
    "",
    importTable(rows),
    "",
    "Bytes read from disk, and reads.",
    "",
    bytesTable(rows),
    "",
    "Time of each, in times of the first row's: above 1 is slower than it.",
    "",
    ratioTable(rows),
    "",
    spreadText(rows),
  ].join("\n");
}

function timesTable(rows) {
  const heads = ["", ...COMPARED.map(([head]) => head), "file"];
  return table(
    heads,
    rows.map(({ name, times, byteLength }) => [
      name,
      ...COMPARED.map(([, key]) => (key === "lookups" ? nanoseconds(times[key]) : milliseconds(times[key]))),
      byteLength === undefined ? "" : (byteLength / 1e6).toFixed(1),
    ]),
  );
}

function importTable(rows) {
  const keys = ["import", "fieldTotal", "lookupTotal", "heightsTotal", "everythingTotal"];
  return table(
    ["", "import alone", "+ open + field", "+ open + lookup", "+ open + floats", "+ everything"],
    rows.map(({ name, times }) => [name, ...keys.map((key) => milliseconds(times[key]))]),
  );
}

function bytesTable(rows) {
  const keys = ["field", "lookup", "heights", "everything"];
  return table(
    ["", "open + field", "open + lookup", "open + floats", "everything"],
    rows.map(({ name, bytes }) => [name, ...keys.map((key) => `${byteText(bytes[key].bytes)} in ${bytes[key].reads}`)]),
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

function milliseconds(value) {
  if (value === undefined) return "";
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

function nanoseconds(value) {
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

/** What the numbers depend on, without a date or a name. Called before the first measurement, for the load. */
/** @param {string} folder Whose dependencies are named: the rivals. */
export function describeMachine(folder = ".") {
  const cpus = os.cpus();
  const { dependencies } = JSON.parse(readFileSync(new URL(`${folder}/package.json`, import.meta.url), "utf8"));
  const versions = Object.entries(dependencies).map(([name, version]) => `${name} ${version}`);
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
