/**
 * Step 3, drivers: the same plan, without promises or with them. In: a plan's steps. Out: blocks to a sink, which is
 * closed at the end, or aborted if anything fails.
 */

import type { ChunkAssembler } from "./assemble.ts";
import { needsPromises } from "./input.ts";
import type { Step } from "./routine.ts";
import type { Turns } from "./turns.ts";

/** What a run needs of a sink; the contract is in sink/sink.ts. */
export interface BlockTarget<Result = void | Promise<void>> {
  write(bytes: Uint8Array): Result;
  writeFront?(bytes: Uint8Array): Result;
  close(): Result;
  abort(reason?: unknown): Result;
}

/** What an asynchronous run may be told. */
export interface RunOptions {
  readonly signal?: AbortSignal | undefined;
  /** When the event loop has its turn, so that an abort can be heard. */
  readonly turns: Turns;
  /** Called when a block has been taken by the sink. */
  readonly onBlock?: (() => void) | undefined;
}

/** Runs a plan into a sink that needs no promises. */
export function runSync(
  plan: Generator<Step, void, unknown>,
  assembler: ChunkAssembler,
  sink: BlockTarget<void>,
): void {
  try {
    for (;;) {
      const { done, value } = plan.next();
      if (value !== undefined) {
        value.catch(() => undefined);
        throw needsPromises();
      }
      for (let block = assembler.nextBlock(); block !== undefined; block = assembler.nextBlock()) sink.write(block);
      if (done === true) break;
    }
    if (assembler.front !== undefined) sink.writeFront?.(assembler.front);
    sink.close();
  } catch (error) {
    const told = stop(plan, error);
    sink.abort(told);
    throw told;
  }
}

/** Runs a plan into any sink, at its pace. */
export async function runAsync(
  plan: Generator<Step, void, unknown>,
  assembler: ChunkAssembler,
  sink: BlockTarget,
  options: RunOptions,
): Promise<void> {
  const { signal, turns } = options;
  let result: IteratorResult<Step, void> | undefined;
  try {
    signal?.throwIfAborted();
    result = plan.next();
    for (;;) {
      const pending = assembler.pending(false);
      if (pending !== undefined) {
        hush(result);
        await withAbort(pending, signal);
      }
      for (let block = assembler.nextBlock(); block !== undefined; block = assembler.nextBlock()) {
        hush(result);
        await withAbort(sink.write(block), signal);
        options.onBlock?.();
        signal?.throwIfAborted();
      }
      if (result.done === true) break;
      if (turns.isOver) {
        hush(result);
        await turns.give(signal);
      }
      const step: Step = result.value;
      if (step === undefined) {
        result = plan.next();
        continue;
      }
      let answer: unknown;
      try {
        // A list that comes with promises has one for each item: none is put around it where there is no signal.
        answer = await (signal === undefined ? step : withAbort(step, signal));
      } catch (error) {
        result = plan.throw(error);
        continue;
      }
      result = plan.next(answer);
    }
    if (assembler.front !== undefined) await withAbort(sink.writeFront?.(assembler.front), signal);
    await withAbort(sink.close(), signal);
  } catch (error) {
    hush(result);
    stop(plan, error);
    await sink.abort(error);
    throw error;
  }
}

/** What the plan waits for may fail while something else is waited for, or when nobody waits any more: that is no unheard failure. */
function hush(result: IteratorResult<Step, void> | undefined): void {
  result?.value?.catch(() => undefined);
}

/**
 * Lets the plan close the lists that it reads from, without waiting for one that hangs. Returns the error that the plan
 * ends with: the same, or one that knows the place.
 */
function stop(plan: Generator<Step, void, unknown>, error: unknown): unknown {
  try {
    for (let result = plan.throw(error); result.done !== true; result = plan.next()) {
      result.value?.catch(() => undefined);
    }
  } catch (told) {
    return told;
  }
  return error;
}

/** What `work` gives, or a rejection with the signal's reason as soon as it aborts. */
async function withAbort<T>(work: T | Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined || work === undefined) return work;
  let onAbort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) onAbort();
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
