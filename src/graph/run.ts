/**
 * Step 3, drivers: the same plan, without promises or with them. In: a plan's steps. Out: blocks to a sink, which is
 * closed at the end, or aborted if anything fails.
 */

import { SchemaMismatchError } from "../errors.ts";
import type { ChunkAssembler } from "./assemble.ts";
import type { Step } from "./plan.ts";

/** What a run needs of a sink; the contract is in sink/sink.ts. */
export interface BlockTarget<Result = void | Promise<void>> {
  write(bytes: Uint8Array): Result;
  close(): Result;
  abort(reason?: unknown): Result;
}

/** What an asynchronous run may be told. */
export interface RunOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called when a block has been taken by the sink. */
  readonly onBlock?: (() => void) | undefined;
}

/** A page's frame: work goes on no longer than this without letting events in, so that an abort can be heard. */
const SLICE_MILLISECONDS = 30;

/** Runs a plan into a sink that needs no promises. */
export function runSync(
  plan: Generator<Step, void, unknown>,
  assembler: ChunkAssembler,
  sink: BlockTarget<void>,
): void {
  try {
    for (;;) {
      const { done, value } = plan.next();
      if (value instanceof Promise) {
        value.catch(() => undefined);
        throw new SchemaMismatchError(
          "An AsyncIterable cannot be written without promises: use save() or serialize().",
          {
            expected: "an array or an Iterable",
            actual: "an AsyncIterable",
          },
        );
      }
      for (let block = assembler.nextBlock(); block !== undefined; block = assembler.nextBlock()) sink.write(block);
      if (done === true) break;
    }
    sink.close();
  } catch (error) {
    sink.abort(error);
    throw error;
  }
}

/** Runs a plan into any sink, at its pace. */
export async function runAsync(
  plan: Generator<Step, void, unknown>,
  assembler: ChunkAssembler,
  sink: BlockTarget,
  options: RunOptions,
): Promise<void> {
  const { signal } = options;
  let finished = false;
  try {
    signal?.throwIfAborted();
    let sliceEnd = performance.now() + SLICE_MILLISECONDS;
    let result = plan.next();
    for (;;) {
      const pending = assembler.pending(false);
      if (pending !== undefined) await withAbort(pending, signal);
      for (let block = assembler.nextBlock(); block !== undefined; block = assembler.nextBlock()) {
        await sink.write(block);
        options.onBlock?.();
        signal?.throwIfAborted();
      }
      if (result.done === true) break;
      if (performance.now() > sliceEnd) {
        await macrotask();
        signal?.throwIfAborted();
        sliceEnd = performance.now() + SLICE_MILLISECONDS;
      }
      result = await resume(plan, result.value, signal);
    }
    finished = true;
    await sink.close();
  } catch (error) {
    if (!finished) stop(plan, error);
    await sink.abort(error);
    throw error;
  }
}

/** Goes on with the plan, after the promise it waits for. */
async function resume(
  plan: Generator<Step, void, unknown>,
  step: Step,
  signal: AbortSignal | undefined,
): Promise<IteratorResult<Step, void>> {
  if (step === undefined) return plan.next();
  let answer: unknown;
  try {
    answer = await withAbort(step, signal);
  } catch (error) {
    return plan.throw(error);
  }
  return plan.next(answer);
}

/** Lets the plan close the lists that it reads from, without waiting for one that hangs. */
function stop(plan: Generator<Step, void, unknown>, error: unknown): void {
  try {
    for (let result = plan.throw(error); result.done !== true; ) result = plan.next();
  } catch {
    // The plan ends with the error it was given, which is on its way to the caller already.
  }
}

function withAbort<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
    if (signal.aborted) onAbort();
  });
}

function macrotask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
