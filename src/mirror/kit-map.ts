/** Step 9: all that is needed to read hash maps, as one thing to load. */

import { mapReader } from "../read/load-map.ts";
import type { Kit } from "./kits.ts";
import { AsyncMapHandle, SyncMapHandle } from "./map.ts";

/** See kits.ts. */
export const mapKit: Kit = { classes: [AsyncMapHandle, SyncMapHandle], reader: mapReader };
