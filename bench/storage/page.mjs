// Runs in Chromium: what storage costs, and what a save leaves of the page's thread. Gives plain figures to run.mjs.
import { bytes, chunk, f32, hashMap, save, sortedMap, str, struct, typed, u32, vec } from "parcode-web";
import { indexedDbSink, indexedDbSource, removeFromIndexedDb } from "parcode-web/indexeddb";
import { opfsSink, opfsSource, removeFromOpfs } from "parcode-web/opfs";
import { watchFrames } from "./frames.mjs";

const PATH = "bench/world.par";
const MEGABYTE = 1_000_000;
const READ_BYTES = 4096;
/** As large as the parts that the library's sink writes, so that both move the same. */
const PART_BYTES = 2 * 1024 * 1024;

const Record = struct({ name: str, level: u32, inventory: vec(u32) });
const World = struct({
  records: chunk(vec(Record)),
  players: hashMap(str, Record),
  places: sortedMap(str, struct({ x: u32, y: u32 })),
  heights: chunk(typed(f32)),
  asset: chunk(bytes),
});

let seed = 1;
function random(bound) {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  return seed % bound;
}

/** @param {number} megabytes About so many, in the file. */
function makeWorld(megabytes) {
  const part = (share, byteLength) => Math.round((megabytes * MEGABYTE * share) / byteLength);
  const record = (i) => ({
    name: `player number ${i}`,
    level: i % 100,
    inventory: Array.from({ length: 4 + (i % 9) }, () => random(60_000)),
  });
  const repeat = (count, make) => Array.from({ length: count }, (_, i) => make(i));
  const asset = new Uint8Array(part(0.3, 1));
  for (let i = 0; i < asset.length; i++) asset[i] = i % 3 === 0 ? random(256) : i >> 10;
  return {
    records: repeat(part(0.25, 43), record),
    players: new Map(repeat(part(0.15, 80), (i) => [`the player ${i}`, record(i)])),
    places: new Map(repeat(part(0.02, 24), (i) => [`place ${Math.imul(i, 2_654_435_761) >>> 0}`, { x: i, y: i }])),
    heights: Float32Array.from({ length: part(0.28, 4) }, (_, i) => Math.sin(i / 1000) * 100),
    asset,
  };
}

const worker = new Worker(new URL("./worker.mjs", import.meta.url), { type: "module" });
function ask(task, transfer = []) {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage(task, transfer);
  });
}

async function timed(work) {
  const start = performance.now();
  const result = await work();
  return { milliseconds: performance.now() - start, result };
}

const fileAt = async (path) => {
  let directory = await navigator.storage.getDirectory();
  const names = path.split("/");
  for (const name of names.slice(0, -1)) directory = await directory.getDirectoryHandle(name);
  return (await directory.getFileHandle(names.at(-1))).getFile();
};

let world;
globalThis.bench = {
  prepare(megabytes) {
    world = makeWorld(megabytes);
    return { records: world.records.length, players: world.players.size, places: world.places.size };
  },

  /** Frames of a page in which nothing happens. */
  async idle() {
    const frames = watchFrames();
    await new Promise((resolve) => setTimeout(resolve, 2000));
    return frames.end();
  },

  async save(compression) {
    // Not part of the save: what was made before it.
    await new Promise((resolve) => setTimeout(resolve, 500));
    const sink = opfsSink(PATH);
    const frames = watchFrames();
    const { milliseconds, result } = await timed(() => save(sink, World, world, { compression }));
    const told = await frames.end();
    return { milliseconds, byteLength: result.byteLength, mode: `${sink.mode}, ${result.mode}`, ...told };
  },

  /** The same, to nowhere: what the value costs without storage. */
  async saveNowhere(compression) {
    const sink = { name: "nowhere", write: () => undefined, close: () => undefined, abort: () => undefined };
    const { milliseconds, result } = await timed(() => save(sink, World, world, { compression }));
    return { milliseconds, byteLength: result.byteLength };
  },

  /** The bytes of the file that was saved last, through the sink alone, in blocks of a megabyte. */
  async sinkWrite() {
    const all = new Uint8Array(await (await fileAt(PATH)).arrayBuffer());
    const { milliseconds } = await timed(async () => {
      const sink = opfsSink("bench/sink.par");
      for (let at = 0; at < all.length; at += 1024 * 1024) await sink.write(all.subarray(at, at + 1024 * 1024));
      await sink.close();
    });
    await removeFromOpfs("bench/sink.par");
    return { milliseconds, byteLength: all.length };
  },

  /** The bytes of the file that was saved last, written by a worker in blocks of a megabyte. */
  async rawWrite() {
    const buffer = await (await fileAt(PATH)).arrayBuffer();
    return ask({ kind: "write", path: "raw.bin", buffer }, [buffer]);
  },

  async reads(count) {
    const file = await fileAt(PATH);
    const starts = Array.from({ length: count }, () => random(file.size - READ_BYTES));
    const source = opfsSource(PATH);
    const ours = await timed(async () => {
      for (const start of starts) await source.read({ start, end: start + READ_BYTES });
    });
    const raw = await timed(async () => {
      for (const start of starts) await file.slice(start, start + READ_BYTES).arrayBuffer();
    });
    await source.close?.();
    const handle = await ask({ kind: "read", path: PATH, starts, byteLength: READ_BYTES });
    return { page: ours.milliseconds / count, slice: raw.milliseconds / count, ...handle };
  },

  async indexedDb(megabytes, count) {
    const data = world.asset.subarray(0, megabytes * MEGABYTE);
    const put = await timed(async () => {
      const sink = indexedDbSink("world.par", { database: "ours" });
      for (let at = 0; at < data.length; at += PART_BYTES) await sink.write(data.slice(at, at + PART_BYTES));
      await sink.close();
    });
    const source = indexedDbSource("world.par", { database: "ours" });
    const get = await timed(() => source.read({ start: 0, end: data.length }));
    const starts = Array.from({ length: count }, () => random(data.length - READ_BYTES));
    const read = await timed(async () => {
      for (const start of starts) await source.read({ start, end: start + READ_BYTES });
    });
    await source.close?.();
    await removeFromIndexedDb("world.par", { database: "ours" });
    const raw = await rawIndexedDb(data, starts);
    return {
      byteLength: data.length,
      put: put.milliseconds,
      get: get.milliseconds,
      read: read.milliseconds / count,
      raw,
    };
  },

  async clear() {
    await removeFromOpfs(PATH);
  },
};

const request = (made) =>
  new Promise((resolve, reject) => {
    made.onsuccess = () => resolve(made.result);
    made.onerror = () => reject(made.error);
  });

/** The same parts as Blobs in one strict transaction, and read back, without a library. */
async function rawIndexedDb(data, starts) {
  const opening = indexedDB.open("raw", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("parts");
  const database = await request(opening);
  const put = await timed(
    () =>
      new Promise((resolve, reject) => {
        const transaction = database.transaction("parts", "readwrite", { durability: "strict" });
        transaction.oncomplete = resolve;
        transaction.onabort = () => reject(transaction.error);
        for (let at = 0; at < data.length; at += PART_BYTES) {
          transaction.objectStore("parts").put(new Blob([data.subarray(at, at + PART_BYTES)]), at);
        }
      }),
  );
  const part = (at) => request(database.transaction("parts").objectStore("parts").get(at));
  const get = await timed(async () => {
    const all = new Uint8Array(data.length);
    for (let at = 0; at < data.length; at += PART_BYTES)
      all.set(new Uint8Array(await (await part(at)).arrayBuffer()), at);
  });
  const read = await timed(async () => {
    for (const start of starts) {
      const at = start - (start % PART_BYTES);
      await (await part(at)).slice(start - at, start - at + READ_BYTES).arrayBuffer();
    }
  });
  database.close();
  await request(indexedDB.deleteDatabase("raw"));
  return { put: put.milliseconds, get: get.milliseconds, read: read.milliseconds / starts.length };
}
