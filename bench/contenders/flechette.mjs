// Apache Arrow through flechette: an IPC file for each collection, so that a reader opens only what it needs. Players are sorted
// by name in one record batch, which makes a lookup a binary search over the names' bytes. Columns are views of the file's bytes.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { searchSorted, sortedPlayers } from "./columns.mjs";

export const flechette = {
  name: "flechette (Arrow)",
  packages: ["@uwdata/flechette"],
  load: () => import("@uwdata/flechette"),
  prepare: (_, world) => world,
  write(library, world) {
    const { binary, float32, list, tableFromArrays, tableToIPC, uint32, utf8 } = library;
    const player = { name: utf8(), level: uint32(), inventory: list(uint32()) };
    const encode = (columns, types) => tableToIPC(tableFromArrays(columns, { types }), { format: "file" });
    const { difficulty, gravity, rules } = world.settings;
    return {
      "meta.arrow": encode(
        { title: [world.title], tick: [world.tick], difficulty: [difficulty], gravity: [gravity], rules: [rules] },
        { title: utf8(), tick: uint32(), difficulty: uint32(), gravity: float32(), rules: list(utf8()) },
      ),
      "players.arrow": encode(sortedPlayers(world.players), player),
      "roster.arrow": encode(
        {
          name: world.roster.map((entry) => entry.name),
          level: world.roster.map((entry) => entry.level),
          inventory: world.roster.map((entry) => entry.inventory),
        },
        player,
      ),
      "asset.arrow": encode({ asset: [world.asset] }, { asset: binary() }),
      "heights.arrow": encode({ heights: world.heights }, { heights: float32() }),
    };
  },
  open(library, directory) {
    const tables = new Map();
    const column = (table, name) => {
      const file = join(directory, `${table}.arrow`);
      if (!tables.has(table)) tables.set(table, library.tableFromIPC(readFileSync(file)));
      return tables.get(table).getChild(name);
    };
    return openTables(column);
  },
};

function openTables(column) {
  let players;
  return {
    field: () => column("meta", "difficulty").at(0),
    player(name) {
      players ??= ["name", "level", "inventory"].map((part) => column("players", part));
      const [names, levels, inventories] = players;
      const row = searchSorted(names.length, (index) => names.at(index), name);
      return row === undefined ? undefined : { level: levels.at(row), inventory: inventories.at(row) };
    },
    heights: () => column("heights", "heights").toArray(),
    everything: () => everything(column),
    close() {},
    isSync: true,
  };
}

function everything(column) {
  const values = (table, name) => column(table, name).toArray();
  const meta = (name) => column("meta", name).at(0);
  const names = values("players", "name");
  const levels = values("players", "level");
  const inventories = values("players", "inventory");
  const players = new Map();
  for (let i = 0; i < names.length; i++) players.set(names[i], { level: levels[i], inventory: inventories[i] });
  return {
    title: meta("title"),
    tick: meta("tick"),
    settings: { difficulty: meta("difficulty"), gravity: meta("gravity"), rules: meta("rules") },
    players,
    roster: roster(values),
    asset: column("asset", "asset").at(0),
    heights: values("heights", "heights"),
  };
}

function roster(values) {
  const [names, levels, inventories] = ["name", "level", "inventory"].map((name) => values("roster", name));
  return Array.from(names, (name, i) => ({ name, level: levels[i], inventory: inventories[i] }));
}
