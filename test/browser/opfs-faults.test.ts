/** OPFS when something goes wrong: each time a right value or a typed error, and the old file is still readable. */
import { afterAll, beforeEach, expect, test } from "vitest";
import { cdp } from "vitest/browser";
import { isParcodeError, open } from "../../src/index.ts";
import { opfsSink, opfsSource, removeFromOpfs } from "../../src/opfs.ts";
import { patternBytes } from "../support/bytes.ts";
import { rejectionOf } from "../support/rejection.ts";
import { startActor } from "./actor.ts";
import { bytesAt, emptyDirectory, fileOf, namesIn, Small, versionOf, write } from "./opfs-support.ts";

const DIRECTORY = "opfs-faults-test";
const PATH = `${DIRECTORY}/world.par`;

beforeEach(async () => {
  await emptyDirectory(DIRECTORY);
  await write(PATH, fileOf(1));
});
afterAll(() => emptyDirectory(DIRECTORY));

async function expectOld(): Promise<void> {
  expect(versionOf((await bytesAt(PATH))!)).toBe(1);
}

/** Until what another thread has left can be had: the browser cleans up behind a dead worker in its own time. */
async function retried(work: () => Promise<void>): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (!isParcodeError(error, "StorageBusy") || tries === 20) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

test("a writer killed in the middle leaves the old file, and the next one cleans up behind it", async () => {
  const actor = await startActor();
  await actor.api.begin(PATH, 3_000_000);
  await actor.api.begin(`${DIRECTORY}/other.par`, 3_000_000);
  expect(await namesIn(DIRECTORY)).toHaveLength(3);
  await expectOld();
  // Not those of a writer that lives:
  await write(`${DIRECTORY}/third.par`, fileOf(3));
  expect(await namesIn(DIRECTORY)).toHaveLength(4);
  actor.kill();
  await expectOld();
  await retried(() => write(PATH, fileOf(2)));
  expect(versionOf((await bytesAt(PATH))!)).toBe(2);
  await retried(() => write(PATH, fileOf(4)));
  expect(await namesIn(DIRECTORY)).toEqual(["third.par", "world.par"]);
});

test("a page closed in the middle of a write leaves the old file, and the next writer cleans up", async () => {
  const frame = document.createElement("iframe");
  const loaded = new Promise((resolve) => addEventListener("message", (event) => event.data === "begun" && resolve(0)));
  frame.srcdoc = `<script type="module">
    import { opfsSink } from ${JSON.stringify(new URL("../../src/opfs.ts", import.meta.url).href)};
    const sink = opfsSink(${JSON.stringify(PATH)});
    for (let i = 0; i < 8; i++) await sink.write(new Uint8Array(1 << 20));
    parent.postMessage("begun", "*");
  </script>`;
  document.body.append(frame);
  await loaded;
  expect(await namesIn(DIRECTORY)).toHaveLength(2);
  expect(isParcodeError(await rejectionOf(write(PATH, fileOf(2))), "StorageBusy")).toBe(true);
  frame.remove();
  await expectOld();
  await retried(() => write(PATH, fileOf(2)));
  await retried(() => write(PATH, fileOf(3)));
  expect(await namesIn(DIRECTORY)).toEqual(["world.par"]);
});

test.each(["write", "close"] as const)(
  "a worker that dies is told at the next %s, and leaves nothing",
  async (call) => {
    let worker: Worker | undefined;
    const createWorker = (): Worker => {
      worker = new Worker(new URL("../../src/sink/opfs-worker.ts", import.meta.url), { type: "module" });
      return worker;
    };
    const sink = opfsSink(PATH, { createWorker });
    await sink.write(patternBytes(2_500_000));
    worker?.terminate();
    const failing = async () => {
      if (call === "close") await sink.close();
      else for (let i = 0; i < 20; i++) await sink.write(patternBytes(1_000_000));
    };
    const error = await rejectionOf(failing());
    expect(isParcodeError(error, "WorkerCrashed"), String(error)).toBe(true);
    expect(error.retryable).toBe(true);
    expect(await rejectionOf(sink.close())).toBe(error);
    await sink.abort(error);
    await expectOld();
    await retried(() => write(PATH, fileOf(2)));
    expect(await namesIn(DIRECTORY)).toEqual(["world.par"]);
  },
);

test("a second writer is refused while the first is at work, in the same page and from another thread", async () => {
  await using actor = await startActor();
  const first = opfsSink(PATH);
  await first.write(fileOf(2));
  for (const options of [{}, { createWorker: false } as const]) {
    const second = opfsSink(PATH, options);
    const error = await rejectionOf(second.write(fileOf(3)));
    expect(isParcodeError(error, "StorageBusy"), String(error)).toBe(true);
    expect(error.retryable).toBe(true);
    await second.abort(error);
  }
  await expect(actor.api.save(PATH, 3)).rejects.toThrow("another writer");
  expect(isParcodeError(await rejectionOf(removeFromOpfs(PATH)), "StorageBusy")).toBe(true);
  await expectOld();
  await first.close();
  expect(versionOf((await bytesAt(PATH))!)).toBe(2);
  await actor.api.save(PATH, 3);
  expect(versionOf((await bytesAt(PATH))!)).toBe(3);
});

test("a reader with a sync access handle lets others read and no one replace the file", async () => {
  await using one = await startActor();
  await using two = await startActor();
  await one.api.hold(PATH);
  expect(await two.api.versionOf(PATH)).toBe(1);
  await expectOld();
  const error = await rejectionOf(write(PATH, fileOf(2)));
  expect(isParcodeError(error, "StorageBusy"), String(error)).toBe(true);
  await expectOld();
  // One that lets go in time does not disturb:
  const sink = opfsSink(PATH);
  await sink.write(fileOf(2));
  setTimeout(() => void one.api.letGo(), 150);
  await sink.close();
  expect(versionOf((await bytesAt(PATH))!)).toBe(2);
  expect(await namesIn(DIRECTORY)).toEqual(["world.par"]);
});

test("a file that is open while it is replaced is a changed source, and the new one can be opened", async () => {
  const List = patternBytes(400_000);
  await write(PATH, List);
  const source = opfsSource(PATH);
  await source.read({ start: 0, end: 10 });
  const replacement = patternBytes(400_000, 2);
  await write(PATH, replacement);
  for (let i = 0; i < 2; i++) {
    const error = await rejectionOf(source.read({ start: 100_000, end: 100_010 }));
    expect(isParcodeError(error, "SourceChanged"), String(error)).toBe(true);
    expect(error.message).toContain(PATH);
  }
  await source.close?.();
  expect(await opfsSource(PATH).read({ start: 0, end: 10 })).toEqual(replacement.subarray(0, 10));
});

test("reads during dozens of replacements are of one version each, or a changed source", async () => {
  const versions = [1, 2].map((seed) => patternBytes(50_000, seed));
  let isDone = false;
  const writing = (async () => {
    for (let i = 0; i < 40; i++) await write(PATH, versions[i % 2]!);
    isDone = true;
  })();
  let right = 0;
  while (!isDone) {
    const source = opfsSource(PATH);
    try {
      const first = await source.read({ start: 0, end: 25_000 });
      const second = await source.read({ start: 25_000, end: 50_000 });
      const version = versions.find((bytes) => bytes[0] === first[0] && bytes[1] === first[1])!;
      if (version === undefined) continue; // the small file of before
      expect(second).toEqual(version.subarray(25_000));
      right++;
    } catch (error) {
      const isTyped = isParcodeError(error, "SourceChanged") || isParcodeError(error, "NotAParcodeFile");
      expect(isTyped, String(error)).toBe(true);
    }
  }
  await writing;
  expect(right).toBeGreaterThan(0);
});

test("a file that is removed while it is open is a changed source", async () => {
  await using file = await open(opfsSource(PATH), Small);
  const source = opfsSource(PATH);
  await source.size();
  expect(await removeFromOpfs(PATH)).toBe(true);
  expect(file.root.version).toBe(1);
  expect(isParcodeError(await rejectionOf(source.read({ start: 0, end: 5 })), "SourceChanged")).toBe(true);
  expect(isParcodeError(await rejectionOf(opfsSource(PATH).size()), "SourceUnavailable")).toBe(true);
});

test("a File that died although the file is the same is fetched again", async () => {
  const bytes = fileOf(1);
  const lastModified = 5;
  const alive = new File([bytes], "world.par", { lastModified });
  const dead = Object.assign(new File([bytes], "world.par", { lastModified }), {
    slice: () => ({ arrayBuffer: () => Promise.reject(new DOMException("gone", "NotReadableError")) }),
  });
  const files = [dead, alive];
  const handle = { name: "world.par", getFile: async () => files.shift() ?? alive } as unknown as FileSystemFileHandle;
  const source = opfsSource(handle);
  const reads = await Promise.all([source.read({ start: 0, end: 5 }), source.read({ start: 5, end: 9 })]);
  expect(reads).toEqual([bytes.subarray(0, 5), bytes.subarray(5, 9)]);
});

test.each([
  ["a worker", undefined],
  ["a stream", false],
] as const)("a used-up quota is told through %s, and what was written is given back", async (_name, createWorker) => {
  const session = cdp() as unknown as { send(method: string, parameters: object): Promise<unknown> };
  const { origin } = location;
  const before = (await navigator.storage.estimate()).usage ?? 0;
  await session.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: before + 8 * 1024 * 1024 });
  try {
    const sink = opfsSink(PATH, createWorker === false ? { createWorker } : {});
    const failing = async () => {
      // What earlier tests have deleted may still be counted, and be given free only now.
      for (let i = 0; i < 400; i++) await sink.write(new Uint8Array(1_000_000));
      await sink.close();
    };
    const error = await rejectionOf(failing());
    expect(isParcodeError(error, "QuotaExceeded"), String(error)).toBe(true);
    expect(error.freedBytes).toBeGreaterThan(1_000_000);
    expect(error.usageBytes).toBeTypeOf("number");
    expect(error.quotaBytes).toBeTypeOf("number");
    await sink.abort(error);
    expect(await namesIn(DIRECTORY)).toEqual(["world.par"]);
    await expectOld();
    await write(PATH, fileOf(2));
  } finally {
    await session.send("Storage.overrideQuotaForOrigin", { origin });
  }
  expect(versionOf((await bytesAt(PATH))!)).toBe(2);
});
