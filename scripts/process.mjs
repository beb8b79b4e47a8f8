// Runs child processes: the project's own tools by name, on the Node that runs this script, without a shell.
import { spawn } from "node:child_process";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = resolve(fileURLToPath(new URL("..", import.meta.url)));

const modules = join(ROOT, "node_modules");
const TOOLS = {
  tsc: join(modules, "typescript/bin/tsc"),
  biome: join(modules, "@biomejs/biome/bin/biome"),
  vitest: join(modules, "vitest/vitest.mjs"),
};

/**
 * @param {import("node:child_process").SpawnOptions & { capture?: boolean }} [options]
 * @returns {Promise<{ code: number, output: string }>} Never rejects: a program that cannot be started has code 127.
 *   `output` is empty unless `capture` is set.
 */
export function run(command, args, options = {}) {
  const { capture = false, ...rest } = options;
  return new Promise((done) => {
    const child = spawn(command, args, { cwd: ROOT, stdio: capture ? "pipe" : "inherit", ...rest });
    let output = "";
    const collect = (data) => {
      output += data;
    };
    child.stdout?.setEncoding("utf8").on("data", collect);
    child.stderr?.setEncoding("utf8").on("data", collect);
    child.on("error", (error) => done({ code: 127, output: output + error.message }));
    child.on("close", (code) => done({ code: code ?? 1, output }));
  });
}

/** Runs a script of this project, or one of its tools by name. */
export function runNode(script, args = [], options = {}) {
  return run(process.execPath, [TOOLS[script] ?? join(ROOT, script), ...args], options);
}

/** Runs the npm that started this script, or the one in the path. */
export function runNpm(args, options = {}) {
  const npm = process.env.npm_execpath;
  if (npm?.endsWith("npm-cli.js")) return run(process.execPath, [npm, ...args], options);
  return run("npm", args, { shell: process.platform === "win32", ...options });
}
