/**
 * Step 3: work in steps. A routine yields where a driver may flush, or let others have the thread; a part is work that
 * is done already, or the routine that goes on with it.
 */

/** Undefined: a driver may flush here. A promise: its result is wanted back. */
export type Step = Promise<unknown> | undefined;

export type Routine<T> = Generator<Step, T, unknown>;

/** What is small is done at once and costs no generator; what turns out to be large is handed back, to be gone on with. */
export type Part<T extends object | undefined> = T | Routine<T>;

export function isRoutine<T extends object | undefined>(part: Part<T>): part is Routine<T> {
  return part !== undefined && (part as Routine<T>).next !== undefined;
}

/** The rest of a part. */
export function* completed<T extends object | undefined>(part: Part<T>): Routine<T> {
  return isRoutine(part) ? yield* part : part;
}

/** Starts a routine: what it gives, if it is done before its first step; else the rest, which begins with that step. */
export function started<T extends object | undefined>(routine: Routine<T>): Part<T> {
  const result = routine.next();
  return result.done === true ? result.value : rest(routine, result.value);
}

function* rest<T>(routine: Routine<T>, step: Step): Routine<T> {
  try {
    yield step;
  } catch (error) {
    // It may have lists to close, and knows where in the value it is.
    routine.throw(error);
  }
  return yield* routine;
}

/** A routine, and what comes behind it. */
export function* followed<T extends object | undefined, U>(part: Part<T>, next: (result: T) => U): Routine<U> {
  return next(yield* completed(part));
}
