/** The command line as its users run it: bundled once, then a process for each call. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { libraryAlias } from "../../../scripts/library-alias.mjs";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

export interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface CommandLine {
  /** Where it was built, and where tests put their files. `library.js` beside it is the main entry, for schema modules. */
  readonly folder: string;
  run(...words: string[]): Promise<Outcome>;
  start(...words: string[]): ChildProcess;
  remove(): Promise<void>;
}

/** From the sources, and inside the repository, where the packages and the package's own version are found. */
export async function buildCommandLine(): Promise<CommandLine> {
  await mkdir(join(ROOT, ".cache"), { recursive: true });
  const folder = await mkdtemp(join(ROOT, ".cache/cli-"));
  await build({
    configFile: false,
    root: ROOT,
    logLevel: "error",
    resolve: { alias: libraryAlias },
    build: {
      ssr: true,
      target: "node20",
      outDir: folder,
      emptyOutDir: false,
      minify: false,
      rollupOptions: {
        input: { main: join(ROOT, "src/cli/main.ts"), library: join(ROOT, "src/index.ts") },
        output: { entryFileNames: "[name].js" },
      },
    },
  });
  const start = (...words: string[]): ChildProcess =>
    spawn(process.execPath, [join(folder, "main.js"), ...words], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  return {
    folder,
    start,
    run: (...words) => outcomeOf(start(...words)),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

export function outcomeOf(child: ChildProcess): Promise<Outcome> {
  let out = "";
  let err = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    out += text;
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    err += text;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, out, err }));
  });
}
