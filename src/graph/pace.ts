/**
 * Step 3: how often a plan takes a step. In: the work that is done. Out: whether a driver should have its turn, who may
 * give the thread to others then.
 */

import type { ChunkAssembler } from "./assemble.ts";
import type { Routine } from "./routine.ts";

/**
 * Work between two steps, so that a driver hears often enough how late it is: about half a millisecond. A chunk counts as
 * some bytes besides its own.
 */
const STEP_BYTES = 128 * 1024;
const CHUNK_BYTES = 128;
const STEP_ITEMS = 4096;

export class Pace {
  private readonly assembler: ChunkAssembler;
  /** Where the work stood at the last step, and the items since then. */
  private mark = 0;
  private items = 0;

  constructor(assembler: ChunkAssembler) {
    this.assembler = assembler;
    // Compiled code takes what was never written to for a constant, and would be thrown away with the first step.
    this.mark = -1;
    this.mark = 0;
  }

  /** Counts an item, and says whether a step is due. */
  item(): boolean {
    this.items++;
    return this.isDue();
  }

  isDue(): boolean {
    return this.items >= STEP_ITEMS || this.work() - this.mark >= STEP_BYTES;
  }

  /** To be yielded where a step is due. */
  step(): undefined {
    this.mark = this.work();
    this.items = 0;
  }

  /** Work whose own steps are of about half a millisecond each. */
  *each<T>(routine: Generator<undefined, T, unknown>): Routine<T> {
    try {
      for (;;) {
        const result = routine.next();
        if (result.done === true) return result.value;
        yield this.step();
      }
    } finally {
      // What it has open is closed, also where it is not gone through to its end.
      routine.return(undefined as never);
    }
  }

  private work(): number {
    return this.assembler.rawBytes + this.assembler.chunks * CHUNK_BYTES;
  }
}
