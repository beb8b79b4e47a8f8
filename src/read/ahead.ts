/**
 * Step 7: windows of a load that are on their way while the ones before them are decoded. In: windows. Out: each with a scope that
 * has it, in their order. Only where a read takes its time: others go into the room of the one before.
 */

import { type LinkedAbort, linkAbort } from "../source/abort.ts";
import { driveAsync, type Routine } from "./drive.ts";
import { reach, type Task } from "./reach.ts";
import type { Scope } from "./scope.ts";

/** On their way at a time: with one, each would wait for a round trip. */
const ON_THEIR_WAY = 2;

/** Steps of promises until a read that was planned is with its source: whoever decodes lets nothing else happen. */
const STEPS_TO_SOURCE = 16;

/** A window, and where it is read to. */
interface ComingWindow {
  readonly window: readonly Task[];
  readonly scope: Scope;
  readonly isHere: Promise<unknown>;
}

/** The windows of one load, of which two are on their way. */
export class WindowsAhead {
  private readonly scope: Scope;
  private readonly left: (readonly Task[])[];
  private readonly isParallel: boolean;
  private readonly link: LinkedAbort;
  private readonly coming: ComingWindow[] = [];

  constructor(scope: Scope, all: readonly (readonly Task[])[], isParallel: boolean) {
    this.scope = scope;
    this.left = [...all];
    this.isParallel = isParallel;
    this.link = linkAbort(scope.signal);
  }

  /** The next window, when it is here and those behind it are asked for; undefined behind the last. @throws what reading it has met */
  *next(): Routine<ComingWindow | undefined> {
    this.begin();
    const first = this.coming.shift();
    if (first === undefined) return undefined;
    const read = async (): Promise<void> => {
      await first.isHere;
      this.begin();
      for (let step = 0; step < STEPS_TO_SOURCE; step++) await undefined;
    };
    yield { read, readSync: () => undefined };
    return first;
  }

  /** Nobody wants what is still on its way. */
  end(): void {
    this.link.abort(undefined);
    this.link.release();
  }

  private begin(): void {
    while (this.coming.length < ON_THEIR_WAY) {
      const window = this.left.shift();
      if (window === undefined) return;
      const scope = this.scope.part(this.isParallel, undefined, this.link.signal);
      const isHere = driveAsync(reach(scope, window, "all"));
      // Whoever waits for it hears of its failure; where the load has failed before, nobody does.
      isHere.catch(() => undefined);
      this.coming.push({ window, scope, isHere });
    }
  }
}
