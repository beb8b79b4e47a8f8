/** Step 9: handles whose shards or buckets can be walked: how large those are, as far as their places tell. */

import { extentOf, mostAhead } from "../read/extent.ts";
import type { ChunkContent } from "../schema/layout.ts";
import { ValueHandle } from "./handle.ts";
import type { ShardSizes } from "./iterate.ts";

/** A handle to a list, map or typed array. */
export class ContainerHandle<Content extends ChunkContent = ChunkContent> extends ValueHandle<Content> {
  /**
   * What a walk knows of the shards or buckets, once their container was read.
   * @param lazy Whether what lies below them stays where it is.
   */
  shardSizes(lazy: boolean): ShardSizes {
    const { container } = this;
    const { source, planning } = this.place.runner.store;
    return {
      most: mostAhead(source.isRemote === true, planning),
      bytesOf: (shard) => (container === undefined ? undefined : extentOf(container, shard, lazy)),
    };
  }
}
