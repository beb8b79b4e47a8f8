// Two projects over the same tests: Node, and a real Chromium (from $CHROMIUM_PATH or the system; nothing is downloaded).
import { existsSync } from "node:fs";
import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";
import { findChromium } from "./scripts/chromium.mjs";
import { libraryAlias } from "./scripts/library-alias.mjs";

const globalSetup = existsSync(new URL("./test/support/global-setup.ts", import.meta.url))
  ? ["./test/support/global-setup.ts"]
  : [];

const launchArguments = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const executablePath = findChromium();

export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias: libraryAlias },
        test: {
          name: "node",
          include: ["test/**/*.test.ts"],
          exclude: ["test/browser/**"],
          globalSetup,
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        resolve: { alias: libraryAlias },
        // Cross-origin isolation: finer timers and SharedArrayBuffer, as a page that asks for them has.
        server: {
          headers: {
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Embedder-Policy": "require-corp",
          },
        },
        worker: { format: "es" },
        // Known beforehand, so that a cold cache does not reload the page in the middle of a test.
        optimizeDeps: { include: ["fast-check", "comlink", "hash-wasm", "comlink/dist/esm/node-adapter.mjs", "idb"] },
        test: {
          name: "chromium",
          include: ["test/**/*.test.ts"],
          exclude: ["test/node/**", "test/tools/**", "test/interop/**", "test/playground/**"],
          globalSetup,
          testTimeout: 30_000,
          hookTimeout: 30_000,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: { ...(executablePath === undefined ? {} : { executablePath }), args: launchArguments },
            }),
            instances: [{ browser: "chromium" }],
          },
        },
      },
    ],
  },
});
