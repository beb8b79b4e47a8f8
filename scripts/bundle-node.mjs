// For Node: the same modules in few files, dist/node/, since Node opens, reads and links each file of its own at every start.
// All entries share their chunks, so a class exists once however a program comes to it.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { ROOT } from "./process.mjs";

const ENTRIES = {
  index: "src/index.ts",
  node: "src/node/index.ts",
  inspect: "src/inspect.ts",
  opfs: "src/opfs.ts",
  indexeddb: "src/indexeddb.ts",
  key: "src/key/index.ts",
  worker: "src/worker/worker.ts",
  serve: "src/worker/serve.ts",
  "opfs-worker": "src/sink/opfs-worker.ts",
  cli: "src/cli/main.ts",
};

/**
 * What is wanted together lies together; what a group needs comes with it. A file costs about as much as 20 kB of code do.
 * Keys are usable alone, so what they share with the rest is a file of its own.
 */
const GROUPS = [
  { name: "base", test: /\/src\/(errors\.ts|errors\/(?!plain)|bytes\/|schema\/(?!check))/, priority: 3 },
  { name: "codecs", test: /\/(src\/codec|wasm)\//, priority: 2 },
  { name: "core", test: /\/src\/(open|open-sync|save|optimize|index)\.ts$/, priority: 1 },
];

/**
 * Parsing is most of what an import costs, so comments go and locals get short names. Functions, classes and lines stay, for stack
 * traces; text in ASCII is one byte a character to the engine.
 */
const MINIFY = {
  compress: true,
  mangle: { keepNames: true },
  codegen: { removeWhitespace: false, asciiOnly: true },
};

/** Writes `dist/node/`. */
export async function bundleForNode() {
  const folder = join(ROOT, "dist/node");
  rmSync(folder, { recursive: true, force: true });
  const bundle = await rolldown({
    cwd: ROOT,
    input: ENTRIES,
    platform: "neutral",
    external: /^[^./]/,
    // Modules that are imported in both ways are in one chunk anyway.
    onLog: (level, log, report) => log.code !== "INEFFECTIVE_DYNAMIC_IMPORT" && report(level, log),
  });
  await bundle.write({
    dir: folder,
    format: "es",
    sourcemap: true,
    // The package has src/ beside it.
    sourcemapExcludeSources: true,
    minify: MINIFY,
    comments: false,
    entryFileNames: "[name].js",
    chunkFileNames: "[name]-[hash].js",
    codeSplitting: { groups: GROUPS },
  });
  await bundle.close();
}
