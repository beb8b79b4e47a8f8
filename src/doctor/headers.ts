/** Beside the way: what the headers of an answer say about reading from its server. In: an answer. Out: findings. */
import type { Probe } from "./diagnose.ts";

/** Whether the first answer is one whose bytes can be looked at. */
export function isReadableRange({ findings }: Probe, first: Response): boolean {
  const encoding = first.headers.get("Content-Encoding");
  if (encoding === null || encoding === "identity") {
    if (first.status !== 200) return true;
    findings.problem(
      "ranges",
      "The server ignores the Range header and sends the whole file (200 in place of 206).",
      'Serve the file statically, or from object storage; behind a proxy, let Range through. Until then: onNoRange: "whole".',
    );
    return false;
  }
  findings.problem(
    "encoding",
    `The server encodes the answer to a range request (Content-Encoding: ${encoding}): its bytes are not the file's.`,
    "Switch compression off for .par files: their chunks are compressed already.",
  );
  return false;
}

export function checkRedirect({ findings }: Probe, first: Response, url: string): void {
  if (!first.redirected || first.url === url) return;
  const { origin, pathname } = new URL(first.url);
  const isOther = origin !== new URL(url).origin;
  findings.warn(
    "redirects",
    `The URL redirects to ${origin}${pathname}, which costs a round trip when the file is opened.`,
    isOther
      ? "Pass the final URL to open(), unless it expires; both places must allow the page's origin (CORS)."
      : "Pass the final URL to open().",
  );
}

/** Needed by pages of other origins; pages of the server's own origin do without. */
export function checkCors({ findings, isBrowser, isCrossOrigin, options }: Probe, { headers }: Response): void {
  if (!isCrossOrigin) return findings.ok("cors", "The file is of the page's own origin, which needs no CORS.");
  if (!isBrowser && !allowsOrigin(headers, options)) {
    const allowed = headers.get("Access-Control-Allow-Origin");
    const text = `Pages of ${options.origin ?? "other origins"} may not read the file (Access-Control-Allow-Origin: ${allowed ?? "absent"}).`;
    const remedy = 'Send "Access-Control-Allow-Origin: *", or the origin of the page.';
    if (options.origin === undefined) findings.warn("cors", text, remedy);
    else findings.problem("cors", text, remedy);
    return;
  }
  // In a browser, what can be seen is what is exposed.
  const exposed = (headers.get("Access-Control-Expose-Headers") ?? "")
    .split(",")
    .map((name) => name.trim().toLowerCase());
  const sees = (name: string): boolean =>
    isBrowser ? headers.has(name) : exposed.includes("*") || exposed.includes(name.toLowerCase());
  const hidden = ["Content-Range", "ETag"].filter((name) => !sees(name));
  if (hidden.length === 0)
    return findings.ok("cors", "Other origins may read the file and see Content-Range and ETag.");
  findings.warn(
    "cors",
    `Other origins may read the file, but do not see ${hidden.join(" and ")}. ` +
      (hidden.includes("Content-Range") ? "Opening costs one HEAD request more. " : "") +
      (hidden.includes("ETag") ? "Changes are noticed by Last-Modified only." : ""),
    'Send "Access-Control-Expose-Headers: Content-Range, ETag".',
  );
}

function allowsOrigin(headers: Headers, { origin, credentials }: Probe["options"]): boolean {
  const allowed = headers.get("Access-Control-Allow-Origin");
  if (allowed === "*") return credentials !== "include";
  return allowed !== null && (origin === undefined ? allowed === "https://example.com" : allowed === origin);
}

/** Whether whole answers are compressed: then some proxies cut ranges out of the compressed bytes. */
export async function checkEncoding({ findings, ask, isBrowser }: Probe, first: Response): Promise<void> {
  const total = /\/(\d+)$/.exec(first.headers.get("Content-Range") ?? "")?.[1];
  const headers = isBrowser ? {} : { "Accept-Encoding": "gzip, br" };
  const whole = await ask("HEAD", headers);
  const encoding = whole.headers.get("Content-Encoding");
  const length = whole.headers.get("Content-Length");
  if (encoding === null && whole.ok && length !== null && total !== undefined && length !== total) {
    findings.problem(
      "encoding",
      `A range says that the file has ${total} bytes, and a HEAD request that it has ${length}: one of them is about other bytes.`,
      "Switch compression and other transformations off for .par files (Cache-Control: no-transform).",
    );
  } else if (encoding !== null && encoding !== "identity") {
    findings.warn(
      "encoding",
      `Whole answers are compressed (Content-Encoding: ${encoding}). Ranges are not, but proxies may mix the two up.`,
      "Switch compression off for .par files, and send Cache-Control: no-transform.",
    );
  } else findings.ok("encoding", "Answers are not encoded.");
}

export function checkValidators({ findings, isBrowser, isCrossOrigin }: Probe, { headers }: Response): void {
  const etag = headers.get("ETag");
  if (etag !== null && !etag.startsWith("W/"))
    return findings.ok("validators", `A strong ETag tells versions apart: ${etag}.`);
  if (etag !== null) {
    return findings.ok(
      "validators",
      `A weak ETag tells versions apart: ${etag}. Browsers do not combine ranges by it, and neither does this library.`,
    );
  }
  const date = headers.get("Last-Modified");
  if (date !== null) {
    const isHidden = isBrowser && isCrossOrigin;
    return findings.warn(
      "validators",
      `${isHidden ? "No ETag is visible" : "There is no ETag"}: two versions of one second cannot be told apart (Last-Modified: ${date}).`,
      "Send an ETag, and expose it to other origins.",
    );
  }
  findings.warn(
    "validators",
    "There is neither ETag nor Last-Modified: a file that is replaced while it is open is noticed by its length and checksums only.",
    "Send an ETag, or give each version a name of its own.",
  );
}

export function checkCaching({ findings, isBrowser, isCrossOrigin }: Probe, { headers }: Response): void {
  const control = headers.get("Cache-Control");
  const advice =
    'Send "Cache-Control: public, max-age=3600, no-transform"; with a new name for each version, "public, max-age=31536000, immutable, no-transform".';
  if (control === null) {
    findings.warn(
      "caching",
      "There is no Cache-Control: caches on the way keep the file as long as they like.",
      advice,
    );
  } else if (/\b(no-store|private)\b/i.test(control)) {
    findings.warn(
      "caching",
      `Caches on the way keep nothing (Cache-Control: ${control}): every read goes to the origin.`,
      advice,
    );
  } else findings.ok("caching", `Cache-Control: ${control}.`);
  const allowed = headers.get("Access-Control-Allow-Origin");
  if (isBrowser || !isCrossOrigin || allowed === null || allowed === "*") return;
  if (/\borigin\b|\*/i.test(headers.get("Vary") ?? "")) return;
  findings.warn(
    "caching",
    `Access-Control-Allow-Origin is one origin (${allowed}), but caches are not told so: they may give its answer to another one.`,
    'Send "Vary: Origin", or allow every origin with "*".',
  );
}
