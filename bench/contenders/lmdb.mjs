// LMDB through lmdb, a native add-on: a database on disk, mapped into memory. One entry for each player by name, so that a lookup
// decodes only that; the list in entries of a thousand; the asset and the floats as bytes. Keys keep the kinds apart by their type:
// players by text, pieces of the list by number, all else by symbol. Values are MessagePack with shared structures.
// Written as its documents advise for speed: all in one turn of the event loop, which makes one transaction, in the thread that
// writes; not flushed to disk (`noSync`), as no other contender's bytes are.
import { join } from "node:path";

const FILE = "world.mdb";
const STRUCTURES = Symbol.for("structures");
const TOP = Symbol.for("top");
const ASSET = Symbol.for("asset");
const HEIGHTS = Symbol.for("heights");
const ENTRIES = 1000;

export const lmdb = {
  name: "lmdb (native)",
  packages: ["lmdb"],
  isOptional: true,
  isForNodeAlone: true,
  isMapped: true,
  writesToDisk: true,
  load: () => import("lmdb"),
  prepare: (_, world) => world,
  async write(library, { title, tick, settings, players, roster, asset, heights }, directory) {
    const db = openDatabase(library, directory, { noSync: true, noMemInit: true });
    db.put(TOP, { title, tick, settings });
    db.put(ASSET, library.asBinary(bytesOf(asset)));
    db.put(HEIGHTS, library.asBinary(bytesOf(heights)));
    for (let i = 0; i < roster.length; i += ENTRIES) db.put(i, roster.slice(i, i + ENTRIES));
    for (const [name, player] of players) db.put(name, player);
    await db.committed;
    await db.close();
  },
  open(library, directory) {
    const db = openDatabase(library, directory, { readOnly: true });
    return {
      field: () => db.get(TOP).settings.difficulty,
      player: (name) => db.get(name),
      // Bytes that are good until the next one is asked for, without a buffer of their own.
      heights: () => floatsOf(db.getBinaryFast(HEIGHTS)),
      everything: () => everything(db),
      close: () => db.close(),
      isSync: true,
    };
  },
};

function openDatabase({ open }, directory, options) {
  return open({ path: join(directory, FILE), sharedStructuresKey: STRUCTURES, ...options });
}

function everything(db) {
  const players = new Map();
  for (const { key, value } of db.getRange({ start: "" })) players.set(key, value);
  const roster = [];
  for (const { value } of db.getRange({ start: 0, end: Number.POSITIVE_INFINITY })) roster.push(...value);
  const heights = floatsOf(db.getBinary(HEIGHTS));
  return { ...db.get(TOP), players, roster, asset: db.getBinary(ASSET), heights };
}

const bytesOf = ({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength);

/** `length` is that of the value; `byteLength` of a buffer that is used again is that of all of it. */
const floatsOf = ({ buffer, byteOffset, length }) => new Float32Array(buffer, byteOffset, length / 4);
