import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  closeSync,
  ftruncateSync,
  mkdtempSync,
  openAsBlob,
  openSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isParcodeError } from "../../src/errors.ts";
import { fileSource } from "../../src/node/file-source.ts";
import { blobSource } from "../../src/source/blob.ts";
import { describeSource } from "../source/conformance.ts";
import { firstDifference, patternBytes } from "../support/bytes.ts";
import { rejectionOf, thrownBy } from "../support/rejection.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "parcode-file-source-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let counter = 0;
function pathOf(bytes?: Uint8Array): string {
  const path = join(folder, `file-${counter++}.par`);
  if (bytes !== undefined) writeFileSync(path, bytes);
  return path;
}

describeSource("fileSource", (bytes) => ({ source: fileSource(pathOf(bytes)) }), { isSync: true, fills: true });
describeSource("blobSource(a file of Node)", async (bytes) => ({
  source: blobSource(await openAsBlob(pathOf(bytes))),
}));

/** How many descriptors of this process point to `path`. Linux only; elsewhere there is nothing to see. */
function descriptorsOf(path: string): number {
  return (
    execFileSync("ls", ["-l", "/proc/self/fd".replace("self", String(process.pid))])
      .toString()
      .split(path).length - 1
  );
}

describe("fileSource", () => {
  test("takes a file URL", async () => {
    const path = pathOf(patternBytes(10));
    await using source = fileSource(pathToFileURL(path));
    expect(source.name).toBe(path);
    expect(await source.size()).toBe(10);
  });

  test("opens nothing before its first use", () => {
    const source = fileSource(join(folder, "not", "there"));
    source.close();
  });

  test.runIf(process.platform === "linux")(
    "holds one descriptor however it is used first, and none after close()",
    async () => {
      const path = pathOf(patternBytes(100_000));
      const source = fileSource(path);
      const pending = [source.size(), source.read({ start: 0, end: 10 }), source.read({ start: 10, end: 20 })];
      source.readSync({ start: 0, end: 10 });
      await Promise.all(pending);
      expect(descriptorsOf(path)).toBe(1);
      const last = [1, 2, 3].map((start) => source.read({ start, end: 100_000 }));
      await source.close();
      expect(descriptorsOf(path)).toBe(0);
      await Promise.all(last);
    },
  );

  test.runIf(process.platform === "linux")("leaves no descriptor when it is closed while it opens", async () => {
    const path = pathOf(patternBytes(10));
    const source = fileSource(path);
    const pending = rejectionOf(source.size());
    await source.close();
    expect(isParcodeError(await pending, "Closed")).toBe(true);
    expect(descriptorsOf(path)).toBe(0);
  });

  test.runIf(process.platform === "linux")("leaves no descriptor of what it refuses", async () => {
    const source = fileSource(folder);
    thrownBy(() => source.byteLength);
    await rejectionOf(source.size());
    expect(descriptorsOf(`${folder}\n`)).toBe(0);
  });

  test("reads behind 4 GiB", async () => {
    const path = pathOf();
    const descriptor = openSync(path, "w");
    const end = 5 * 1024 ** 3;
    ftruncateSync(descriptor, end); // sparse: takes no room
    writeSync(descriptor, "end", end - 3);
    closeSync(descriptor);
    await using source = fileSource(path);
    expect(new TextDecoder().decode(await source.read({ start: end - 3, end }))).toBe("end");
    expect(new TextDecoder().decode(source.readSync({ start: end - 3, end }))).toBe("end");
  });

  test("says that memory does not reach for what no buffer can hold", async () => {
    const path = pathOf();
    const descriptor = openSync(path, "w");
    const end = 2 ** 43;
    ftruncateSync(descriptor, end);
    closeSync(descriptor);
    await using source = fileSource(path);
    expect(await rejectionOf(source.read({ start: 0, end }))).toMatchObject({
      code: "SourceUnavailable",
      retryable: false,
    });
    expect(thrownBy(() => source.unclearedMemory!(end))).toMatchObject({ code: "SourceUnavailable", retryable: false });
  });
});

describe("a file that changes", () => {
  test("by being replaced stays the one that was opened", async () => {
    const path = pathOf(patternBytes(1000));
    await using source = fileSource(path);
    await source.size();
    renameSync(pathOf(patternBytes(500, 2)), path);
    expect(firstDifference(await source.read({ start: 0, end: 1000 }), patternBytes(1000))).toBeUndefined();
  });

  test("by being cut short is a SourceChangedError with both sizes", async () => {
    const path = pathOf(patternBytes(1000));
    await using source = fileSource(path);
    await source.size();
    truncateSync(path, 600);
    for (const error of [
      await rejectionOf(source.read({ start: 500, end: 1000 })),
      thrownBy(() => source.readSync({ start: 500, end: 1000 })),
      await rejectionOf(source.fill!(500, [new Uint8Array(50), new Uint8Array(450)])),
      thrownBy(() => source.fillSync!(500, [new Uint8Array(50), new Uint8Array(450)])),
    ]) {
      expect(isParcodeError(error, "SourceChanged"), String(error)).toBe(true);
      expect(error.expected).toMatch(/^1000 bytes/);
      expect(error.actual).toMatch(/^600 bytes/);
      expect(error.message).toContain(path);
    }
    expect(firstDifference(await source.read({ start: 0, end: 600 }), patternBytes(600))).toBeUndefined();
  });

  test("by growing keeps the length that it had", async () => {
    const path = pathOf(patternBytes(1000));
    await using source = fileSource(path);
    await source.size();
    appendFileSync(path, "more");
    expect(await source.size()).toBe(1000);
    expect(isParcodeError(await rejectionOf(source.read({ start: 1000, end: 1001 })), "NotAParcodeFile")).toBe(true);
  });

  test("under a Blob of Node is a SourceChangedError", async () => {
    const path = pathOf(patternBytes(1000));
    const source = blobSource(await openAsBlob(path));
    await source.read({ start: 0, end: 10 });
    truncateSync(path, 600);
    expect(isParcodeError(await rejectionOf(source.read({ start: 0, end: 10 })), "SourceChanged")).toBe(true);
  });
});

describe("a file that cannot be read", () => {
  async function expectUnavailable(path: string, message: RegExp): Promise<void> {
    const source = fileSource(path);
    const errors = [
      await rejectionOf(source.size()),
      await rejectionOf(source.read({ start: 0, end: 1 })),
      thrownBy(() => source.readSync({ start: 0, end: 1 })),
      thrownBy(() => source.byteLength),
    ];
    for (const error of errors) {
      expect(isParcodeError(error, "SourceUnavailable"), String(error)).toBe(true);
      expect(error.retryable).toBe(false);
      expect(error.message).toMatch(message);
      expect(error.message).toContain(path);
    }
    await source.close();
  }

  test("since it is missing", () => expectUnavailable(join(folder, "missing.par"), /no such file \(ENOENT\)/));
  test("since it is a directory", () => expectUnavailable(folder, /no regular file/));
  test.runIf(process.platform === "linux")("since it is a device", () =>
    expectUnavailable("/dev/null", /no regular file/),
  );
  test.skipIf(process.platform === "win32")("since it is a pipe, for which nobody waits", async () => {
    const path = pathOf();
    execFileSync("mkfifo", [path]);
    await expectUnavailable(path, /no regular file/);
  });

  test("can be read once it is there", async () => {
    const path = pathOf();
    await using source = fileSource(path);
    expect(await rejectionOf(source.size())).toMatchObject({ code: "SourceUnavailable" });
    writeFileSync(path, patternBytes(3));
    expect(await source.size()).toBe(3);
  });

  test.skipIf(process.platform === "win32" || process.getuid?.() === 0)("since it is not permitted", async () => {
    const path = pathOf(patternBytes(1));
    execFileSync("chmod", ["000", path]);
    await expectUnavailable(path, /not permitted/);
  });
});
