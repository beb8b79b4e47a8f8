// A diagnosis as a page makes it, which sees only what CORS shows; the rest is in test/node/doctor.test.ts.
import { chunk, serialize, str, struct, u32, vec } from "parcode-web";
import { diagnose } from "parcode-web/inspect";
import { beforeAll, expect, test } from "vitest";
import { putFile, stats, urlOf } from "../support/range-client.ts";

const World = struct({ name: str, list: chunk(vec(u32)) });
let name = "";
beforeAll(async () => {
  const list = Array.from({ length: 100_000 }, (_, i) => (i * 2_654_435_761) % 2 ** 32);
  name = await putFile(await serialize(World, { name: "World", list }, { layout: "faststart" }));
});

test.each([
  ["", "ok ranges", "ok file"],
  ["hidden", "warning cors", "ok file"],
  ["no-etag", "warning validators", "ok file"],
  ["whole200", "problem ranges", undefined],
  ["status-404", "problem reachable", undefined],
  ["gzip-encoding", /^problem (encoding|reachable)$/, undefined],
  ["hang-body", undefined, undefined],
])("%s: %s, %s", async (mode, expected, file) => {
  const controller = new AbortController();
  const pending = diagnose(urlOf(name, mode), { signal: controller.signal });
  if (expected === undefined) {
    setTimeout(() => controller.abort("enough"), 50);
    return await expect(pending).rejects.toBe("enough");
  }
  const { findings, level } = await pending;
  const found = findings.map((finding) => `${finding.level} ${finding.check}`);
  expect(found).toContainEqual(expected instanceof RegExp ? expect.stringMatching(expected) : expected);
  expect(found.includes("ok file")).toBe(file !== undefined);
  expect(level === "problem").toBe(file === undefined);
});

test("no request of it needs a preflight", async () => {
  const own = await putFile(await serialize(World, { name: "World", list: [1, 2, 3] }));
  await diagnose(urlOf(own));
  expect((await stats(own)).map(({ method }) => method)).not.toContain("OPTIONS");
});
