/** Step 9: all that is needed to read maps that are no hash maps, as one thing to load. */

import { mapKit } from "./kit-map.ts";
import type { Kit } from "./kits.ts";
import { AsyncPlainMapHandle, SyncPlainMapHandle } from "./plain-map.ts";

/** See kits.ts. The kit of hash maps is in it, so that bundlers have no third file for what both share. */
export const plainMapKit: Kit = { ...mapKit, classes: [AsyncPlainMapHandle, SyncPlainMapHandle] };
