// Every way in which an answer can be wrong, against a real server: each test fails when its check is removed.
import { beforeAll, describe, expect, test } from "vitest";
import { isParcodeError, type ParcodeErrorCode } from "../../src/errors.ts";
import { retryAfter } from "../../src/source/http-answer.ts";
import type { HttpSourceOptions } from "../../src/source/http-options.ts";
import { parseContentRange } from "../../src/source/http-range.ts";
import { httpSource as retryingSource } from "../../src/source/http-source.ts";
import type { Source } from "../../src/source/source.ts";
import { firstDifference, patternBytes } from "../support/bytes.ts";
import { putFile, statsUntil, uniqueName, urlOf } from "../support/range-client.ts";
import { rejectionOf } from "../support/rejection.ts";

/** Of one answer: what comes of several is the subject of http-retry.test.ts. */
const httpSource = (url: string, options: HttpSourceOptions = {}): Source =>
  retryingSource(url, { retry: false, ...options });

const isBrowser = typeof document !== "undefined";
const MEBIBYTE = 1024 * 1024;

const file = patternBytes(300_000);
let name = "";
beforeAll(async () => {
  name = await putFile(file);
});

/** A source whose first answer is right and whose later ones are of `mode`. */
async function openedBefore(mode: string, options?: HttpSourceOptions): Promise<Source> {
  const source = httpSource(urlOf(name, mode, { after: 1 }), options);
  await source.size();
  return source;
}

const later = { start: 100_000, end: 200_000 };

function expectError(error: any, code: ParcodeErrorCode, fields: object = {}): void {
  expect(isParcodeError(error, code), `expected ${code}, found ${error}`).toBe(true);
  expect(error).toMatchObject(fields);
  expect(error.message).toContain("/files/");
}

describe("a first answer", () => {
  test.each<[string, ParcodeErrorCode, object]>([
    ["short-body", "SourceUnavailable", { retryable: true, actual: "65535 bytes" }],
    ["long-body", "SourceUnavailable", { retryable: true, actual: "more bytes" }],
    ["drop-connection", "SourceUnavailable", { retryable: true, status: 206 }],
    ["wrong-range", "RangeNotSupported", { expected: "bytes 0 to 65536", actual: "bytes 1 to 65537" }],
    ["whole206", "RangeNotSupported", { actual: "bytes 0 to 300000" }],
    ["bad-content-range", "RangeNotSupported", { actual: "bytes=0-65536" }],
    ["multipart", "RangeNotSupported", { status: 206 }],
    ["unknown-encoding", "RangeNotSupported", { actual: "x-parcode-test" }],
    ["refuse-416", "RangeNotSupported", { status: 416 }],
    ["no-content-range,long-body", "SourceUnavailable", { retryable: true, actual: "more than 65536 bytes" }],
    ["unknown-total,short-body", "RangeNotSupported", { actual: "bytes 0 to 65536" }],
  ])("of the kind %s is %s", async (mode, code, fields) => {
    expectError(await rejectionOf(httpSource(urlOf(name, mode)).size()), code, fields);
  });

  test("that is compressed is refused, or by the browser itself", async () => {
    const error = await rejectionOf(httpSource(urlOf(name, "gzip-encoding")).size());
    if (error.code === "RangeNotSupported") expectError(error, "RangeNotSupported", { actual: "gzip" });
    else expectError(error, "SourceUnavailable", { retryable: true });
  });

  test("that says identity is fine", async () => {
    expect(await httpSource(urlOf(name, "identity-encoding")).size()).toBe(300_000);
  });
});

describe("a later answer", () => {
  test.each<[string, ParcodeErrorCode, object]>([
    ["short-body", "SourceUnavailable", { retryable: true, expected: "100000 bytes", actual: "99999 bytes" }],
    ["no-content-range,short-body", "SourceUnavailable", { retryable: true, actual: "99999 bytes" }],
    ["long-body", "SourceUnavailable", { retryable: true, actual: "more bytes" }],
    ["drop-connection", "SourceUnavailable", { retryable: true }],
    ["wrong-range", "RangeNotSupported", { expected: "bytes 100000 to 200000", actual: "bytes 100001 to 200001" }],
    ["whole206", "RangeNotSupported", { actual: "bytes 0 to 300000" }],
    ["wrong-start", "RangeNotSupported", { actual: "bytes 99999 to 200000" }],
    ["wrong-total", "SourceChanged", { expected: "300000 bytes", actual: "300001 bytes" }],
    ["bad-content-range", "RangeNotSupported", {}],
    ["multipart", "RangeNotSupported", {}],
    ["unknown-encoding", "RangeNotSupported", { actual: "x-parcode-test" }],
    ["truncated", "SourceChanged", { expected: "300000 bytes", actual: "10 bytes" }],
    ["refuse-416", "RangeNotSupported", { status: 416 }],
    ["change-etag", "SourceChanged", { actual: '"changed-1"' }],
    ["no-etag,change-last-modified", "SourceChanged", { actual: "Tue, 02 Jan 2024 00:00:01 GMT" }],
    ["whole200,change-etag", "SourceChanged", { actual: '"changed-1"' }],
  ])("of the kind %s is %s", async (mode, code, fields) => {
    const source = await openedBefore(mode);
    expectError(await rejectionOf(source.read(later)), code, fields);
  });

  test.each(["weak-etag", "no-etag", "change-last-modified", "unknown-total", "no-content-range", "identity-encoding"])(
    "of the kind %s is fine",
    async (mode) => {
      const source = await openedBefore(mode);
      expect(firstDifference(await source.read(later), file.subarray(later.start, later.end))).toBeUndefined();
    },
  );

  test("that names another version names both", async () => {
    const source = await openedBefore("change-etag");
    const error = await rejectionOf(source.read(later));
    expect(error.expected).toMatch(/^"[0-9a-f]{16}"$/);
    expect(error.message).toContain(error.expected);
    expect(error.message).toContain(error.actual);
  });

  test("of weak tags is held against the first one too", async () => {
    const source = httpSource(urlOf(name, "weak-etag", { after: 0 }));
    await source.size();
    expect(firstDifference(await source.read(later), file.subarray(later.start, later.end))).toBeUndefined();
    const changing = httpSource(urlOf(name, "change-etag,weak-etag"));
    await changing.size();
    expectError(await rejectionOf(changing.read(later)), "SourceChanged", {
      expected: 'W/"changed-0"',
      actual: 'W/"changed-1"',
    });
  });

  test("whose version is hidden by CORS is known by its date", async () => {
    const source = httpSource(urlOf(name, `${isBrowser ? "hidden" : "no-etag"},change-last-modified`));
    expectError(await rejectionOf(source.size().then(() => source.read(later))), "SourceChanged");
  });
});

describe("a body that does not end", () => {
  test("is left after the bytes that were asked for", async () => {
    const own = await putFile(file);
    const source = httpSource(urlOf(own, "long-body"));
    await rejectionOf(source.size());
    // A browser may hand over what it had buffered, up to 2 MiB in one piece; 64 MiB it must not.
    expect(source.traffic?.bytesReceived).toBeLessThan(16 * MEBIBYTE);
    const records = await statsUntil(own, (all) => all[0]?.closedEarly === true);
    expect(records[0]?.bytes).toBeLessThan(32 * MEBIBYTE);
  });
});

describe("a status without bytes", () => {
  test.each([
    [401, false],
    [403, false],
    [404, false],
    [405, false],
    [410, false],
    [501, false],
    [408, true],
    [429, true],
    [500, true],
    [502, true],
    [503, true],
    [504, true],
  ])("%i, first or later, is worth a retry: %s", async (status, retryable) => {
    const fields = { status, retryable };
    const url = urlOf(name, `status-${status}`);
    expectError(await rejectionOf(httpSource(url).size()), "SourceUnavailable", { ...fields, url });
    const source = await openedBefore(`status-${status}`);
    expectError(await rejectionOf(source.read(later)), "SourceUnavailable", fields);
  });

  test("says how long to wait", async () => {
    const error = await rejectionOf(httpSource(urlOf(name, "status-503,retry-after-7")).size());
    expectError(error, "SourceUnavailable", { retryAfterMilliseconds: 7000 });
    expect(error.message).toContain("7 s");
  });

  test("is what a missing file gives", async () => {
    const error = await rejectionOf(httpSource(urlOf(uniqueName("missing"))).size());
    expectError(error, "SourceUnavailable", { status: 404, retryable: false });
  });

  test("does not come from a server that is not there", async () => {
    const error = await rejectionOf(httpSource("http://127.0.0.1:9/files/none").size());
    expectError(error, "SourceUnavailable", { retryable: true });
    expect(error.cause).toBeInstanceOf(Error);
  });
});

describe("200 in place of a range", () => {
  test("is the file itself where it is no longer than the first request", async () => {
    const small = await putFile(file.slice(0, 65_536));
    for (const mode of ["whole200", "whole200-chunked"]) {
      const source = httpSource(urlOf(small, mode));
      expect(await source.size()).toBe(65_536);
      expect(firstDifference(await source.read({ start: 0, end: 65_536 }), file.subarray(0, 65_536))).toBeUndefined();
      expect(source.traffic).toEqual({ requests: 1, bytesReceived: 65_536, retries: 0 });
    }
  });

  test("is refused by default where it is longer, without its body", async () => {
    const source = httpSource(urlOf(name, "whole200"));
    const error = await rejectionOf(source.size());
    expectError(error, "RangeNotSupported", { status: 200, actual: "200, 300000 bytes" });
    expect(error.message).toContain('onNoRange: "whole"');
    expect(source.traffic).toEqual({ requests: 1, bytesReceived: 0, retries: 0 });
  });

  test("is cancelled at the server", async () => {
    const large = await putFile(new Uint8Array(32 * MEBIBYTE));
    for (const mode of ["whole200", "whole200-chunked"]) {
      const source = httpSource(urlOf(large, mode));
      expectError(await rejectionOf(source.size()), "RangeNotSupported");
      // What was under way in the platform's buffers may still come; most of the body must not.
      expect(source.traffic?.bytesReceived).toBeLessThan(16 * MEBIBYTE);
    }
    await statsUntil(large, (records) => records.length === 2 && records.every((record) => record.closedEarly));
  });

  test("is refused later too, and its body not read", async () => {
    const source = await openedBefore("whole200");
    expectError(await rejectionOf(source.read(later)), "RangeNotSupported", { status: 200 });
    expect(source.traffic).toEqual({ requests: 2, bytesReceived: 65_536, retries: 0 });
  });

  test.each(["whole200", "whole200-chunked"])('is taken once with onNoRange: "whole" (%s)', async (mode) => {
    const source = httpSource(urlOf(name, mode), { onNoRange: "whole" });
    expect(await source.size()).toBe(300_000);
    await Promise.all([
      source
        .read(later)
        .then((bytes) => expect(firstDifference(bytes, file.subarray(100_000, 200_000))).toBeUndefined()),
      source.read({ start: 0, end: 300_000 }).then((bytes) => expect(firstDifference(bytes, file)).toBeUndefined()),
    ]);
    expect(source.traffic).toEqual({ requests: 1, bytesReceived: 300_000, retries: 0 });
  });

  test.each(["whole200", "whole200-chunked"])("is not taken beyond maxWholeBytes (%s)", async (mode) => {
    const exact = httpSource(urlOf(name, mode), { onNoRange: "whole", maxWholeBytes: 300_000 });
    expect(await exact.size()).toBe(300_000);
    const source = httpSource(urlOf(name, mode), { onNoRange: "whole", maxWholeBytes: 299_999 });
    const error = await rejectionOf(source.size());
    expectError(error, "RangeNotSupported");
    expect(error.message).toContain("maxWholeBytes (299999)");
    const opened = await openedBefore(mode, { onNoRange: "whole", maxWholeBytes: 299_999 });
    expectError(await rejectionOf(opened.read(later)), "RangeNotSupported");
  });

  test("is downloaded once for all reads that meet it later", async () => {
    const source = await openedBefore("whole200", { onNoRange: "whole" });
    await Promise.all(
      [70_000, 100_000, 150_000].map(async (start) => {
        const bytes = await source.read({ start, end: start + 50_000 });
        expect(firstDifference(bytes, file.subarray(start, start + 50_000))).toBeUndefined();
      }),
    );
    const { requests, bytesReceived } = source.traffic!;
    expect([requests, bytesReceived]).toEqual([1 + 3 + 1, 65_536 + 300_000]);
    await source.read(later);
    expect(source.traffic?.requests).toBe(requests);
  });

  test("of another length than before is another file", async () => {
    const own = await putFile(file);
    const source = httpSource(urlOf(own, "whole200,no-etag", { after: 1 }), { onNoRange: "whole" });
    await source.size();
    for (const byteLength of [299_999, 300_001]) {
      await putFile(patternBytes(byteLength), own);
      expectError(await rejectionOf(source.read(later)), "SourceChanged", { expected: "300000 bytes" });
    }
  });

  test("that is encoded is refused", async () => {
    const source = httpSource(urlOf(name, "whole200,unknown-encoding"), { onNoRange: "whole" });
    expectError(await rejectionOf(source.size()), "RangeNotSupported", { actual: "x-parcode-test" });
  });
});

describe("headers", () => {
  test.each([
    ["bytes 0-99/1000", { range: { start: 0, end: 100 }, byteLength: 1000 }],
    ["Bytes 5-5/6 ", { range: { start: 5, end: 6 }, byteLength: 6 }],
    ["bytes 0-99/*", { range: { start: 0, end: 100 }, byteLength: undefined }],
    ["bytes */1000", { range: undefined, byteLength: 1000 }],
  ])("Content-Range: %s", (header, expected) => expect(parseContentRange(header)).toEqual(expected));

  test.each([
    "bytes 5-4/10",
    "bytes 0-10/10",
    "bytes 0-9/9999999999999999",
    "bytes 0-9/99999999999999999999",
    "bytes=0-9/10",
    "items 0-9/10",
    "bytes -9/10",
    "bytes 0-9",
    "bytes 0-9/10, bytes 11-12/13",
    "",
  ])("no Content-Range: %s", (header) => expect(parseContentRange(header)).toBeUndefined());

  test.each([
    [null, undefined],
    ["120", 120_000],
    ["Thu, 01 Jan 1970 00:01:00 GMT", 59_000],
    ["Thu, 01 Jan 1970 00:00:00 GMT", 0],
    ["soon", undefined],
  ])("Retry-After: %s", (header, expected) => expect(retryAfter(header, 1000)).toBe(expected));
});
