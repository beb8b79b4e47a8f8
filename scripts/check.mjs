// Everything that can be said about the code without running it. Prints the findings of what failed, and ends with code 1 then.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { ROOT, runNode } from "./process.mjs";

const CHECKS = [
  { name: "types", script: "tsc", args: ["-p", "tsconfig.json"] },
  { name: "types without Node", script: "tsc", args: ["-p", "tsconfig.neutral.json"] },
  { name: "types of scripts", script: "tsc", args: ["-p", "tsconfig.scripts.json"] },
  {
    name: "lint, format, sizes",
    script: "biome",
    args: ["check", "--error-on-warnings", "--max-diagnostics=100", "."],
  },
  { name: "layers", script: "scripts/check-layers.mjs", args: [] },
  { name: "docstrings", script: "scripts/check-exports.mjs", args: [] },
  { name: "inlined wasm", script: "scripts/inline-wasm.mjs", args: ["--check"] },
  { name: "compiled kernels", script: "scripts/build-kernels.mjs", args: ["--check"] },
];

const results = await Promise.all(
  CHECKS.filter(({ script }) => !script.endsWith(".mjs") || existsSync(join(ROOT, script))).map(runCheck),
);

for (const { name, code, output } of results) {
  console.log(`${code === 0 ? "ok    " : "FAILED"} ${name}`);
  if (code !== 0) console.log(output.trim().replace(/^/gm, "  "));
}
if (results.some(({ code }) => code !== 0)) process.exitCode = 1;

async function runCheck({ name, script, args }) {
  return { name, ...(await runNode(script, args, { capture: true })) };
}
