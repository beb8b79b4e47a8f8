// A page whose policy forbids WebAssembly and new Function, and one that forbids workers too: all works, and the bytes are the same.
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { libraryAlias } from "../../scripts/library-alias.mjs";
import { canRunPages, launch, outcomeOf, serveFolder, temporaryFolder, writePage } from "../support/pages.ts";
import { uniqueName } from "../support/range-client.ts";
import { COMPRESSIONS, fileOf, WORLDS } from "../support/worlds.ts";
import type { PolicyOutcome } from "./pages/policy.ts";

const entry = fileURLToPath(new URL("./pages/policy.ts", import.meta.url));

describe.skipIf(!canRunPages)("under a Content-Security-Policy", () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let browser: Browser;

  beforeAll(async () => {
    folder = await temporaryFolder();
    await writePage(folder.path, entry);
    await build({
      root: folder.path,
      configFile: false,
      logLevel: "warn",
      resolve: { alias: libraryAlias },
      build: { target: "esnext", outDir: "built" },
      worker: { format: "es" },
    });
    browser = await launch();
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await folder?.[Symbol.asyncDispose]();
  });

  async function outcome(policy: string | undefined): Promise<PolicyOutcome> {
    await using site = await serveFolder(
      `${folder.path}/built`,
      policy === undefined ? {} : { "Content-Security-Policy": policy },
    );
    const files = `${inject("rangeServer")}/files/${uniqueName()}`;
    return await outcomeOf<PolicyOutcome>(browser, `${site.url}/?${new URLSearchParams({ files })}`);
  }

  const hashes: Record<string, string> = {};
  for (const name of Object.keys(WORLDS)) {
    for (const compression of COMPRESSIONS) {
      hashes[`${name}, ${compression}`] = createHash("sha256").update(fileOf(name, compression)).digest("hex");
    }
  }

  const strict = { webAssembly: "CompileError", evaluation: "EvalError" };
  const inWorkers = { mode: "workers", workers: 2 };
  const inline = { mode: "inline", workers: 0, fallback: expect.stringContaining("script could not be loaded") };

  test.each([
    ["none", undefined, {}, inWorkers, "worker"],
    ["script-src 'self'", "script-src 'self'", strict, inWorkers, "worker"],
    ["and worker-src 'none'", "script-src 'self'; worker-src 'none'", strict, inline, "stream"],
  ])("%s: all sources and sinks, the same bytes, and a true report", async (_name, policy, forbidden, save, opfs) => {
    const found = await outcome(policy);
    expect(found.wrong).toEqual([]);
    expect(found.forbidden).toEqual(forbidden);
    expect(found.hashes).toEqual(hashes);
    expect(found.save).toMatchObject(save);
    expect(found.opfsMode).toBe(opfs);
    expect(found.httpRequests).toBeGreaterThan(1);
  });
});
