// The package's entries by name, mapped to their sources, so that the tests and the playground run what is being edited.
import { fileURLToPath } from "node:url";

const ENTRIES = {
  "parcode-web": "src/index.ts",
  "parcode-web/node": "src/node/index.ts",
  "parcode-web/inspect": "src/inspect.ts",
  "parcode-web/opfs": "src/opfs.ts",
  "parcode-web/opfs/worker": "src/sink/opfs-worker.ts",
  "parcode-web/indexeddb": "src/indexeddb.ts",
  "parcode-web/key": "src/key/index.ts",
  "parcode-web/worker": "src/worker/worker.ts",
  "parcode-web/worker/serve": "src/worker/serve.ts",
};

export const libraryAlias = Object.entries(ENTRIES).map(([name, path]) => ({
  find: new RegExp(`^${name}$`),
  replacement: fileURLToPath(new URL(`../${path}`, import.meta.url)),
}));
