/**
 * Step 6 of the way: when a failed request is made again, and how long to wait before. In: options, a failure. Out: a
 * number of milliseconds, or none.
 */

import { atLeast, integer } from "../errors/option.ts";
import { isParcodeError } from "../errors.ts";
import { untilAborted } from "./abort.ts";

/** How often and how soon a request that failed for the moment is made again. */
export interface RetryOptions {
  /** Requests for one range in all, the first one included: 1 to 100, default 4. Counted anew after one that brought 64 KiB. */
  readonly attempts?: number | undefined;
  /** Longest wait before the first repetition; it doubles with each. The wait is random between half of that and all. Default 250. */
  readonly baseMilliseconds?: number | undefined;
  /** No wait is longer. Where a server asks for a longer one (`Retry-After`), nothing is repeated. Default 30,000. */
  readonly maxMilliseconds?: number | undefined;
}

export interface RetrySettings {
  readonly attempts: number;
  readonly baseMilliseconds: number;
  readonly maxMilliseconds: number;
}

/** @throws {InvalidOptionError} */
export function retrySettings(retry: RetryOptions | false | undefined): RetrySettings {
  if (retry === false) return { attempts: 1, baseMilliseconds: 0, maxMilliseconds: 0 };
  const { attempts, baseMilliseconds = 250, maxMilliseconds = 30_000 } = retry ?? {};
  return {
    attempts: integer("retry.attempts", attempts, 4, 1, 100),
    baseMilliseconds: atLeast("retry.baseMilliseconds", baseMilliseconds, 0),
    maxMilliseconds: atLeast("retry.maxMilliseconds", maxMilliseconds, 0),
  };
}

/**
 * Milliseconds to wait before the next attempt, or undefined if there is to be none.
 * @param made Attempts so far that count.
 * @param random From 0 to 1: clients that failed together should not come back together.
 */
export function waitBefore(
  { attempts, baseMilliseconds, maxMilliseconds }: RetrySettings,
  made: number,
  error: unknown,
  random: number,
): number | undefined {
  if (made >= attempts || !isParcodeError(error, "SourceUnavailable") || !error.retryable) return undefined;
  const longest = Math.min(maxMilliseconds, baseMilliseconds * 2 ** (made - 1));
  const backoff = longest * (0.5 + random / 2);
  const asked = error.retryAfterMilliseconds;
  if (asked === undefined) return backoff;
  return asked > maxMilliseconds ? undefined : Math.max(asked, backoff);
}

/** Waits, but no longer than `signal` allows. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const waited = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  try {
    await untilAborted(waited, signal);
  } finally {
    clearTimeout(timer);
  }
}
