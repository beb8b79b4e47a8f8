/**
 * Step 6 of the way: byte ranges as HTTP writes them, with an inclusive end; nothing outside of this file has one. In:
 * a range or a `Content-Range`. Out: a header, or what the server claims to have sent.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-14
 */
import type { ByteRange } from "./source.ts";

/**
 * The value of a `Range` header: always closed, `bytes=a-b`, unless the end is infinite. Closed ranges need no CORS preflight, and the other forms are
 * answered with wrong bytes by common development servers: a suffix (`bytes=-50`) with the head, `0-0` with everything.
 */
export function rangeHeader(range: ByteRange): string {
  return `bytes=${range.start}-${range.end === Number.POSITIVE_INFINITY ? "" : range.end - 1}`;
}

/** What a `Content-Range` says. `range` is missing where nothing was sent, `byteLength` where the server does not know it. */
export interface ContentRange {
  readonly range: ByteRange | undefined;
  readonly byteLength: number | undefined;
}

const CONTENT_RANGE = /^bytes (?:(\d{1,16})-(\d{1,16})|\*)\/(?:(\d{1,16})|\*)$/i;

// Parses `bytes 0-99/1000`, `bytes 0-99/*` and `bytes */1000`; `undefined` for anything else.
export function parseContentRange(header: string): ContentRange | undefined {
  const match = CONTENT_RANGE.exec(header.trim());
  if (match === null) return undefined;
  const [, first, last, total] = match;
  const byteLength = total === undefined ? undefined : Number(total);
  if (first === undefined || last === undefined) return { range: undefined, byteLength };
  const range = { start: Number(first), end: Number(last) + 1 };
  const isPossible = range.start < range.end && range.end <= (byteLength ?? Number.MAX_SAFE_INTEGER);
  return isPossible && Number.isSafeInteger(byteLength ?? 0) ? { range, byteLength } : undefined;
}
