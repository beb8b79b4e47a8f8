/** Step 7: the driver of routines over a source without promises. In a module of its own: files that were opened with promises have no use for it. */

import type { SyncSource } from "../source/source.ts";
import type { Routine, Want } from "./drive.ts";
import type { Scope } from "./scope.ts";

/** Runs a routine over a source without promises. */
export function driveSync<T>(routine: Routine<T>): T {
  let result = routine.next();
  while (result.done !== true) {
    const step = result.value;
    if ("read" in step) step.readSync();
    else fetchSync(step.scope, step.wants);
    result = routine.next();
  }
  return result.value;
}

/** As {@link Scope.fetch}, without promises. */
function fetchSync(scope: Scope, wants: readonly Want[]): void {
  const { store, options } = scope;
  const source = store.source as SyncSource;
  for (const range of scope.plan(wants, 0, 0)) {
    const bytes = source.readSync(range, options.room?.take(range.end - range.start));
    store.countRead(bytes.length);
    scope.accept(range, bytes);
  }
}
