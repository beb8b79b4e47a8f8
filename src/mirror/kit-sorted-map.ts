/** Step 9: all that is needed to read sorted maps, as one thing to load. */

import { sortedMapReader } from "../read/load-list.ts";
import type { Kit } from "./kits.ts";
import { AsyncSortedMapHandle, SyncSortedMapHandle } from "./sorted-map.ts";

/** See kits.ts. */
export const sortedMapKit: Kit = { classes: [AsyncSortedMapHandle, SyncSortedMapHandle], reader: sortedMapReader };
