/**
 * Step 7: one set of read routines, two ways to run them. A routine is a generator that yields the chunks it wants next
 * and goes on when they are there; the drivers differ only in how they fetch.
 */

import type { ChildRef } from "../format/bounds.ts";
import type { Scope } from "./scope.ts";

/** A chunk that a routine wants. */
export interface Want {
  readonly ref: ChildRef;
  /** Levels below the root. */
  readonly depth: number;
  /** Whether its own children are wanted next: they lie in front of it, so a dear read takes some of them along. */
  readonly container?: boolean;
}

/** What has to be read before a routine can go on, and for whom. */
export interface Fetch {
  readonly scope: Scope;
  readonly wants: readonly Want[];
  /** Bytes in front of a chunk that are worth reading along, if that brings all its descendants; 0 if they are not wanted. */
  readonly deep?: number;
}

/** What a routine reads by itself, without chunks, before it goes on. */
export interface OwnRead {
  read(): Promise<void>;
  readSync(): void;
}

/** Yields what it wants; when it goes on, all of that is in the scope it named. */
export type Routine<T> = Generator<Fetch | OwnRead, T, void>;

/** Runs a routine over a source with promises. */
export async function driveAsync<T>(routine: Routine<T>): Promise<T> {
  let result = routine.next();
  while (result.done !== true) {
    const step = result.value;
    try {
      if ("read" in step) await step.read();
      else await step.scope.fetch(step.wants, step.deep);
    } catch (error) {
      // It does not go on, and has its chance to end what it has begun.
      routine.return(undefined as T);
      throw error;
    }
    result = routine.next();
  }
  return result.value;
}
