/** Step 9: all kits at once, for files without promises, which cannot load them later. */

import { listKit } from "./kit-list.ts";
import { mapKit } from "./kit-map.ts";
import { plainMapKit } from "./kit-plain-map.ts";
import { sortedMapKit } from "./kit-sorted-map.ts";
import { typedKit } from "./kit-typed.ts";
import { areAllInstalled, install } from "./kits.ts";

/** See kits.ts. */
export function installAll(): void {
  if (areAllInstalled()) return;
  install("list", listKit);
  install("typed", typedKit);
  install("map", mapKit);
  install("plainMap", plainMapKit);
  install("sortedMap", sortedMapKit);
}
