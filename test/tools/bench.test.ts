// What the benchmarks make of their samples, with made-up ones; that they run is shown by `npm run bench -- --quick`.
import { expect, test } from "vitest";
import { ACCESS_NAMES, accessWorld } from "../../bench/access.mjs";
import { fastestTable, worldReport } from "../../bench/report.mjs";
import { median, secondHalf } from "../../bench/stats.mjs";

type Times = Record<string, number>;

const contender = { packages: [], load: async () => undefined, prepare: () => undefined, write: () => ({}) };

function row(
  name: string,
  times: Times,
  traits: object = {},
  bytes?: Record<string, { reads: number; bytes: number }>,
) {
  const samples = Object.fromEntries(Object.entries(times).map(([key, value]) => [key, [{ value, load: 0 }]]));
  for (const key of ["import", "lookups", "writeFirst", "writeAgain"]) samples[key] ??= [];
  for (const key of ACCESS_NAMES.flatMap((access) => [access, `${access}Total`, `${access}Again`])) samples[key] ??= [];
  return { name, contender: { name, open: () => undefined as never, ...contender, ...traits }, samples, times, bytes };
}

const READ = Object.fromEntries(ACCESS_NAMES.map((access) => [access, { reads: 2, bytes: 1234 }]));
const ROWS = [
  row("ours", { field: 3, lookups: 500, writeAgain: 30 }, { isParcode: true }, READ),
  row("ours, workers", { writeAgain: 15 }, { isParcode: true, writesOnly: true }),
  row("pages", { field: 2, lookups: 250, writeAgain: 40 }, {}, READ),
  row("slow", { field: 9, lookups: 4000, writeAgain: 90 }, {}, READ),
  row(
    "native",
    { field: 1, lookups: 1000, writeAgain: 20 },
    { isForNodeAlone: true, isMapped: true, writesToDisk: true },
  ),
];

const lines = (text: string, head: string) => text.split("\n").filter((line) => line.startsWith(`| ${head} `));

test("each column names the fastest of the others, and how many times as long ours take", () => {
  const text = fastestTable(ROWS);
  expect(lines(text, "lookup once open")).toEqual(["| lookup once open | pages | 250 ns | 2.00 |  |"]);
  expect(lines(text, "open + field")).toEqual(["| open + field | native | 1.00 | 3.00 |  |"]);
  expect(lines(text, "write, again")).toEqual(["| write, again | native | 20.0 (to disk) | 1.50 | 0.75 |"]);
});

test("a fastest one for Node alone is followed by the fastest for pages, and columns without samples are left out", () => {
  expect(lines(fastestTable(ROWS), "…")).toEqual([
    "| … in pages, too | pages | 2.00 | 1.50 |  |",
    "| … in pages, too | pages | 40.0 | 0.75 | 0.38 |",
  ]);
  expect(lines(fastestTable(ROWS), "open + lookup")).toEqual([]);
});

test("a row that is there for its writes stands in no table of reading, and a mapped file has no reads", () => {
  const text = worldReport("a", ROWS);
  expect(lines(text, "ours, workers")).toHaveLength(3);
  expect(lines(text, "native").filter((line) => line.includes("mapped"))).toHaveLength(1);
  expect(lines(text, "pages").filter((line) => line.includes("1.2 kB in 2"))).toHaveLength(1);
});

test("floats that nobody has read are found out where they are touched", async () => {
  const world = (heights: Float32Array) => ({ heights: () => heights });
  const heights = new Float32Array(100).fill(0.5);
  expect(await accessWorld(world(heights), "heights", "")).toBe(heights);
  await expect(accessWorld(world(new Float32Array(100)), "heights", "")).rejects.toThrow("empty");
});

test("what comes before the code is compiled is left out", () => {
  expect(secondHalf([9, 8, 1, 2, 3])).toEqual([1, 2, 3]);
  expect(median(secondHalf([9, 3]))).toBe(3);
});
