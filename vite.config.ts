// The playground, developed live against src/. The tests have their own vitest.config.ts.
import { defineConfig } from "vite";
import { libraryAlias } from "./scripts/library-alias.mjs";

const jsx = { runtime: "automatic", importSource: "preact" } as const;

export default defineConfig({
  root: "playground",
  // Works from any folder of any server.
  base: "./",
  resolve: { alias: libraryAlias },
  oxc: { jsx },
  // Looking for dependencies has options of its own.
  optimizeDeps: { rolldownOptions: { transform: { jsx } } },
  worker: { format: "es" },
  build: { outDir: "../dist-playground", emptyOutDir: true, target: "es2022" },
});
