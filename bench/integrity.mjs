// What checksums cost: the same world without them, with XXH64 and with BLAKE3. Each measurement in a process of its own, since
// what one leaves behind in the heap would be paid by the next; interleaved, as ratios to none.
//   node integrity.mjs CHILD KIND LIBRARY WORLD   is such a process
import { execFileSync } from "node:child_process";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { worldSchema } from "./contenders/parcode.mjs";
import { table } from "./report.mjs";
import { median } from "./stats.mjs";
import { makeWorld, sampleNames } from "./world.mjs";

const HERE = fileURLToPath(import.meta.url);
const BUILT = fileURLToPath(new URL("../dist", import.meta.url));
const KINDS = ["none", "xxh64", "blake3"];
const CALLS = 7;

/** @returns {Promise<string>} A table in Markdown. */
export async function runIntegrity({ library = BUILT, isQuick }) {
  const results = new Map(KINDS.map((kind) => [kind, []]));
  for (let round = 0; round < (isQuick ? 1 : 5); round++) {
    for (const kind of KINDS) {
      const words = [HERE, "CHILD", kind, resolve(library), isQuick ? "a" : "b"];
      results.get(kind).push(JSON.parse(execFileSync(process.execPath, words, { encoding: "utf8" })));
    }
  }
  const rows = Object.keys(results.get("none")[0].times).map((what) => {
    const of = (kind) => median(results.get(kind).map(({ times }) => times[what]));
    const cells = KINDS.slice(1).map((kind) => `${of(kind).toFixed(1)} ms (${(of(kind) / of("none")).toFixed(2)})`);
    return [what, `${of("none").toFixed(1)} ms`, ...cells];
  });
  const sizes = KINDS.map((kind) => `${(results.get(kind)[0].byteLength / 1e6).toFixed(3)} MB`);
  const text = table(["", "none", "XXH64", "BLAKE3"], [...rows, ["length of the file", ...sizes]]);
  return `## The cost of checksums\n\nMedians over processes of the fastest of ${CALLS} calls; behind each time its ratio to none.\n\n${text}`;
}

async function child(kind, library, worldName) {
  const main = await import(pathToFileURL(join(library, "src/index.js")).href);
  const schema = worldSchema(main);
  const world = makeWorld(worldName);
  const names = sampleNames(worldName, 200);
  const options = { checksums: kind === "none" ? false : kind };
  const bytes = await main.serialize(schema, world, options);
  const blob = new Blob([bytes]);
  const work = {
    write: () => main.serialize(schema, world, options),
    "everything, from memory, without promises": () => main.openSync(bytes, schema).load(),
    "everything, from a Blob": async () => await (await main.open(blob, schema)).load(),
    "open, and 200 lookups of names, from a Blob": async () => {
      const { root } = await main.open(blob, schema);
      for (const name of names) await root.players.get(name);
    },
  };
  const times = {};
  for (const [what, call] of Object.entries(work)) {
    times[what] = Number.POSITIVE_INFINITY;
    for (let i = 0; i < CALLS; i++) {
      const start = performance.now();
      await call();
      times[what] = Math.min(times[what], performance.now() - start);
    }
  }
  console.log(JSON.stringify({ times, byteLength: bytes.length }));
}

const [mark, kind, library, worldName] = process.argv.slice(2);
if (mark === "CHILD") await child(kind, library, worldName);
