// Serves the playground page with Vite's development server, on the first free port.
import { join } from "node:path";
import { createServer } from "vite";
import { ROOT } from "../process.mjs";

/** @param {Record<string, string>} query What the page is told to open. */
export async function startPlayground(query) {
  const server = await createServer({
    root: join(ROOT, "playground"),
    configFile: join(ROOT, "vite.config.ts"),
    server: { host: "127.0.0.1" },
    logLevel: "warn",
  });
  await server.listen();
  const base = server.resolvedUrls?.local[0] ?? "";
  return { url: `${base}?${new URLSearchParams(query)}`, close: () => server.close() };
}
