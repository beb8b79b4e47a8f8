// The most memory that a process takes while it writes a gigabyte that comes from an AsyncIterable, and while it reads it again item
// by item. Each row is a process of its own; its figure is all of its resident memory, Node's own 40 MB included. Then what a process
// holds more once it has opened that file: objects and buffers, after a collection.
//   node bench/memory.mjs [--megabytes 1000] [--only TEXT] [--library DIR]
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, openAsBlob, rmSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { describeMachine, table } from "./report.mjs";

const SELF = fileURLToPath(import.meta.url);
const BUILT = fileURLToPath(new URL("../dist", import.meta.url));
const DATA = fileURLToPath(new URL("../.cache/bench-memory/", import.meta.url));
const FILE = join(DATA, "log.par");

const { values: given } = parseArgs({
  options: {
    megabytes: { type: "string", default: "1000" },
    only: { type: "string", default: "" },
    library: { type: "string", default: BUILT },
    child: { type: "string" },
  },
});

/** What is measured: a name, and what a process of its own does. Writing comes first: the others read its file. */
const ROWS = {
  "write to a stream that keeps nothing": ({ main }) => write(main, discarding(main), "none"),
  "write to a stream that keeps nothing, LZ4 in 2 workers": ({ main }) => write(main, discarding(main), "lz4"),
  "write to disk, LZ4 in 2 workers": ({ main, node }) => write(main, node.fileSink(FILE), "lz4"),
  "write to disk": ({ main, node }) => write(main, node.fileSink(FILE), "none"),
  "read from disk, item by item": async ({ main, node }) => {
    const file = await node.openFile(FILE, logSchema(main));
    let count = 0;
    for await (const entry of file.root.entries) count += entry.samples.length > 0 ? 1 : 0;
    await file.close();
    return count;
  },
};

/** What of the file is opened, and how. */
const OPENS = {
  openFile: ({ node }, schema) => node.openFile(FILE, schema),
  openFileSync: ({ node }, schema) => node.openFileSync(FILE, schema),
  "open, of a Blob": async ({ main }, schema) => main.open(await openAsBlob(FILE), schema),
};

if (given.child === undefined) runAll();
else if (given.child in OPENS) await openOne(OPENS[given.child]);
else await runOne(ROWS[given.child]);

function runAll() {
  mkdirSync(DATA, { recursive: true });
  const rows = [];
  for (const name of Object.keys(ROWS)) {
    if (!name.includes(given.only)) continue;
    const { megabytes, seconds } = runChild(name);
    rows.push([name, `${Math.round(megabytes)} MB`, `${seconds.toFixed(1)} s`]);
    console.error(rows.at(-1).join("  "));
  }
  console.log(`\n${table(["", "most memory", "processor time"], rows)}\n\n${given.megabytes} MB. ${describeMachine()}`);
  if (existsSync(FILE)) console.log(`\n${opensTable()}`);
  rmSync(DATA, { recursive: true, force: true });
}

function runChild(name) {
  const flags = ["--megabytes", given.megabytes, "--library", given.library, "--child", name];
  const output = execFileSync(process.execPath, ["--expose-gc", SELF, ...flags], { encoding: "utf8" });
  return JSON.parse(output.trim().split("\n").at(-1));
}

function opensTable() {
  const rows = Object.keys(OPENS).map((name) => {
    const { objects, buffers } = runChild(name);
    return [name, ...[objects, buffers].map((megabytes) => `${megabytes.toFixed(2)} MB`)];
  });
  return table([`an open file of ${Math.round(statSync(FILE).size / 1e6)} MB`, "objects", "buffers"], rows);
}

async function openOne(open) {
  const library = await loadLibrary();
  const before = held();
  const file = await open(library, logSchema(library.main));
  const after = held();
  // Not to be collected before.
  if (!((await file.root.entries.count()) > 0)) throw new Error("nothing is in it");
  await file.close();
  const difference = (name) => (after[name] - before[name]) / 1e6;
  console.log(JSON.stringify({ objects: difference("heapUsed"), buffers: difference("arrayBuffers") }));
}

/** After two collections: the first one lets go of what waits to be finalized. */
function held() {
  globalThis.gc();
  globalThis.gc();
  return process.memoryUsage();
}

async function loadLibrary() {
  const entry = (path) => import(pathToFileURL(join(resolve(given.library), path)).href);
  const [main, node] = await Promise.all([entry("src/index.js"), entry("src/node/index.js")]);
  return { main, node };
}

async function runOne(work) {
  const count = await work(await loadLibrary());
  if (!(count > 0)) throw new Error("nothing came through");
  const { user, system } = process.cpuUsage();
  console.log(
    JSON.stringify({ megabytes: process.resourceUsage().maxRSS / 1024, seconds: (user + system) / 1e6, count }),
  );
  // What waits in idle workers need not be waited for.
  process.exit();
}

function logSchema({ chunk, f32, str, struct, u32, vec }) {
  return struct({ entries: chunk(vec(struct({ number: u32, message: str, samples: vec(f32) }))) });
}

async function write(main, sink, compression) {
  const value = { entries: entries(Number(given.megabytes) * 1e6) };
  const { byteLength } = await main.save(sink, logSchema(main), value, { compression, workers: 2 });
  if (sink.name === FILE && statSync(FILE).size !== byteLength) throw new Error("the file is not what was reported");
  return byteLength;
}

function discarding({ streamSink }) {
  return streamSink(new WritableStream({ write: () => undefined }));
}

/** Entries of about 600 bytes, of which LZ4 makes three quarters, until they are so many bytes in all. */
async function* entries(byteLength) {
  let state = 1;
  let bytes = 0;
  for (let number = 0; bytes < byteLength; number++) {
    const samples = Array.from({ length: 128 }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return (state >>> 16) / 64;
    });
    const message = `entry ${number}: all of the sensors have been read, and nothing has been found that anyone should see`;
    bytes += 5 + message.length + 1 + 4 * samples.length + 1;
    yield { number, message, samples };
  }
}
