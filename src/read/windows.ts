/** Step 7: neighbouring chunks that are read together: enough for long reads, and a bound for what is held at once. */

import type { ChildRef } from "../format/bounds.ts";

/** Stored bytes of a window: large enough for long reads, small beside the values they give. */
const WINDOW_BYTES = 8 * 1024 * 1024;

/** `items` in their order, as many at a time as fit into a window; one that is larger comes alone. */
export function* windows<T extends { readonly ref: ChildRef }>(items: readonly T[]): Generator<T[]> {
  let window: T[] = [];
  let bytes = 0;
  for (const item of items) {
    if (bytes > 0 && bytes + item.ref.length > WINDOW_BYTES) {
      yield window;
      window = [];
      bytes = 0;
    }
    window.push(item);
    bytes += item.ref.length;
  }
  if (window.length > 0) yield window;
}
