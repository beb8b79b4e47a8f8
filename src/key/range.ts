/** Ranges of keys, as bytes. In: lower and upper bytes. Out: what a store of bytes asks for. */

import { StorageUnavailableError } from "../errors.ts";
import { compareBytes } from "./bytes-order.ts";

/** Keys as bytes, `lower <= key < upper`. There is no key in it if `lower` is not below `upper`. */
export interface KeyRange {
  /** Inclusive. Empty where there is no bound: every key is behind no bytes. */
  readonly lower: Uint8Array<ArrayBuffer>;
  /** Exclusive; undefined where there is no bound. */
  readonly upper: Uint8Array<ArrayBuffer> | undefined;
}

/**
 * The range for IndexedDB's `getAll`, `count`, `openCursor` … of a store or an index whose keys are binary. Keys of other types, which
 * may lie in the same store, are not in it. A range without keys gives one that nothing is in.
 * @throws {StorageUnavailableError} There is no IndexedDB here.
 */
export function toIDBKeyRange({ lower, upper }: KeyRange): IDBKeyRange {
  if (typeof IDBKeyRange === "undefined") {
    throw new StorageUnavailableError(
      "There is no IDBKeyRange here: not a browser, or an old one. Use lower and upper.",
    );
  }
  // Nothing lies between these two keys; IndexedDB refuses bounds that are the wrong way round.
  if (upper !== undefined && compareBytes(lower, upper) >= 0) {
    return IDBKeyRange.bound([], [Number.NEGATIVE_INFINITY], true, true);
  }
  // Arrays come right behind all binary keys.
  return IDBKeyRange.bound(lower, upper ?? [], false, true);
}
