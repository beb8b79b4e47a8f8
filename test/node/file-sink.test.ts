import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "vite";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { isParcodeError } from "../../src/errors.ts";
import { fileSink, TEMPORARY_FILE_NAME } from "../../src/node/file-sink.ts";
import { describeSink } from "../sink/conformance.ts";
import { firstDifference, patternBytes } from "../support/bytes.ts";
import { rejectionOf } from "../support/rejection.ts";

const root = mkdtempSync(join(tmpdir(), "parcode-file-sink-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let folder = "";
let counter = 0;
beforeEach(() => {
  folder = join(root, String(counter++));
  mkdirSync(folder);
});

const read = (path: string): Uint8Array => new Uint8Array(readFileSync(path));

describeSink("fileSink(a new file)", () => {
  const path = join(folder, `new-${counter++}.par`);
  return {
    sink: fileSink(path),
    result: async () => (existsSync(path) ? read(path) : undefined),
    dispose: expectNoLeftovers,
  };
});

describeSink("fileSink(a file that exists)", () => {
  const path = join(folder, `old-${counter++}.par`);
  writeFileSync(path, "as it was");
  return {
    sink: fileSink(path),
    result: async () => (readFileSync(path, "latin1") === "as it was" ? undefined : read(path)),
    dispose: expectNoLeftovers,
  };
});

function expectNoLeftovers(): void {
  expect(readdirSync(folder).filter((name) => TEMPORARY_FILE_NAME.test(name))).toEqual([]);
}

describe("fileSink", () => {
  test("writes beside the file under a name that can be recognised", async () => {
    const path = join(folder, "world.par");
    const sink = fileSink(pathToFileURL(path));
    expect(sink.name).toBe(path);
    await sink.write(patternBytes(10));
    const names = readdirSync(folder);
    expect(names).toHaveLength(1);
    expect(names[0]).toMatch(TEMPORARY_FILE_NAME);
    expect(names[0]).toContain("world.par");
    await sink.close();
    expect(readdirSync(folder)).toEqual(["world.par"]);
    expect("world.par").not.toMatch(TEMPORARY_FILE_NAME);
  });

  test("takes a name of 255 bytes", async () => {
    const path = join(folder, `${"€".repeat(84)}xyz`);
    const sink = fileSink(path);
    await sink.write(patternBytes(10));
    await sink.close();
    expect(readdirSync(folder)).toHaveLength(1);
  });

  test("lets two writers of one file run; the last to close wins", async () => {
    const path = join(folder, "world.par");
    const [first, second] = [fileSink(path), fileSink(path)];
    await first.write(patternBytes(10, 1));
    await second.write(patternBytes(20, 2));
    await second.close();
    await first.close();
    expect(firstDifference(read(path), patternBytes(10, 1))).toBeUndefined();
    expectNoLeftovers();
  });

  test.skipIf(process.platform === "win32")("keeps the permissions of the file that was there", async () => {
    const path = join(folder, "world.par");
    writeFileSync(path, "old");
    chmodSync(path, 0o640);
    const sink = fileSink(path);
    await sink.write(patternBytes(10));
    await sink.close();
    expect(statSync(path).mode & 0o777).toBe(0o640);
  });

  test.skipIf(process.platform === "win32")("replaces the target of a symbolic link, and leaves the link", async () => {
    mkdirSync(join(folder, "elsewhere"));
    const target = join(folder, "elsewhere", "world.par");
    const link = join(folder, "link.par");
    writeFileSync(target, "old");
    symlinkSync(target, link);
    const sink = fileSink(link);
    await sink.write(patternBytes(10));
    await sink.close();
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(firstDifference(read(target), patternBytes(10))).toBeUndefined();
  });

  test("leaves no listeners on the process", async () => {
    const count = () => process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0);
    const before = count();
    for (let index = 0; index < 20; index++) {
      const sink = fileSink(join(folder, `many-${index}`));
      await sink.write(patternBytes(10));
      await (index % 2 === 0 ? sink.close() : sink.abort());
    }
    expect(count()).toBe(before);
  });

  test.runIf(process.platform === "linux")("holds no descriptor after close(), abort() or a failure", async () => {
    const sinks = ["a", "b"].map((name) => fileSink(join(folder, name)));
    for (const sink of sinks) await sink.write(patternBytes(10));
    const open = () =>
      execFileSync("ls", ["-l", `/proc/${process.pid}/fd`])
        .toString()
        .split(folder).length - 1;
    expect(open()).toBe(2);
    await sinks[0]?.close();
    await sinks[1]?.abort();
    expect(open()).toBe(0);
  });
});

describe("what cannot be written", () => {
  async function expectFailure(path: string, message: RegExp): Promise<void> {
    const sink = fileSink(path);
    const error = await rejectionOf(Promise.resolve(sink.write(patternBytes(10))));
    expect(isParcodeError(error, "SinkFailed"), String(error)).toBe(true);
    expect(error.message).toMatch(message);
    expect(error.message).toContain(path);
    expect(error.cause).toBeInstanceOf(Error);
    expect(await rejectionOf((async () => await sink.write(patternBytes(10)))())).toBe(error);
    expect(await rejectionOf(sink.close())).toBe(error);
    await sink.abort();
    expect(await rejectionOf(sink.close())).toMatchObject({ code: "Closed" });
  }

  test("for want of a directory, already at the first piece", async () => {
    const path = join(folder, "missing", "world.par");
    await expectFailure(path, /directory .*missing does not exist \(ENOENT\)/);
  });

  test("since a part of the path is a file", async () => {
    writeFileSync(join(folder, "file"), "");
    await expectFailure(join(folder, "file", "world.par"), /ENOTDIR/);
  });

  test("since a directory is there", async () => {
    const path = join(folder, "world.par");
    mkdirSync(path);
    await expectFailure(path, /no file/);
    expect(readdirSync(folder)).toEqual(["world.par"]);
  });

  test("since a directory took the place in the meantime", async () => {
    const path = join(folder, "world.par");
    const sink = fileSink(path);
    await sink.write(patternBytes(10));
    mkdirSync(path);
    const error = await rejectionOf(sink.close());
    expect(isParcodeError(error, "SinkFailed"), String(error)).toBe(true);
    expect(readdirSync(folder)).toEqual(["world.par"]);
  });

  const canLimit = process.platform === "linux" && spawnSync("prlimit", ["--version"]).status === 0;

  /** Runs `work` while no file of this process may grow beyond 1 MiB: as a full disk, but with EFBIG. */
  async function withFullDisk(work: () => Promise<void>): Promise<void> {
    const limit = (bytes: string) => execFileSync("prlimit", ["--pid", String(process.pid), `--fsize=${bytes}:`]);
    limit("1048576");
    try {
      await work();
    } finally {
      limit("unlimited");
    }
  }

  test.runIf(canLimit)("since the disk is full leaves the old file, and not the new one", async () => {
    const path = join(folder, "world.par");
    writeFileSync(path, "as it was");
    await withFullDisk(async () => {
      const sink = fileSink(path);
      await sink.write(patternBytes(900_000));
      const error = await rejectionOf((async () => await sink.write(patternBytes(900_000)))());
      expect(isParcodeError(error, "SinkFailed"), String(error)).toBe(true);
      expect(error.cause).toMatchObject({ code: "EFBIG" });
      expectNoLeftovers();
      expect(await rejectionOf(sink.close())).toBe(error);
      await sink.abort();
    });
    expect(readFileSync(path, "latin1")).toBe("as it was");
  });

  test.runIf(canLimit)("at the last moment fails close(), and leaves the old file", async () => {
    const path = join(folder, "world.par");
    writeFileSync(path, "as it was");
    await withFullDisk(async () => {
      const sink = fileSink(path);
      await sink.write(patternBytes(1_000_000));
      await sink.write(patternBytes(100_000)); // kept in the block until close()
      expect(await rejectionOf(sink.close())).toMatchObject({ code: "SinkFailed", cause: { code: "EFBIG" } });
    });
    expect(readFileSync(path, "latin1")).toBe("as it was");
    expectNoLeftovers();
  });
});

describe("a writer that is killed", () => {
  test("leaves the old file, and its own under a name that can be recognised", async () => {
    const bundle = join(folder, "file-sink.mjs");
    await build({
      configFile: false,
      logLevel: "silent",
      build: {
        ssr: fileURLToPath(new URL("../../src/node/file-sink.ts", import.meta.url)),
        outDir: folder,
        rolldownOptions: { output: { entryFileNames: "file-sink.mjs" } },
      },
    });
    const path = join(folder, "world.par");
    writeFileSync(path, "as it was");
    const script = `
      import { fileSink } from ${JSON.stringify(pathToFileURL(bundle).href)};
      const sink = fileSink(${JSON.stringify(path)});
      await sink.write(new Uint8Array(1_000_000));
      await sink.write(new Uint8Array(10));
      process.stdout.write("written");
      setTimeout(() => {}, 60_000);`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(child.stdout, "data");
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(readFileSync(path, "latin1")).toBe("as it was");
    const leftovers = readdirSync(folder).filter((name) => TEMPORARY_FILE_NAME.test(name));
    expect(leftovers).toHaveLength(1);
    const sink = fileSink(path);
    await sink.write(patternBytes(10));
    await sink.close();
    expect(firstDifference(read(path), patternBytes(10))).toBeUndefined();
  });
});
