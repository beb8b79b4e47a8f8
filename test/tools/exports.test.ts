// The docstring check itself: what counts as documented, and that what is not is reported at its declaration.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { checkExports } from "../../scripts/check-exports.mjs";

let root = "";
afterEach(() => rm(root, { recursive: true }));

async function check(index: string, other: string): Promise<string[]> {
  root = await mkdtemp(join(tmpdir(), "exports-"));
  await mkdir(join(root, "src"));
  await writeFile(join(root, "src/index.ts"), index);
  await writeFile(join(root, "src/other.ts"), other);
  return checkExports(root);
}

const other = [
  "/** The header of the file, not of `bare`. */",
  "",
  "export const bare = 1;",
  "/** A constant. */",
  "export const constant = 1, twin = 2;",
  "/** A type. */",
  "export interface Shape {}",
  "/** The first overload speaks for all. */",
  "export function overloaded(a: 1): void;",
  "export function overloaded(a: unknown): void {}",
  "/** Declared first, exported below. */",
  "class Later {}",
  "export { Later };",
  "// No docstring.",
  "export type Commented = 1;",
].join("\n");

test.each([
  ["a constant", 'export { constant } from "./other.ts";'],
  ["each of several constants", 'export { twin } from "./other.ts";'],
  ["a type", 'export type { Shape } from "./other.ts";'],
  ["an overloaded function", 'export { overloaded } from "./other.ts";'],
  ["a class exported by name", 'export { Later as Renamed } from "./other.ts";'],
  ["what was imported first", 'import { constant } from "./other.ts";\nexport { constant };'],
])("%s with a docstring passes", async (_, index) => {
  expect(await check(index, other)).toEqual([]);
});

test.each([
  ["a header is no docstring", 'export { bare } from "./other.ts";', "src/other.ts:3: bare is public"],
  ["a plain comment is none", 'export type { Commented } from "./other.ts";', "src/other.ts:15: Commented is public"],
  ["a new name does not help", 'export { bare as renamed } from "./other.ts";', "src/other.ts:3: renamed is public"],
  ["nor does an import", 'import { bare } from "./other.ts";\nexport { bare };', "src/other.ts:3: bare is public"],
  ["nor a star", 'export * from "./other.ts";', "src/other.ts:3: bare is public"],
  ["nor a declaration in the entry", "export const own = 1;", "src/index.ts:1: own is public"],
])("%s", async (_, index, line) => {
  expect(await check(index, other)).toContainEqual(expect.stringContaining(line));
});
