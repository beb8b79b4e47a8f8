/**
 * Step 3: the entries of a sorted map, in the order of their keys. In: a Map or an array, which are sorted; or an Iterable or
 * AsyncIterable, which must be in order already, since it is not held in memory. Out: each entry once.
 */

import { describeValue, mismatch } from "../bytes/writer.ts";
import { SchemaMismatchError } from "../errors.ts";
import { requireFit } from "../schema/check.ts";
import { comparerOf } from "../schema/compare.ts";
import type { SortedMapNode } from "../schema/node.ts";
import { keyText } from "../schema/value-text.ts";
import { asyncIterator, equalKeys } from "./input.ts";
import { mergeSort, sortedEntries } from "./merge-sort.ts";
import type { Pace } from "./pace.ts";
import type { Routine } from "./routine.ts";

export type Entry = readonly [key: unknown, value: unknown];

/** How entries are ordered, and what happens to those with equal keys. */
export interface EntryOrder {
  readonly compare: (a: unknown, b: unknown) => number;
  /** "error": they are refused. "last": the one that comes last counts. */
  readonly duplicates: "error" | "last";
  /** Refuses what is no key. */
  readonly requireKey: (key: unknown) => void;
}

/** The order of a sorted map's entries. */
export function entryOrderOf(map: SortedMapNode): EntryOrder {
  return {
    compare: comparerOf(map.key),
    duplicates: map.duplicates ?? "error",
    requireKey: (key) => requireFit(map.key, key),
  };
}

/** Hands the entries of `value` to `take`, in order. */
export function* eachEntry(
  value: unknown,
  order: EntryOrder,
  pace: Pace,
  take: (entry: Entry) => Routine<undefined>,
): Routine<undefined> {
  const queue = new EntryQueue(order);
  if (value instanceof Map || Array.isArray(value)) {
    const sorted = value instanceof Map ? sortedEntries(value, order.compare) : sortedArray(value, order);
    for (const entry of yield* pace.each(sorted)) {
      const ready = queue.push(entry as Entry);
      if (ready !== undefined) yield* take(ready);
    }
  } else yield* inOrder(value, order, queue, take);
  const last = queue.last();
  if (last !== undefined) yield* take(last);
}

function* sortedArray(entries: readonly unknown[], order: EntryOrder): Generator<undefined, Entry[], unknown> {
  const checked = entries.map((entry) => checkedEntry(entry, order));
  return yield* mergeSort(checked, (a, b) => order.compare(a[0], b[0]));
}

function* inOrder(
  value: unknown,
  order: EntryOrder,
  queue: EntryQueue,
  take: (entry: Entry) => Routine<undefined>,
): Routine<undefined> {
  const asynchronous = asyncIterator(value);
  if (asynchronous === undefined) {
    if (typeof value !== "object" || value === null || !(Symbol.iterator in value)) {
      throw mismatch("a Map, or entries from an array, Iterable or AsyncIterable", value);
    }
    for (const entry of value as Iterable<unknown>) {
      const ready = queue.push(checkedEntry(entry, order));
      if (ready !== undefined) yield* take(ready);
    }
    return;
  }
  try {
    for (;;) {
      const result = (yield Promise.resolve(asynchronous.next())) as IteratorResult<unknown>;
      if (result.done === true) return;
      const ready = queue.push(checkedEntry(result.value, order));
      if (ready !== undefined) yield* take(ready);
    }
  } catch (error) {
    yield Promise.resolve(asynchronous.return?.()).catch(() => undefined);
    throw error;
  }
}

/** An entry whose key can be compared. Those of a Map need no check: the encoder refuses what does not fit. */
function checkedEntry(entry: unknown, { requireKey }: EntryOrder): Entry {
  if (!Array.isArray(entry) || entry.length !== 2) {
    const actual = describeValue(entry);
    throw new SchemaMismatchError(`Expected an entry, [key, value], found ${actual}.`, {
      path: "",
      expected: "an entry, [key, value]",
      actual,
    });
  }
  requireKey(entry[0]);
  return entry as unknown as Entry;
}

/** One entry is held back, since the next may have the same key. */
class EntryQueue {
  private readonly order: EntryOrder;
  private held: Entry | undefined = undefined;

  constructor(order: EntryOrder) {
    this.order = order;
  }

  /** Takes the next entry; gives the one before it, if that counts. */
  push(entry: Entry): Entry | undefined {
    const { held } = this;
    this.held = entry;
    if (held === undefined) return undefined;
    const difference = this.order.compare(held[0], entry[0]);
    if (difference < 0) return held;
    if (difference > 0) throw outOfOrder(held[0], entry[0]);
    if (this.order.duplicates === "error") throw equalKeys(entry[0]);
    return undefined;
  }

  last(): Entry | undefined {
    const { held } = this;
    this.held = undefined;
    return held;
  }
}

function outOfOrder(first: unknown, second: unknown): SchemaMismatchError {
  return new SchemaMismatchError(
    `The key ${keyText(second)} comes behind ${keyText(first)}, which is greater: entries that are not in memory must come in the order of their keys. Sort them, or give a Map or an array.`,
    { path: keyText(second), expected: `a key behind ${keyText(first)}`, actual: keyText(second) },
  );
}
