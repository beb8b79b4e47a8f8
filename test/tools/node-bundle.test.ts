// dist/node/, which Node takes by the condition "node": the same exports as dist/src/, in few files.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const { exports } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
  exports: Record<string, string | { node: string; default: string }>;
};
const entries = Object.entries(exports).filter((entry) => typeof entry[1] !== "string") as [
  string,
  { node: string; default: string },
][];

/** Scripts of workers: they serve when they are loaded. */
const SCRIPTS = ["./worker", "./opfs/worker"];

/** The files that `path` loads at once. */
function loadedWith(path: string, found = new Set<string>()): Set<string> {
  if (found.has(path)) return found;
  found.add(path);
  const text = readFileSync(path, "utf8");
  for (const [, name = ""] of text.matchAll(/^(?:import|export)\b[^;]*?"(\.[^"]+)";/gm)) {
    loadedWith(join(dirname(path), name), found);
  }
  return found;
}

test("every entry has a file for Node", () => {
  expect(entries.length).toBeGreaterThan(8);
  for (const [name, { node }] of entries) expect([name, loadedWith(join(ROOT, node)).size > 0]).toEqual([name, true]);
});

test.each(entries.filter(([name]) => !SCRIPTS.includes(name)))("%s exports the same for Node", async (_name, paths) => {
  const [bundled, plain] = await Promise.all([import(join(ROOT, paths.node)), import(join(ROOT, paths.default))]);
  expect(Object.keys(bundled).sort()).toEqual(Object.keys(plain).sort());
});

// 150 files took Node 60 ms and more; each costs about as much as 20 kB of code do.
test.each([
  [".", 5],
  ["./node", 8],
  ["./key", 3],
])("%s comes in at most %i files", (name, limit) => {
  const paths = entries.find((entry) => entry[0] === name)?.[1];
  expect(loadedWith(join(ROOT, paths?.node ?? "")).size).toBeLessThanOrEqual(limit);
});

test("all entries share one copy of the errors", async () => {
  const [main, key] = await Promise.all(["index.js", "key.js"].map((file) => import(join(ROOT, "dist/node", file))));
  expect(key.SchemaMismatchError).toBe(main.SchemaMismatchError);
});
