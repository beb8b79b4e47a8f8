// Every word of the type declarations of TypeScript and Node, and where it stands: a search index of real text.
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { chunk, sortedMap, str, struct, u32, vec } from "parcode-web";
import { ROOT } from "../process.mjs";

const Place = struct({ file: str, line: u32 });

export const Words = struct({
  source: str,
  // In the order of their characters: a search while somebody types reads one shard.
  words: sortedMap(str, struct({ count: u32, places: vec(Place) }), { compression: "lz4", shardBytes: 32_768 }),
  files: sortedMap(str, struct({ lines: u32, text: chunk(str, { compression: "lz4" }) })),
});

/** Of a word that stands everywhere, the first places. */
const MAX_PLACES = 60;
const WORD = /[A-Za-z_$][A-Za-z0-9_$]{2,}/g;

function declarations() {
  const modules = join(ROOT, "node_modules");
  const compilers = readdirSync(join(modules, "@typescript")).map((name) => join(modules, "@typescript", name, "lib"));
  return [...compilers, join(modules, "@types/node")].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".d.ts"))
      .sort()
      .map((name) => join(folder, name)),
  );
}

/** What is packed. */
export function wordsValue() {
  const words = new Map();
  const files = new Map();
  for (const path of declarations()) {
    const text = readFileSync(path, "utf8");
    const name = relative(join(ROOT, "node_modules"), path)
      .replaceAll("\\", "/")
      .replace(/^@typescript\/[^/]+\/lib/, "typescript");
    const lines = text.split("\n");
    files.set(name, { lines: lines.length, text });
    for (const [index, line] of lines.entries()) {
      for (const [word] of line.matchAll(WORD)) {
        const entry = words.get(word) ?? { count: 0, places: [] };
        if (entry.count === 0) words.set(word, entry);
        entry.count++;
        const last = entry.places.at(-1);
        const isSame = last?.file === name && last.line === index + 1;
        if (!isSame && entry.places.length < MAX_PLACES) entry.places.push({ file: name, line: index + 1 });
      }
    }
  }
  const source = `the type declarations of TypeScript and of Node: ${files.size} files, ${words.size.toLocaleString("en-US")} words`;
  return { source, words, files };
}
