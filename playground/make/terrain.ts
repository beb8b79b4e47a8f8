/** Heights of a landscape. In: where. Out: metres above the sea, smooth at every scale, the same for the same seed. */

/** Coarse hills to fine bumps: how many heights apart their corners lie, and how high they are. */
const OCTAVES = [
  { spacing: 256, metres: 600 },
  { spacing: 64, metres: 140 },
  { spacing: 16, metres: 30 },
] as const;

/** Heights lie on a grid of a 64th of a metre, which compresses better than all the digits that a float has. */
const GRID = 64;

/** Fills in the heights of one row of the square. */
export function noiseRow(heights: Float32Array, row: number, seed: number): void {
  heights.fill(0);
  for (const { spacing, metres } of OCTAVES) addOctave(heights, row, seed, spacing, metres);
  for (let i = 0; i < heights.length; i++) heights[i] = Math.round((heights[i] as number) * GRID) / GRID;
}

function addOctave(heights: Float32Array, row: number, seed: number, spacing: number, metres: number): void {
  const top = Math.floor(row / spacing);
  const down = smooth(row / spacing - top);
  let left = corner(0, top, spacing, seed, down);
  for (let start = 0; start < heights.length; start += spacing) {
    const right = corner(start / spacing + 1, top, spacing, seed, down);
    const end = Math.min(start + spacing, heights.length);
    for (let i = start; i < end; i++) {
      heights[i] = (heights[i] as number) + metres * (left + (right - left) * smooth((i - start) / spacing));
    }
    left = right;
  }
}

/** The height on a vertical line of the grid, between the corners above and below. */
function corner(column: number, top: number, spacing: number, seed: number, down: number): number {
  const above = valueAt(column, top, spacing ^ seed);
  return above + (valueAt(column, top + 1, spacing ^ seed) - above) * down;
}

/** A number from −1 to 1 that belongs to a corner. */
function valueAt(x: number, y: number, seed: number): number {
  let mixed = Math.imul(x ^ Math.imul(y, 0x27d4eb2f) ^ Math.imul(seed, 0x165667b1), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 31 - 1;
}

/** From 0 to 1 without a kink at either end. */
function smooth(share: number): number {
  return share * share * (3 - 2 * share);
}
