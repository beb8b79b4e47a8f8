// msgpackr with records: each kind of object is described once, and read by a function compiled for it. `moreTypes` gives it
// typed arrays. Its native add-on for strings is installed where there is one for the platform, and then used.
import { readFileSync } from "node:fs";
import { join } from "node:path";

const FILE = "world.msgpack";

export const msgpackr = {
  name: "msgpackr, records",
  packages: ["msgpackr"],
  async load() {
    const { Packr } = await import("msgpackr");
    return new Packr({ useRecords: true, moreTypes: true });
  },
  prepare: (_, world) => world,
  write: (packr, world) => ({ [FILE]: packr.pack(world) }),
  open(packr, directory) {
    const world = packr.unpack(readFileSync(join(directory, FILE)));
    return {
      field: () => world.settings.difficulty,
      player: (name) => world.players.get(name),
      heights: () => world.heights,
      everything: () => world,
      close() {},
      isSync: true,
    };
  },
};
