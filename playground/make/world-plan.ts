/** How much of what a made-up world has. In: its size. Out: counts. Apart, so that a slider can show it before anything is loaded. */

export interface WorldOptions {
  readonly seed: number;
  /** About how long the file becomes without compression, in bytes. */
  readonly byteLength: number;
}

/** What a world of a size consists of. */
export interface WorldPlan {
  readonly players: number;
  readonly side: number;
  readonly musicBytes: number;
}

/** Bytes of a player in the map and in the roster, on average. */
const PLAYER_BYTES = 52;

/** More than that take longer to be made up than to be written, and keep the garbage collector busy. */
const MAX_PLAYERS = 200_000;

/** Up to a third for players, a fifth for music, the rest for the terrain. */
export function planWorld({ byteLength }: Pick<WorldOptions, "byteLength">): WorldPlan {
  const players = Math.min(MAX_PLAYERS, Math.max(10, Math.round((byteLength * 0.3) / PLAYER_BYTES)));
  const musicBytes = Math.round(byteLength * 0.2);
  const terrainBytes = Math.max(0, byteLength - musicBytes - players * PLAYER_BYTES);
  return { players, side: Math.max(16, Math.round(Math.sqrt(terrainBytes / 4))), musicBytes };
}
