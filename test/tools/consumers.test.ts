// The package as its users get it: packed, installed, bundled by their bundler, run in a real browser. Workers must start there.
import { execFile } from "node:child_process";
import { cp, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Browser } from "playwright";
import { rolldown } from "rolldown";
import { build, createServer } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { canRunPages, launch, outcomeOf, serveFolder, temporaryFolder, writePage } from "../support/pages.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const run = promisify(execFile);

/** Uses every entry for pages, with everything that starts a worker or is loaded later; `workers.js` says how workers start. */
const MAIN = `
import { bytes, chunk, hashMap, memorySink, open, save, serialize, serializeSync, sortedMap, str, struct, tuple, u32, vec } from "parcode-web";
import { ordcode, orderedKey } from "parcode-web/key";
import { opfsSink, opfsSource, removeFromOpfs } from "parcode-web/opfs";
import { codecWorkers, opfsWorkers } from "./workers.js";

const World = struct({ name: bytes, blob: chunk(bytes) });
const value = { name: Uint8Array.of(1, 2, 3), blob: Uint8Array.from({ length: 3_000_000 }, (_, i) => (i * i) >> 9) };
const options = { compression: "lz4", workers: 2, ...codecWorkers };

async function outcome() {
  const expected = serializeSync(World, value, options);
  const memory = memorySink();
  const { mode, workers, fallback } = await save(memory, World, value, options);
  const file = memory.bytes();
  const sink = opfsSink("consumer.par", opfsWorkers);
  await save(sink, World, value, options);
  const opened = await open(opfsSource("consumer.par"), World);
  const blob = await opened.root.blob.load();
  await opened.close();
  await removeFromOpfs("consumer.par");
  const isSame = file.length === expected.length && file.every((byte, i) => byte === expected[i]);
  const isRead = blob.length === value.blob.length && blob.every((byte, i) => byte === value.blob[i]);
  const Containers = struct({ list: chunk(vec(u32)), map: hashMap(str, u32), sorted: sortedMap(str, u32) });
  const entries = new Map([["a", 1], ["b", 2]]);
  const others = await open(await serialize(Containers, { list: [7, 8], map: entries, sorted: entries }), Containers);
  const { list, map, sorted } = others.root;
  const found = [await list.at(1), await map.get("b"), (await sorted.range({ gte: "b" }).toArray()).length];
  const { chunks } = await others.verify();
  const order = ordcode.AscendingOrder;
  const keys = orderedKey(tuple([str, u32]));
  const isKey = keys.decode(keys.encode(["a", 7]))[1] === 7 && ordcode.decode(u32, ordcode.encode(u32, 7, order), order) === 7;
  return { mode, workers, fallback, opfsMode: sink.mode, isSame, isRead, isKey, found, chunks };
}
globalThis.outcome = await outcome().catch((error) => ({ error: String(error.stack) }));
`;

/** The library starts its own workers. */
const OWN = "export const codecWorkers = {}, opfsWorkers = {};";

/** The app starts them, from scripts that it has bundled beside its own. */
const BESIDE = `
const start = (name) => () => new Worker(new URL(name, location.href), { type: "module" });
export const codecWorkers = { createWorker: start("codec-worker.js") };
export const opfsWorkers = { createWorker: start("opfs-worker.js") };
`;

/** The app starts them, by Vite's own way. */
const BY_VITE = `
import CodecWorker from "parcode-web/worker?worker";
import OpfsWorker from "parcode-web/opfs/worker?worker";
export const codecWorkers = { createWorker: () => new CodecWorker() };
export const opfsWorkers = { createWorker: () => new OpfsWorker() };
`;

const GOOD = {
  mode: "workers",
  workers: 2,
  opfsMode: "worker",
  isSame: true,
  isRead: true,
  isKey: true,
  found: [8, 2, 1],
  chunks: 7,
};

describe.skipIf(!canRunPages)("an app that has installed the package", () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let browser: Browser;

  beforeAll(async () => {
    folder = await temporaryFolder();
    browser = await launch();
    const { stdout } = await run("npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", folder.path], {
      cwd: ROOT,
    });
    const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
    await run("tar", ["xzf", filename], { cwd: folder.path });
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await folder?.[Symbol.asyncDispose]();
  });

  /** A new app: the package in its `node_modules`, and the package's dependencies beside it. */
  async function makeApp(name: string, workers: string): Promise<string> {
    const app = join(folder.path, name);
    const installed = join(app, "node_modules/parcode-web");
    await mkdir(dirname(installed), { recursive: true });
    await cp(join(folder.path, "package"), installed, { recursive: true });
    const { dependencies } = JSON.parse(await readFile(join(installed, "package.json"), "utf8"));
    for (const dependency of Object.keys(dependencies)) {
      await symlink(join(ROOT, "node_modules", dependency), join(app, "node_modules", dependency), "dir");
    }
    await writeFile(join(app, "package.json"), '{ "name": "app", "type": "module", "private": true }');
    await writeFile(join(app, "main.js"), MAIN);
    await writeFile(join(app, "workers.js"), workers);
    await writePage(app, "./main.js");
    return app;
  }

  const settings = { configFile: false, logLevel: "warn", worker: { format: "es" } } as const;

  test.each([
    ["finds our workers", OWN],
    ["takes workers that the app makes of our scripts", BY_VITE],
  ])("built by Vite, %s", async (_name, workers) => {
    const app = await makeApp(workers === OWN ? "vite-own" : "vite-app", workers);
    await build({ ...settings, root: app, build: { target: "esnext" } });
    await using site = await serveFolder(join(app, "dist"), {});
    expect(await outcomeOf(browser, site.url)).toEqual(GOOD);
  });

  test("on Vite's development server, finds our workers", async () => {
    const app = await makeApp("vite-dev", OWN);
    const server = await createServer({
      ...settings,
      root: app,
      cacheDir: join(app, "cache"),
      server: { host: "127.0.0.1", fs: { allow: [app, ROOT] }, watch: null },
    });
    await server.listen();
    try {
      expect(await outcomeOf(browser, server.resolvedUrls?.local[0] ?? "")).toEqual(GOOD);
    } finally {
      await server.close();
    }
  });

  test("built by a bundler that knows no workers, takes those that the app starts", async () => {
    const app = await makeApp("rolldown", BESIDE);
    const bundle = await rolldown({
      cwd: app,
      input: { main: "./main.js", "codec-worker": "parcode-web/worker", "opfs-worker": "parcode-web/opfs/worker" },
    });
    await bundle.write({ dir: join(app, "dist"), format: "es" });
    await bundle.close();
    await writePage(join(app, "dist"), "./main.js");
    await using site = await serveFolder(join(app, "dist"), {});
    expect(await outcomeOf(browser, site.url)).toEqual(GOOD);
  });

  test("in Node, has files, keys and the command line, of one copy", async () => {
    const app = await makeApp("node", "");
    const program = `
      import { SchemaMismatchError, str, struct, u32, vec, chunk } from "parcode-web";
      import { orderedKey } from "parcode-web/key";
      import { openFile, saveFile } from "parcode-web/node";
      const World = struct({ name: str, list: chunk(vec(u32)) });
      const { mode } = await saveFile("world.par", World, { name: "x", list: [1, 2] }, { compression: "lz4" });
      const file = await openFile("world.par", World);
      const error = await saveFile("other.par", World, { name: 1 }).catch((error) => error);
      let wrong;
      try { orderedKey(u32).encode("x") } catch (error) { wrong = error }
      const isOneCopy = [error, wrong].every((error) => error instanceof SchemaMismatchError);
      console.log(JSON.stringify({ mode, second: await file.root.list.at(1), isOneCopy }));`;
    const script = join(app, "program.mjs");
    await writeFile(script, program);
    const { stdout } = await run(process.execPath, [script], { cwd: app });
    expect(JSON.parse(stdout)).toEqual({ mode: "inline", second: 2, isOneCopy: true });
    const { bin } = JSON.parse(await readFile(join(app, "node_modules/parcode-web/package.json"), "utf8"));
    const command = join(app, "node_modules/parcode-web", bin.parcode);
    const shown = await run(process.execPath, [command, "cat", "world.par", "list[1]"], { cwd: app });
    expect(shown.stdout.trim()).toBe("2");
  });

  test("carries comlink where workers are wanted, and not with its first bytes", async () => {
    const app = await makeApp("reader", "");
    await writeFile(join(app, "reader.js"), 'import { open } from "parcode-web"; globalThis.open = open;');
    const bundle = await rolldown({ cwd: app, input: "./reader.js" });
    const { output } = await bundle.generate({ format: "es" });
    await bundle.close();
    const [first, ...later] = output.map((part) => (part.type === "chunk" ? part.moduleIds.join(" ") : ""));
    expect(first).toContain("dist/src/open.js");
    expect(first).not.toContain("comlink");
    expect(later.join(" ")).toContain("comlink");
  });
});
