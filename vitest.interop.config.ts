// The tests that ask the Rust crate; `npm run test:interop` builds it before. `npx vitest` alone does not start them.
import { defineConfig } from "vitest/config";
import { libraryAlias } from "./scripts/library-alias.mjs";

export default defineConfig({
  resolve: { alias: libraryAlias },
  test: {
    name: "interop",
    include: ["test/interop/**/*.crate.ts"],
    // Half of the time a worker waits for the crate.
    maxWorkers: "100%",
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
