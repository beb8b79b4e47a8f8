/**
 * Step 6 of the way: what a user may say about reading over HTTP, with defaults and checks. In: a URL and options.
 * Out: settings in which every field is there and possible.
 */
import { atLeast, integer, invalidOption } from "../errors/option.ts";
import type { MeterOptions } from "./meter.ts";
import { type RetryOptions, type RetrySettings, retrySettings } from "./retry.ts";

/** What the source needs of `fetch`. */
export type HttpFetch = (url: string, init: RequestInit) => Promise<Response>;

/** How `httpSource`, and `open` with a URL, ask a server and what they accept from it. */
export interface HttpSourceOptions extends MeterOptions {
  /** Called in place of the global `fetch`: for tokens that expire, other transports, tests. */
  readonly fetch?: HttpFetch | undefined;
  /** Sent with every request. Under CORS, any header but the safelisted ones costs a preflight. `Range` is not yours to set. */
  readonly headers?: HeadersInit | undefined;
  /** As for `fetch`; the default there is "same-origin". */
  readonly credentials?: RequestCredentials | undefined;
  /**
   * What to do with a server that ignores `Range` and sends the whole file. "error" (the default) cancels it at once;
   * "whole" takes it once, up to `maxWholeBytes`, and reads from memory then.
   */
  readonly onNoRange?: "error" | "whole" | undefined;
  /** Largest file, in bytes, that "whole" takes into memory. Default 64 MiB: what a phone's browser tab stands. */
  readonly maxWholeBytes?: number | undefined;
  /**
   * Length in bytes of the first request, at least 2. Default 64 KiB: about what arrives in the first two round trips of a
   * new connection anyway, and enough for the head of most files.
   */
  readonly firstBytes?: number | undefined;
  /**
   * Whether requests that failed for the moment are made again: a connection that broke, no answer, 408, 425, 429, 5xx. Only
   * the bytes that are missing are asked for. `Retry-After` is kept to, where it is no longer than `maxMilliseconds`. Default:
   * 4 attempts, with waits of about 250, 500 and 1,000 ms between them. `false`: never.
   */
  readonly retry?: RetryOptions | false | undefined;
  /** How long a request may bring nothing, in milliseconds, before it counts as failed. Default 30,000; Infinity: for ever. */
  readonly timeoutMilliseconds?: number | undefined;
}

/** Whom the messages name. */
export interface HttpTarget {
  /** The URL without its query, which may hold a signature. */
  readonly name: string;
  readonly url: string;
}

/** Options with their defaults. */
export interface HttpSettings {
  readonly target: HttpTarget;
  readonly fetch: HttpFetch;
  readonly headers: Headers;
  readonly credentials: RequestCredentials | undefined;
  readonly onNoRange: "error" | "whole";
  readonly maxWholeBytes: number;
  readonly firstBytes: number;
  readonly retry: RetrySettings;
  readonly timeoutMilliseconds: number;
  /** Whether the server that a redirect leads to may be asked directly: not where that would show it a caller's secrets. */
  readonly mayFollow: (url: string) => boolean;
}

export const DEFAULT_FIRST_BYTES = 64 * 1024;
export const DEFAULT_TIMEOUT_MILLISECONDS = 30_000;
export const DEFAULT_MAX_WHOLE_BYTES = 64 * 1024 * 1024;

/** @throws {InvalidOptionError} `option` names what cannot be. */
export function httpSettings(url: string | URL, options: HttpSourceOptions): HttpSettings {
  const { onNoRange = "error", maxWholeBytes = DEFAULT_MAX_WHOLE_BYTES } = options;
  if (onNoRange !== "error" && onNoRange !== "whole") throw invalidOption("onNoRange", '"error" or "whole"', onNoRange);
  atLeast("maxWholeBytes", maxWholeBytes, 0, "a number of bytes");
  // With at least 2, every request starts behind byte 1 or ends behind byte 0: "0-0", which some servers answer with the
  // whole file, is never sent.
  const firstBytes = integer("firstBytes", options.firstBytes, DEFAULT_FIRST_BYTES, 2, Number.MAX_SAFE_INTEGER);
  const { timeoutMilliseconds = DEFAULT_TIMEOUT_MILLISECONDS } = options;
  if (!(timeoutMilliseconds > 0)) throw invalidOption("timeoutMilliseconds", "a number above 0", timeoutMilliseconds);
  const target = targetOf(url);
  const headers = checkedHeaders(options.headers);
  const isPublic = options.fetch === undefined && options.credentials !== "include" && [...headers].length === 0;
  const { origin } = new URL(target.url);
  return {
    target,
    fetch: options.fetch ?? globalFetch,
    headers,
    retry: retrySettings(options.retry),
    timeoutMilliseconds,
    mayFollow: (final) => isPublic || new URL(final).origin === origin,
    credentials: options.credentials,
    onNoRange,
    maxWholeBytes,
    firstBytes,
  };
}

/** Looked up at each call, so that a `fetch` replaced later counts; called on the global, as browsers demand. */
const globalFetch: HttpFetch = (url, init) => globalThis.fetch(url, init);

function targetOf(url: string | URL): HttpTarget {
  const resolved = resolve(url);
  if (resolved.protocol === "file:") {
    throw invalidOption("url", "an http: or https: URL (for files, use fileSource of parcode-web/node)", resolved.href);
  }
  if (resolved.username !== "" || resolved.password !== "") {
    throw invalidOption(
      "url",
      "a URL without a password in it (pass headers instead)",
      `${resolved.protocol}//…@${resolved.host}`,
    );
  }
  resolved.hash = "";
  const query = resolved.search === "" ? "" : "?…";
  return {
    url: resolved.href,
    name: `${resolved.href.slice(0, resolved.href.length - resolved.search.length)}${query}`,
  };
}

function resolve(url: string | URL): URL {
  const base = globalThis.document?.baseURI ?? globalThis.location?.href;
  try {
    return new URL(url, base);
  } catch {
    throw invalidOption(
      "url",
      base === undefined ? "an absolute URL, as there is no page to start from" : "a URL",
      String(url),
    );
  }
}

function checkedHeaders(init: HeadersInit | undefined): Headers {
  let headers: Headers;
  try {
    headers = new Headers(init);
  } catch (cause) {
    throw invalidOption("headers", "headers that fetch takes", String(cause));
  }
  if (headers.has("Range")) throw invalidOption("headers", "no Range header, which the reads set", "one");
  return headers;
}
