/** Step 9: the kit of typed arrays and bytes, for sources that bring elements to where they belong: Blobs, and files on disk. */

import { loadPlaced } from "../read/placed.ts";
import { typedKit } from "./kit-typed.ts";
import type { Kit } from "./kits.ts";

/** See kits.ts. */
export const placedTypedKit: Kit = { ...typedKit, placed: loadPlaced };
