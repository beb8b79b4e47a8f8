/**
 * Step 6 of the way, shared by all sources: ending work early. In: a caller's signal. Out: rejections with the signal's
 * own reason, and no listener left behind on a signal that outlives the work.
 */

/** What `promise` gives, or a rejection with the signal's reason as soon as it aborts. The work itself goes on. */
export async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  let onAbort = (): void => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
  });
  try {
    // `aborted` comes first: once the signal has fired, a result that is there as well does not count any more.
    return await Promise.race([aborted, promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

/** A controller that also aborts with the caller's signal, until `release()`. */
export interface LinkedAbort {
  readonly signal: AbortSignal;
  abort(reason: unknown): void;
  /** Takes the listener off the caller's signal. */
  release(): void;
}

/** `AbortSignal.any` would do, but keeps memory on long-lived signals in some engines and is missing in older ones. */
export function linkAbort(outer: AbortSignal | undefined): LinkedAbort {
  const controller = new AbortController();
  const onAbort = (): void => controller.abort(outer?.reason);
  if (outer?.aborted) onAbort();
  else outer?.addEventListener("abort", onAbort, { once: true });
  return {
    signal: controller.signal,
    abort: (reason) => controller.abort(reason),
    release: () => outer?.removeEventListener("abort", onAbort),
  };
}
