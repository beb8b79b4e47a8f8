/** Step 9: all that is needed to read typed arrays and bytes, as one thing to load. */

import { typedReader } from "../read/load-typed.ts";
import type { Kit } from "./kits.ts";
import { TypedHandle } from "./typed.ts";

/** See kits.ts. */
export const typedKit: Kit = { classes: [TypedHandle, TypedHandle], reader: typedReader };
