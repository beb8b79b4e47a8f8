// Requires a docstring on every symbol that a public entry exports, wherever it is declared.
// Usage: node scripts/check-exports.mjs [root]. Prints `file:line: rule` for each break.
import { existsSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { readModule } from "./source.mjs";

const ENTRIES = [
  "src/index.ts",
  "src/inspect.ts",
  "src/opfs.ts",
  "src/indexeddb.ts",
  "src/node/index.ts",
  "src/key/index.ts",
  "src/worker/serve.ts",
];

/** @returns {string[]} One `file:line: rule` for each exported symbol without a docstring. */
export function checkExports(root) {
  const read = cached(readModule);
  const breaks = ENTRIES.map((entry) => resolve(root, entry))
    .filter((entry) => existsSync(entry))
    .flatMap((entry) => exportsOf(entry, read))
    .filter(({ documented }) => !documented)
    .map(({ name, path, line }) => `${relative(root, path)}:${line}: ${name} is public and has no docstring`);
  return [...new Set(breaks)];
}

/** Every symbol that the file exports, with where it is declared. */
function exportsOf(path, read) {
  const module = read(path);
  const found = [];
  for (const node of module.program.body) {
    const from = node.source && resolve(dirname(path), node.source.value);
    if (node.type === "ExportAllDeclaration") found.push(...exportsOf(from, read));
    if (node.type !== "ExportNamedDeclaration" && node.type !== "ExportDefaultDeclaration") continue;
    const names = node.declaration ? namesOf(node.declaration) : [];
    for (const name of names) found.push(place(name, module, node));
    for (const { local, exported } of node.specifiers ?? []) {
      found.push({
        ...(from ? exportedBy(local.name, from, read) : declared(local.name, module, read)),
        name: exported.name,
      });
    }
  }
  return found;
}

function exportedBy(name, path, read) {
  const all = exportsOf(path, read).filter((symbol) => symbol.name === name);
  return all.find(({ documented }) => documented) ?? all[0] ?? { name, path, line: 1, documented: false };
}

/** A symbol exported by name: declared in this module, or imported into it. */
function declared(name, module, read) {
  const places = [];
  for (const node of module.program.body) {
    if (namesOf(node).includes(name)) places.push(place(name, module, node));
    const imported = node.type === "ImportDeclaration" && node.specifiers.find(({ local }) => local.name === name);
    if (imported) {
      const origin = resolve(dirname(module.path), node.source.value);
      places.push(exportedBy(imported.imported.name, origin, read));
    }
  }
  return places.find(({ documented }) => documented) ?? places[0] ?? { path: module.path, line: 1, documented: false };
}

function namesOf(declaration) {
  if (declaration.type === "VariableDeclaration") return declaration.declarations.map(({ id }) => id.name);
  return declaration.id ? [declaration.id.name] : [];
}

/** A docstring ends on the line right above its symbol; a file's header, with a blank line between, is none. */
function place(name, { path, text, comments, lineAt }, node) {
  const documented = comments.some(
    ({ type, value, end }) =>
      type === "Block" &&
      value.startsWith("*") &&
      end <= node.start &&
      /^[ \t]*\r?\n?[ \t]*$/.test(text.slice(end, node.start)),
  );
  return { name, path, line: lineAt(node.start), documented };
}

function cached(load) {
  const known = new Map();
  return (key) => {
    if (!known.has(key)) known.set(key, load(key));
    return known.get(key);
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const breaks = checkExports(resolve(process.argv[2] ?? "."));
  for (const line of breaks) console.error(line);
  if (breaks.length > 0) process.exitCode = 1;
}
