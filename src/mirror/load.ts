/** Step 9: the whole value behind a struct's mirror. Functions and not methods, so that no name of a field is taken. */

import type { LoadProgressOptions } from "../schema/handles.ts";
import type { Loadable, SyncLoadable } from "../schema/types.ts";
import { loadMirror } from "./load-mirror.ts";

/**
 * The whole value behind the mirror of a struct, with everything in its chunks, as plain data.
 *
 * I/O: the chunks below the mirror, neighbours in one read.
 * @param mirror What `file.root`, a nested field, `atLazy`, `getLazy` or a lazy iteration of an open file gave.
 * @throws {InvalidOptionError} `mirror` is something else; a handle has its own method `load()`.
 */
export async function load<Value>(mirror: Loadable<Value>, options?: LoadProgressOptions): Promise<Value> {
  return (await loadMirror(mirror, "async", options)) as Value;
}

/** As {@link load}, for the mirrors of a file that was opened with `openSync`. */
export function loadSync<Value>(mirror: SyncLoadable<Value>): Value {
  return loadMirror(mirror, "sync") as Value;
}
