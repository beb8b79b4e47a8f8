// Runs in Chromium: opens the worlds from Blobs, or from ArrayBuffers that are there, as each contender does it. Gives plain figures
// to run.mjs; each call that says "cold" is the first of its page.
import * as library from "parcode-web";
import { flatbuffers } from "../contenders/flatbuffers.mjs";
import { flechette } from "../contenders/flechette.mjs";
import { hyparquet, openTables } from "../contenders/hyparquet.mjs";
import { json } from "../contenders/json.mjs";
import { msgpackr } from "../contenders/msgpackr.mjs";
import { worldSchema } from "../contenders/schema.mjs";
import { setFiles, takeAsked } from "./node.mjs";
import { numbersSummary, playerSummary, worldSummary } from "./summary.mjs";

const World = worldSchema(library);

/** Each: reads what an access needs of the Blobs, and gives the open world. */
const CONTENDERS = {
  "parcode, Blob": async (_, blobs) => ourWorld(await library.open(blobs.get("world.par"), World), false),
  "parcode, ArrayBuffer, sync": async (_, __, buffers) =>
    ourWorld(library.openSync(buffers.get("world.par"), World), true),
  JSON: whole(json),
  "msgpackr, records": whole(msgpackr),
  "flechette (Arrow)": whole(flechette),
  FlatBuffers: whole(flatbuffers),
  "hyparquet, tuned": async (loaded, blobs) => openTables(loaded, (name) => rangesOf(blobs.get(name))),
};
const LOADS = { JSON: json, "msgpackr, records": msgpackr, "flechette (Arrow)": flechette, FlatBuffers: flatbuffers };
LOADS["hyparquet, tuned"] = hyparquet;

function ourWorld(file, isSync) {
  const { root } = file;
  return {
    field: () => root.settings.difficulty,
    player: (name) => root.players.get(name),
    heights: () => root.heights.load(),
    everything: () => file.load(),
    close: () => file.close(),
    isSync,
  };
}

/** Those that need a file as a whole: the Blobs of the files that the access looks at are read first, all at once. */
function whole(contender) {
  return async (loaded, blobs, _, needed) => {
    const read = await Promise.all(
      needed.map(async (name) => [name, new Uint8Array(await blobs.get(name).arrayBuffer())]),
    );
    setFiles(new Map(read));
    return contender.open(loaded, "");
  };
}

function rangesOf(blob) {
  const slice = (start, end = blob.size) => blob.slice(start, end).arrayBuffer();
  return { file: { byteLength: blob.size, slice }, close() {} };
}

const ACCESSES = {
  field: (world) => world.field(),
  lookup: (world, name) => world.player(name),
  heights: (world) => world.heights(),
  everything: (world) => world.everything(),
};

let prepared;

/** What is there before anything is timed: the library, the Blobs, for some the bytes. */
async function prepare({ contender, files, needed }) {
  // What that one takes of Node besides; another would take it for Node.
  if (contender === "JSON") globalThis.Buffer = { from: (text) => Uint8Array.fromBase64(text) };
  const loaded = await LOADS[contender]?.load();
  const blobs = new Map();
  const buffers = new Map();
  for (const name of files) {
    const blob = await (await fetch(`data/${name}`)).blob();
    blobs.set(name.slice(name.lastIndexOf("/") + 1), blob);
    if (contender.includes("ArrayBuffer")) buffers.set("world.par", await blob.arrayBuffer());
  }
  prepared = { open: (access) => CONTENDERS[contender](loaded, blobs, buffers, needed?.[access] ?? [...blobs.keys()]) };
}

async function timed(access, name) {
  const start = performance.now();
  const world = await prepared.open(access);
  const value = await ACCESSES[access](world, name);
  const milliseconds = performance.now() - start;
  return { milliseconds, world, value };
}

globalThis.bench = {
  prepare,

  /** Which files each access looks at, and what it finds. */
  async check(names) {
    takeAsked();
    const needed = {};
    const found = {};
    for (const access of Object.keys(ACCESSES)) {
      const { value, world } = await timed(access, names[0]);
      needed[access] = takeAsked();
      if (access === "field") found.field = value;
      else if (access === "lookup") found.lookup = playerSummary(value);
      else if (access === "heights") found.heights = numbersSummary(value);
      else found.everything = worldSummary(value);
      await world.close();
    }
    return { needed, found };
  },

  /** The first access of a page. */
  async cold(access, name) {
    const { milliseconds, world } = await timed(access, name);
    await world.close();
    return milliseconds;
  },

  /** Everything, again and again. */
  async again(count) {
    const times = [];
    for (let i = 0; i < count; i++) {
      globalThis.gc?.();
      const { milliseconds, world } = await timed("everything");
      times.push(milliseconds);
      await world.close();
    }
    return times;
  },

  /** Nanoseconds of a lookup in one open file, in batches; the first half fills caches and compiles. */
  async lookups(names, budget) {
    const { world } = await timed("lookup", names[0]);
    const nanoseconds = [];
    const end = performance.now() + budget;
    let size = 1;
    for (let at = 0; performance.now() < end; at = (at + size) % (names.length - 5000)) {
      const start = performance.now();
      const levels = world.isSync ? batch(world, names, at, size) : await laterBatch(world, names, at, size);
      const elapsed = performance.now() - start;
      if (!(levels > 0)) throw new Error("found nobody");
      nanoseconds.push((elapsed * 1e6) / size);
      if (elapsed < 5 && size < 4000) size *= 2;
    }
    await world.close();
    return nanoseconds.slice(nanoseconds.length >> 1);
  },
};

function batch(world, names, start, count) {
  let levels = 0;
  for (let i = start; i < start + count; i++) levels += world.player(names[i]).level;
  return levels;
}

async function laterBatch(world, names, start, count) {
  let levels = 0;
  for (let i = start; i < start + count; i++) levels += (await world.player(names[i])).level;
  return levels;
}
