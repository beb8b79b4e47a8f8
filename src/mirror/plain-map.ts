/** Step 9: the handle to a map whose keys may have no hash, such as floats: in one chunk they are compared by content. */

import { requireFit } from "../schema/check.ts";
import { sameContent } from "../schema/equal.ts";
import type { SchemaNode } from "../schema/node.ts";
import { AsyncMapHandle, SyncMapHandle } from "./map.ts";

/** A map whose methods give promises. */
export class AsyncPlainMapHandle extends AsyncMapHandle {
  protected override matcher(key: unknown): (key: unknown) => boolean {
    return contentMatcher(this.place.content.key, key);
  }
}

/** A map whose methods give values. */
export class SyncPlainMapHandle extends SyncMapHandle {
  protected override matcher(key: unknown): (key: unknown) => boolean {
    return contentMatcher(this.place.content.key, key);
  }
}

function contentMatcher(schema: SchemaNode, wanted: unknown): (key: unknown) => boolean {
  requireFit(schema, wanted);
  return (key) => sameContent(key, wanted);
}
