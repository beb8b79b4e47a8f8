// The main job's file: real data, behind a real server that counts. What reading it costs is part of what we promise.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { citiesJob, recordOf } from "../../scripts/main-job/cities.mjs";
import { namesJob } from "../../scripts/main-job/names.mjs";
import { runMainJob } from "../../scripts/main-job/run.mjs";
import { Cities } from "../../scripts/main-job/schemas.mjs";
import { startFileServer } from "../../scripts/main-job/server.mjs";
import { hashModulo } from "../../src/codec/hash-modulo.ts";
import { xxh64 } from "../../src/codec/xxh64.ts";
import { type ByteRange, type ChunkInfo, type Infer, open } from "../../src/index.ts";
import { openFile, saveFile } from "../../src/node/index.ts";
import { keyBytes } from "../../src/schema/key.ts";

const KIB = 1024;
type City = Infer<typeof Cities>["list"][number];

let data: Awaited<ReturnType<typeof citiesJob.load>>;
let folder = "";
let path = "";
let server: Awaited<ReturnType<typeof startFileServer>>;
/** The list's and the map's chunks. */
let shards: readonly ChunkInfo[] = [];
let buckets: readonly ChunkInfo[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "parcode-main-job-"));
  path = join(folder, "cities.par");
  data = await citiesJob.load();
  await saveFile(path, Cities, citiesJob.value(data.records, data.source));
  server = await startFileServer({ "cities.par": { path } });
  const file = await openFile(path);
  const { root } = await file.inspect();
  await file.close();
  shards = root.children[0]?.children ?? [];
  buckets = root.children[1]?.children ?? [];
});
afterAll(async () => {
  await server?.close();
  await rm(folder, { recursive: true, force: true });
});

/** The file behind its URL, and the ranges that were asked for. */
async function openCities() {
  const ranges: ByteRange[] = [];
  const file = await open(`${server.url}/cities.par`, Cities, {
    fetch: (url, init) => {
      const [, start, last] = /^bytes=(\d+)-(\d+)$/.exec(new Headers(init.headers).get("Range") ?? "") ?? [];
      ranges.push({ start: Number(start), end: Number(last) + 1 });
      return fetch(url, init);
    },
  });
  return { file, root: file.root, ranges };
}

/** What `read` gave, and what the server saw of it. */
async function counted<T>(read: () => Promise<T>) {
  const before = server.traffic();
  const value = await read();
  const after = server.traffic();
  return { value, requests: after.requests - before.requests, bytes: after.bytes - before.bytes };
}

const records = (cities: readonly City[] | undefined) => cities?.map(recordOf);

function bucketOf(key: string): number {
  const bytes = keyBytes({ kind: "str" }, key);
  const hash = new Uint32Array(2);
  xxh64(bytes, 0, bytes.length, hash);
  return hashModulo(hash[0] as number, hash[1] as number, buckets.length);
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

describe("over HTTP", () => {
  test("opening costs one request, of the first 64 KiB; fields are there then", async () => {
    const opened = await counted(openCities);
    expect([opened.requests, opened.bytes]).toEqual([1, 64 * KIB]);

    const { root } = opened.value;
    const field = await counted(async () => ({
      count: root.count,
      source: root.source,
      spain: root.countries.get("ES"),
    }));
    expect([field.requests, field.bytes]).toEqual([0, 0]);
    expect(field.value.count).toBe(data.records.length);
    expect(field.value.source).toBe(data.source);
    expect(field.value.spain?.count).toBe(data.records.filter(({ country }) => country === "ES").length);
    await opened.value.file.close();
  });

  test("a lookup costs one request of one bucket; the bucket's other keys cost none", async () => {
    const { file, root } = await openCities();
    const key = "FR/Lyon";
    const first = await counted(() => root.byName.get(key));
    expect([first.requests, first.bytes]).toEqual([1, buckets[bucketOf(key)]?.length]);
    expect(first.bytes).toBeLessThanOrEqual(48 * KIB);
    expect(records(first.value)).toEqual(data.records.filter(({ country, name }) => `${country}/${name}` === key));

    const neighbour = data.records.find(({ country, name }) => {
      const other = `${country}/${name}`;
      return other !== key && bucketOf(other) === bucketOf(key);
    });
    if (neighbour === undefined) throw new Error("A bucket has more than one key.");
    const second = await counted(() => root.byName.get(`${neighbour.country}/${neighbour.name}`));
    expect([second.requests, second.bytes]).toEqual([0, 0]);
    expect(records(second.value)).toContainEqual(neighbour);

    const missing = await counted(() => root.byName.get("FR/no such city"));
    expect(missing.value).toBeUndefined();
    expect(missing.requests).toBe(bucketOf("FR/no such city") === bucketOf(key) ? 0 : 1);
    await file.close();
  });

  test("a search for names that begin so costs one request of a shard, or two of neighbours, of 64 KiB at most", async () => {
    const { file, root } = await openCities();
    for (const [country, start] of [["DE", "Bad "] as const, ["FR", "Saint-"] as const, ["US", "Z"] as const]) {
      const search = await counted(() => root.places.prefix([country, start], { limit: 20 }).toArray());
      expect(search.requests).toBeLessThanOrEqual(2);
      expect(search.bytes).toBeLessThanOrEqual(64 * KIB);
      const names = new Set<string>();
      for (const city of data.records) {
        if (city.country === country && city.name.startsWith(start)) names.add(city.name);
      }
      expect(search.value.map(([[, name]]) => name)).toEqual(
        [...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))).slice(0, 20),
      );
    }
    expect(await root.places.countRange({ gte: ["NZ"], lte: ["NZ"] })).toBeGreaterThan(500);
    await file.close();
  });

  test("no bucket is more than 48 KiB, so no lookup reads more", () => {
    expect(buckets.length).toBeGreaterThan(100);
    expect(Math.max(...buckets.map(({ length }) => length))).toBeLessThanOrEqual(48 * KIB);
  });

  test("an item costs one request of one shard; its neighbour costs none", async () => {
    const { file, root } = await openCities();
    const middle = data.records.length >> 1;
    const first = await counted(() => root.list.at(middle));
    expect(first.requests).toBe(1);
    expect(shards.map(({ length }) => length)).toContain(first.bytes);
    expect(recordOf(first.value)).toEqual(data.records[middle]);

    const next = await counted(() => root.list.at(middle + 1));
    expect([next.requests, next.bytes]).toEqual([0, 0]);
    expect(recordOf(next.value)).toEqual(data.records[middle + 1]);
    await file.close();
  });

  test("an iteration reads each byte of the list once, in few requests", async () => {
    const { file, root, ranges } = await openCities();
    const opening = ranges.length;
    const read = await counted(async () => {
      let index = 0;
      for await (const city of root.list.lazy()) {
        if (city.name !== data.records[index++]?.name) throw new Error(`City ${index - 1} is ${city.name}.`);
      }
      return index;
    });
    expect(read.value).toBe(data.records.length);
    // The list lies behind the structure, and the first shards of it came with opening.
    const start = shards[0]?.offset ?? 0;
    expect(start).toBeLessThan(32 * KIB);
    expect(read.bytes).toBe(sum(shards.map(({ length }) => length)) - (64 * KIB - start));
    const listed = ranges.slice(opening);
    expect(listed.every(({ start }, i) => start === (listed[i - 1]?.end ?? 64 * KIB))).toBe(true);
    // One shard, then four times as much as was used, and again.
    expect(read.requests).toBeLessThanOrEqual(5);
    await file.close();
  });

  test("a column is one request", async () => {
    const { file, root } = await openCities();
    const read = await counted(() => root.latitudes.load());
    expect(read.requests).toBe(1);
    expect(read.bytes).toBeLessThan(data.records.length * 4 + KIB);
    expect(read.value).toEqual(Float32Array.from(data.records, ({ lat }) => Number(lat)));
    await file.close();
  });
});

test("the job checks every city against the JSON and runs to the end of its table", async () => {
  const lines: string[] = [];
  const { log } = console;
  console.log = (line: string) => lines.push(line);
  try {
    await runMainJob({ names: false, once: true });
  } finally {
    console.log = log;
  }
  const text = lines.join("\n");
  expect(text).toContain("every record, against the JSON");
  expect(text).toMatch(/open by URL +1 +65,536 /);
  expect(text).toMatch(/look up "FR\/Lyon" → \S+ \S+ +1 /);
  expect(text).toMatch(/JSON, for any of these: fetch and parse +1 +17,142,887 /);
  expect(text).toContain("Every answer was held against the JSON.");
}, 120_000);

test("the job over names answers its own checks on 300,000 made-up ones, a search in one or two requests", async () => {
  const syllables = ["re", "act", "lo", "dash", "vi", "te", "@no", "de-", "x", "Z", "é", "_"];
  const seen = new Set<string>(["vite"]);
  for (let i = 0; seen.size < 300_000; i++) {
    let name = "";
    for (let rest = i; rest > 0; rest = Math.floor(rest / 12)) name += syllables[rest % 12];
    seen.add(name);
  }
  const records = [...seen];
  const namesPath = join(folder, "names.par");
  await saveFile(namesPath, namesJob.schema, namesJob.value(records, "made up"));
  const names = await startFileServer({ "names.par": { path: namesPath } });
  try {
    const file = await open(`${names.url}/names.par`, namesJob.schema);
    const opened = names.traffic();
    expect([opened.requests, opened.bytes]).toEqual([1, 64 * KIB]);
    const search = await file.root.byName.prefix("react", { limit: 20 }).toArray();
    expect(search.length).toBe(20);
    const after = names.traffic();
    expect(after.requests - opened.requests).toBeLessThanOrEqual(2);
    expect(after.bytes).toBeLessThanOrEqual(256 * KIB);
    for (const { read, check } of namesJob.steps(records)) check((await read(file.root as never)) as never);
    await namesJob.checkAll(file.root, records);
    await file.close();
  } finally {
    await names.close();
  }
}, 120_000);
