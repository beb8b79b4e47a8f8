// What HTTP costs and how it is asked: the well-behaved server, and everything that is not about a single wrong answer.
import { beforeAll, describe, expect, test } from "vitest";
import { isParcodeError } from "../../src/errors.ts";
import type { HttpSourceOptions } from "../../src/source/http-options.ts";
import { httpSource } from "../../src/source/http-source.ts";
import { firstDifference, patternBytes } from "../support/bytes.ts";
import { clearStats, putFile, stats, statsUntil, uniqueName, urlOf } from "../support/range-client.ts";
import { rejectionOf, thrownBy } from "../support/rejection.ts";
import { describeSource } from "./conformance.ts";

const isBrowser = typeof document !== "undefined";

describeSource("httpSource", async (bytes) => ({ source: httpSource(urlOf(await putFile(bytes))) }));
describeSource("httpSource, Content-Range hidden", async (bytes) => ({
  source: httpSource(urlOf(await putFile(bytes), isBrowser ? "hidden" : "no-content-range")),
}));
describeSource("httpSource, from a server without ranges", async (bytes) => ({
  source: httpSource(urlOf(await putFile(bytes), "whole200"), { onNoRange: "whole" }),
}));
describeSource("httpSource, from a server that stops doing ranges", async (bytes) => ({
  source: httpSource(urlOf(await putFile(bytes), "whole200", { after: 1 }), { onNoRange: "whole" }),
}));

const file = patternBytes(300_000);
let name = "";
beforeAll(async () => {
  name = await putFile(file);
});

/** Method, range and status of what the server saw. */
async function requestsOf(fileName: string): Promise<string[]> {
  return (await stats(fileName)).map(({ method, range, status }) => `${method} ${range} ${status}`);
}

async function expectRead(source: ReturnType<typeof httpSource>, start: number, end: number): Promise<void> {
  expect(firstDifference(await source.read({ start, end }), file.subarray(start, end))).toBeUndefined();
}

describe("requests", () => {
  test("the first asks for 64 KiB in a plain closed range, and serves all reads inside", async () => {
    await clearStats(name);
    const source = httpSource(urlOf(name));
    expect(source.byteLength).toBeUndefined();
    expect(await source.size()).toBe(300_000);
    await expectRead(source, 0, 65_536);
    await expectRead(source, 65_535, 65_536);
    expect(await requestsOf(name)).toEqual(["GET bytes=0-65535 206"]);
    expect(source.traffic).toEqual({ requests: 1, bytesReceived: 65_536, retries: 0 });
  });

  test("a later one asks for exactly the missing bytes, and none needs a preflight", async () => {
    await clearStats(name);
    const source = httpSource(urlOf(name));
    await expectRead(source, 100_000, 100_001);
    await expectRead(source, 65_000, 70_000);
    await expectRead(source, 299_999, 300_000);
    expect(await requestsOf(name)).toEqual([
      "GET bytes=0-65535 206",
      "GET bytes=100000-100000 206",
      "GET bytes=65536-69999 206",
      "GET bytes=299999-299999 206",
    ]);
    expect(source.traffic).toEqual({ requests: 4, bytesReceived: 65_536 + 1 + 4_464 + 1, retries: 0 });
  });

  test("a small file takes one", async () => {
    const small = await putFile(patternBytes(1000));
    const source = httpSource(urlOf(small));
    expect(await source.read({ start: 0, end: 1000 })).toEqual(patternBytes(1000));
    expect(await requestsOf(small)).toEqual(["GET bytes=0-65535 206"]);
  });

  test("all that start before the first is answered wait for one and the same", async () => {
    await clearStats(name);
    const source = httpSource(urlOf(name, "", { delay: 30 }));
    await Promise.all([source.size(), expectRead(source, 0, 10), expectRead(source, 10, 20), source.size()]);
    expect(await requestsOf(name)).toEqual(["GET bytes=0-65535 206"]);
  });

  test("firstBytes sets the length of the first, even where 0-0 would be enough", async () => {
    await clearStats(name);
    const source = httpSource(urlOf(name), { firstBytes: 2 });
    await expectRead(source, 0, 1);
    await expectRead(source, 0, 3);
    expect(await requestsOf(name)).toEqual(["GET bytes=0-1 206", "GET bytes=2-2 206"]);
  });

  test("redirects are followed", async () => {
    const source = httpSource(urlOf(name, "", { redirect: true }));
    await expectRead(source, 0, 10);
    await expectRead(source, 100_000, 100_010);
  });

  test("headers and credentials are passed on, and cache and signal are set", async () => {
    const seen: RequestInit[] = [];
    const fetch: HttpSourceOptions["fetch"] = (url, init) => {
      seen.push(init);
      return globalThis.fetch(url, init);
    };
    const source = httpSource(urlOf(name), { fetch, headers: { "X-Key": "k" }, credentials: "include" });
    await expectRead(source, 0, 10);
    const headers = new Headers(seen[0]?.headers);
    expect([headers.get("X-Key"), headers.get("Range")]).toEqual(["k", "bytes=0-65535"]);
    expect(seen[0]).toMatchObject({ cache: "no-store", credentials: "include", method: "GET" });
    expect(seen[0]?.signal).toBeInstanceOf(AbortSignal);
  });

  test("parallel reads run side by side, as they do not through the cache of Chromium", async () => {
    const own = await putFile(file);
    const source = httpSource(urlOf(own, "", { delay: 300 }));
    await source.size();
    await Promise.all([1, 2, 3, 4].map((index) => expectRead(source, 70_000 * index - 10, 70_000 * index)));
    const alongside = (await stats(own)).map((record) => record.alongside);
    expect(alongside.sort()).toEqual([0, 0, 1, 2, 3]);
  });
});

describe("a hidden Content-Range", () => {
  const mode = isBrowser ? "hidden" : "no-content-range";

  test("costs one HEAD request for the length, asked for without encoding and without a preflight", async () => {
    await clearStats(name);
    const source = httpSource(urlOf(name, mode));
    expect(await source.size()).toBe(300_000);
    await expectRead(source, 299_000, 300_000);
    expect(await requestsOf(name)).toEqual([
      "GET bytes=0-65535 206",
      "HEAD bytes=0- 206",
      "GET bytes=299000-299999 206",
    ]);
    expect((await stats(name))[1]?.acceptEncoding).toBe("identity");
  });

  test("costs nothing where the file is shorter than the first request", async () => {
    const small = await putFile(patternBytes(1000));
    const source = httpSource(urlOf(small, mode));
    expect(await source.size()).toBe(1000);
    expect(await requestsOf(small)).toEqual(["GET bytes=0-65535 206"]);
  });

  test("that HEAD does not help with is an error that names the header to expose", async () => {
    const source = httpSource(urlOf(name, `${mode},head-405`));
    const error = await rejectionOf(source.size());
    expect(isParcodeError(error, "RangeNotSupported"), String(error)).toBe(true);
    expect(error.message).toContain("Access-Control-Expose-Headers: Content-Range");
    expect(error.status).toBe(405);
  });

  test("that HEAD answers with less than is there already is the same error", async () => {
    const source = httpSource(urlOf(name, `${mode},head-short`));
    expect(isParcodeError(await rejectionOf(source.size()), "RangeNotSupported")).toBe(true);
  });

  test("that HEAD answers for another version is a changed source", async () => {
    const source = httpSource(urlOf(name, `${mode},no-etag,change-last-modified`));
    expect(isParcodeError(await rejectionOf(source.size()), "SourceChanged")).toBe(true);
  });

  test("whose HEAD request fails for the moment is worth a retry", async () => {
    const source = httpSource(urlOf(name, `${mode},head-503`), { retry: false });
    expect(await rejectionOf(source.size())).toMatchObject({ code: "SourceUnavailable", status: 503, retryable: true });
  });

  test("a total of * is found the same way", async () => {
    const source = httpSource(urlOf(name, "unknown-total"));
    expect(await source.size()).toBe(300_000);
    await expectRead(source, 250_000, 250_010);
  });
});

describe("after a failure", () => {
  test("the next call asks again: none is remembered", async () => {
    const source = httpSource(urlOf(name, "status-503", { until: 1 }), { retry: false });
    expect(await rejectionOf(source.size())).toMatchObject({ code: "SourceUnavailable", retryable: true });
    expect(await source.size()).toBe(300_000);
  });

  test("of one read, others go on", async () => {
    const source = httpSource(urlOf(name, "status-503", { after: 1, until: 2 }), { retry: false });
    await source.size();
    expect(await rejectionOf(source.read({ start: 100_000, end: 100_001 }))).toMatchObject({ status: 503 });
    await expectRead(source, 100_000, 100_001);
  });
});

describe("an abort", () => {
  test.each(["hang", "hang-body"])("ends a request that would %s, at the server too", async (mode) => {
    const hanging = await putFile(file);
    const source = httpSource(urlOf(hanging, mode, { after: 1 }));
    await source.size();
    const controller = new AbortController();
    const reason = new Error("enough");
    const pending = source.read({ start: 100_000, end: 200_000 }, { signal: controller.signal });
    await statsUntil(hanging, (records) => records.length === 2);
    controller.abort(reason);
    expect(await rejectionOf(pending)).toBe(reason);
    await statsUntil(hanging, (records) => records[1]?.closedEarly === true);
  });

  test("of all who wait for the first request ends it, of one only that one's wait", async () => {
    const hanging = await putFile(file);
    const source = httpSource(urlOf(hanging, "hang"));
    const controllers = [new AbortController(), new AbortController()];
    const pending = controllers.map(({ signal }) => rejectionOf(source.size({ signal })));
    await statsUntil(hanging, (records) => records.length === 1);
    controllers[0]?.abort("first");
    expect(await pending[0]).toBe("first");
    expect((await stats(hanging))[0]?.closedEarly).toBe(false);
    controllers[1]?.abort("second");
    expect(await pending[1]).toBe("second");
    await statsUntil(hanging, (records) => records[0]?.closedEarly === true);
  });

  test("also ends a fetch and a body that know no signal", async () => {
    const controller = new AbortController();
    const deaf = httpSource("http://host.test/a", { fetch: () => new Promise(() => {}) });
    const pending = deaf.size({ signal: controller.signal });
    const body = new ReadableStream<Uint8Array>({ start: (stream) => stream.enqueue(patternBytes(10)) });
    const response = new Response(body, { status: 206, headers: { "Content-Range": "bytes 0-99/100" } });
    const stuck = httpSource("http://host.test/a", { fetch: () => Promise.resolve(response) });
    const pendingBody = stuck.size({ signal: controller.signal });
    setTimeout(() => controller.abort("enough"), 20);
    expect(await rejectionOf(pending)).toBe("enough");
    expect(await rejectionOf(pendingBody)).toBe("enough");
  });

  test("of a later read ends a body that knows no signal, and cancels it", async () => {
    let cancelledWith: unknown;
    const endless = new ReadableStream<Uint8Array>({
      cancel: (reason) => {
        cancelledWith = reason;
      },
    });
    const answers = [
      new Response(patternBytes(10), { status: 206, headers: { "Content-Range": "bytes 0-9/100" } }),
      new Response(endless, { status: 206, headers: { "Content-Range": "bytes 10-19/100" } }),
    ];
    const source = httpSource("http://host.test/a", { firstBytes: 10, fetch: async () => answers.shift()! });
    await source.size();
    const controller = new AbortController();
    const pending = source.read({ start: 10, end: 20 }, { signal: controller.signal });
    setTimeout(() => controller.abort("enough"), 20);
    expect(await rejectionOf(pending)).toBe("enough");
    expect(cancelledWith).toBe("enough");
  });

  test("close() ends what is under way with a ClosedError, at the server too", async () => {
    const hanging = await putFile(file);
    const source = httpSource(urlOf(hanging, "hang", { after: 1 }));
    await source.size();
    const pending = rejectionOf(source.read({ start: 100_000, end: 200_000 }));
    await statsUntil(hanging, (records) => records.length === 2);
    source.close?.();
    expect(isParcodeError(await pending, "Closed")).toBe(true);
    await statsUntil(hanging, (records) => records[1]?.closedEarly === true);
  });
});

describe("close()", () => {
  test("lets no request out that a read was about to make", async () => {
    const source = httpSource(urlOf(name));
    await source.size();
    const pending = [source.read({ start: 0, end: 10 }), source.read({ start: 100_000, end: 100_010 })].map(
      rejectionOf,
    );
    source.close?.();
    for (const error of await Promise.all(pending)) expect(isParcodeError(error, "Closed"), String(error)).toBe(true);
    expect(source.traffic?.requests).toBe(1);
  });
});

describe("the URL and the options", () => {
  test("a URL object is as good as its text, and the fragment is nobody's business", async () => {
    const source = httpSource(new URL(`${urlOf(name)}#part`));
    expect(source.name).toBe(urlOf(name));
    await expectRead(source, 0, 10);
  });

  test("a query is not in the name, since it may hold a signature, but in the error's url", async () => {
    const url = `${urlOf(uniqueName("missing"))}?signature=secret`;
    const error = await rejectionOf(httpSource(url).size());
    expect(error.message).not.toContain("secret");
    expect(error.url).toBe(url);
  });

  test.runIf(isBrowser)("a relative URL starts from the page", () => {
    expect(httpSource("data/world.par").name).toBe(new URL("data/world.par", document.baseURI).href);
  });

  test.skipIf(isBrowser)("a relative URL needs a page", () => {
    expect(thrownBy(() => httpSource("data/world.par"))).toMatchObject({ code: "InvalidOption", option: "url" });
  });

  test.each([
    ["http://", {}, "url"],
    ["file:///tmp/world.par", {}, "url"],
    ["https://me:secret@host.test/world.par", {}, "url"],
    ["http://host.test/a", { firstBytes: 1 }, "firstBytes"],
    ["http://host.test/a", { firstBytes: 2.5 }, "firstBytes"],
    ["http://host.test/a", { maxWholeBytes: -1 }, "maxWholeBytes"],
    ["http://host.test/a", { maxWholeBytes: Number.NaN }, "maxWholeBytes"],
    ["http://host.test/a", { onNoRange: "maybe" }, "onNoRange"],
    ["http://host.test/a", { headers: { range: "bytes=0-1" } }, "headers"],
    ["http://host.test/a", { headers: { "a b": "c" } }, "headers"],
  ])("refuses %s with %j", (url, options, option) => {
    const error = thrownBy(() => httpSource(url, options as HttpSourceOptions));
    expect(isParcodeError(error, "InvalidOption"), String(error)).toBe(true);
    expect(error.option).toBe(option);
    expect(error.message).not.toContain("secret");
  });
});
