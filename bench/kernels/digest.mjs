// The contests that readers of the library care about, as short tables in Markdown.

/** Tables by the beginning of their contests' titles. */
const TABLES = [
  { heading: "LZ4 decode, MB/s", titles: /^LZ4 decode, (.*, 131072 B) .*$/ },
  { heading: "XXH64 of a key given as a string, ns", titles: /^XXH64 of keys of (8|16|32) B, as strings$/, unit: " B" },
  { heading: "XXH64 of a key given as bytes, ns", titles: /^XXH64 of keys of (8|16|32) B, as bytes$/, unit: " B" },
  { heading: "Varints, ns for each of 100,000 elements", titles: /^varints, (u32, .*), 100000 elements$/ },
];

/**
 * @param {[where: string, contests: { title: string, rows: import("./contest.mjs").Row[] }[]][]} results
 * @param {string} machine
 */
export function digest(results, machine) {
  const tables = TABLES.map(({ heading, titles, unit = "" }) => {
    const lines = results.flatMap(([where, contests]) =>
      contests
        .filter(({ title }) => titles.test(title))
        .map(({ title, rows }) => ({ what: `${titles.exec(title)[1]}${unit}, ${where}`, rows })),
    );
    const names = [...new Set(lines.flatMap(({ rows }) => rows.map(({ name }) => name)))];
    return [
      `### ${heading}`,
      "",
      row(["", ...names]),
      row(["---", ...names.map(() => "---:")]),
      ...lines.map(({ what, rows }) =>
        row([what, ...names.map((name) => cell(rows.find((one) => one.name === name)))]),
      ),
    ].join("\n");
  });
  return [
    "## Kernels",
    "",
    `Written by \`node bench/kernels/run.mjs --write\`. ${machine}`,
    "",
    "Contestants take turns in many short rounds; a cell is the median, and how many times as fast as the first column it is, round by",
    "round. The ratios hold. In place: the payload stays where it was decoded.",
    "",
    tables.join("\n\n"),
    "",
  ].join("\n");
}

const row = (cells) => `| ${cells.join(" | ")} |`;

function cell(result) {
  return result === undefined ? "" : `${figure(result.median)} (${figure(result.ratio)})`;
}

function figure(value) {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
