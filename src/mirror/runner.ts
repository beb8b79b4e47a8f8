/**
 * Step 9: how mirrors read. One interface, two makers: for mirrors whose methods return promises, and for those whose
 * methods return values. Errors leave here complete, with the path from the root.
 */

import { atStackEnd } from "../bytes/depth.ts";
import { completePath, isParcodeError, prefixPath } from "../errors.ts";
import { driveAsync, type Routine } from "../read/drive.ts";
import { Scope, type ScopeOptions } from "../read/scope.ts";
import type { ChunkStore } from "../read/store.ts";

/** Runs read routines for one open file. */
export interface Runner {
  readonly store: ChunkStore;
  readonly mode: "async" | "sync";
  /** Runs a routine; in mode "async" the result is a promise. `path` leads to what is read. */
  run<T>(path: string, options: ScopeOptions | undefined, routine: (scope: Scope) => Routine<T>): T | Promise<T>;
  /** What is here already, as `run` would give it. */
  give<T>(value: T): T | Promise<T>;
}

const DAMAGE: ReadonlySet<string> = new Set(["CorruptChunk", "ChecksumMismatch", "LimitExceeded"]);

/** The error with its path. Damage that does not know its own is in what was asked for. */
export function located(path: string, thrown: unknown): unknown {
  const error = atStackEnd(thrown);
  const isDamage = isParcodeError(error) && DAMAGE.has(error.code);
  const known = isDamage && error.path === undefined && path !== "" ? prefixPath("", error) : error;
  return completePath(path, known);
}

export function asyncRunner(store: ChunkStore): Runner {
  return {
    store,
    mode: "async",
    give: (value) => Promise.resolve(value),
    async run(path, options, routine) {
      try {
        options?.signal?.throwIfAborted();
        return await driveAsync(routine(new Scope(store, options)));
      } catch (error) {
        throw located(path, error);
      }
    },
  };
}
