// FlatBuffers: a file for each collection, so that a field or a lookup does not read the asset; tables are read where they lie. The
// classes are what the compiler makes of
//
//   table Settings { title: string; tick: uint; difficulty: uint; gravity: float; rules: [string]; }
//   table Player { name: string (key); level: uint; inventory: [uint]; }
//   table Players { entries: [Player]; }
//   table Bytes { data: [ubyte]; }     table Floats { data: [float]; }
//
// with numbers as views of the file where there are many, and a binary search over the names' bytes, as its C++ code has.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { sortedPlayers } from "./columns.mjs";

/** Places of fields in a table: 4, 6, 8 … in the order of the schema. */
const slotOf = (index) => 4 + 2 * index;

class Table {
  constructor(bb, position) {
    this.bb = bb;
    this.position = position;
  }

  at(index) {
    const offset = this.bb.__offset(this.position, slotOf(index));
    return offset === 0 ? 0 : this.position + offset;
  }

  uint(index) {
    const at = this.at(index);
    return at === 0 ? 0 : this.bb.readUint32(at);
  }

  float(index) {
    const at = this.at(index);
    return at === 0 ? 0 : this.bb.readFloat32(at);
  }

  string(index) {
    const at = this.at(index);
    return at === 0 ? null : this.bb.__string(at);
  }

  length(index) {
    const at = this.at(index);
    return at === 0 ? 0 : this.bb.__vector_len(at);
  }

  /** A view of a vector of numbers. */
  numbers(index, TypedArray) {
    const at = this.at(index);
    if (at === 0) return new TypedArray(0);
    const { buffer, byteOffset } = this.bb.bytes();
    return new TypedArray(buffer, byteOffset + this.bb.__vector(at), this.bb.__vector_len(at));
  }

  table(index, item) {
    const at = this.bb.__vector(this.at(index)) + item * 4;
    return new Table(this.bb, this.bb.__indirect(at));
  }

  text(index, item) {
    return this.bb.__string(this.bb.__vector(this.at(index)) + item * 4);
  }
}

const [TITLE, TICK, DIFFICULTY, GRAVITY, RULES] = [0, 1, 2, 3, 4];
const [NAME, LEVEL, INVENTORY] = [0, 1, 2];

export const flatbuffers = {
  name: "FlatBuffers",
  packages: ["flatbuffers"],
  load: () => import("flatbuffers"),
  prepare: (_, world) => ({ world, sorted: sortedPlayers(world.players) }),
  write(library, { world, sorted }) {
    const { roster } = world;
    return {
      "meta.fb": writeMeta(library, world),
      "players.fb": writePlayers(library, sorted.name.length, (row) => ({
        name: sorted.name[row],
        level: sorted.level[row],
        inventory: sorted.inventory[row],
      })),
      "roster.fb": writePlayers(library, roster.length, (row) => roster[row]),
      "asset.fb": writeNumbers(library, world.asset),
      "heights.fb": writeNumbers(library, world.heights),
    };
  },
  open(library, directory) {
    const tables = new Map();
    return openTables((name) => {
      if (!tables.has(name)) tables.set(name, rootOf(library, readFileSync(join(directory, `${name}.fb`))));
      return tables.get(name);
    });
  },
};

/** The table that the bytes of a file begin with. */
export function rootOf({ ByteBuffer }, bytes) {
  const bb = new ByteBuffer(bytes);
  return new Table(bb, bb.readInt32(bb.position()) + bb.position());
}

function writeMeta({ Builder }, { title, tick, settings }) {
  const builder = new Builder(1024);
  const rules = settings.rules.map((rule) => builder.createString(rule));
  const rulesAt = offsetVector(builder, rules);
  const titleAt = builder.createString(title);
  builder.startObject(5);
  builder.addFieldOffset(TITLE, titleAt, 0);
  builder.addFieldInt32(TICK, tick, 0);
  builder.addFieldInt32(DIFFICULTY, settings.difficulty, 0);
  builder.addFieldFloat32(GRAVITY, settings.gravity, 0);
  builder.addFieldOffset(RULES, rulesAt, 0);
  builder.finish(builder.endObject());
  return builder.asUint8Array();
}

function writePlayers({ Builder }, count, playerAt) {
  const builder = new Builder(64 + count * 96);
  const offsets = new Array(count);
  for (let row = 0; row < count; row++) {
    const { name, level, inventory } = playerAt(row);
    const nameAt = builder.createString(name);
    builder.startVector(4, inventory.length, 4);
    for (let i = inventory.length - 1; i >= 0; i--) builder.addInt32(inventory[i]);
    const inventoryAt = builder.endVector();
    builder.startObject(3);
    builder.addFieldOffset(NAME, nameAt, 0);
    builder.addFieldInt32(LEVEL, level, 0);
    builder.addFieldOffset(INVENTORY, inventoryAt, 0);
    offsets[row] = builder.endObject();
  }
  const entries = offsetVector(builder, offsets);
  builder.startObject(1);
  builder.addFieldOffset(0, entries, 0);
  builder.finish(builder.endObject());
  return builder.asUint8Array();
}

function offsetVector(builder, offsets) {
  builder.startVector(4, offsets.length, 4);
  for (let i = offsets.length - 1; i >= 0; i--) builder.addOffset(offsets[i]);
  return builder.endVector();
}

/** A vector of numbers, copied at once, as the library does it for bytes. */
function writeNumbers({ Builder }, numbers) {
  const { buffer, byteOffset, byteLength, length, BYTES_PER_ELEMENT: width } = numbers;
  const builder = new Builder(byteLength + 64);
  builder.startVector(width, length, width);
  builder.space -= byteLength;
  builder.bb.setPosition(builder.space);
  builder.bb.bytes().set(new Uint8Array(buffer, byteOffset, byteLength), builder.space);
  const data = builder.endVector();
  builder.startObject(1);
  builder.addFieldOffset(0, data, 0);
  builder.finish(builder.endObject());
  return builder.asUint8Array();
}

/** The row of a name among sorted players, or -1. Compares bytes, and makes no string. */
export function findPlayer(players, key) {
  const { bb } = players;
  const bytes = bb.bytes();
  const entries = bb.__vector(players.at(0));
  let low = 0;
  let high = players.length(0);
  while (low < high) {
    const middle = (low + high) >>> 1;
    const player = bb.__indirect(entries + middle * 4);
    const order = compareString(bb, bytes, player + bb.__offset(player, slotOf(NAME)), key);
    if (order === 0) return middle;
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return -1;
}

function compareString(bb, bytes, field, key) {
  const at = field + bb.readInt32(field);
  const length = bb.readInt32(at);
  const common = Math.min(length, key.length);
  for (let i = 0; i < common; i++) {
    const difference = bytes[at + 4 + i] - key[i];
    if (difference !== 0) return difference;
  }
  return length - key.length;
}

const encoder = new TextEncoder();

function openTables(table) {
  return {
    field: () => table("meta").uint(DIFFICULTY),
    player(name) {
      const players = table("players");
      const row = findPlayer(players, encoder.encode(name));
      return row < 0 ? undefined : playerOf(players.table(0, row));
    },
    heights: () => table("heights").numbers(0, Float32Array),
    everything: () => everything(table),
    close() {},
    isSync: true,
  };
}

/** A player, as a struct of numbers. */
export const playerOf = (player) => ({ level: player.uint(LEVEL), inventory: player.numbers(INVENTORY, Uint32Array) });

function everything(table) {
  const meta = table("meta");
  const rules = Array.from({ length: meta.length(RULES) }, (_, i) => meta.text(RULES, i));
  const stored = table("players");
  const players = new Map();
  for (let i = 0; i < stored.length(0); i++) {
    const player = stored.table(0, i);
    players.set(player.string(NAME), playerOf(player));
  }
  const list = table("roster");
  const roster = Array.from({ length: list.length(0) }, (_, i) => {
    const player = list.table(0, i);
    return { name: player.string(NAME), ...playerOf(player) };
  });
  return {
    title: meta.string(TITLE),
    tick: meta.uint(TICK),
    settings: { difficulty: meta.uint(DIFFICULTY), gravity: meta.float(GRAVITY), rules },
    players,
    roster,
    asset: table("asset").numbers(0, Uint8Array),
    heights: table("heights").numbers(0, Float32Array),
  };
}
