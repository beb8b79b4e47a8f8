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

/** Half for the terrain, a fifth for music, the rest for players. */
export function planWorld({ byteLength }: Pick<WorldOptions, "byteLength">): WorldPlan {
  return {
    players: Math.max(10, Math.round((byteLength * 0.3) / PLAYER_BYTES)),
    side: Math.max(16, Math.round(Math.sqrt((byteLength * 0.5) / 4))),
    musicBytes: Math.round(byteLength * 0.2),
  };
}
