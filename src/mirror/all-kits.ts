/** Step 9: all classes of handles at once, for files without promises, which cannot load them later. */

import { install } from "./kits.ts";
import { AsyncMapHandle, SyncMapHandle } from "./map.ts";
import { AsyncSortedMapHandle, SyncSortedMapHandle } from "./sorted-map.ts";
import { TypedHandle } from "./typed.ts";
import { AsyncVecHandle, SyncVecHandle } from "./vec.ts";

/** See kits.ts. */
export function installAll(): void {
  install("vec", [AsyncVecHandle, SyncVecHandle]);
  install("typed", [TypedHandle, TypedHandle]);
  install("map", [AsyncMapHandle, SyncMapHandle]);
  install("sortedMap", [AsyncSortedMapHandle, SyncSortedMapHandle]);
}
