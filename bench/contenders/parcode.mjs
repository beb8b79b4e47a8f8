// This library, as built into dist/: asynchronous from disk, synchronous from disk, synchronous from memory.
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { worldSchema } from "./schema.mjs";

export { worldSchema };

const BUILT = fileURLToPath(new URL("../../dist", import.meta.url));
const FILE = "world.par";

/**
 * @param {{ name: string, mode: "async" | "file" | "memory", compression?: string, workers?: number, library?: string }} options
 *   A row with a number of workers is there for its writes: the file is the same.
 */
export function parcode({ name, mode, compression = "none", workers, library: folder = BUILT }) {
  return {
    name,
    isParcode: true,
    packages: [],
    sharesFile: mode === "memory",
    writesOnly: workers !== undefined,
    load: () => loadLibrary(folder),
    prepare: (_, world) => world,
    async write({ main, World }, world) {
      const options = { compression, ...(workers === undefined ? {} : { workers }) };
      const bytes =
        mode === "async" ? await main.serialize(World, world, options) : main.serializeSync(World, world, options);
      return { [FILE]: bytes };
    },
    async open({ main, node, World }, directory) {
      const path = join(directory, FILE);
      if (mode === "async") return asyncWorld(await node.openFile(path, World));
      return syncWorld(mode === "file" ? node.openFileSync(path, World) : main.openSync(readFileSync(path), World));
    },
  };
}

/** What the package's exports name for Node; of a build without that, the files for all others. */
async function loadLibrary(folder) {
  const from = (path) => join(resolve(folder), path);
  const isForNode = existsSync(from("node/index.js"));
  const paths = isForNode ? ["node/index.js", "node/node.js"] : ["src/index.js", "src/node/index.js"];
  const [main, node] = await Promise.all(paths.map((path) => import(pathToFileURL(from(path)).href)));
  return { main, node, World: worldSchema(main) };
}

function asyncWorld(file) {
  const { root } = file;
  return {
    field: () => root.settings.difficulty,
    player: (name) => root.players.get(name),
    heights: () => root.heights.load(),
    everything: () => file.load(),
    close: () => file.close(),
    isSync: false,
  };
}

const syncWorld = (file) => ({ ...asyncWorld(file), isSync: true });
