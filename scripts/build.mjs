// Builds dist/ afresh: the kernels if they changed, then tsc turns each file of src/ and wasm/ into one .js and one .d.ts;
// nothing is bundled.
import { chmodSync, existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ROOT, runNode } from "./process.mjs";

rmSync(join(ROOT, "dist"), { recursive: true, force: true });
const kernels = await runNode("scripts/build-kernels.mjs");
const code = kernels.code || (await runNode("tsc", ["-p", "tsconfig.build.json"])).code;

const commandLine = join(ROOT, "dist/src/cli/main.js");
if (existsSync(commandLine)) chmodSync(commandLine, 0o755);
process.exitCode = code;
