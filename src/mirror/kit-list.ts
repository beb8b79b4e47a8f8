/** Step 9: all that is needed to read lists, as one thing to load. */

import { listReader } from "../read/load-list.ts";
import type { Kit } from "./kits.ts";
import { AsyncVecHandle, SyncVecHandle } from "./vec.ts";

/** See kits.ts. */
export const listKit: Kit = { classes: [AsyncVecHandle, SyncVecHandle], reader: listReader };
