/** Step 7: opening without promises. In a module of its own, since a reader with promises does not carry it. */

import type { ByteRange } from "../source/source.ts";
import { findEnd, firstRange, type Opening, type OpeningOptions, openingIn, type Ranges } from "./opening.ts";

/** The same without promises. */
export function driveRangesSync<T>(search: Ranges<T>, read: (range: ByteRange) => Uint8Array): T {
  let step = search.next();
  while (step.done !== true) step = search.next(read(step.value));
  return step.value;
}

/** The same without promises. */
export function openRangesSync(options: OpeningOptions, read: (range: ByteRange) => Uint8Array): Opening {
  const range = firstRange(options);
  const first = range === undefined ? undefined : { start: range.start, bytes: read(range) };
  return openingIn(options, first) ?? driveRangesSync(findEnd(options, first), read);
}
