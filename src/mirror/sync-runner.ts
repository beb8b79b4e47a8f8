/** Step 9: how mirrors read whose methods give values. In a module of its own: see read/drive-sync.ts. */

import { driveSync } from "../read/drive-sync.ts";
import { Scope } from "../read/scope.ts";
import type { ChunkStore } from "../read/store.ts";
import { located, type Runner } from "./runner.ts";

export function syncRunner(store: ChunkStore): Runner {
  return {
    store,
    mode: "sync",
    give: (value) => value,
    run(path, options, routine) {
      try {
        return driveSync(routine(new Scope(store, { ...options, sync: true })));
      } catch (error) {
        throw located(path, error);
      }
    },
  };
}
