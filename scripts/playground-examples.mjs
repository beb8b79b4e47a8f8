// Makes the files that come with the playground, from data that the dev dependencies bring: .cache/playground/examples/, which Vite
// serves and copies as it is. Needs the built library.
//   --if-missing    leaves files alone that are there
import { existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ROOT } from "./process.mjs";

const FOLDER = join(ROOT, ".cache/playground/examples");
const NAMES = ["cities", "words", "atlas"];

/** Makes them all, and a list of their sizes. */
export async function makeExamples({ ifMissing = false } = {}) {
  const index = join(FOLDER, "index.json");
  if (ifMissing && existsSync(index) && NAMES.every((name) => existsSync(join(FOLDER, `${name}.par`)))) return;
  mkdirSync(FOLDER, { recursive: true });
  // Only now: who finds all files there needs no built library.
  const [{ saveFile }, { citiesJob }, { Atlas, atlasValue }, { Words, wordsValue }] = await Promise.all([
    import("parcode-web/node"),
    import("./main-job/cities.mjs"),
    import("./playground-examples/atlas.mjs"),
    import("./playground-examples/words.mjs"),
  ]);
  const { records, source } = await citiesJob.load();
  const save = (name, schema, value) =>
    saveFile(join(FOLDER, `${name}.par`), schema, value, { metadata: { source: value.source } });
  await save("cities", citiesJob.schema, citiesJob.value(records, source));
  await save("words", Words, wordsValue());
  await save("atlas", Atlas, atlasValue(records, source));
  const sizes = Object.fromEntries(NAMES.map((name) => [name, statSync(join(FOLDER, `${name}.par`)).size]));
  writeFileSync(index, `${JSON.stringify(sizes)}\n`);
  for (const [name, size] of Object.entries(sizes))
    console.log(`example ${name.padEnd(8)} ${(size / 1e6).toFixed(1)} MB`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  await makeExamples({ ifMissing: process.argv.includes("--if-missing") });
}
