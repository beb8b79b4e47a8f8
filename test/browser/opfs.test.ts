/** OPFS: the contracts of sink and source in each of their ways, and the functions around them. */
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { isParcodeError, open, save, str, struct, vec } from "../../src/index.ts";
import {
  listOpfs,
  type OpfsSinkOptions,
  opfsSink,
  opfsSource,
  opfsSyncSource,
  removeFromOpfs,
  syncHandleSource,
} from "../../src/opfs.ts";
import type { OpfsFileHandle } from "../../src/storage/opfs.ts";
import { describeSink } from "../sink/conformance.ts";
import { describeSource } from "../source/conformance.ts";
import { firstDifference, patternBytes } from "../support/bytes.ts";
import { rejectionOf, thrownBy } from "../support/rejection.ts";
import { startActor } from "./actor.ts";
import { bytesAt, emptyDirectory, fileOf, namesIn, pathsIn, versionOf, write } from "./opfs-support.ts";
import { remoteSyncSource } from "./remote-sync-source.ts";

const DIRECTORY = "opfs-test";
let count = 0;
const freshPath = (): string => `${DIRECTORY}/file-${count++}.par`;

beforeEach(() => emptyDirectory(DIRECTORY));
afterAll(() => emptyDirectory(DIRECTORY));

function describeOpfsSink(name: string, options: OpfsSinkOptions): void {
  describeSink(name, () => {
    const path = freshPath();
    return {
      sink: opfsSink(path, options),
      result: () => bytesAt(path),
      dispose: async () => expect((await namesIn(DIRECTORY)).filter((found) => found.endsWith("tmp"))).toEqual([]),
    };
  });
}
describeOpfsSink("opfsSink in a page, through a worker,", {});
describeOpfsSink("opfsSink in a page, through a stream,", { createWorker: false });

describeSource("opfsSource(path)", async (bytes) => {
  const path = freshPath();
  await write(path, bytes);
  return { source: opfsSource(path) };
});
describeSource("opfsSource(handle)", async (bytes) => {
  const path = freshPath();
  await write(path, bytes);
  const root = await navigator.storage.getDirectory();
  const directory = await root.getDirectoryHandle(DIRECTORY);
  return { source: opfsSource(await directory.getFileHandle(path.slice(DIRECTORY.length + 1))) };
});

/** A handle over memory, which reads as the platform's does, but no more than 100,000 bytes at once. */
function handleOver(bytes: Uint8Array) {
  let isOpen = true;
  return {
    read(buffer: Uint8Array, { at }: { at: number }): number {
      if (!isOpen) throw new DOMException("closed", "InvalidStateError");
      const piece = bytes.subarray(at, at + Math.min(buffer.length, 100_000));
      buffer.set(piece);
      return piece.length;
    },
    getSize: () => bytes.length,
    close: () => {
      isOpen = false;
    },
    isOpen: () => isOpen,
  };
}
describeSource(
  "opfsSyncSource in a dedicated worker",
  async (bytes) => {
    const path = freshPath();
    await write(path, bytes);
    return await remoteSyncSource(path);
  },
  { isSync: true },
);
describeSource("syncHandleSource", (bytes) => ({ source: syncHandleSource(handleOver(bytes)) }), { isSync: true });

describe("syncHandleSource", () => {
  test("closes the handle if it owns it, and only then", async () => {
    for (const ownsHandle of [true, false]) {
      const handle = handleOver(patternBytes(10));
      await syncHandleSource(handle, { ownsHandle }).close?.();
      expect(handle.isOpen()).toBe(!ownsHandle);
    }
  });

  test("says that the handle was closed, or the file cut short, under it", () => {
    const handle = handleOver(patternBytes(10));
    const closed = syncHandleSource(handle, { name: "a.par" });
    handle.close();
    const error = thrownBy(() => closed.readSync({ start: 0, end: 5 }));
    expect(isParcodeError(error, "SourceUnavailable")).toBe(true);
    expect(error.message).toMatch(/a\.par.*handle was closed/);
    const short = syncHandleSource({ ...handleOver(patternBytes(10)), getSize: () => 20 });
    const cut = thrownBy(() => short.readSync({ start: 5, end: 15 }));
    expect(isParcodeError(cut, "SourceChanged")).toBe(true);
    expect(cut.byteOffset).toBe(10);
  });

  test.each([4_294_967_288, -1, Number.NaN])("takes %d for an error, not for a number of bytes", (returned) => {
    const source = syncHandleSource({ ...handleOver(patternBytes(10)), read: () => returned });
    expect(
      isParcodeError(
        thrownBy(() => source.readSync({ start: 0, end: 5 })),
        "SourceUnavailable",
      ),
    ).toBe(true);
  });

  test("cannot be had in a page", async () => {
    const path = freshPath();
    await write(path, fileOf(1));
    expect(isParcodeError(await rejectionOf(opfsSyncSource(path)), "StorageUnavailable")).toBe(true);
  });
});

describe("a file in OPFS", () => {
  const List = struct({ lines: vec(str) });
  const value = { lines: Array.from({ length: 1000 }, (_, i) => `line ${i}`) };

  test("is saved and opened by its path", async () => {
    const path = `${DIRECTORY}/deep/er/world.par`;
    const sink = opfsSink(path);
    const report = await save(sink, List, value);
    expect(sink.mode).toBe("worker");
    await using file = await open(opfsSource(`/${path}`), List);
    expect(await file.load()).toEqual(value);
    expect(await listOpfs(`${DIRECTORY}/deep`)).toEqual([
      { path, byteLength: report.byteLength, lastModified: expect.any(Number) },
    ]);
    expect(Math.abs(Date.now() - (await listOpfs(DIRECTORY))[0]!.lastModified)).toBeLessThan(60_000);
  });

  test("is written and read without promises in a worker", async () => {
    await using actor = await startActor();
    const path = freshPath();
    const bytes = patternBytes(3_500_000);
    expect(await actor.api.write(path, bytes, 700_001)).toBe("sync");
    expect(firstDifference((await bytesAt(path))!, bytes)).toBeUndefined();
    const pieces = await actor.api.read(path, [
      [0, 1],
      [1_000_000, 3_500_000],
    ]);
    expect(firstDifference(pieces[0]!, bytes.subarray(0, 1))).toBeUndefined();
    expect(firstDifference(pieces[1]!, bytes.subarray(1_000_000))).toBeUndefined();
    await actor.api.save(path, 7);
    expect(await actor.api.versionOf(path)).toBe(7);
    expect((await actor.api.failure(`${DIRECTORY}/none.par`)).code).toBe("SourceUnavailable");
  });

  test("goes through a stream where the worker does not start", async () => {
    const path = freshPath();
    const silent = new Blob([""], { type: "text/javascript" });
    const revoked = URL.createObjectURL(silent);
    URL.revokeObjectURL(revoked);
    for (const createWorker of [
      () => new Worker(URL.createObjectURL(silent)),
      () => new Worker(revoked),
      () => {
        throw new Error("no workers today");
      },
    ]) {
      const sink = opfsSink(path, { createWorker });
      await sink.write(fileOf(5));
      await sink.close();
      expect(sink.mode).toBe("stream");
      expect(versionOf((await bytesAt(path))!)).toBe(5);
    }
  });

  test("goes through a stream where sync access handles are there and refuse", async () => {
    const prototype = FileSystemFileHandle.prototype as OpfsFileHandle;
    const path = freshPath();
    try {
      prototype.createSyncAccessHandle = () => Promise.reject(new DOMException("no", "NotSupportedError"));
      const sink = opfsSink(path);
      await sink.write(fileOf(4));
      await sink.close();
      expect(sink.mode).toBe("stream");
    } finally {
      delete prototype.createSyncAccessHandle;
    }
    expect(versionOf((await bytesAt(path))!)).toBe(4);
  });

  test("cannot be written where there are neither streams nor workers", async () => {
    const prototype = FileSystemFileHandle.prototype as { createWritable?: unknown };
    const { createWritable } = prototype;
    try {
      delete prototype.createWritable;
      const error = await rejectionOf(opfsSink(freshPath(), { createWorker: false }).write(fileOf(1)));
      expect(isParcodeError(error, "StorageUnavailable"), String(error)).toBe(true);
    } finally {
      prototype.createWritable = createWritable;
    }
    expect(await namesIn(DIRECTORY)).toEqual([]);
  });

  test("is copied into place where the platform cannot rename", async () => {
    const prototype = FileSystemFileHandle.prototype as { move?: unknown };
    const { move } = prototype;
    const path = freshPath();
    await write(path, fileOf(1));
    try {
      delete prototype.move;
      const sink = opfsSink(path, { createWorker: false });
      await sink.write(fileOf(2));
      await sink.close();
    } finally {
      prototype.move = move;
    }
    expect(versionOf((await bytesAt(path))!)).toBe(2);
    expect(await namesIn(DIRECTORY)).toHaveLength(1);
  });

  test("can be removed, once", async () => {
    const path = freshPath();
    await write(path, fileOf(1));
    expect(await removeFromOpfs(path)).toBe(true);
    expect(await removeFromOpfs(path)).toBe(false);
    expect(await removeFromOpfs(`${DIRECTORY}/none/none.par`)).toBe(false);
    expect(await pathsIn(DIRECTORY)).toEqual([]);
    expect(await listOpfs(`${DIRECTORY}/none`)).toEqual([]);
  });

  test("must have a path that names a file", async () => {
    for (const path of ["", "/", "a/", "../a", "a/./b", ".a.par.0123456789abcdef.parcode-tmp"])
      for (const use of [opfsSink, opfsSource])
        expect(
          isParcodeError(
            thrownBy(() => use(path)),
            "InvalidOption",
          ),
        ).toBe(true);
    const directory = `${DIRECTORY}/directory`;
    await write(`${directory}/a.par`, fileOf(1));
    const source = await rejectionOf(opfsSource(directory).size());
    expect(isParcodeError(source, "SourceUnavailable"), String(source)).toBe(true);
    const sink = await rejectionOf(write(directory, fileOf(1)));
    expect(isParcodeError(sink, "SinkFailed"), String(sink)).toBe(true);
    expect(await namesIn(DIRECTORY)).toEqual(["directory"]);
  });
});

describe("without OPFS", () => {
  test.each([undefined, () => Promise.reject(new DOMException("no", "SecurityError"))])(
    "everything says that it is not there",
    async (getDirectory) => {
      const { storage } = navigator;
      Object.defineProperty(navigator, "storage", { value: { getDirectory }, configurable: true });
      try {
        for (const failing of [
          () => opfsSource("a.par").size(),
          () => opfsSink("a.par", { createWorker: false }).write(fileOf(1)),
          () => opfsSyncSource("a.par"),
          () => listOpfs(),
          () => removeFromOpfs("a.par"),
        ]) {
          const error = await rejectionOf(failing());
          expect(isParcodeError(error, "StorageUnavailable"), String(error)).toBe(true);
        }
      } finally {
        Object.defineProperty(navigator, "storage", { value: storage, configurable: true });
      }
    },
  );
});
