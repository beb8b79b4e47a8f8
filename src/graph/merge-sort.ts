/**
 * Step 3: items → the same in order. In: items and a comparison. Out: what `Array.sort` gives, in steps: a sort of a million
 * keys would keep the thread for a second.
 */

/** Sorted in one piece by the platform, which is fastest at that. */
const RUN_ITEMS = 2048;

/** Items merged between two steps: as long as a run takes. */
const STEP_ITEMS = 8192;

/** Sorts `items`, stably; yields where others may have the thread. `items` is scratch afterwards. */
export function* mergeSort<T>(items: T[], compare: (a: T, b: T) => number): Generator<undefined, T[], unknown> {
  const { length } = items;
  if (length <= RUN_ITEMS) return items.sort(compare);
  for (let start = 0; start < length; start += RUN_ITEMS) {
    const run = items.slice(start, start + RUN_ITEMS).sort(compare);
    for (let i = 0; i < run.length; i++) items[start + i] = run[i] as T;
    yield undefined;
  }
  let from = items;
  let to = items.slice();
  for (let width = RUN_ITEMS; width < length; width *= 2) {
    for (let start = 0; start < length; start += 2 * width) {
      const middle = Math.min(start + width, length);
      const end = Math.min(middle + width, length);
      for (let at = start, left = start; at < end; at += STEP_ITEMS) {
        left = merge(from, to, { at, stop: Math.min(end, at + STEP_ITEMS), left, middle, end }, compare);
        yield undefined;
      }
    }
    [from, to] = [to, from];
  }
  return from;
}

/** A stretch of `to` that is to be filled, from two sorted runs: one up to `middle`, of which `left` is next, one up to `end`. */
interface Stretch {
  readonly at: number;
  readonly stop: number;
  readonly left: number;
  readonly middle: number;
  readonly end: number;
}

/** Fills a stretch; returns how far the first run was used. */
function merge<T>(from: readonly T[], to: T[], stretch: Stretch, compare: (a: T, b: T) => number): number {
  const { at: start, stop, middle, end } = stretch;
  let { left } = stretch;
  let right = middle + start - left;
  // Runs in order, as those of a map that was loaded from a file, need no comparisons.
  const isOrdered = middle === end || compare(from[middle - 1] as T, from[middle] as T) <= 0;
  for (let at = start; at < stop; at++) {
    const takesLeft = left < middle && (isOrdered || right >= end || compare(from[left] as T, from[right] as T) <= 0);
    to[at] = from[takesLeft ? left++ : right++] as T;
  }
  return left;
}

/** The entries of a map in the order of their keys; yields as {@link mergeSort} does. */
export function* sortedEntries<K, V>(
  map: ReadonlyMap<K, V>,
  compare: (a: K, b: K) => number,
): Generator<undefined, (readonly [K, V])[], unknown> {
  const entries: (readonly [K, V])[] = [];
  for (const entry of map) {
    entries.push(entry);
    if (entries.length % STEP_ITEMS === 0) yield undefined;
  }
  return yield* mergeSort(entries, (a, b) => compare(a[0], b[0]));
}
