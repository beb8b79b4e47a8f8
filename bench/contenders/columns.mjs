// What the columnar formats share.

/** The players as columns, in the order of their names (ASCII, so the order of their bytes). */
export function sortedPlayers(players) {
  const name = [...players.keys()].sort();
  const level = new Array(name.length);
  const inventory = new Array(name.length);
  for (let i = 0; i < name.length; i++) {
    const player = players.get(name[i]);
    level[i] = player.level;
    inventory[i] = player.inventory;
  }
  return { name, level, inventory };
}

/** @returns {number | undefined} Index of `wanted` among sorted values. */
export function searchSorted(length, at, wanted) {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (at(middle) < wanted) low = middle + 1;
    else high = middle;
  }
  return low < length && at(low) === wanted ? low : undefined;
}
