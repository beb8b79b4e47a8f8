/** How large a value is in the file. */

import type { HandlePlace, ValueHandle } from "../../src/mirror/handle.ts";
import { bytesBelow } from "../chunks/outline.ts";
import type { Session } from "../file/session.ts";

/** Bytes of a handle's chunk and of all below it, as far as that is known without reading. */
export function storedBytes({ outline }: Session, handle: ValueHandle): number {
  const { ref } = Reflect.get(handle, "place") as HandlePlace;
  const known = outline.at(ref.offset);
  if (known !== undefined) return bytesBelow(known);
  return ref.start === undefined ? ref.length : ref.offset + ref.length - ref.start;
}
