// Formats that are decoded as a whole, each from one file: cbor-x, Avro, Protocol Buffers, and the serializer of V8. The floats go
// as bytes where the format would make numbers of them one by one. cbor-x uses its native add-on for strings where there is one for
// the platform.
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** @param {{ name: string, packages: readonly string[], file: string, load, encode, decode, isForNodeAlone?, prepare? }} format */
function whole({ name, packages, file, load, encode, decode, isForNodeAlone, prepare = (_, world) => world }) {
  return {
    name,
    packages,
    isForNodeAlone,
    load,
    prepare,
    write: (library, input) => ({ [file]: encode(library, input) }),
    open(library, directory) {
      const world = decode(library, readFileSync(join(directory, file)));
      const { players } = world;
      return {
        field: () => world.settings.difficulty,
        player: players instanceof Map ? (key) => players.get(key) : (key) => players[key],
        heights: () => world.heights,
        everything: () => world,
        close() {},
        isSync: true,
      };
    },
  };
}

export const cbor = whole({
  name: "cbor-x, records",
  packages: ["cbor-x"],
  file: "world.cbor",
  async load() {
    const { Encoder } = await import("cbor-x");
    return new Encoder({ useRecords: true, mapsAsObjects: false });
  },
  encode: (encoder, world) => encoder.encode(world),
  decode: (encoder, bytes) => encoder.decode(bytes),
});

export const v8 = whole({
  name: "v8.serialize",
  packages: [],
  isForNodeAlone: true,
  file: "world.v8",
  load: () => import("node:v8"),
  encode: (library, world) => library.serialize(world),
  decode: (library, bytes) => library.deserialize(bytes),
});

const PLAYER_FIELDS = [
  { name: "level", type: "long" },
  { name: "inventory", type: { type: "array", items: "long" } },
];

const AVRO_WORLD = {
  type: "record",
  name: "World",
  fields: [
    { name: "title", type: "string" },
    { name: "tick", type: "long" },
    {
      name: "settings",
      type: {
        type: "record",
        name: "Settings",
        fields: [
          { name: "difficulty", type: "int" },
          { name: "gravity", type: "float" },
          { name: "rules", type: { type: "array", items: "string" } },
        ],
      },
    },
    { name: "players", type: { type: "map", values: { type: "record", name: "Player", fields: PLAYER_FIELDS } } },
    {
      name: "roster",
      type: {
        type: "array",
        items: { type: "record", name: "Entry", fields: [{ name: "name", type: "string" }, ...PLAYER_FIELDS] },
      },
    },
    { name: "asset", type: "bytes" },
    { name: "heights", type: "bytes" },
  ],
};

export const avro = whole({
  name: "Avro (avsc)",
  packages: ["avsc"],
  file: "world.avro",
  async load() {
    const { default: avsc } = await import("avsc");
    return avsc.Type.forSchema(AVRO_WORLD);
  },
  prepare: (_, world) => ({
    ...world,
    players: Object.fromEntries(world.players),
    asset: bufferOf(world.asset),
    heights: bufferOf(world.heights),
  }),
  encode: (type, world) => type.toBuffer(world),
  decode(type, bytes) {
    const world = type.fromBuffer(bytes);
    return { ...world, heights: floatsOf(world.heights) };
  },
});

const PROTOBUF_WORLD = `
  syntax = "proto3";
  message Settings { uint32 difficulty = 1; float gravity = 2; repeated string rules = 3; }
  message Player { uint32 level = 1; repeated fixed32 inventory = 2; }
  message Entry { string name = 1; uint32 level = 2; repeated fixed32 inventory = 3; }
  message World {
    string title = 1; uint32 tick = 2; Settings settings = 3; map<string, Player> players = 4;
    repeated Entry roster = 5; bytes asset = 6; bytes heights = 7;
  }
`;

export const protobuf = whole({
  name: "Protocol Buffers (protobufjs)",
  packages: ["protobufjs"],
  file: "world.pb",
  async load() {
    const { default: library } = await import("protobufjs");
    return library.parse(PROTOBUF_WORLD).root.lookupType("World");
  },
  prepare: (_, world) => ({
    ...world,
    players: Object.fromEntries(world.players),
    asset: bufferOf(world.asset),
    heights: bufferOf(world.heights),
  }),
  encode: (type, world) => type.encode(world).finish(),
  decode(type, bytes) {
    const { title, tick, settings, players, roster, asset, heights } = type.decode(bytes);
    return { title, tick, settings, players, roster, asset, heights: floatsOf(heights) };
  },
});

function bufferOf({ buffer, byteOffset, byteLength }) {
  return Buffer.from(buffer, byteOffset, byteLength);
}

/** Floats that lie in a file at any byte, as an array of their own. */
function floatsOf(bytes) {
  const copy = new Uint8Array(bytes);
  return new Float32Array(copy.buffer);
}
