// Builds dist/ afresh: the kernels if they changed, then tsc turns each file of src/ and wasm/ into one .js and one .d.ts, which
// bundlers and pages take; nothing of it is bundled. Node takes dist/node/: the same in few files.
import { chmodSync, existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { bundleForNode } from "./bundle-node.mjs";
import { ROOT, runNode } from "./process.mjs";

rmSync(join(ROOT, "dist"), { recursive: true, force: true });
const kernels = await runNode("scripts/build-kernels.mjs");
const code = kernels.code || (await runNode("tsc", ["-p", "tsconfig.build.json"])).code;

if (code === 0) await bundleForNode();
for (const path of ["dist/src/cli/main.js", "dist/node/cli.js"]) {
  if (existsSync(join(ROOT, path))) chmodSync(join(ROOT, path), 0o755);
}
process.exitCode = code;
