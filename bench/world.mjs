// The data that every contender stores: the same bytes for the same name on every machine.

/**
 * World B is the one of the crate's own benchmark: many players by name, an asset, a field of floats. World A has a tenth of its
 * records beside a smaller asset and the same floats: 10 MB in all.
 */
const SIZES = {
  a: { players: 10_000, roster: 2_000, assetBytes: 5_000_000, heights: 1_000_000 },
  b: { players: 100_000, roster: 20_000, assetBytes: 10_000_000, heights: 1_000_000 },
};

export const WORLD_NAMES = Object.keys(SIZES);

const SEED = 0x70617263;

/**
 * @typedef {{ level: number, inventory: number[] }} Player
 * @typedef {{
 *   title: string, tick: number, settings: { difficulty: number, gravity: number, rules: string[] },
 *   players: Map<string, Player>, roster: ({ name: string } & Player)[], asset: Uint8Array, heights: Float32Array,
 * }} World
 * @returns {World}
 */
export function makeWorld(name) {
  const size = SIZES[name];
  const random = generator(SEED);
  return {
    title: `World ${name.toUpperCase()}`,
    tick: 1_234_567_890,
    settings: { difficulty: 3, gravity: 9.8125, rules: ["no griefing", "keep inventory", "day and night"] },
    players: makePlayers(size.players, random),
    roster: makeRoster(size.roster, random),
    asset: makeAsset(size.assetBytes, random),
    heights: makeHeights(size.heights, random),
  };
}

/** Names of `count` players, each equally likely; the same ones for the same `seed`. */
export function sampleNames(worldName, count, seed = 1) {
  const random = generator(SEED ^ seed);
  const { players } = SIZES[worldName];
  return Array.from({ length: count }, () => playerName(random() % players));
}

/** @returns {() => number} Mulberry32: u32 after u32. */
function generator(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

const SYLLABLES = "ka ri mo vel tar sin dra gul fen lor wyn bas tol nir esh qua zed hol pim urs".split(" ");

/** A bijection of the index, so that no two are equal and neighbours are not alike. */
function playerName(index) {
  const scrambled = Math.imul(index + 1, 0x9e3779b1) >>> 0;
  const first = SYLLABLES[scrambled % SYLLABLES.length];
  const second = SYLLABLES[(scrambled >>> 8) % SYLLABLES.length];
  return `${first[0].toUpperCase()}${first.slice(1)}${second}_${scrambled.toString(36)}`;
}

function makePlayers(count, random) {
  const players = new Map();
  for (let i = 0; i < count; i++) players.set(playerName(i), makePlayer(random));
  return players;
}

function makeRoster(count, random) {
  return Array.from({ length: count }, (_, i) => ({ name: `${playerName(i)}#${i}`, ...makePlayer(random) }));
}

/** Four to twelve items; any u32. */
function makePlayer(random) {
  const level = 1 + (random() % 5000);
  const inventory = Array.from({ length: 4 + (random() % 9) }, random);
  return { level, inventory };
}

/** Of every four pieces one is noise and three were there before: LZ4 makes about two thirds of it. */
function makeAsset(byteLength, random) {
  const asset = new Uint8Array(byteLength);
  for (let at = 0; at < byteLength; ) {
    const length = Math.min(byteLength - at, 16 + (random() & 31));
    if (at > 65536 && (random() & 3) !== 0) {
      const from = at - 64 - (random() & 0x7fff);
      asset.copyWithin(at, from, from + (length >> 1) + 8);
      at += Math.min(length, (length >> 1) + 8);
    } else {
      for (let i = 0; i < length; i++) asset[at + i] = random();
      at += length;
    }
  }
  return asset;
}

/** A landscape in steps of 1/64: exact as f32, and short as a decimal number. */
function makeHeights(count, random) {
  const heights = new Float32Array(count);
  let height = 4096;
  for (let i = 0; i < count; i++) {
    height = Math.max(0, Math.min(65535, height + (random() & 63) - 31));
    heights[i] = height / 64;
  }
  return heights;
}
