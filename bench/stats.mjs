/** @returns {number | undefined} */
export function median(values) {
  return quantile(values, 0.5);
}

/** Distance of the quartiles, as a part of the median: half of the samples lie that close together. */
export function spread(values) {
  const middle = median(values);
  return middle === undefined ? undefined : (quantile(values, 0.75) - quantile(values, 0.25)) / middle;
}

/** What was measured once the first half had filled caches and compiled the code. */
export function secondHalf(values) {
  return values.slice(values.length >> 1);
}

function quantile(values, part) {
  if (values.length === 0) return undefined;
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * part;
  const low = sorted[Math.floor(at)];
  return low + (sorted[Math.ceil(at)] - low) * (at % 1);
}
