// What no file shows afterwards: that the bytes were forced to disk before the file got its name, and what an abort between the two does.
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test, vi } from "vitest";
import { fileSink } from "../../src/node/file-sink.ts";
import { patternBytes } from "../support/bytes.ts";
import { rejectionOf } from "../support/rejection.ts";

const seen = vi.hoisted(() => ({ calls: [] as string[], onSync: (): void => {} }));

vi.mock("node:fs/promises", async (importOriginal) => {
  const original = await importOriginal<typeof import("node:fs/promises")>();
  const observe = (handle: FileHandle, what: string): FileHandle => {
    const sync = handle.sync.bind(handle);
    handle.sync = async () => {
      seen.calls.push(`sync ${what}`);
      await sync();
      seen.onSync();
    };
    return handle;
  };
  return {
    ...original,
    open: async (path: string, flags: string) =>
      observe(await original.open(path, flags), flags === "wx" ? "file" : "directory"),
    rename: async (from: string, to: string) => {
      seen.calls.push("rename");
      await original.rename(from, to);
    },
  };
});

const folder = mkdtempSync(join(tmpdir(), "parcode-file-order-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => {
  seen.calls = [];
  seen.onSync = () => {};
});

test("the bytes are on disk before the file has its name, and the name after", async () => {
  const sink = fileSink(join(folder, "world.par"));
  await sink.write(patternBytes(10));
  await sink.close();
  expect(seen.calls).toEqual(["sync file", "rename", "sync directory"]);
});

test("an abort between the two counts: close() rejects, and there is no file", async () => {
  const path = join(folder, "aborted.par");
  const sink = fileSink(path);
  await sink.write(patternBytes(10));
  let aborting: unknown;
  seen.onSync = () => {
    aborting = sink.abort("at the last moment");
  };
  expect(await rejectionOf(sink.close())).toMatchObject({ code: "Closed", cause: "at the last moment" });
  await aborting;
  expect(existsSync(path)).toBe(false);
  expect(readdirSync(folder)).not.toContainEqual(expect.stringContaining("aborted"));
});
