// One player out of a closed file, and a walk over all of a list, over HTTP with latency: requests, bytes, time. World B as this
// library writes it, as a Parquet file for each collection, and as JSON; values are compared before anything is timed.
//   npm run bench -- --remote
import assert from "node:assert/strict";
import { fileURLToPath, pathToFileURL } from "node:url";
import { findPlayer, flatbuffers, playerOf, rootOf } from "./contenders/flatbuffers.mjs";
import { hyparquet } from "./contenders/hyparquet.mjs";
import { worldSchema } from "./contenders/parcode.mjs";
import { serveOverLine } from "./line.mjs";
import { table } from "./report.mjs";
import { median } from "./stats.mjs";
import { makeWorld, sampleNames } from "./world.mjs";

const BUILT = fileURLToPath(new URL("../dist", import.meta.url));
const LATENCY_MILLISECONDS = 50;
const MEGABITS_PER_SECOND = 50;

export const HEADING = `## Over HTTP, ${LATENCY_MILLISECONDS} ms for each request`;

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
  const fb = await flatbuffers.load();
  const { "players.fb": tables } = flatbuffers.write(fb, flatbuffers.prepare(fb, world));
  const World = worldSchema(main);
  const files = {
    "world.par": await main.serialize(World, world),
    "players.parquet": players,
    "players.fb": tables,
    "world.json": json,
  };
  const ways = {
    "this library": async (url) => {
      const { root } = await main.open(`${url}/world.par`, World);
      return plain(await root.players.get(name));
    },
    "hyparquet, one file of players": async (url) => {
      const file = await parquet.asyncBufferFromUrl({ url: `${url}/players.parquet`, byteLength: players.length });
      const metadata = await parquet.parquetMetadataAsync(file, { initialFetchSize: 4096 });
      const filter = { name: { $eq: name } };
      const [row] = await parquet.parquetReadObjects({ file, metadata, filter, usePageIndex: true });
      return plain(row);
    },
    "FlatBuffers, one file of players": async (url) => {
      const found = rootOf(fb, new Uint8Array(await (await fetch(`${url}/players.fb`)).arrayBuffer()));
      return plain(playerOf(found.table(0, findPlayer(found, new TextEncoder().encode(name)))));
    },
    "JSON, without the asset": async (url) => plain((await (await fetch(`${url}/world.json`)).json()).players[name]),
  };
  const line = { latencyMilliseconds: LATENCY_MILLISECONDS };
  const near = await serveOverLine(files, line);
  const far = await serveOverLine(files, { ...line, megabitsPerSecond: MEGABITS_PER_SECOND });
  const rows = [];
  for (const [what, read] of Object.entries(ways)) {
    assert.deepEqual(await read(near.url), expected, what);
    const fast = await timesOf(() => read(near.url), near, isQuick ? 2 : 9);
    const slow = await timesOf(() => read(far.url), far, isQuick ? 1 : 3);
    rows.push([what, String(fast.requests), fast.bytes.toLocaleString("en-US"), fast.time, slow.time]);
  }
  const first = await firstValue(main, World, `${near.url}/world.par`, world, isQuick);
  await Promise.all([near.close(), far.close()]);
  const heads = [
    "one player, from a closed file",
    "requests",
    "bytes",
    "time",
    `time at ${MEGABITS_PER_SECOND} Mbit/s`,
  ];
  const text = table(heads, rows);
  return `${HEADING}\n\n${text}\n\n${first}\n\n${await walks(main, isQuick)}`;
}

async function timesOf(read, server, rounds) {
  const times = [];
  const before = server.traffic();
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    await read();
    times.push(performance.now() - start);
  }
  const { requests, bytes } = server.traffic();
  const each = (total, start) => Math.round((total - start) / rounds);
  const time = `${median(times).toFixed(0)} ms`;
  return { time, requests: each(requests, before.requests), bytes: each(bytes, before.bytes) };
}

function plain({ level, inventory }) {
  return { level: Number(level), inventory: Array.from(inventory, Number) };
}

/** The lines that the walk is tried on: latency alone, where the machine is what limits; and one as at home. */
const WALKED_LINES = [
  { name: "50 ms, as fast as the machine", megabytes: 100, latencyMilliseconds: LATENCY_MILLISECONDS },
  {
    name: `50 ms, ${MEGABITS_PER_SECOND} Mbit/s`,
    megabytes: 25,
    latencyMilliseconds: LATENCY_MILLISECONDS,
    megabitsPerSecond: MEGABITS_PER_SECOND,
  },
];

/** All of a list in turn, beside fetching the file in one request, and beside that and loading it from memory. */
async function walks(main, isQuick) {
  const { open, openSync, bytes, chunk, serialize, str, struct, u32, vec } = main;
  const lists = {
    "text of 1 kB": [vec(struct({ id: u32, text: str })), (id) => ({ id, text: "x".repeat(990) })],
    "1 kB of bytes": [vec(bytes), (id) => new Uint8Array(1000).fill(id)],
  };
  const rows = [];
  for (const { name, megabytes, ...line } of WALKED_LINES) {
    for (const [what, [list, itemOf]] of Object.entries(lists)) {
      const World = struct({ list: chunk(list) });
      const count = (isQuick ? 10 : megabytes) * 1000;
      const file = await serialize(World, { list: Array.from({ length: count }, (_, id) => itemOf(id)) });
      const server = await serveOverLine({ "list.par": file }, line);
      const url = `${server.url}/list.par`;
      const ways = {
        walk: async () => {
          let seen = 0;
          for await (const _ of (await open(url, World)).root.list) seen++;
          return seen;
        },
        whole: async () => (await (await fetch(url)).arrayBuffer()).byteLength,
        loaded: async () => {
          const all = new Uint8Array(await (await fetch(url)).arrayBuffer());
          return (await openSync(all, World).root.list.load()).length;
        },
      };
      const times = { walk: [], whole: [], loaded: [] };
      let requests = 0;
      for (let round = 0; round < (isQuick ? 1 : 3); round++) {
        for (const [way, run] of Object.entries(ways)) {
          const before = server.traffic().requests;
          const start = performance.now();
          const result = await run();
          times[way].push(performance.now() - start);
          assert.equal(result, way === "whole" ? file.length : count);
          if (way === "walk") requests = server.traffic().requests - before;
        }
      }
      await server.close();
      const of = (way) => median(times[way]);
      rows.push([
        `${name}; ${(file.length / 1e6).toFixed(0)} MB, ${what}`,
        String(requests),
        `${of("walk").toFixed(0)} ms`,
        `${of("whole").toFixed(0)} ms`,
        `${of("loaded").toFixed(0)} ms`,
        (of("whole") / of("walk")).toFixed(2),
        (of("loaded") / of("walk")).toFixed(2),
      ]);
    }
  }
  const heads = ["all of a list, in turn", "requests", "open and walk", "fetch the file", "fetch and load it"];
  return table([...heads, "speed, of fetching", "of fetching and loading"], rows);
}

/** Opening, and the first value behind it. */
async function firstValue(main, World, url, world, isQuick) {
  const times = { open: [], first: [] };
  for (let round = 0; round < (isQuick ? 2 : 5); round++) {
    const start = performance.now();
    const { root } = await main.open(url, World);
    const opened = performance.now();
    await root.players.get([...world.players.keys()][round]);
    times.open.push(opened - start);
    times.first.push(performance.now() - opened);
  }
  const of = (what) => `${median(times[what]).toFixed(0)} ms`;
  return `Open ${of("open")}, the first lookup behind it ${of("first")}.`;
}
