// The playground, developed live against src/. The tests have their own vitest.config.ts.
import { defineConfig } from "vite";
import { libraryAlias } from "./scripts/library-alias.mjs";

export default defineConfig({
  root: "playground",
  base: "./",
  resolve: { alias: libraryAlias },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  worker: { format: "es" },
  build: { outDir: "../dist-playground", emptyOutDir: true, target: "es2022" },
});
