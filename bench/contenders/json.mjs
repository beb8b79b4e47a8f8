// JSON of the platform. Bytes as base64, floats as an array of numbers, players as the members of an object.
import { readFileSync } from "node:fs";
import { join } from "node:path";

const FILE = "world.json";

export const json = {
  name: "JSON",
  packages: [],
  load: async () => JSON,
  prepare: (_, world) => ({ ...world, players: Object.fromEntries(world.players) }),
  write(_, { asset, heights, ...rest }) {
    const base64 = Buffer.from(asset.buffer, asset.byteOffset, asset.byteLength).toString("base64");
    return { [FILE]: Buffer.from(JSON.stringify({ ...rest, asset: base64, heights: Array.from(heights) })) };
  },
  open(_, directory) {
    const world = JSON.parse(readFileSync(join(directory, FILE), "utf8"));
    return {
      field: () => world.settings.difficulty,
      player: (name) => world.players[name],
      heights: () => Float32Array.from(world.heights),
      everything: () => ({
        ...world,
        asset: Buffer.from(world.asset, "base64"),
        heights: Float32Array.from(world.heights),
      }),
      close() {},
      isSync: true,
    };
  },
};
