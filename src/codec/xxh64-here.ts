/** Step 4 of the way: the twin of XXH64 for those who cannot wait for it: without promises. */

import { installTwin } from "./xxh64.ts";
import { xxh64Twin } from "./xxh64-twin.ts";

/** From now on, what the kernel does not hash is hashed by its twin. */
export function hashHere(): void {
  installTwin(xxh64Twin);
}
