// The main job: packs a real data set, serves it with range requests, reads it lazily by URL and says what each step cost,
// beside the same data as JSON from the same server. Then it serves the playground, with the file preset.
import { createReadStream, createWriteStream, existsSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { open } from "parcode-web";
import { openFile, saveFile } from "parcode-web/node";
import { makeExamples } from "../playground-examples.mjs";
import { ROOT } from "../process.mjs";
import { citiesJob } from "./cities.mjs";
import { namesJob } from "./names.mjs";
import { startPlayground } from "./playground.mjs";
import { startFileServer } from "./server.mjs";
import { formatTable, grouped, LINE, megabytes, progressBar, seconds } from "./terminal.mjs";

const CACHE = join(ROOT, ".cache");

/** @param {{ names: boolean, once: boolean }} options */
export async function runMainJob({ names, once }) {
  const job = names ? namesJob : citiesJob;
  mkdirSync(CACHE, { recursive: true });
  const { jsonPath, records, source } = await job.load();
  const packedPath = await pack(job, records, source, jsonPath);
  const gzipPath = await compressed(jsonPath, job.name);
  const file = `${job.name}.par`;
  const json = { path: jsonPath, type: "application/json" };
  const server = await startFileServer({
    [file]: { path: packedPath },
    "data.json": json,
    "compressed.json": { ...json, path: gzipPath, encoding: "gzip" },
  });
  try {
    await compare(job, server, file, records);
    if (!once) await serveUntilInterrupted(server, file);
  } finally {
    await server.close();
  }
}

/** Packs the data into the cache, checks it there against the JSON, and says how large it became. */
async function pack(job, records, source, jsonPath) {
  const path = join(CACHE, `${job.name}.par`);
  const bar = progressBar(`Packing ${job.name}`);
  const value = job.value(records, source);
  const report = await saveFile(path, job.schema, value, {
    onProgress: ({ phase, bytesDone, bytesTotal }) => phase === "write" && bar.show(bytesDone, bytesTotal),
  });
  const { byteLength, chunks, milliseconds } = report;
  const jsonBytes = statSync(jsonPath).size;
  bar.done();
  console.log(`${source}\n`);
  console.log(`JSON              ${megabytes(jsonBytes).padStart(9)}   ${grouped(records.length)} records`);
  console.log(
    `packed            ${megabytes(byteLength).padStart(9)}   in ${seconds(milliseconds)} s: ${grouped(chunks)} chunks`,
  );
  const file = await openFile(path, job.schema);
  try {
    for (const { name, bytes } of await sizes(file, job.schema)) {
      console.log(`  ${name.padEnd(15)} ${megabytes(bytes).padStart(9)}`);
    }
    await job.checkAll(file.root, records);
    console.log("checked           every record, against the JSON\n");
  } finally {
    await file.close();
  }
  return path;
}

/** Bytes of each part of the root that is a chunk. */
async function sizes(file, schema) {
  const { root } = await file.inspect();
  const names = Object.keys(schema.fields).filter((name) => typeof file.root[name]?.load === "function");
  const bytesBelow = (chunk) => chunk.children.reduce((total, child) => total + bytesBelow(child), chunk.length);
  return names.map((name, i) => ({ name, bytes: bytesBelow(root.children[i]) }));
}

/** JSON on a real server is compressed on its way; that is the fair comparison in bytes. */
async function compressed(jsonPath, name) {
  const path = join(CACHE, `${name}-${statSync(jsonPath).size}.json.gz`);
  if (!existsSync(path)) await pipeline(createReadStream(jsonPath), createGzip(), createWriteStream(path));
  return path;
}

async function compare(job, server, file, records) {
  /** @type {(import("./terminal.mjs").Row | string)[]} */
  const rows = [];
  const measure = async (title, read) => {
    const before = server.traffic();
    const start = performance.now();
    const value = await read();
    const milliseconds = performance.now() - start;
    const after = server.traffic();
    const row = { title, requests: after.requests - before.requests, bytes: after.bytes - before.bytes, milliseconds };
    rows.push(row);
    return { value, row };
  };
  const { value: opened } = await measure("open by URL", () => open(`${server.url}/${file}`, job.schema));
  for (const { title, read, check } of job.steps(records)) {
    const { value, row } = await measure(title, () => read(opened.root));
    row.title = `${title} → ${check(value)}`;
  }
  await opened.close();
  rows.push("");
  for (const [title, path] of [
    ["JSON, for any of these: fetch and parse", "data.json"],
    ["the same, compressed on the way", "compressed.json"],
  ]) {
    const { value: parsed } = await measure(title, async () =>
      JSON.parse(await (await fetch(`${server.url}/${path}`)).text()),
    );
    if (parsed.length !== records.length) throw new Error(`${path} has ${parsed.length} records`);
  }
  console.log(formatTable(rows));
  const { megabitsPerSecond, roundTripMilliseconds } = LINE;
  console.log(
    `\nEvery answer was held against the JSON. The last column is computed: ${roundTripMilliseconds} ms for each request, ` +
      `and the bytes at ${megabitsPerSecond} Mbit/s.`,
  );
}

async function serveUntilInterrupted(server, file) {
  await makeExamples({ ifMissing: true });
  const playground = await startPlayground({ url: `${server.url}/${file}` });
  console.log(`\nThe playground, with this file: ${playground.url}\nCtrl-C ends it.`);
  await new Promise((done) => process.once("SIGINT", done));
  console.log("");
  await playground.close();
}
