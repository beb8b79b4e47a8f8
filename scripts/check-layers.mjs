// Enforces the layers of docs/ARCHITECTURE.md: which folder may import which, what must never be reached, who may touch what.
// Usage: node scripts/check-layers.mjs [root]. Prints `file:line: rule` for each break.
import { dirname, relative, resolve, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { importsOf, linesNaming, readModule, sourceFiles } from "./source.mjs";

const BASE = ["errors", "bytes", "part"];
const FORMS = [...BASE, "format", "schema", "key"];
const CODING = [...FORMS, "encode", "decode", "codec"];
const TOP = [
  "save",
  "save-sync",
  "open",
  "open-sync",
  "optimize",
  "copy",
  "inspect",
  "options",
  "write-options",
  "file-tools",
  "workers",
  "read-workers",
  "worker-count",
  "index",
  "opfs",
  "indexeddb",
  "node",
  "cli",
  "doctor",
];
const EVERYTHING = [
  ...CODING,
  "describe",
  "graph",
  "worker",
  "storage",
  "source",
  "sink",
  "read",
  "mirror",
  "evolve",
  ...TOP,
];

/** What a room may import besides itself. A room is a folder of src/, a file right in src/, or `wasm`. */
const MAY_IMPORT = {
  errors: [],
  part: ["errors"],
  bytes: ["errors"],
  wasm: BASE,
  format: BASE,
  schema: BASE,
  key: [...BASE, "schema"],
  encode: FORMS,
  decode: [...FORMS, "wasm"],
  codec: [...FORMS, "wasm"],
  describe: [...BASE, "schema"],
  graph: CODING,
  worker: CODING,
  storage: BASE,
  source: [...CODING, "storage"],
  sink: [...CODING, "storage"],
  read: [...CODING, "source"],
  mirror: [...CODING, "read"],
  evolve: [...CODING, "describe", "read", "mirror"],
  ...Object.fromEntries(TOP.map((room) => [room, EVERYTHING])),
};

/** What a file must not reach, however many imports away. Types do not count: they are gone at run time. */
const NEVER_REACH = [
  { from: "src/open.ts", rooms: ["graph", "encode", "sink"], why: "a reader must not pull in the writer" },
  { from: "src/open-sync.ts", rooms: ["graph", "encode", "sink"], why: "a reader must not pull in the writer" },
  { from: "src/save.ts", rooms: ["read", "mirror"], why: "a writer must not pull in the reader" },
  { from: "src/save-sync.ts", rooms: ["read", "mirror"], why: "a writer must not pull in the reader" },
  {
    from: "src/key/index.ts",
    rooms: EVERYTHING.filter((room) => ![...BASE, "schema", "key"].includes(room)),
    why: "ordered keys are usable alone",
  },
  {
    from: "src/worker/worker.ts",
    rooms: EVERYTHING.filter((room) => ![...BASE, "format", "codec", "worker"].includes(room)),
    why: "the worker sees only codec, so that it stays small",
  },
];

const ONLY_IN = [
  { package: "lz4-wasm", rooms: ["wasm"] },
  { package: "hash-wasm", rooms: ["wasm"] },
];

const DATA_VIEW_ROOMS = ["bytes", "format"];

/**
 * @param {string} root The folder that holds src/ and wasm/.
 * @returns {string[]} One `file:line: rule` for each break.
 */
export function checkLayers(root) {
  const files = ["src", "wasm"].flatMap((folder) => sourceFiles(resolve(root, folder)));
  const modules = new Map(files.map((path) => [slashed(relative(root, path)), describeModule(root, path)]));
  return [
    ...[...modules].flatMap(([path, module]) => breaksOfModule(path, module, modules)),
    ...NEVER_REACH.flatMap((rule) => breaksOfReach(rule, modules)),
  ];
}

function describeModule(root, path) {
  const module = readModule(path);
  const imports = importsOf(module).map((found) => ({
    ...found,
    target: found.specifier.startsWith(".")
      ? slashed(relative(root, resolve(dirname(path), found.specifier)))
      : undefined,
  }));
  return { imports, dataViewLines: linesNaming(module, "DataView") };
}

function breaksOfModule(path, { imports, dataViewLines }, modules) {
  const room = roomOf(path);
  if (MAY_IMPORT[room] === undefined) return [`${path}:1: ${room} is not in the table of layers`];
  const breaks = imports.map((found) => [found.line, breakOfImport(room, found, modules)]);
  if (!DATA_VIEW_ROOMS.includes(room)) {
    for (const line of dataViewLines) breaks.push([line, `only ${DATA_VIEW_ROOMS.join(" and ")} touch a DataView`]);
  }
  return breaks.filter(([, rule]) => rule !== undefined).map(([line, rule]) => `${path}:${line}: ${rule}`);
}

function breakOfImport(room, { specifier, target }, modules) {
  if (target === undefined) {
    const rule = ONLY_IN.find((only) => specifier === only.package || specifier.startsWith(`${only.package}/`));
    if (rule !== undefined && !rule.rooms.includes(room))
      return `only ${rule.rooms.join(", ")} imports ${rule.package}`;
    return undefined;
  }
  if (!modules.has(target)) return `${specifier} is no file of src or wasm`;
  const other = roomOf(target);
  if (other === room || MAY_IMPORT[room].includes(other)) return undefined;
  return `${room} may not import ${other}; it may import ${MAY_IMPORT[room].join(", ") || "nothing"}`;
}

function breaksOfReach({ from, rooms, why }, modules) {
  const breaks = [];
  const seen = new Set([from]);
  const queue = [{ path: from, chain: [from], line: 1 }];
  for (const { path, chain, line } of queue) {
    for (const found of modules.get(path)?.imports ?? []) {
      if (found.typeOnly || found.target === undefined || seen.has(found.target)) continue;
      seen.add(found.target);
      const next = {
        path: found.target,
        chain: [...chain, found.target],
        line: chain.length === 1 ? found.line : line,
      };
      const room = roomOf(found.target);
      if (!rooms.includes(room)) queue.push(next);
      else breaks.push(`${from}:${next.line}: reaches ${room} (${next.chain.join(" → ")}): ${why}`);
    }
  }
  return breaks;
}

/** `src/codec/lz4.ts` → `codec`, `src/open.ts` → `open`, `wasm/x.ts` → `wasm`. */
function roomOf(path) {
  const [top = "", second = ""] = path.split("/");
  return top === "src" ? second.replace(/\.ts$/, "") : top;
}

function slashed(path) {
  return path.split(sep).join("/");
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const breaks = checkLayers(resolve(process.argv[2] ?? "."));
  for (const line of breaks) console.error(line);
  if (breaks.length > 0) process.exitCode = 1;
}
