// The well-behaved part against a server that somebody else has written: nginx, configured as docs/HOSTING.md says.
import { chunk, hashMap, open, type ReadEvent, serialize, str, struct, u32, vec } from "parcode-web";
import { diagnose } from "parcode-web/inspect";
import { describe, expect, inject, test } from "vitest";
import { httpSource } from "../../src/source/http-source.ts";
import { firstDifference, patternBytes } from "../support/bytes.ts";
import { putToNginx, uniqueName } from "../support/range-client.ts";
import { rejectionOf } from "../support/rejection.ts";
import { describeSource } from "./conformance.ts";

describe.skipIf(inject("nginx") === "")("nginx", () => {
  describeSource("httpSource", async (bytes) => ({ source: httpSource(await putToNginx(bytes)) }));

  const World = struct({ name: str, list: chunk(vec(u32)), names: hashMap(str, u32) });
  const world = {
    name: "World",
    list: Array.from({ length: 100_000 }, (_, i) => (i * 2_654_435_761) % 2 ** 32),
    names: new Map(Array.from({ length: 3000 }, (_, i) => [`name ${i}`, i])),
  };

  test("one request opens a file, and each lookup takes one more, from any origin", async () => {
    const url = await putToNginx(await serialize(World, world, { layout: "faststart" }));
    const events: ReadEvent[] = [];
    const file = await open(url, World, { onEvent: (event) => events.push(event) });
    expect(await file.root.list.at(99_000)).toBe(world.list[99_000]);
    expect(await file.root.names.get("name 77")).toBe(77);
    expect((await file.verify()).integrity).toBe("xxh64");
    expect(
      events.every(({ errorCode, retry, from }) => errorCode === undefined && retry === 0 && from !== "storage"),
    ).toBe(true);
    expect(events.filter(({ from }) => from === "network").every(({ status }) => status === 206)).toBe(true);
    expect(file.stats.requests).toBe(events.filter(({ from }) => from === "network").length);
    await file.close();
  });

  test("a file that is replaced is noticed, and opened anew", async () => {
    const name = `${uniqueName()}.par`;
    const url = await putToNginx(await serialize(World, world), name);
    const file = await open(url, World);
    await putToNginx(
      await serialize(World, { ...world, name: "Other" }, { metadata: { more: "x".repeat(100) } }),
      name,
    );
    expect(await rejectionOf(file.root.list.load())).toMatchObject({ code: "SourceChanged" });
    const again = await file.reopen();
    expect(again.root.name).toBe("Other");
    await Promise.all([file.close(), again.close()]);
  });

  test("compression that is on for other files does not come between: ranges are asked for as they are", async () => {
    const file = patternBytes(300_000);
    const source = httpSource(await putToNginx(file, `${uniqueName()}.txt`));
    expect(firstDifference(await source.read({ start: 100_000, end: 100_500 }), file.subarray(100_000, 100_500))).toBe(
      undefined,
    );
  });

  test("pages of other origins see why there is no file, and that ranges end", async () => {
    const url = await putToNginx(await serialize(World, world));
    const missing = await rejectionOf(httpSource(url.replace(".par", "-missing.par")).size());
    expect(missing).toMatchObject({ code: "SourceUnavailable", status: 404, retryable: false });
    const beyond = await fetch(url, { headers: { Range: "bytes=99999999-100000000" } });
    expect([beyond.status, beyond.headers.get("Content-Range")]).toEqual([
      416,
      expect.stringMatching(/^bytes \*\/\d+$/),
    ]);
  });

  test("the doctor finds nothing wrong with it", async () => {
    const url = await putToNginx(await serialize(World, world, { layout: "faststart" }));
    const { findings, level, file } = await diagnose(url);
    expect(
      findings.filter(
        (finding) => finding.level === "problem" || (finding.check !== "protocol" && finding.level !== "ok"),
      ),
    ).toEqual([]);
    expect(["ok", "warning"]).toContain(level);
    expect(file).toMatchObject({ integrity: "xxh64", isDescribed: true, openRequests: 1 });
  });
});
