// The entries ./node and ./inspect as their users call them.
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chunk, hashMap, isParcodeError, load, memorySource, serialize, str, struct, u32, vec } from "parcode-web";
import { inspect } from "parcode-web/inspect";
import { openFile, openFileSync, saveFile } from "parcode-web/node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startFileServer } from "../../scripts/main-job/server.mjs";
import { rejectionOf, thrownBy } from "../support/rejection.ts";

const World = struct({ name: str, list: chunk(vec(u32)), players: hashMap(str, struct({ level: u32 })) });
const world = {
  name: "World",
  list: Array.from({ length: 100_000 }, (_, i) => i),
  players: new Map([["Hero", { level: 7 }]]),
};

let folder = "";
let path = "";
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "parcode-entries-"));
  path = join(folder, "world.par");
  await saveFile(path, World, world);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Whether this process holds `path` open. Linux only; elsewhere there is nothing to see. */
function isHeldOpen(file: string): boolean {
  if (!existsSync("/proc/self/fd")) return false;
  return readdirSync("/proc/self/fd").some((descriptor) => {
    try {
      return readlinkSync(`/proc/self/fd/${descriptor}`) === file;
    } catch {
      return false;
    }
  });
}

describe("openFile", () => {
  test("reads lazily, and closes the file", async () => {
    const file = await openFile(path, World);
    expect(file.root.name).toBe("World");
    expect(await file.root.list.at(99_999)).toBe(99_999);
    expect((await file.root.players.get("Hero"))?.level).toBe(7);
    expect(file.stats.bytesRequested).toBeLessThan(file.byteLength);
    expect(await load(file.root)).toEqual(world);
    await file.close();
    expect(isHeldOpen(path)).toBe(false);
    expect(isParcodeError(await rejectionOf(file.root.list.at(0)), "Closed")).toBe(true);
  });

  test("takes a file: URL, and no schema", async () => {
    const file = await openFile(pathToFileURL(path));
    expect((await file.verify()).integrity).toBe("xxh64");
    await file.close();
  });

  test("leaves nothing open where opening fails", async () => {
    const text = join(folder, "text");
    writeFileSync(text, "x".repeat(1000));
    expect(isParcodeError(await rejectionOf(openFile(text)), "NotAParcodeFile")).toBe(true);
    expect(isHeldOpen(text)).toBe(false);
    expect(isParcodeError(await rejectionOf(openFile(join(folder, "missing"))), "SourceUnavailable")).toBe(true);
  });

  test("ends with its signal", async () => {
    const reason = new Error("enough");
    expect(await rejectionOf(openFile(path, World, { signal: AbortSignal.abort(reason) }))).toBe(reason);
    expect(isHeldOpen(path)).toBe(false);
  });
});

describe("openFileSync", () => {
  test("is the same without promises", () => {
    const file = openFileSync(path, World);
    expect(file.root.list.at(70_000)).toBe(70_000);
    expect(file.stats.bytesRequested).toBeLessThan(file.byteLength);
    expect(file.load()).toEqual(world);
    file.close();
    expect(isHeldOpen(path)).toBe(false);
  });

  test("leaves nothing open where opening fails", () => {
    const text = join(folder, "text-sync");
    writeFileSync(text, "x".repeat(1000));
    expect(
      isParcodeError(
        thrownBy(() => openFileSync(text)),
        "NotAParcodeFile",
      ),
    ).toBe(true);
    expect(isHeldOpen(text)).toBe(false);
  });
});

describe("saveFile", () => {
  test("writes the bytes that serialize gives, and reports them", async () => {
    const target = join(folder, "again.par");
    const steps: string[] = [];
    const report = await saveFile(target, World, world, { onProgress: ({ phase }) => steps.push(phase) });
    const bytes = readFileSync(target);
    expect(bytes.equals(await serialize(World, world))).toBe(true);
    expect(report.byteLength).toBe(bytes.length);
    expect(new Set(steps)).toEqual(new Set(["check", "write"]));
  });

  test("leaves what was there where the value does not fit, and nothing beside it", async () => {
    const target = join(folder, "kept.par");
    await saveFile(target, World, world);
    const before = readFileSync(target);
    const wrong = { ...world, players: new Map([["Hero", { level: -1 }]]) };
    const error = await rejectionOf(saveFile(target, World, wrong));
    expect(isParcodeError(error, "SchemaMismatch") && error.path).toBe('players["Hero"].level');
    expect(readFileSync(target).equals(before)).toBe(true);
    expect(readdirSync(folder).filter((name) => name.endsWith("-tmp"))).toEqual([]);
  });
});

describe("inspect", () => {
  test("gives the same tree from a URL, a Blob, bytes and a source, which it closes", async () => {
    const bytes = new Uint8Array(readFileSync(path));
    const server = await startFileServer({ "world.par": { path } });
    let isClosed = false;
    const source = {
      ...wrapped(bytes),
      close: () => {
        isClosed = true;
      },
    };
    const trees = [
      await inspect(`${server.url}/world.par`),
      await inspect(new Blob([bytes])),
      await inspect(bytes),
      await inspect(source),
    ];
    await server.close();
    const file = await openFile(path);
    expect(new Set(trees.map(String))).toEqual(new Set([String(await file.inspect())]));
    await file.close();
    expect(isClosed).toBe(true);
    expect(trees[0]?.root.children.map(({ guess }) => guess)).toEqual(["vec", "map"]);
  });

  test("closes the source where it is no .par file", async () => {
    let isClosed = false;
    const source = {
      ...wrapped(new Uint8Array(100)),
      close: () => {
        isClosed = true;
      },
    };
    expect(isParcodeError(await rejectionOf(inspect(source)), "NotAParcodeFile")).toBe(true);
    expect(isClosed).toBe(true);
  });

  /** A source of somebody else's, over bytes. */
  function wrapped(bytes: Uint8Array) {
    const memory = memorySource(bytes);
    return {
      name: "wrapped",
      size: () => memory.size(),
      read: (range: { start: number; end: number }) => memory.read(range),
    };
  }
});
