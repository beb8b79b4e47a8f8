// `npm run bench`: installs what the benchmarks compare with, builds the library and runs bench/run.mjs with the same arguments.
import { join } from "node:path";
import { ROOT, runNode } from "./process.mjs";
import { ensurePackages } from "./setup.mjs";

await ensurePackages();
await ensurePackages(join(ROOT, "bench"));
const build = await runNode("scripts/build.mjs");
process.exitCode = build.code || (await runNode("bench/run.mjs", process.argv.slice(2))).code;
