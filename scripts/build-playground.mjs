// `npm run build:playground`: the playground as a folder of static files, dist-playground/, for any folder of any server.
//   --out DIR        another folder
//   --no-examples    without the example files, whose making takes longer than the rest
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { build } from "vite";
import { ROOT, runNode } from "./process.mjs";

const EXAMPLES = "scripts/playground-examples.mjs";

const { values } = parseArgs({
  options: { out: { type: "string", default: "dist-playground" }, "no-examples": { type: "boolean", default: false } },
});
const out = resolve(ROOT, values.out);
const withExamples = !values["no-examples"] && existsSync(join(ROOT, EXAMPLES));

const code = withExamples ? await makeExamples() : 0;
if (code === 0) {
  await build({
    root: join(ROOT, "playground"),
    configFile: join(ROOT, "vite.config.ts"),
    build: { outDir: out, copyPublicDir: withExamples },
    logLevel: "warn",
  });
  if (!withExamples) {
    // The first screen asks which examples there are.
    mkdirSync(join(out, "examples"), { recursive: true });
    writeFileSync(join(out, "examples/index.json"), "{}\n");
  }
  const files = readdirSync(out, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const bytes = files.reduce((sum, file) => sum + statSync(join(file.parentPath, file.name)).size, 0);
  console.log(`${files.length} files, ${(bytes / 1e6).toFixed(1)} MB in ${out}`);
}
process.exitCode = code;

/** They are written by the built library. */
async function makeExamples() {
  const isBuilt = existsSync(join(ROOT, "dist/src/index.js"));
  const { code } = isBuilt ? { code: 0 } : await runNode("scripts/build.mjs");
  return code || (await runNode(EXAMPLES)).code;
}
