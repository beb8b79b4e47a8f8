/**
 * Step 6 of the way: is this HTTP answer the one that was asked for? Pure checks of status and headers, in the order in
 * which http.ts makes them. In: a response and what was asked. Out: what it says, or the typed error with what to do.
 */
import { type ParcodeError, RangeNotSupportedError, SourceChangedError, SourceUnavailableError } from "../errors.ts";
import type { HttpSettings, HttpTarget } from "./http-options.ts";
import { type ContentRange, parseContentRange } from "./http-range.ts";
import type { ByteRange } from "./source.ts";

/** What tells one version of a file from another. Under CORS, `ETag` is `null` unless the server exposes it. */
export interface HttpVersion {
  readonly etag: string | null;
  readonly lastModified: string | null;
}

/** What every answer must state alike, learned from the first one. */
export interface HttpFile {
  readonly byteLength: number;
  readonly version: HttpVersion;
}

/** Answers worth another try: the server was busy, slow or broken for a moment. */
const RETRYABLE = new Set([408, 425, 429]);
export const isRetryable = (status: number): boolean => RETRYABLE.has(status) || (status >= 500 && status !== 501);

const REASONS = new Map([
  [401, "it asks for credentials: pass headers or credentials"],
  [403, "access is forbidden: check the permissions, or whether a signed URL has expired"],
  [404, "there is no such file"],
  [410, "the file is gone"],
  [429, "too many requests"],
]);

/** The same, where earlier requests for the file were answered well. */
const LATER_REASONS = new Map([
  [401, "though earlier requests were allowed: the credentials have probably expired. Get new ones and open it again"],
  [403, "though earlier requests were allowed: a signed URL has probably expired. Get a new one and open it again"],
  [404, "though it was there before: it was moved or removed while it was open"],
  [410, "though it was there before: it was removed while it was open"],
]);

/** The error for a status that brings no bytes. `isLater`: the file was reached before. */
export function statusError(response: Response, target: HttpTarget, isLater = false): SourceUnavailableError {
  const { status } = response;
  const retryable = isRetryable(status);
  const retryAfterMilliseconds = retryable ? retryAfter(response.headers.get("Retry-After"), Date.now()) : undefined;
  const later = isLater ? LATER_REASONS.get(status) : undefined;
  const reason =
    later ?? REASONS.get(status) ?? (retryable ? "trying again later may help" : "this answer brings no bytes");
  const wait =
    retryAfterMilliseconds === undefined ? "" : `; retry after ${Math.ceil(retryAfterMilliseconds / 1000)} s`;
  return new SourceUnavailableError(`${target.name}: the server answered ${status}, ${reason}${wait}.`, {
    retryable,
    retryAfterMilliseconds,
    url: target.url,
    status,
    expected: "206 Partial Content",
    actual: `${status} ${response.statusText}`.trim(),
  });
}

/** `Retry-After` in milliseconds from `now`: a number of seconds, or a date. */
export function retryAfter(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  if (/^\s*\d{1,9}\s*$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** Refuses compressed and multipart bodies: their bytes are not the file's. */
export function checkBodyForm(response: Response, target: HttpTarget): void {
  const encoding = response.headers.get("Content-Encoding");
  if (encoding !== null && encoding.trim().toLowerCase() !== "identity" && encoding.trim() !== "") {
    throw rangeError(response, target, {
      problem: `the server encoded the answer to a range request (Content-Encoding: ${encoding})`,
      remedy: "Switch compression off for this file; its chunks are compressed already.",
      expected: "no Content-Encoding",
      actual: encoding,
    });
  }
  const type = response.headers.get("Content-Type") ?? "";
  if (response.status === 206 && /^\s*multipart\/byteranges/i.test(type)) {
    throw rangeError(response, target, {
      problem: "the server answered a request for one range with a multipart body",
      remedy: "Serve the file from a host that answers single ranges.",
      expected: "one range",
      actual: type,
    });
  }
}

/** `Content-Range`, or `undefined` where it is absent or hidden by CORS. */
export function contentRangeOf(response: Response, target: HttpTarget): ContentRange | undefined {
  const header = response.headers.get("Content-Range");
  if (header === null) return undefined;
  const parsed = parseContentRange(header);
  if (parsed !== undefined) return parsed;
  throw wrongRange(response, target, "bytes first-last/length", header);
}

/** The error for an answer that brings other bytes than the wanted ones, or does not say which. */
export function wrongRange(response: Response, target: HttpTarget, expected: string, actual: string): ParcodeError {
  return rangeError(response, target, {
    problem: `the server answered with another range (expected ${expected}, found ${actual})`,
    remedy: "Serve the file from a host that answers range requests correctly.",
    expected,
    actual,
  });
}

/**
 * A server may send less than it was asked for, from the start on, and a few do so with long ranges; but with less than this
 * at a time, asking for the rest would not come to an end.
 */
export const MIN_PIECE_BYTES = 16 * 1024;

/**
 * Refuses a 206 that holds, by its own words, another range or another file than the first answer did.
 * @returns How many bytes it holds: as many as were asked for, or fewer, which the next request goes on behind.
 */
export function checkPartial(response: Response, target: HttpTarget, asked: ByteRange, file: HttpFile): number {
  checkSameVersion(response, target, file);
  const stated = contentRangeOf(response, target);
  if (stated === undefined) return asked.end - asked.start; // Hidden by CORS: the length of the body must do.
  checkSameLength(stated.byteLength, target, file);
  const { range } = stated;
  const length = range === undefined ? 0 : range.end - range.start;
  if (range?.start === asked.start && range.end === asked.end) return length;
  if (range?.start === asked.start && range.end < asked.end && length >= MIN_PIECE_BYTES) return length;
  throw wrongRange(response, target, spell(asked), range === undefined ? "no range" : spell(range));
}

/** Refuses an answer whose validators differ from those of the first one. */
export function checkSameVersion(response: Response, target: HttpTarget, file: HttpFile): void {
  const { etag, lastModified } = versionOf(response);
  // An ETag decides where both answers have one: behind a load balancer, equal files may have different dates.
  if (etag !== null && file.version.etag !== null) {
    if (opaqueTag(etag) !== opaqueTag(file.version.etag)) throw changed(target, "ETag", file.version.etag, etag);
  } else if (
    lastModified !== null &&
    file.version.lastModified !== null &&
    lastModified !== file.version.lastModified
  ) {
    throw changed(target, "Last-Modified", file.version.lastModified, lastModified);
  }
}

/** Refuses an answer that states another length of the file than the first one did; infinite is "longer". */
export function checkSameLength(byteLength: number | undefined, target: HttpTarget, file: HttpFile): void {
  if (byteLength === undefined || byteLength === file.byteLength) return;
  throw changed(
    target,
    "length",
    `${file.byteLength} bytes`,
    Number.isFinite(byteLength) ? `${byteLength} bytes` : "more",
  );
}

export function versionOf(response: Response): HttpVersion {
  return { etag: response.headers.get("ETag"), lastModified: response.headers.get("Last-Modified") };
}

/** Weak comparison: a server may call the same bytes `"a"` in one answer and `W/"a"` in the next. */
const opaqueTag = (etag: string): string => etag.trim().replace(/^W\//, "");

/** The error for an answer that cannot be used as a range. */
export function rangeError(
  response: Response,
  target: HttpTarget,
  details: { problem: string; remedy: string; expected?: string; actual?: string },
): RangeNotSupportedError {
  const { problem, remedy, expected, actual } = details;
  return new RangeNotSupportedError(`${target.name}: ${problem}. ${remedy}`, {
    url: target.url,
    status: response.status,
    expected,
    actual,
  });
}

/** The error for 200 with a file that is not taken whole. */
export function noRangeError(response: Response, settings: HttpSettings, byteLength?: number): RangeNotSupportedError {
  const { target, onNoRange, firstBytes, maxWholeBytes } = settings;
  const limitBytes = Math.max(firstBytes, onNoRange === "whole" ? maxWholeBytes : 0);
  const size = byteLength === undefined ? `more than ${limitBytes} bytes` : `${byteLength} bytes`;
  return rangeError(response, target, {
    problem: `the server ignored the Range header and sent the whole file (${size}), which was not downloaded`,
    remedy:
      onNoRange === "whole"
        ? `Serve it from a host that answers 206, or raise maxWholeBytes (${maxWholeBytes}).`
        : 'Serve it from a host that answers 206, or pass onNoRange: "whole" to download all of it at once.',
    expected: "206 Partial Content",
    actual: `200, ${size}`,
  });
}

/** The error for a file whose length no answer shows. */
export function noLengthError(response: Response, target: HttpTarget): RangeNotSupportedError {
  return rangeError(response, target, {
    problem:
      "the length of the file cannot be seen: the answers hide Content-Range from this origin, " +
      `and a HEAD request (answered ${response.status}) did not show it either`,
    remedy: 'Let the server send "Access-Control-Expose-Headers: Content-Range, ETag".',
    expected: "Content-Range",
    actual: "none",
  });
}

function changed(target: HttpTarget, what: string, expected: string, actual: string): SourceChangedError {
  return new SourceChangedError(
    `${target.name}: the file changed on the server while it was open (${what} was ${expected}, now ${actual}). Open it again: file.reopen().`,
    { expected, actual, validator: what },
  );
}

/** A range, for messages. */
export const spell = (range: ByteRange): string => `bytes ${range.start} to ${range.end}`;
