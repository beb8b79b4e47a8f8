/** Step 7: the parts of containers that were decoded before they are put together, in a load that goes in parts. */

import type { Chunk } from "../format/chunk.ts";
import type { Scope } from "./scope.ts";

/** The values of a shard or bucket that were decoded before, in a load that goes in parts. `kind` says as what. */
export function decodedPart(scope: Scope, kind: unknown, container: Chunk, index: number): unknown {
  if (scope.decoded.size === 0 || container.childCount === 0) return undefined;
  const part = scope.decoded.get(container.child(index).offset);
  return part?.kind === kind ? part?.value : undefined;
}
