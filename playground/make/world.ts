/** A made-up game world, of any size: the same for the same seed and size. In: both. Out: a value for the schema `World`. */

import {
  bool,
  bytes,
  chunk,
  f32,
  hashMap,
  type Infer,
  option,
  str,
  struct,
  typed,
  u8,
  u16,
  u32,
  unit,
  variant,
  vec,
} from "parcode-web";
import { noiseRow } from "./terrain.ts";
import { Turns } from "./turns.ts";
import { planWorld, type WorldOptions } from "./world-plan.ts";

const Role = variant({ Mage: unit, Ranger: unit, Smith: unit, Healer: unit, Scout: unit });

const Player = struct({
  level: u16,
  gold: u32,
  role: Role,
  x: f32,
  y: f32,
  online: bool,
  guild: option(u8),
  inventory: vec(struct({ item: u16, count: u8 })),
});

/** What a world consists of. */
export const World = struct({
  name: str,
  seed: u32,
  /** The terrain is a square of so many heights a side, row by row. */
  side: u32,
  guilds: vec(str),
  roster: chunk(vec(struct({ name: str, level: u16 }))),
  players: hashMap(str, Player),
  terrain: chunk(typed(f32)),
  music: chunk(bytes),
});
export type World = Infer<typeof World>;

/** Makes the world in slices of some milliseconds. `onDone` is told how much is there, from 0 to 1. */
export async function makeWorld(
  options: WorldOptions,
  { signal, onDone }: { readonly signal?: AbortSignal | undefined; readonly onDone?: (done: number) => void } = {},
): Promise<World> {
  const plan = planWorld(options);
  const turns = new Turns(signal);
  const random = randomOf(options.seed);
  const step = async (done: number): Promise<void> => {
    onDone?.(done);
    await turns.give();
  };
  const players = new Map<string, Infer<typeof Player>>();
  const roster: { name: string; level: number }[] = [];
  while (players.size < plan.players) {
    const name = playerName(random, players.size);
    const player = makePlayer(random, plan.side);
    players.set(name, player);
    roster.push({ name, level: player.level });
    if (turns.isOver) await step((0.5 * players.size) / plan.players);
  }
  const terrain = new Float32Array(plan.side * plan.side);
  for (let row = 0; row < plan.side; row++) {
    noiseRow(terrain.subarray(row * plan.side, (row + 1) * plan.side), row, options.seed);
    if (turns.isOver) await step(0.5 + (0.4 * row) / plan.side);
  }
  const music = new Uint8Array(plan.musicBytes);
  for (let start = 0; start < music.length; start += MUSIC_BLOCK) {
    fillMusic(music.subarray(start, start + MUSIC_BLOCK), start, random);
    if (turns.isOver) await step(0.9 + (0.1 * start) / music.length);
  }
  onDone?.(1);
  return {
    name: `World ${options.seed}`,
    seed: options.seed,
    side: plan.side,
    guilds: GUILDS,
    roster,
    players,
    terrain,
    music,
  };
}

const GUILDS = ["Ash Wardens", "Copper Foxes", "Lanterns of Ivel", "Deepwood Pact", "Salt Choir", "Seventh Gate"];
const ROLES = [{ type: "Mage" }, { type: "Ranger" }, { type: "Smith" }, { type: "Healer" }, { type: "Scout" }] as const;
const BEGINNINGS = ["Ka", "El", "Mor", "Thi", "Bran", "Sy", "Or", "Vel", "Du", "Ash", "Ny", "Fen"];
const ENDINGS = ["rin", "dor", "lia", "mund", "wyn", "gar", "sa", "thor", "nek", "vara"];
const MUSIC_BLOCK = 16_384;

/** The index makes it unique. */
function playerName(random: () => number, index: number): string {
  return `${pick(BEGINNINGS, random)}${pick(ENDINGS, random)}${index}`;
}

function makePlayer(random: () => number, side: number): Infer<typeof Player> {
  const level = 1 + Math.floor(random() ** 2 * 80);
  const inventory = Array.from({ length: Math.floor(random() * 6) }, () => ({
    item: Math.floor(random() * 800),
    count: 1 + Math.floor(random() * 20),
  }));
  return {
    level,
    gold: Math.floor(random() * level * 100),
    role: pick(ROLES, random),
    x: Math.fround(random() * side),
    y: Math.fround(random() * side),
    online: random() < 0.1,
    guild: random() < 0.7 ? Math.floor(random() * GUILDS.length) : null,
    inventory,
  };
}

/** One turn of a wave, in eight bits. */
const WAVE = Uint8Array.from({ length: 256 }, (_, i) => 128 + Math.round(Math.sin((2 * Math.PI * i) / 256) * 100));
const SAMPLES_PER_SECOND = 8000;

/** Tones of half a second with some noise: they compress, but not to nothing. */
function fillMusic(block: Uint8Array, start: number, random: () => number): void {
  for (let i = 0; i < block.length; i++) {
    const sample = start + i;
    const hertz = 220 + 110 * (Math.floor((2 * sample) / SAMPLES_PER_SECOND) % 5);
    const tone = WAVE[Math.floor((sample * hertz * WAVE.length) / SAMPLES_PER_SECOND) % WAVE.length] as number;
    block[i] = tone + (random() < 0.05 ? Math.floor(random() * 20) : 0);
  }
}

function pick<T>(list: readonly T[], random: () => number): T {
  return list[Math.floor(random() * list.length)] as T;
}

/** Numbers from 0 to 1, the same for the same seed: 32 bits of a counter, mixed by multiplication and shifts. */
function randomOf(seed: number): () => number {
  let counter = seed >>> 0;
  return () => {
    counter = (counter + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(counter ^ (counter >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}
