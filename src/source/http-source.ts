/** Step 6 of the way: a source over a URL, for those who make one themselves; open.ts makes its own. */

import { FullMeter } from "./full-meter.ts";
import { meteredHttpSource } from "./http.ts";
import type { HttpSourceOptions } from "./http-options.ts";
import type { Source } from "./source.ts";

/**
 * A source over a URL. Nothing is requested before the first `size()` or `read()`.
 *
 * I/O: the first request asks for bytes 0 to `firstBytes` and learns the length of the file from the answer; what it
 * brought serves later reads without a request. Each further read is one request for exactly the missing bytes. If the
 * server hides `Content-Range` from other origins and the file is longer than that, one HEAD request finds its length.
 * No request has a form that needs a CORS preflight, unless your headers do; none goes through the browser's HTTP cache, which
 * would make parallel ranges of one URL wait for each other. What fails for the moment is asked again, without what has
 * arrived (`retry`); an error says whether calling again may help. Where a redirect leads is remembered, and the first URL
 * is asked again when that place refuses.
 * @param url Relative ones start from the page's base, or from the worker's own URL.
 * @throws {InvalidOptionError} At once, for a URL or an option that cannot be.
 */
export function httpSource(url: string | URL, options: HttpSourceOptions = {}): Source {
  return meteredHttpSource(url, options, new FullMeter(options));
}
