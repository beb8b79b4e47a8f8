// Parquet through hyparquet, tuned for what is measured: a file for each collection, so that a footer is small; players sorted by
// name, in small row groups and pages with page indexes, so that a filter on the name reads one page of each column; the floats and
// the asset in one page each, which makes them views of what was read; no compression, no dictionaries. Ranges come from a file
// descriptor, synchronously, which an AsyncBuffer may do and which is faster than the streams of `asyncBufferFromFile`.
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { sortedPlayers } from "./columns.mjs";

const ROW_GROUP_ROWS = 10_000;
const PAGE_BYTES = 4096;
/** Of a file's end, at first; a longer footer costs a second read. */
const FOOTER_BYTES = 4096;
const WHOLE = 2 ** 30;

const STRING = { type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "REQUIRED" };
const U32 = { type: "INT32", converted_type: "UINT_32", repetition_type: "REQUIRED" };
const list = (name, element) => [
  { name, repetition_type: "REQUIRED", converted_type: "LIST", num_children: 1 },
  { name: "list", repetition_type: "REPEATED", num_children: 1 },
  { name: "element", ...element },
];
const PLAYER = [{ name: "name", ...STRING }, { name: "level", ...U32 }, ...list("inventory", U32)];

export const hyparquet = {
  name: "hyparquet, tuned",
  packages: ["hyparquet", "hyparquet-writer"],
  async load() {
    // Only a writer needs the other package, so it is left out of the imports of a reader.
    return { ...(await import("hyparquet")), writer: () => import("hyparquet-writer") };
  },
  prepare: async (library, world) => ({ world, writer: await library.writer() }),
  write(_, { world, writer }) {
    const encode = (columns, schema, options = {}) => encodeFile(writer, columns, schema, options);
    const { difficulty, gravity, rules } = world.settings;
    const { roster } = world;
    return {
      "meta.parquet": encode(
        { title: [world.title], tick: [world.tick], difficulty: [difficulty], gravity: [gravity], rules: [rules] },
        [
          { name: "title", ...STRING },
          { name: "tick", ...U32 },
          { name: "difficulty", ...U32 },
          { name: "gravity", type: "FLOAT", repetition_type: "REQUIRED" },
          ...list("rules", STRING),
        ],
      ),
      "players.parquet": encode(sortedPlayers(world.players), PLAYER, {
        rowGroupSize: ROW_GROUP_ROWS,
        pageSize: PAGE_BYTES,
      }),
      "roster.parquet": encode(
        {
          name: roster.map((entry) => entry.name),
          level: roster.map((entry) => entry.level),
          inventory: roster.map((entry) => entry.inventory),
        },
        PLAYER,
      ),
      "asset.parquet": encode({ asset: [world.asset] }, [
        { name: "asset", type: "BYTE_ARRAY", repetition_type: "REQUIRED" },
      ]),
      "heights.parquet": encode({ heights: world.heights }, [
        { name: "heights", type: "FLOAT", repetition_type: "REQUIRED" },
      ]),
    };
  },
  open: (library, directory) => openTables(library, (name) => fileOf(join(directory, name))),
};

/** A file on disk: its ranges, read synchronously. */
function fileOf(path) {
  const descriptor = openSync(path);
  const byteLength = fstatSync(descriptor).size;
  const slice = (start, end = byteLength) => {
    const bytes = Buffer.allocUnsafeSlow(end - start); // Not filled with zeros, and alone in its ArrayBuffer.
    readSync(descriptor, bytes, 0, bytes.length, start);
    return bytes.buffer;
  };
  return { file: { byteLength, slice }, close: () => closeSync(descriptor) };
}

function encodeFile({ parquetWriteBuffer }, columns, schema, { rowGroupSize = WHOLE, pageSize = WHOLE } = {}) {
  const columnData = Object.entries(columns).map(([name, data]) => {
    // Bounds per page on the key only: nothing else is searched for.
    const isKey = name === "name" && pageSize < WHOLE;
    return { name, data, encoding: "PLAIN", statistics: isKey, columnIndex: isKey };
  });
  const root = { name: "root", num_children: columnData.length };
  const options = { columnData, schema: [root, ...schema], codec: "UNCOMPRESSED", rowGroupSize, pageSize };
  return new Uint8Array(parquetWriteBuffer(options));
}

/** @param fileOf Opens a file by name: ranges of its bytes, and a way to close it. */
export function openTables(library, fileOf) {
  const files = new Map();
  const table = (name) => {
    if (!files.has(name)) files.set(name, openTable(library, fileOf(`${name}.parquet`)));
    return files.get(name);
  };
  return {
    field: async () => (await table("meta").columns(["difficulty"])).difficulty[0],
    player: (name) => table("players").find(name),
    heights: async () => (await table("heights").columns()).heights,
    everything: () => everything(table),
    close() {
      for (const { close } of files.values()) close();
    },
    isSync: false,
  };
}

/** One open file: its footer is read once. */
function openTable({ parquetMetadataAsync, parquetRead, parquetReadObjects }, { file, close }) {
  const footer = parquetMetadataAsync(file, { initialFetchSize: FOOTER_BYTES });
  return {
    /** Whole columns. Rows are not made of them, as hyparquet advises where speed counts. */
    async columns(names) {
      const pieces = {};
      await parquetRead({
        file,
        metadata: await footer,
        columns: names,
        utf8: false,
        onChunk({ columnName, columnData, rowStart }) {
          pieces[columnName] ??= [];
          pieces[columnName].push({ columnData, rowStart });
        },
      });
      return Object.fromEntries(Object.entries(pieces).map(([name, parts]) => [name, joined(parts)]));
    },
    async find(name) {
      const filter = { name: { $eq: name } };
      const [row] = await parquetReadObjects({ file, metadata: await footer, filter, usePageIndex: true });
      return row;
    },
    close,
  };
}

function joined(parts) {
  if (parts.length === 1) return parts[0].columnData;
  parts.sort((a, b) => a.rowStart - b.rowStart);
  return parts.flatMap(({ columnData }) => Array.from(columnData));
}

async function everything(table) {
  const [meta, players, roster, asset, heights] = await Promise.all(
    ["meta", "players", "roster", "asset", "heights"].map((name) => table(name).columns()),
  );
  const byName = new Map();
  for (let i = 0; i < players.name.length; i++) {
    byName.set(players.name[i], { level: players.level[i], inventory: players.inventory[i] });
  }
  return {
    title: meta.title[0],
    tick: meta.tick[0],
    settings: { difficulty: meta.difficulty[0], gravity: meta.gravity[0], rules: meta.rules[0] },
    players: byName,
    roster: Array.from(roster.name, (name, i) => ({ name, level: roster.level[i], inventory: roster.inventory[i] })),
    asset: asset.asset[0],
    heights: heights.heights,
  };
}
