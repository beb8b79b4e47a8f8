// `npm run build:playground`: the playground as a folder of static files, dist-playground/, for any folder of any server.
//   --out DIR        another folder
//   --no-examples    without the example files, whose making takes longer than the rest
import { existsSync, readdirSync, statSync } from "node:fs";
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

const { code } = withExamples ? await runNode(EXAMPLES) : { code: 0 };
if (code === 0) {
  await build({
    root: join(ROOT, "playground"),
    configFile: join(ROOT, "vite.config.ts"),
    build: { outDir: out, copyPublicDir: withExamples },
    logLevel: "warn",
  });
  const files = readdirSync(out, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const bytes = files.reduce((sum, file) => sum + statSync(join(file.parentPath, file.name)).size, 0);
  console.log(`${files.length} files, ${(bytes / 1e6).toFixed(1)} MB in ${out}`);
}
process.exitCode = code;
