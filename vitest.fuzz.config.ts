// The fuzzer, in Node; `npm run test:fuzz` starts it. A short run of it is part of the other tests.
import { defineConfig } from "vitest/config";
import { libraryAlias } from "./scripts/library-alias.mjs";

export default defineConfig({
  resolve: { alias: libraryAlias },
  test: { name: "fuzz", include: ["test/fuzz/**/*.fuzz.ts"], disableConsoleIntercept: true },
});
