// Runs in Chromium: opens the worlds from Blobs, or from ArrayBuffers that are there, as each contender does it. Gives plain figures
// to run.mjs; each call that says "cold" is the first of its page.
import * as library from "parcode-web";
import { ACCESS_NAMES, accessWorld, prepareTouch } from "../access.mjs";
import { flatbuffers } from "../contenders/flatbuffers.mjs";
import { flechette } from "../contenders/flechette.mjs";
import { hyparquet, openTables } from "../contenders/hyparquet.mjs";
import { json } from "../contenders/json.mjs";
import { msgpackr } from "../contenders/msgpackr.mjs";
import { worldSchema } from "../contenders/schema.mjs";
import { secondHalf } from "../stats.mjs";
import { makeWorld } from "../world.mjs";
import { setFiles, takeAsked } from "./node.mjs";
import { numbersSummary, playerSummary, worldSummary } from "./summary.mjs";

const World = worldSchema(library);
const FILE = "world.par";
const AT_LEAST = 4;

/**
 * Each: `open` reads what an access needs of the Blobs, and gives the open world; `write` makes bytes of a world, by the name of
 * their file; `load` and `prepare` come before anything is timed.
 */
const CONTENDERS = {
  "parcode, Blob": ours({
    open: async ({ blobs }) => ourWorld(await library.open(blobs.get(FILE), World), false),
    write: (world) => library.serialize(World, world),
  }),
  "parcode, ArrayBuffer, sync": ours({
    open: ({ buffers }) => ourWorld(library.openSync(buffers.get(FILE), World), true),
    write: (world) => library.serializeSync(World, world),
  }),
  "parcode, LZ4, two workers": ours({
    open: async ({ blobs }) => ourWorld(await library.open(blobs.get(FILE), World), false),
    write: (world) => library.serialize(World, world, { compression: "lz4", workers: 2 }),
  }),
  JSON: whole(json),
  "msgpackr, records": whole(msgpackr),
  "flechette (Arrow)": whole(flechette),
  FlatBuffers: whole(flatbuffers),
  "hyparquet, tuned": {
    ...hyparquet,
    open: ({ loaded, blobs }) => openTables(loaded, (name) => rangesOf(blobs.get(name))),
  },
};

function ours({ open, write }) {
  return {
    load: async () => undefined,
    prepare: (_, world) => world,
    open,
    write: async (_, world) => ({ [FILE]: await write(world) }),
  };
}

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
  return {
    ...contender,
    async open({ loaded, blobs, needed }) {
      const names = needed ?? [...blobs.keys()];
      const read = await Promise.all(
        names.map(async (name) => [name, new Uint8Array(await blobs.get(name).arrayBuffer())]),
      );
      setFiles(new Map(read));
      return contender.open(loaded, "");
    },
  };
}

function rangesOf(blob) {
  const slice = (start, end = blob.size) => blob.slice(start, end).arrayBuffer();
  return { file: { byteLength: blob.size, slice }, close() {} };
}

/** What JSON takes of Node besides; another contender would take it for Node. */
const BufferOfJson = {
  from(given, second, length) {
    if (second === "base64") return Uint8Array.fromBase64(given);
    if (typeof given === "string") return new TextEncoder().encode(given);
    const bytes = new Uint8Array(given, second, length);
    return { toString: () => bytes.toBase64() };
  },
};

let prepared;

/** What is there before anything is timed: the library, the Blobs, for some the bytes. */
async function prepare({ contender: name, files, needed }) {
  if (name === "JSON") globalThis.Buffer = BufferOfJson;
  prepareTouch();
  const contender = CONTENDERS[name];
  const loaded = await contender.load();
  const blobs = new Map();
  for (const path of files) {
    blobs.set(path.slice(path.lastIndexOf("/") + 1), await (await fetch(`data/${path}`)).blob());
  }
  prepared = { contender, loaded, needed, ...(await given(name, blobs)) };
}

/** The files of a contender, as those who open it have them. */
async function given(name, blobs) {
  const buffers = new Map();
  if (name.includes("ArrayBuffer")) buffers.set(FILE, await blobs.get(FILE).arrayBuffer());
  return { name, blobs, buffers };
}

async function timed(access, name) {
  const { contender, needed, ...rest } = prepared;
  const start = performance.now();
  const world = await contender.open({ ...rest, needed: needed?.[access] });
  const value = await accessWorld(world, access, name);
  const milliseconds = performance.now() - start;
  return { milliseconds, world, value };
}

/** The same, closed again. */
async function timedAndClosed(access, name) {
  const { milliseconds, world } = await timed(access, name);
  await world.close();
  return milliseconds;
}

async function timedWrite(input) {
  globalThis.gc?.();
  const start = performance.now();
  const files = await prepared.contender.write(prepared.loaded, input);
  return { milliseconds: performance.now() - start, files };
}

globalThis.bench = {
  prepare,

  /** Which files each access looks at, and what it finds. */
  async check(names) {
    takeAsked();
    const needed = {};
    const found = {};
    for (const access of ACCESS_NAMES) {
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

  /** What is found in the bytes that are written here. */
  async checkWrite(worldName) {
    const { contender, loaded, name } = prepared;
    const { files } = await timedWrite(await contender.prepare(loaded, makeWorld(worldName)));
    const blobs = new Map(Object.entries(files).map(([file, bytes]) => [file, new Blob([bytes])]));
    prepared = { contender, loaded, ...(await given(name, blobs)) };
    const { world, value } = await timed("everything");
    const summary = worldSummary(value);
    await world.close();
    return summary;
  },

  /** The first access of a page; then the same to the closed file, opened anew each time. */
  async opens(access, names, budget) {
    const first = await timedAndClosed(access, names[0]);
    const again = [];
    const end = performance.now() + budget;
    for (let i = 0; performance.now() < end || i < AT_LEAST; i++) {
      again.push(await timedAndClosed(access, names[i % names.length]));
    }
    return { first, again: secondHalf(again) };
  },

  /** Everything, and then again and again. */
  async everything(count) {
    const first = await timedAndClosed("everything");
    const again = [];
    for (let i = 0; i < count; i++) {
      globalThis.gc?.();
      again.push(await timedAndClosed("everything"));
    }
    return { first, again };
  },

  /** The first write of a page, and then again and again. */
  async writes(worldName, count) {
    const { contender, loaded } = prepared;
    const input = await contender.prepare(loaded, makeWorld(worldName));
    const { milliseconds: first } = await timedWrite(input);
    const again = [];
    for (let i = 0; i < count; i++) again.push((await timedWrite(input)).milliseconds);
    return { first, again };
  },

  /** Nanoseconds of a lookup in one open file, in batches. */
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
    return secondHalf(nanoseconds);
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
