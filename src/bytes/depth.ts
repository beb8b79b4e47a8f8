/** How deep values nest, for whoever writes them and whoever reads them: what is written can be read. */

// Not through errors.ts: at the end of the stack, what a module runner puts between two modules may give nothing.
import { LimitExceededError, ParcodeError } from "../errors/base.ts";

/** Inline values nest through `recursive` only; 512 levels stay far from the stack's end in every engine. */
export const MAX_INLINE_DEPTH = 512;

/**
 * The error for a value that nests beyond the end of the stack, if `error` is what an engine throws there: V8 and
 * JavaScriptCore a RangeError, SpiderMonkey an InternalError. Other errors come back as they are.
 */
export function atStackEnd(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof ParcodeError) return error;
  return /call stack|too much recursion/i.test(error.message) ? stackEnd(error) : error;
}

/** Chunks in chunks and values in values have limits of their own; a rare schema reaches the end of the stack before both. */
export function stackEnd(cause: unknown): LimitExceededError {
  return new LimitExceededError(
    "The value nests deeper than the stack has room for. Lower maxDepth, if it was raised.",
    {
      limit: "maxDepth",
      expected: "nesting that the stack has room for",
      actual: "deeper nesting",
      cause,
    },
  );
}
