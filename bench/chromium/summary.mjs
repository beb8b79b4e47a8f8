// A few numbers that say whether a world is the one that was written: for pages, which cannot give 22 MB back.

const mix = (sum, value) => (Math.imul(sum, 31) + value) >>> 0;
const bitsOf = new DataView(new ArrayBuffer(8));

function ofNumber(sum, value) {
  bitsOf.setFloat64(0, value);
  return mix(mix(sum, bitsOf.getUint32(0)), bitsOf.getUint32(4));
}

function ofText(sum, text) {
  let total = sum;
  for (let i = 0; i < text.length; i++) total = mix(total, text.charCodeAt(i));
  return total;
}

function ofNumbers(sum, numbers) {
  let total = mix(sum, numbers.length);
  for (let i = 0; i < numbers.length; i++) total = ofNumber(total, numbers[i]);
  return total;
}

export function playerSummary({ level, inventory }) {
  return ofNumbers(ofNumber(0, level), inventory);
}

export const numbersSummary = (numbers) => ofNumbers(0, numbers);

/** Players may come in any order, and as the members of an object. */
export function worldSummary({ title, tick, settings, players, roster, asset, heights }) {
  const entries = players instanceof Map ? players : Object.entries(players);
  let named = 0;
  let count = 0;
  for (const [name, player] of entries) {
    named = (named + ofText(playerSummary(player), name)) >>> 0;
    count++;
  }
  let listed = 0;
  for (const entry of roster) listed = ofText(mix(listed, playerSummary(entry)), entry.name);
  const rules = [...settings.rules].join("|");
  const top = [title, tick, settings.difficulty, settings.gravity, rules].join("/");
  return [top, count, named, roster.length, listed, numbersSummary(asset), numbersSummary(heights)].join(" ");
}
