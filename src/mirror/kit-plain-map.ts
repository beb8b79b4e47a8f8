/** Step 9: all that is needed to read maps that are no hash maps, as one thing to load. */

import { mapReader } from "../read/load-map.ts";
import type { Kit } from "./kits.ts";
import { AsyncPlainMapHandle, SyncPlainMapHandle } from "./plain-map.ts";

/** See kits.ts. */
export const plainMapKit: Kit = { classes: [AsyncPlainMapHandle, SyncPlainMapHandle], reader: mapReader };
