// The playground, developed live against src/. The tests have their own vitest.config.ts.
import { defineConfig } from "vite";
import { libraryAlias } from "./scripts/library-alias.mjs";

// The library splits itself where some of its users need one half; the playground needs both.
const rolldownOptions = { checks: { ineffectiveDynamicImport: false } };
const jsx = { runtime: "automatic", importSource: "preact" } as const;

export default defineConfig({
  root: "playground",
  // The examples, from scripts/playground-examples.mjs.
  publicDir: "../.cache/playground",
  // Works from any folder of any server.
  base: "./",
  resolve: { alias: libraryAlias },
  oxc: { jsx },
  // Looking for dependencies has options of its own.
  optimizeDeps: { rolldownOptions: { transform: { jsx } } },
  worker: { format: "es", rolldownOptions },
  // An icon in a data: URL is one that a strict policy forbids.
  build: { outDir: "../dist-playground", emptyOutDir: true, target: "es2022", assetsInlineLimit: 0, rolldownOptions },
});
