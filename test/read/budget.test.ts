// What reading may cost, what it tells of its cost, and what it does about bytes that are not the file's: over real HTTP.
import {
  chunk,
  f64,
  hashMap,
  isParcodeError,
  open,
  type ReadEvent,
  serialize,
  str,
  struct,
  typed,
  u32,
  vec,
} from "parcode-web";
import { expect, test } from "vitest";
import { inspect } from "../../src/inspect.ts";
import { blobSource } from "../../src/source/blob.ts";
import { memorySource } from "../../src/source/memory.ts";
import { Meter } from "../../src/source/meter.ts";
import { meteredSource } from "../../src/source/metered.ts";
import { describeSource } from "../source/conformance.ts";
import { countingSource } from "../support/counting-source.ts";
import { clearStats, putFile, stats, urlOf } from "../support/range-client.ts";
import { rejectionOf } from "../support/rejection.ts";

describeSource("a metered Blob", (bytes) => ({ source: meteredSource(blobSource(new Blob([bytes])), new Meter()) }));
describeSource("metered memory", (bytes) => ({ source: meteredSource(memorySource(bytes), new Meter()) }), {
  isSync: true,
  givesViews: true,
});

const World = struct({
  name: str,
  list: chunk(vec(u32)),
  names: hashMap(str, struct({ level: u32, text: chunk(str) })),
});
const world = {
  name: "x",
  list: Array.from({ length: 200_000 }, (_, i) => (i * 2_654_435_761) % 2 ** 32),
  names: new Map(Array.from({ length: 2000 }, (_, i) => [`name ${i}`, { level: i, text: "text ".repeat(40) }])),
};
const bytes = await serialize(World, world, { layout: "faststart" });

test("a budget of requests ends reading before the request, and says for what", async () => {
  const name = await putFile(bytes);
  const file = await open(urlOf(name), World, { budget: { requests: 2 } });
  expect(await file.root.list.at(150_000)).toBe(world.list[150_000]);
  const before = (await stats(name)).length;
  expect(before).toBe(file.stats.requests);
  const spent = { requests: 2, bytes: file.stats.bytesRequested };
  await file.root.list.at(10_000).catch(() => undefined);
  const error = await rejectionOf(file.root.list.at(199_999));
  expect(isParcodeError(error, "BudgetExceeded"), String(error)).toBe(true);
  expect(error).toMatchObject({ path: "list", budget: { requests: 2 }, retryable: false });
  expect(error.spent).toEqual(spent);
  expect(error.next.requests).toBe(1);
  expect(error.next.bytes).toBeGreaterThan(0);
  expect(error.message).toMatch(/^list: .*2 requests.*1 request and \d+ bytes/);
  expect(await stats(name)).toHaveLength(before);
  // What is here already still costs nothing.
  expect(await file.root.list.at(150_000)).toBe(world.list[150_000]);
  await file.close();
});

test("a budget of bytes refuses a call as a whole, before its first read", async () => {
  const name = await putFile(bytes);
  const file = await open(urlOf(name), World, { budget: { bytes: 300_000 } });
  const before = file.stats;
  const error = await rejectionOf(file.root.list.load());
  expect(error).toMatchObject({ code: "BudgetExceeded", path: "list", budget: { bytes: 300_000 } });
  expect(error.next.bytes).toBeGreaterThan(300_000);
  // The list's container came at open, and was looked at for this call.
  expect(file.stats).toEqual({ ...before, bytesUsed: expect.any(Number) });
  await file.close();
});

test("and of several reads none is made, where not all are allowed", async () => {
  const Numbers = struct({ list: chunk(typed(f64)) });
  const list = Float64Array.from({ length: 900_000 }, (_, i) => i / 7);
  const name = await putFile(await serialize(Numbers, { list }));
  for (const budget of [{ bytes: 5_000_000 }, { requests: 3 }]) {
    const file = await open(urlOf(name), Numbers, { budget });
    if ("requests" in budget) while (file.stats.requests < 2) await file.root.list.slice(450_000, 450_001);
    const before = file.stats.requests;
    const error = await rejectionOf(file.root.list.load());
    expect(error).toMatchObject({ code: "BudgetExceeded", path: "list", next: { requests: 2 } });
    expect(file.stats.requests).toBe(before);
    await file.close();
  }
});

test("opening keeps to the budget, and no whole file is downloaded against it", async () => {
  const name = await putFile(bytes);
  const first = await rejectionOf(open(urlOf(name), World, { budget: { bytes: 10_000 } }));
  expect(first).toMatchObject({ code: "BudgetExceeded", spent: { requests: 0, bytes: 0 }, next: { bytes: 65_536 } });
  expect(await stats(name)).toHaveLength(0);
  const options = { onNoRange: "whole", budget: { bytes: 100_000 } } as const;
  const whole = await rejectionOf(open(urlOf(name, "whole200"), World, options));
  expect(whole).toMatchObject({ code: "BudgetExceeded", spent: { requests: 1, bytes: 0 } });
  const chunked = await rejectionOf(open(urlOf(name, "whole200-chunked"), World, options));
  expect(chunked).toMatchObject({ code: "BudgetExceeded" });
  expect(chunked.spent.bytes).toBeLessThanOrEqual(100_000 + 2 ** 21);
});

test("retries count, and the error says what they were for", async () => {
  const name = await putFile(bytes);
  const options = { budget: { requests: 3 }, retry: { attempts: 9, baseMilliseconds: 1 } };
  const error = await rejectionOf(open(urlOf(name, "status-503"), World, options));
  expect(error).toMatchObject({ code: "BudgetExceeded", spent: { requests: 3 } });
  expect(error.cause).toMatchObject({ code: "SourceUnavailable", status: 503 });
  expect(await stats(name)).toHaveLength(3);
});

test("a source that is no URL keeps to a budget, too, and tells of its reads", async () => {
  for (const source of [new Blob([bytes]), countingSource(bytes)]) {
    const events: ReadEvent[] = [];
    const options = { budget: { requests: 3 }, onEvent: (event: ReadEvent) => void events.push(event) };
    const file = await open(source, World, options);
    while (file.stats.requests < 3) await file.root.list.at(events.length * 60_000);
    expect(await rejectionOf(file.root.list.load())).toMatchObject({ code: "BudgetExceeded", path: "list" });
    expect(events.map(({ from, reason, errorCode }) => [from, reason, errorCode])).toEqual(
      Array(3).fill(["storage", "read", undefined]),
    );
    expect(events.reduce((total, event) => total + event.bytes, 0)).toBe(file.stats.bytesRequested);
    await file.close();
  }
});

test("each read of a range is one event, a failed one too, and a measure where that is wanted", async () => {
  const name = await putFile(bytes);
  const events: ReadEvent[] = [];
  performance.clearMeasures("parcode read");
  const file = await open(urlOf(name, "status-503", { after: 1, until: 2 }), World, {
    retry: { baseMilliseconds: 1 },
    measure: true,
    onEvent: (event) => {
      events.push(event);
      throw new Error("a listener that fails");
    },
  });
  await file.root.list.at(150_000);
  const [first, failed, last] = events;
  expect(first).toMatchObject({ start: 0, end: 65_536, reason: "open", from: "network", bytes: 65_536, status: 206 });
  expect(failed).toMatchObject({ reason: "read", retry: 0, bytes: 0, status: 503, errorCode: "SourceUnavailable" });
  expect(last).toMatchObject({ start: failed?.start, end: failed?.end, retry: 1, status: 206, errorCode: undefined });
  expect(last?.bytes).toBe((last?.end ?? 0) - (last?.start ?? 0));
  expect(events).toHaveLength(3);
  expect(events.map((event) => event.name)).toEqual(Array(3).fill(`${urlOf(name)}?…`));
  expect(file.stats).toMatchObject({ requests: 3, retries: 1, reloads: 0 });
  expect(performance.getEntriesByName("parcode read")).toHaveLength(3);
  await file.close();
});

test("damage that a cache has done is mended by asking past it, once", async () => {
  const { root } = await inspect(bytes);
  const list = root.children.find((child) => child.children.length > 3);
  const shard = list?.children[2];
  if (shard === undefined) throw new Error("The list has shards.");
  const name = await putFile(bytes);
  const mended = await open(urlOf(name, `flip-${shard.offset}`, { after: 1, until: 2 }), World);
  expect(await mended.root.list.load()).toEqual(world.list);
  expect(mended.stats).toMatchObject({ reloads: 1, retries: 0 });
  const records = await stats(name);
  expect(records.at(-1)).toMatchObject({ range: `bytes=${shard.offset}-${shard.offset + shard.length - 1}` });
  expect(records.at(-1)?.cacheControl).toContain("no-cache");
  await mended.close();

  const broken = await open(urlOf(name, `flip-${shard.offset}`), World);
  const before = broken.stats.requests;
  expect(await rejectionOf(broken.root.list.load())).toMatchObject({
    code: "ChecksumMismatch",
    path: "list",
    chunkOffset: shard.offset,
  });
  // The read and one more: not another one for the same answer.
  expect(broken.stats.requests - before).toBeLessThanOrEqual(2 + 1);
  expect(broken.stats.reloads).toBe(1);
  await broken.close();
});

test("damage in the first answer is mended, too: in the head, in the records and in the structure", async () => {
  const name = await putFile(bytes);
  const { root } = await inspect(bytes);
  for (const offset of [30, 60, root.offset]) {
    const file = await open(urlOf(name, `flip-${offset}`, { until: 1 }), World);
    expect(await file.root.list.at(3), `byte ${offset}`).toBe(world.list[3]);
    await file.close();
  }
});

test("damage in the end of a file is mended, where that is what finds it", async () => {
  const stream = await serialize(World, world, { layout: "stream" });
  const name = await putFile(stream);
  for (const offset of [stream.length - 5, stream.length - 40]) {
    const file = await open(urlOf(name, `flip-${offset}`, { after: 1, until: 2 }), World);
    expect(await file.root.list.at(3), `byte ${offset}`).toBe(world.list[3]);
    await file.close();
    expect((await stats(name)).map(({ cacheControl }) => cacheControl)[2]).toContain("no-cache");
    expect(isParcodeError(await rejectionOf(open(urlOf(name, `flip-${offset}`), World)))).toBe(true);
    await clearStats(name);
  }
});

test("a file that changed is opened anew from its URL, with its schema", async () => {
  const name = await putFile(bytes);
  const file = await open(urlOf(name), World);
  await putFile(await serialize(World, { ...world, name: "y" }, { layout: "faststart" }), name);
  const error = await rejectionOf(file.root.list.load());
  expect(error).toMatchObject({ code: "SourceChanged", validator: "ETag" });
  expect([error.expected, error.actual].every((id: string) => /^"[0-9a-f]{16}"$/.test(id))).toBe(true);
  const again = await file.reopen();
  await file.close();
  expect(again.root.name).toBe("y");
  expect(await again.root.list.at(5)).toBe(world.list[5]);
  await again.close();
});
