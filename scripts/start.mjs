// `npm start`: sets the machine up, builds the library, and runs the main job (main-job/run.mjs).
//   npm start                packs the cities of the world, reads them lazily, then serves the playground until Ctrl-C
//   npm start -- --once      ends behind the table; so does a run without a terminal
//   npm start -- --names     the same with the four million names of npm's packages, fetched once into .cache/
import { parseArgs } from "node:util";
import { runNode } from "./process.mjs";
import { ensurePackages, SetupError } from "./setup.mjs";

const isTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true;

try {
  const { values } = parseArgs({ options: { once: { type: "boolean" }, names: { type: "boolean" } } });
  await ensurePackages();
  console.log("Building the library");
  const { code } = await runNode("scripts/build.mjs");
  if (code === 0) {
    // Only now: it needs the packages and the built library.
    const { runMainJob } = await import("./main-job/run.mjs");
    await runMainJob({ names: values.names === true, once: values.once === true || !isTerminal });
  }
  process.exitCode = code;
} catch (error) {
  const expected = error instanceof SetupError || (error instanceof TypeError && "code" in error);
  console.error(expected ? error.message : error);
  process.exitCode = 1;
}
