// One player out of a closed file, and a walk over all of a list, over HTTP with latency: requests, bytes, time. World B as this
// library writes it, as a Parquet file for each collection, and as JSON; values are compared before anything is timed.
//   npm run bench -- --remote
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { fileURLToPath, pathToFileURL } from "node:url";
import { hyparquet } from "./contenders/hyparquet.mjs";
import { worldSchema } from "./contenders/parcode.mjs";
import { table } from "./report.mjs";
import { median } from "./stats.mjs";
import { makeWorld, sampleNames } from "./world.mjs";

const BUILT = fileURLToPath(new URL("../dist", import.meta.url));
const LATENCY_MILLISECONDS = 50;

/** @returns {Promise<string>} Tables in Markdown. */
export async function runRemote({ library = BUILT, isQuick }) {
  const main = await import(pathToFileURL(`${library}/src/index.js`).href);
  const worldName = isQuick ? "a" : "b";
  const world = makeWorld(worldName);
  const name = sampleNames(worldName, 10)[7];
  const expected = plain(world.players.get(name));
  const parquet = await hyparquet.load();
  const { "players.parquet": players } = hyparquet.write(parquet, await hyparquet.prepare(parquet, world));
  const json = new TextEncoder().encode(
    JSON.stringify({ ...world, players: Object.fromEntries(world.players), asset: [], heights: [...world.heights] }),
  );
  const World = worldSchema(main);
  const files = { "world.par": await main.serialize(World, world), "players.parquet": players, "world.json": json };
  const server = await serve(files);
  const url = (file) => `${server.url}/${file}`;
  const ways = {
    "this library": async () => {
      const { root } = await main.open(url("world.par"), World);
      return plain(await root.players.get(name));
    },
    "hyparquet, one file of players": async () => {
      const file = await parquet.asyncBufferFromUrl({ url: url("players.parquet"), byteLength: players.length });
      const metadata = await parquet.parquetMetadataAsync(file, { initialFetchSize: 4096 });
      const filter = { name: { $eq: name } };
      const [row] = await parquet.parquetReadObjects({ file, metadata, filter, usePageIndex: true });
      return plain(row);
    },
    "JSON, without the asset": async () => plain((await (await fetch(url("world.json"))).json()).players[name]),
  };
  const rows = [];
  for (const [what, read] of Object.entries(ways)) {
    assert.deepEqual(await read(), expected, what);
    const times = [];
    let cost;
    for (let round = 0; round < (isQuick ? 2 : 9); round++) {
      const before = server.traffic();
      const start = performance.now();
      await read();
      times.push(performance.now() - start);
      cost = { requests: server.traffic().requests - before.requests, bytes: server.traffic().bytes - before.bytes };
    }
    rows.push([what, String(cost.requests), cost.bytes.toLocaleString("en-US"), `${median(times).toFixed(0)} ms`]);
  }
  const walk = await walkRow(main, World, url("world.par"), world, isQuick);
  await server.close();
  const text = table(["one player, from a closed file", "requests", "bytes", "time"], rows);
  return `## Over HTTP, ${LATENCY_MILLISECONDS} ms for each request\n\n${text}\n\n${walk}`;
}

function plain({ level, inventory }) {
  return { level: Number(level), inventory: Array.from(inventory, Number) };
}

/** Opening, the first value behind it, and all of the roster in turn, beside fetching the file as a whole. */
async function walkRow(main, World, url, world, isQuick) {
  const times = { open: [], first: [], walk: [], whole: [] };
  let bytes = 0;
  for (let round = 0; round < (isQuick ? 2 : 5); round++) {
    const marks = [performance.now()];
    const { root, byteLength } = await main.open(url, World);
    marks.push(performance.now());
    await root.players.get([...world.players.keys()][round]);
    marks.push(performance.now());
    let seen = 0;
    for await (const entry of root.roster) if (entry.name === world.roster[seen].name) seen++;
    assert.equal(seen, world.roster.length);
    marks.push(performance.now());
    await (await fetch(url)).arrayBuffer();
    marks.push(performance.now());
    bytes = byteLength;
    for (const [i, what] of ["open", "first", "walk", "whole"].entries()) times[what].push(marks[i + 1] - marks[i]);
  }
  const of = (what) => `${median(times[what]).toFixed(0)} ms`;
  return `Open ${of("open")}, the first lookup behind it ${of("first")}, all ${world.roster.length.toLocaleString("en-US")} entries of the roster in turn ${of("walk")}; the whole file of ${(bytes / 1e6).toFixed(1)} MB in one request ${of("whole")}.`;
}

async function serve(files) {
  const traffic = { requests: 0, bytes: 0 };
  const server = createServer((request, response) => {
    const bytes = files[request.url.slice(1)];
    setTimeout(() => {
      const [, start, last] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "") ?? [];
      const from = Number(start ?? 0);
      const to = Math.min(bytes.length, last === undefined || last === "" ? bytes.length : Number(last) + 1);
      const body = request.method === "HEAD" ? new Uint8Array(0) : bytes.subarray(from, to);
      traffic.requests++;
      traffic.bytes += body.length;
      response.writeHead(start === undefined ? 200 : 206, {
        "Accept-Ranges": "bytes",
        "Content-Length": to - from,
        "Content-Type": "application/octet-stream",
        ...(start === undefined ? {} : { "Content-Range": `bytes ${from}-${to - 1}/${bytes.length}` }),
        ETag: '"1"',
      });
      response.end(body);
    }, LATENCY_MILLISECONDS);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = () => {
    server.closeAllConnections();
    return new Promise((done) => server.close(done));
  };
  return { url: `http://127.0.0.1:${server.address().port}`, traffic: () => ({ ...traffic }), close };
}
