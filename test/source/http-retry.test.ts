// What comes of several answers: retries, timeouts, redirects. Requests and bytes are counted; nothing is timed.
import { beforeAll, describe, expect, test } from "vitest";
import { isParcodeError } from "../../src/errors.ts";
import type { HttpSourceOptions } from "../../src/source/http-options.ts";
import { httpSource } from "../../src/source/http-source.ts";
import type { ReadEvent } from "../../src/source/meter.ts";
import { retrySettings, waitBefore } from "../../src/source/retry.ts";
import type { Source } from "../../src/source/source.ts";
import { firstDifference, patternBytes } from "../support/bytes.ts";
import { putFile, stats, statsUntil, type UrlOptions, urlOf } from "../support/range-client.ts";
import { rejectionOf, thrownBy } from "../support/rejection.ts";

const file = patternBytes(300_000);
const later = { start: 100_000, end: 200_000 };
const SOON = { retry: { attempts: 4, baseMilliseconds: 1 } };

let name = "";
beforeAll(async () => {
  name = await putFile(file);
});

/** A file of its own, so that its requests can be counted. */
async function sourceWith(mode: string, options: UrlOptions, more: HttpSourceOptions = SOON) {
  const own = await putFile(file);
  return { own, source: httpSource(urlOf(own, mode, options), more) };
}

async function expectRead(source: Source, { start, end } = later): Promise<void> {
  expect(firstDifference(await source.read({ start, end }), file.subarray(start, end))).toBeUndefined();
}

describe("a failure for the moment", () => {
  // Not 408: Chromium itself asks again then, on a connection that it has used before.
  test.each(["status-429", "status-500", "status-503", "status-503,retry-after-0"])(
    "is asked again: %s",
    async (mode) => {
      const first = await sourceWith(mode, { until: 2 });
      await expectRead(first.source, { start: 0, end: 1000 });
      expect(first.source.traffic).toEqual({ requests: 3, bytesReceived: 65_536, retries: 2 });
      expect((await stats(first.own)).map(({ status }) => status)).toHaveLength(3);

      const second = await sourceWith(mode, { after: 1, until: 4 });
      await expectRead(second.source);
      expect(second.source.traffic).toEqual({ requests: 1 + 4, bytesReceived: 65_536 + 100_000, retries: 3 });
    },
  );

  test("is an error after as many attempts as are allowed, with their number", async () => {
    const { own, source } = await sourceWith("status-503", {}, { retry: { attempts: 3, baseMilliseconds: 1 } });
    const error = await rejectionOf(source.size());
    expect(error).toMatchObject({ code: "SourceUnavailable", status: 503, retryable: true });
    expect(error.message).toContain("tried 3 times");
    expect(await stats(own)).toHaveLength(3);
  });

  test("is an error at once with retry: false", async () => {
    const { own, source } = await sourceWith("status-503", {}, { retry: false });
    expect((await rejectionOf(source.size())).message).not.toContain("tried");
    expect(await stats(own)).toHaveLength(1);
  });

  test.each([
    [401, "credentials"],
    [403, "signed URL"],
    [404, "moved or removed"],
    [405, "brings no bytes"],
    [410, "removed"],
  ])("is not what %i means: never asked again", async (status, hint) => {
    const { own, source } = await sourceWith(`status-${status}`, { after: 1 });
    await source.size();
    const error = await rejectionOf(source.read(later));
    expect(error).toMatchObject({ code: "SourceUnavailable", status, retryable: false });
    expect(error.message).toContain(hint);
    expect(await stats(own)).toHaveLength(2);
    const fresh = await rejectionOf(httpSource(urlOf(name, `status-${status}`), SOON).size());
    expect(fresh.status).toBe(status);
    expect(fresh.message).not.toContain("earlier requests");
  });

  test.each(["wrong-range", "multipart", "unknown-encoding", "change-etag", "wrong-total", "refuse-416", "whole200"])(
    "is not what %s is: never asked again",
    async (mode) => {
      const { own, source } = await sourceWith(mode, { after: 1 });
      await source.size();
      await rejectionOf(source.read(later));
      expect(await stats(own)).toHaveLength(2);
    },
  );
});

describe("what has arrived is not asked for again", () => {
  test.each(["drop-connection", "short-body"])("after a later answer of the kind %s", async (mode) => {
    const { own, source } = await sourceWith(mode, { after: 1, until: 2 });
    await source.size();
    await expectRead(source);
    const ranges = (await stats(own)).map(({ range }) => range);
    expect(ranges).toHaveLength(3);
    const [, start, last] = /^bytes=(\d+)-(\d+)$/.exec(ranges[2] ?? "") ?? [];
    expect(Number(start)).toBeGreaterThan(later.start);
    expect(Number(last)).toBe(later.end - 1);
    expect(source.traffic).toEqual({ requests: 3, bytesReceived: 65_536 + 100_000, retries: 1 });
  });

  test.each(["drop-connection", "short-body"])("after a first answer of the kind %s", async (mode) => {
    const { own, source } = await sourceWith(mode, { until: 1 });
    await expectRead(source, { start: 0, end: 65_536 });
    const [first, second] = (await stats(own)).map(({ range }) => range);
    expect(first).toBe("bytes=0-65535");
    expect(second).toMatch(/^bytes=[1-9]\d*-65535$/);
    expect(source.traffic).toEqual({ requests: 2, bytesReceived: 65_536, retries: 1 });
  });

  test("so a long range comes over a line that breaks again and again", async () => {
    const long = patternBytes(4_000_000);
    const own = await putFile(long);
    const options = { retry: { attempts: 2, baseMilliseconds: 1 } };
    const source = httpSource(urlOf(own, "drop-connection", { after: 1, until: 5 }), options);
    const bytes = await source.read({ start: 500_000, end: 4_000_000 });
    expect(firstDifference(bytes, long.subarray(500_000))).toBeUndefined();
    expect(source.traffic).toEqual({ requests: 6, bytesReceived: 65_536 + 3_500_000, retries: 4 });
  });

  test("and the rest must be of the same version", async () => {
    const first = httpSource(urlOf(name, "drop-connection,change-etag", { until: 3 }), SOON);
    expect(await rejectionOf(first.size())).toMatchObject({ code: "SourceChanged", validator: "ETag" });
  });

  test("also of a file that is taken whole, from a server that does ranges after all", async () => {
    const { source } = await sourceWith(
      "drop-connection,whole200",
      { after: 1, until: 3 },
      { ...SOON, onNoRange: "whole" },
    );
    await source.size();
    await expectRead(source);
    await expectRead(source, { start: 0, end: file.length });
  });

  test("unless the server starts to ignore ranges: then the whole file is taken, if that is allowed", async () => {
    const { source } = await sourceWith("drop-connection,whole200", { until: 1 }, { ...SOON, onNoRange: "whole" });
    await expectRead(source);
  });
});

describe("an answer that is shorter than what was asked for, and says so", () => {
  test("is gone on behind, without a retry", async () => {
    const { own, source } = await sourceWith("cap-40000", {}, { retry: false });
    await source.size();
    await expectRead(source);
    await expectRead(source, { start: 0, end: 70_000 });
    expect((await stats(own)).map(({ range }) => range)).toEqual([
      "bytes=0-65535",
      "bytes=100000-199999",
      "bytes=140000-199999",
      "bytes=180000-199999",
      "bytes=40000-69999",
    ]);
    expect(source.traffic).toEqual({ requests: 5, bytesReceived: 40_000 + 100_000 + 30_000, retries: 0 });
  });

  test("is refused where it is so short that there would be no end of them", async () => {
    const { own, source } = await sourceWith("cap-1000", { after: 1 });
    await source.size();
    expect(await rejectionOf(source.read(later))).toMatchObject({ code: "RangeNotSupported" });
    expect(await stats(own)).toHaveLength(2);
  });
});

describe("the wait before a retry", () => {
  const settings = retrySettings({ attempts: 5, baseMilliseconds: 100, maxMilliseconds: 5000 });
  const failed = async (mode: string) => await rejectionOf(httpSource(urlOf(name, mode), { retry: false }).size());

  test("doubles, is drawn from the upper half, and has a bound", async () => {
    const error = await failed("status-503");
    const waits = [1, 2, 3, 4].map((made) => waitBefore({ ...settings, maxMilliseconds: 350 }, made, error, 1));
    expect(waits).toEqual([100, 200, 350, 350]);
    expect(waitBefore(settings, 3, error, 0)).toBe(200);
    expect(waitBefore(settings, 5, error, 1)).toBeUndefined();
  });

  test("is at least what Retry-After says; longer than the bound is none at all", async () => {
    expect(waitBefore(settings, 1, await failed("status-429,retry-after-5"), 0)).toBe(5000);
    expect(waitBefore(settings, 1, await failed("status-429,retry-after-6"), 0)).toBeUndefined();
    const { own, source } = await sourceWith("status-503,retry-after-31", {});
    expect(await rejectionOf(source.size())).toMatchObject({ retryAfterMilliseconds: 31_000 });
    expect(await stats(own)).toHaveLength(1);
  });

  test("ends at once with the signal, and with close(), and no request follows", async () => {
    const slow = { retry: { baseMilliseconds: 60_000, maxMilliseconds: 60_000 } };
    const controller = new AbortController();
    const { own, source } = await sourceWith("status-503", { after: 1 }, slow);
    await source.size();
    const aborted = rejectionOf(source.read(later, { signal: controller.signal }));
    const closed = rejectionOf(source.read(later));
    await statsUntil(own, (records) => records.length === 3 && records.every(({ status }) => status > 0));
    controller.abort("enough");
    expect(await aborted).toBe("enough");
    source.close?.();
    expect(isParcodeError(await closed, "Closed")).toBe(true);
    expect(await stats(own)).toHaveLength(3);
  });

  test.each([
    [{ retry: { attempts: 0 } }, "retry.attempts"],
    [{ retry: { attempts: 1.5 } }, "retry.attempts"],
    [{ retry: { baseMilliseconds: -1 } }, "retry.baseMilliseconds"],
    [{ retry: { maxMilliseconds: Number.NaN } }, "retry.maxMilliseconds"],
    [{ timeoutMilliseconds: 0 }, "timeoutMilliseconds"],
    [{ budget: { requests: -1 } }, "budget.requests"],
    [{ budget: { bytes: Number.NaN } }, "budget.bytes"],
  ])("refuses %j", (options, option) => {
    expect(thrownBy(() => httpSource("http://host.test/a", options))).toMatchObject({ code: "InvalidOption", option });
  });
});

describe("a request that brings nothing", () => {
  test.each(["hang", "hang-body"])("is given up and made again: %s", async (mode) => {
    const events: ReadEvent[] = [];
    const options = { ...SOON, timeoutMilliseconds: 300, onEvent: (event: ReadEvent) => events.push(event) };
    const { own, source } = await sourceWith(mode, { after: 1, until: 2 }, options);
    await expectRead(source);
    expect(source.traffic).toEqual({ requests: 3, bytesReceived: 65_536 + 100_000, retries: 1 });
    expect(events.map(({ retry, errorCode }) => [retry, errorCode])).toEqual([
      [0, undefined],
      [0, "SourceUnavailable"],
      [1, undefined],
    ]);
    await statsUntil(own, (records) => records[1]?.closedEarly === true);
  });

  test("is an error that names the option", async () => {
    const source = httpSource(urlOf(name, "hang"), { retry: false, timeoutMilliseconds: 50 });
    const error = await rejectionOf(source.size());
    expect(error).toMatchObject({ code: "SourceUnavailable", retryable: true });
    expect(error.message).toContain("50 ms (timeoutMilliseconds)");
  });
});

describe("a redirect", () => {
  const statuses = async (own: string): Promise<number[]> => (await stats(own)).map(({ status }) => status);

  test("is followed once, and the place that it leads to asked directly then", async () => {
    const { own, source } = await sourceWith("", { redirect: true });
    await source.size();
    await expectRead(source);
    await expectRead(source, { start: 250_000, end: 250_100 });
    expect(await statuses(own)).toEqual([302, 206, 206, 206]);
  });

  test("is followed anew when that place refuses, as a signed URL whose time is over", async () => {
    const { own, source } = await sourceWith("", { redirect: true, uses: 2 }, { retry: false });
    await source.size();
    await expectRead(source);
    await expectRead(source);
    expect(await statuses(own)).toEqual([302, 206, 206, 403, 302, 206]);
    expect(source.traffic).toMatchObject({ requests: 4, retries: 1 });
  });

  test("is not followed anew for a failure that passes: the same place is asked again", async () => {
    const { own, source } = await sourceWith("status-503", { redirect: true, after: 1, until: 2 });
    await source.size();
    await expectRead(source);
    expect(await statuses(own)).toEqual([302, 206, 503, 206]);
  });

  test("that leads to a refusal is no reason to go round in circles", async () => {
    const { own, source } = await sourceWith("", { redirect: true, uses: 0 });
    expect(await rejectionOf(source.size())).toMatchObject({ status: 403, retryable: false });
    expect(await statuses(own)).toEqual([302, 403]);
  });

  test("to another origin is remembered only where that shows it no secrets", async () => {
    const other = { redirect: true, host: "localhost" };
    const open = await sourceWith("", other);
    await expectRead(open.source);
    expect(await statuses(open.own)).toEqual([302, 206, 206]);
    const careful = await sourceWith("", other, { fetch: (url, init) => globalThis.fetch(url, init) });
    await expectRead(careful.source);
    expect(await statuses(careful.own)).toEqual([302, 206, 302, 206]);
  });
});
