/** Step 9: the handle for each kind of chunk. */

import { type HandlePlace, ValueHandle } from "./handle.ts";
import { specialHandle } from "./kits.ts";

/** The handle to a chunk that is no struct; a struct's mirror is made where its chunk is read. */
export function makeHandle(place: HandlePlace): unknown {
  return specialHandle(place) ?? new ValueHandle(place);
}
