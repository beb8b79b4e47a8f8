/** Step 7: whole typed arrays and bytes. In: a container whose shards have been read. Out: one array. */

import type { Chunk } from "../format/chunk.ts";
import type { ChunkContent } from "../schema/layout.ts";
import type { ElementKind } from "../schema/types.ts";
import type { ContainerReader, PartAhead } from "./containers.ts";
import { inChunk } from "./locate.ts";
import type { DecodedPart } from "./scope.ts";
import { shardAhead, typedSlice, typedTable } from "./typed-list.ts";

/** Loads typed arrays and bytes. */
export const typedReader: ContainerReader = {
  load: (scope, content, container: Chunk) => {
    const element = elementOf(content);
    return typedSlice(scope, element, container, 0, typedTable(container, element).total);
  },
  loadPart: shardPart,
};

function shardPart({ whole, scope, ref, part }: PartAhead): DecodedPart | undefined {
  const { container, content, index } = part;
  const chunk = scope.get(ref, container.depth + 1);
  scope.visit(chunk);
  try {
    const kind = elementOf(content);
    return { kind, value: shardAhead(whole, kind, container, index, chunk) };
  } catch (error) {
    throw inChunk(chunk, error);
  }
}

/** Kind of the elements. */
export function elementOf(content: ChunkContent): ElementKind {
  return content.kind === "typed" ? content.element : "u8";
}
