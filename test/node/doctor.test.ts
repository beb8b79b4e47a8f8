// parcode doctor: against the server that misbehaves, a finding for each thing that is wrong, and the words to mend it.
import { readFileSync } from "node:fs";
import { chunk, serialize, serializeSync, str, struct, u32, vec } from "parcode-web";
import {
  type DiagnoseOptions,
  type Diagnosis,
  diagnose,
  HOST_NAMES,
  hostConfiguration,
  inspect,
} from "parcode-web/inspect";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hostOf } from "../../src/doctor/hosts.ts";
import { clearStats, putFile, stats, type UrlOptions, urlOf } from "../support/range-client.ts";
import { buildCommandLine, type CommandLine } from "./cli/run-cli.ts";

const World = struct({ name: str, list: chunk(vec(u32)) });
const world = { name: "World", list: Array.from({ length: 100_000 }, (_, i) => (i * 2_654_435_761) % 2 ** 32) };
const bytes = await serialize(World, world, { layout: "faststart" });
const { root } = await inspect(bytes);
let name = "";
beforeAll(async () => {
  name = await putFile(bytes);
});

const look = (mode = "", options: DiagnoseOptions = {}, more: UrlOptions = {}) =>
  diagnose(urlOf(name, mode, more), options);
const found = ({ findings }: Diagnosis) =>
  findings.filter(({ level }) => level !== "ok").map(({ level, check }) => `${level} ${check}`);

describe("a diagnosis", () => {
  test("of a server that does everything right but caching costs few requests", async () => {
    await clearStats(name);
    const diagnosis = await look("", { origin: "https://app.example" });
    expect(found(diagnosis)).toEqual(["warning caching"]);
    expect(diagnosis.file).toEqual({
      byteLength: bytes.length,
      version: 4,
      openRequests: 1,
      openBytes: 65_536,
      integrity: "xxh64",
      isDescribed: true,
    });
    const records = await stats(name);
    expect(records.length).toBeLessThanOrEqual(10);
    expect(records.reduce((total, record) => total + record.bytes, 0)).toBeLessThan(140_000);
  });

  test.each<[string, string]>([
    ["whole200", "problem ranges"],
    ["whole206", "problem ranges"],
    ["wrong-range", "problem ranges"],
    ["wrong-start", "problem ranges"],
    ["short-body", "problem ranges"],
    ["no-content-range", "problem ranges"],
    ["bad-content-range", "problem ranges"],
    ["refuse-416", "problem ranges"],
    ["unknown-encoding", "problem encoding"],
    ["cap-1000", "problem ranges"],
    ["cap-30000", "warning ranges"],
    ["hidden", "warning cors"],
    ["no-etag", "warning validators"],
    ["change-etag", "problem validators"],
    ["head-short", "problem encoding"],
    ["status-403", "problem reachable"],
    ["status-404", "problem reachable"],
    ["status-503", "problem reachable"],
    [`flip-${root.offset}`, "problem file"],
    ["flip-200", "problem ranges"],
  ])("of the answers %s has a %s", async (mode, expected) => {
    // A byte that differs from answer to answer: in the first only, so that the second shows it.
    const options = mode === "flip-200" ? { until: 1 } : {};
    const diagnosis = await look(mode, {}, options);
    expect(found(diagnosis)).toContain(expected);
    const finding = diagnosis.findings.find(({ level, check }) => `${level} ${check}` === expected);
    expect(finding?.remedy).toMatch(/\.$/);
    expect(diagnosis.level).toBe(found(diagnosis).some((text) => text.startsWith("problem")) ? "problem" : "warning");
  });

  test("of a connection that breaks, or that nobody answers, is a problem and no rejection", async () => {
    expect(found(await look("drop-connection"))).toContain("problem reachable");
    expect(found(await diagnose("http://127.0.0.1:9/none.par"))).toEqual(["problem reachable"]);
  });

  test("names redirects, a dear layout, missing checksums, and what is no parcode file", async () => {
    expect(found(await look("", {}, { redirect: true }))).toContain("warning redirects");
    const plain = await putFile(serializeSync(World, world, { compatibility: "parcode" }));
    expect(found(await diagnose(urlOf(plain)))).toEqual(
      expect.arrayContaining(["warning layout", "warning checksums"]),
    );
    const text = await putFile(new TextEncoder().encode("no parcode file ".repeat(10_000)));
    expect(found(await diagnose(urlOf(text)))).toContain("problem file");
  });

  test("keeps a signature out of its words, and ends with the signal", async () => {
    const diagnosis = await diagnose(`${urlOf(name)}?signature=secret`);
    expect(JSON.stringify(diagnosis)).not.toContain("secret");
    const controller = new AbortController();
    controller.abort("enough");
    await expect(diagnose(urlOf(name), { signal: controller.signal })).rejects.toBe("enough");
  });
});

describe("hosts", () => {
  test.each([
    [{ Server: "nginx/1.22.1" }, "nginx"],
    [{ Server: "AmazonS3" }, "s3"],
    [{ Server: "cloudflare", "CF-RAY": "1" }, "r2"],
    [{ Server: "GitHub.com" }, "github-pages"],
    [{ Server: "Netlify" }, "netlify"],
    [{ Server: "Vercel" }, "vercel"],
    [{ Server: "Apache" }, undefined],
  ])("are known by %j", (headers, host) => expect(hostOf(new Headers(headers as Record<string, string>))).toBe(host));

  test("have configurations that can be parsed, and stand in docs/HOSTING.md", () => {
    const document = readFileSync(new URL("../../docs/HOSTING.md", import.meta.url), "utf8");
    for (const host of HOST_NAMES) {
      const { title, text } = hostConfiguration(host);
      expect(document).toContain(`## ${title}`);
      expect(document).toContain(text);
      if (["s3", "r2", "vercel"].includes(host)) expect(() => JSON.parse(text)).not.toThrow();
    }
  });
});

describe("the command", () => {
  let cli: CommandLine;
  beforeAll(async () => {
    cli = await buildCommandLine();
  }, 120_000);
  afterAll(() => cli?.remove());

  test("prints findings, what to change, and how; ends with code 0 where nothing is a problem", async () => {
    const { code, out, err } = await cli.run("doctor", urlOf(name), "--origin", "https://app.example");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(/^ok {7}reachable: .*206/m);
    expect(out).toMatch(/^warning {2}protocol: HTTP version: http\/1\.1/m);
    expect(out).toMatch(/^ok {7}layout: 1 request opens it, of 65536 bytes in all\.$/m);
    for (const host of HOST_NAMES) expect(out).toContain(`\n${hostConfiguration(host).title}: `);
  });

  test("ends with code 1 at a problem, also with --json", async () => {
    const { code, out, err } = await cli.run("doctor", urlOf(name, "whole200"), "--json");
    expect(code).toBe(1);
    expect(err).toMatch(/^parcode: 1 problem with http:.*\n$/);
    const diagnosis: Diagnosis = JSON.parse(out);
    expect(diagnosis.level).toBe("problem");
    expect(found(diagnosis)).toContain("problem ranges");
  });

  test.each([
    [["doctor", "world.par"], "the target is a file"],
    [["doctor", "http://host.test/a.par", "--origin", "app.example"], "--origin is like https://app.example"],
    [["inspect", "http://host.test/a.par", "--origin", "https://app.example"], "inspect takes no --origin"],
  ])("refuses %j", async (words, message) => {
    const { code, err } = await cli.run(...words);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });
});
