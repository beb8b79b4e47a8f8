// Reads TypeScript modules as syntax trees: what a file imports, exports and names. Used by the checks.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSync } from "vite";

/**
 * @typedef {{ specifier: string, line: number, typeOnly: boolean }} Import
 * @typedef {{ path: string, text: string, program: any, comments: any[], lineAt(offset: number): number }} Module
 */

/** @returns {string[]} The TypeScript files below `folder`, sorted, so that every run reports in the same order. */
export function sourceFiles(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts"))
    .sort()
    .map((name) => join(folder, name));
}

/** @returns {Module} */
export function readModule(path) {
  const text = readFileSync(path, "utf8");
  const { program, comments, errors } = parseSync(path, text);
  if (errors.length > 0) throw new SyntaxError(`${path}: ${errors[0].message}`);
  return { path, text, program, comments, lineAt: (offset) => text.slice(0, offset).split("\n").length };
}

/**
 * Every module that `module` names: import and export declarations, `import()` and `import("…").Type`.
 * @returns {Import[]}
 */
export function importsOf(module) {
  const imports = [];
  for (const node of walk(module.program)) {
    const specifier = node.source?.value;
    if (typeof specifier !== "string") continue;
    const typeOnly = node.importKind === "type" || node.exportKind === "type" || node.type === "TSImportType";
    imports.push({ specifier, line: module.lineAt(node.start), typeOnly });
  }
  return imports;
}

/** @returns {number[]} The lines on which the identifier `name` stands; comments and strings do not count. */
export function linesNaming(module, name) {
  if (!module.text.includes(name)) return [];
  const named = [...walk(module.program)].filter((node) => node.type === "Identifier" && node.name === name);
  return [...new Set(named.map((node) => module.lineAt(node.start)))];
}

/** Every node of a tree, parents first. */
export function* walk(node) {
  if (Array.isArray(node)) {
    for (const item of node) yield* walk(item);
  } else if (node !== null && typeof node === "object") {
    if (typeof node.type === "string") yield node;
    for (const value of Object.values(node)) {
      if (value !== null && typeof value === "object") yield* walk(value);
    }
  }
}
