/**
 * Step 6 of the way: a file behind a URL, by HTTP range requests. In: a range. Out: its bytes, after every answer has been
 * held against what was asked: status, Content-Range, length, encoding, version (http-answer.ts).
 */
import { ClosedError, ParcodeError, SourceUnavailableError } from "../errors.ts";
import { type LinkedAbort, linkAbort, untilAborted } from "./abort.ts";
import { allocateBytes } from "./allocate.ts";
import {
  checkBodyForm,
  checkPartial,
  checkSameLength,
  checkSameVersion,
  contentRangeOf,
  type HttpFile,
  isRetryable,
  noLengthError,
  noRangeError,
  statusError,
  versionOf,
  wrongRange,
} from "./http-answer.ts";
import { cancelBody, readBody } from "./http-body.ts";
import { type HttpSettings, type HttpSourceOptions, httpSettings } from "./http-options.ts";
import { rangeHeader } from "./http-range.ts";
import { checkRangeInside, checkRangeShape } from "./range-check.ts";
import { SharedTask } from "./shared-task.ts";
import type { ByteRange, ReadOptions, Source, SourceTraffic } from "./source.ts";

export type { HttpFetch, HttpSourceOptions } from "./http-options.ts";

/**
 * A source over a URL. Nothing is requested before the first `size()` or `read()`.
 *
 * I/O: the first request asks for bytes 0 to `firstBytes` and learns the length of the file from the answer; what it
 * brought serves later reads without a request. Each further read is one request for exactly the missing bytes. If the
 * server hides `Content-Range` from other origins and the file is longer than that, one HEAD request finds its length.
 * No request has a form that needs a CORS preflight, unless your headers do; none goes through the browser's HTTP cache, which
 * would make parallel ranges of one URL wait for each other. No retries here: errors say whether one may help.
 * @param url Relative ones start from the page's base, or from the worker's own URL.
 * @throws {InvalidOptionError} At once, for a URL or an option that cannot be.
 */
export function httpSource(url: string | URL, options: HttpSourceOptions = {}): Source {
  return new HttpSource(httpSettings(url, options));
}

/** What the first answer told. */
interface Opened extends Omit<HttpFile, "byteLength"> {
  /** Missing where the answer hid it. */
  readonly byteLength: number | undefined;
  /** The file from its first byte. */
  readonly bytes: Uint8Array;
}

const NO_BYTES = new Uint8Array(0);

class HttpSource implements Source {
  readonly name: string;
  readonly #settings: HttpSettings;
  readonly #opening = new SharedTask((signal) => this.#open(signal));
  readonly #takingWhole = new SharedTask((signal) => this.#takeWhole(signal));
  readonly #inFlight = new Set<LinkedAbort>();
  #file: HttpFile | undefined;
  /** The file from its first byte, as far as it came along with the first answer; all of it once taken whole. */
  #kept: Uint8Array = NO_BYTES;
  #requests = 0;
  #bytesReceived = 0;
  #isClosed = false;

  constructor(settings: HttpSettings) {
    this.name = settings.target.name;
    this.#settings = settings;
  }

  get byteLength(): number | undefined {
    return this.#file?.byteLength;
  }

  get front(): Uint8Array | undefined {
    return this.#file === undefined ? undefined : this.#kept;
  }

  get traffic(): SourceTraffic {
    return { requests: this.#requests, bytesReceived: this.#bytesReceived };
  }

  async size(options: ReadOptions = {}): Promise<number> {
    this.#checkOpen();
    const file = await this.#opening.run(options.signal);
    return file.byteLength;
  }

  async read(range: ByteRange, options: ReadOptions = {}): Promise<Uint8Array> {
    this.#checkOpen();
    const { start, end } = range;
    checkRangeShape({ start, end }, this.name);
    const file = await this.#opening.run(options.signal);
    this.#checkOpen();
    checkRangeInside({ start, end }, file.byteLength, this.name);
    const kept = this.#kept;
    if (end <= kept.byteLength) return kept.slice(start, end);
    const missing = { start: Math.max(start, kept.byteLength), end };
    const rest = await this.#readMissing(missing, file, options.signal);
    if (missing.start === start) return rest;
    const joined = allocateBytes(end - start, this.name);
    joined.set(kept.subarray(start));
    joined.set(rest, missing.start - start);
    return joined;
  }

  close(): void {
    this.#isClosed = true;
    this.#kept = NO_BYTES;
    for (const link of this.#inFlight) link.abort(this.#closedError());
  }

  /** The first request, and a HEAD request if its answer hid the length. Keeps what came. */
  async #open(signal: AbortSignal): Promise<HttpFile> {
    const { firstBytes } = this.#settings;
    const opened = await this.#exchange("GET", { start: 0, end: firstBytes }, signal, (response, linked) =>
      this.#takeFirst(response, linked),
    );
    const { bytes, version } = opened;
    const byteLength =
      opened.byteLength ?? (await this.#lengthByHead({ byteLength: bytes.byteLength, version }, signal));
    this.#checkOpen();
    this.#kept = bytes;
    this.#file = { byteLength, version };
    return this.#file;
  }

  async #takeFirst(response: Response, signal: AbortSignal): Promise<Opened> {
    const { target, firstBytes } = this.#settings;
    const version = versionOf(response);
    if (response.status === 416) return { byteLength: 0, bytes: this.#takeEmpty(response), version };
    if (response.status !== 200 && response.status !== 206) throw statusError(response, target);
    checkBodyForm(response, target);
    if (response.status === 200) {
      const bytes = await this.#takeUnasked(response, signal);
      return { byteLength: bytes.byteLength, bytes, version };
    }
    const stated = contentRangeOf(response, target);
    const byteLength = stated?.byteLength;
    if (byteLength !== undefined) {
      const asked = { start: 0, end: Math.min(firstBytes, byteLength) };
      checkPartial(response, target, asked, { byteLength, version });
      return { byteLength, bytes: await this.#takeExactly(response, asked.end, signal), version };
    }
    // Without a length, a body shorter than asked ends where the file ends; a full one leaves it open.
    const bytes = await this.#readBody(response, firstBytes, signal);
    if (bytes === undefined) throw this.#wrongLength(firstBytes, `more than ${firstBytes}`);
    const range = stated?.range;
    if (range !== undefined && (range.start !== 0 || range.end !== bytes.byteLength)) {
      throw wrongRange(response, target, `bytes 0 to ${bytes.byteLength}`, `bytes ${range.start} to ${range.end}`);
    }
    return { byteLength: bytes.byteLength < firstBytes ? bytes.byteLength : undefined, bytes, version };
  }

  /** 416 to the very first bytes: by the standard, the file has none. */
  #takeEmpty(response: Response): Uint8Array {
    const { target, firstBytes } = this.#settings;
    const byteLength = contentRangeOf(response, target)?.byteLength ?? 0;
    if (byteLength === 0) return NO_BYTES;
    throw wrongRange(
      response,
      target,
      `bytes 0 to ${Math.min(firstBytes, byteLength)}`,
      `416 for a file of ${byteLength} bytes`,
    );
  }

  /** 200 to the first request: the whole file, which is welcome if it is small and taken as `onNoRange` says if it is not. */
  async #takeUnasked(response: Response, signal: AbortSignal): Promise<Uint8Array> {
    const { firstBytes, maxWholeBytes, onNoRange } = this.#settings;
    const limitBytes = onNoRange === "whole" ? Math.max(maxWholeBytes, firstBytes) : firstBytes;
    const claimed = Number(response.headers.get("Content-Length") ?? "0");
    if (claimed > limitBytes) throw noRangeError(response, this.#settings, claimed);
    const bytes = await this.#readBody(response, limitBytes, signal);
    if (bytes === undefined) throw noRangeError(response, this.#settings);
    return bytes;
  }

  /**
   * The length of a file whose `Content-Range` cannot be seen: that of a HEAD answer is visible across origins. The range from
   * 0 has the length of the file whether the server heeds it or not, and makes browsers ask for an unencoded length.
   */
  async #lengthByHead(first: HttpFile, signal: AbortSignal): Promise<number> {
    const { target } = this.#settings;
    return await this.#exchange("HEAD", { start: 0, end: Number.POSITIVE_INFINITY }, signal, async (response) => {
      if (isRetryable(response.status)) throw statusError(response, target);
      const byteLength = Number(response.headers.get("Content-Length") ?? Number.NaN);
      const isUsable = response.ok && Number.isSafeInteger(byteLength) && byteLength >= first.byteLength;
      if (!isUsable) throw noLengthError(response, target);
      checkSameVersion(response, target, first);
      return byteLength;
    });
  }

  async #readMissing(missing: ByteRange, file: HttpFile, signal: AbortSignal | undefined): Promise<Uint8Array> {
    const bytes = await this.#exchange("GET", missing, signal, async (response, linked) => {
      const isWhole = this.#checkLater(response, missing, file);
      return isWhole ? undefined : await this.#takeExactly(response, missing.end - missing.start, linked);
    });
    if (bytes !== undefined) return bytes;
    // Not the body at hand: the reads that run beside this one got such an answer too, and share one download instead.
    const whole = await this.#takingWhole.run(signal);
    return whole.slice(missing.start, missing.end);
  }

  /** Refuses what cannot be used; whether the answer is the whole file, and allowed to be. */
  #checkLater(response: Response, asked: ByteRange, file: HttpFile): boolean {
    const { target, onNoRange, maxWholeBytes } = this.#settings;
    if (response.status === 416) {
      checkSameLength(contentRangeOf(response, target)?.byteLength, target, file);
      throw wrongRange(response, target, `bytes ${asked.start} to ${asked.end}`, "416 Range Not Satisfiable");
    }
    if (response.status !== 200 && response.status !== 206) throw statusError(response, target);
    checkBodyForm(response, target);
    if (response.status === 206) {
      checkPartial(response, target, asked, file);
      return false;
    }
    checkSameVersion(response, target, file);
    if (onNoRange === "error" || file.byteLength > maxWholeBytes) {
      throw noRangeError(response, this.#settings, file.byteLength);
    }
    return true;
  }

  async #takeWhole(signal: AbortSignal): Promise<Uint8Array> {
    const file = await this.#opening.run(signal);
    const all = { start: 0, end: file.byteLength };
    const bytes = await this.#exchange("GET", all, signal, async (response, linked) => {
      const isWhole = this.#checkLater(response, all, file);
      if (!isWhole) return await this.#takeExactly(response, file.byteLength, linked);
      const body = await this.#readBody(response, file.byteLength, linked, file.byteLength);
      checkSameLength(body?.byteLength ?? Number.POSITIVE_INFINITY, this.#settings.target, file);
      return body ?? NO_BYTES;
    });
    this.#checkOpen();
    this.#kept = bytes;
    return bytes;
  }

  async #takeExactly(response: Response, byteLength: number, signal: AbortSignal): Promise<Uint8Array> {
    const bytes = await this.#readBody(response, byteLength, signal, byteLength);
    if (bytes?.byteLength === byteLength) return bytes;
    throw this.#wrongLength(byteLength, bytes === undefined ? "more" : String(bytes.byteLength));
  }

  #readBody(
    response: Response,
    limitBytes: number,
    signal: AbortSignal,
    firstCapacityBytes = this.#settings.firstBytes,
  ): Promise<Uint8Array | undefined> {
    const onBytes = (count: number): void => {
      this.#bytesReceived += count;
    };
    return readBody(response, { name: this.name, limitBytes, firstCapacityBytes, signal, onBytes });
  }

  /** One request, from its start to the end of what `use` makes of the answer. Whatever is left of the body is cancelled. */
  async #exchange<T>(
    method: "GET" | "HEAD",
    range: ByteRange,
    outer: AbortSignal | undefined,
    use: (response: Response, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    outer?.throwIfAborted();
    const { target, credentials, fetch } = this.#settings;
    const headers = new Headers(this.#settings.headers);
    headers.set("Range", rangeHeader(range));
    const link = linkAbort(outer);
    this.#inFlight.add(link);
    let response: Response | undefined;
    try {
      this.#requests += 1;
      const init: RequestInit = { method, headers, cache: "no-store", signal: link.signal };
      if (credentials !== undefined) init.credentials = credentials;
      response = await untilAborted(fetch(target.url, init), link.signal);
      return await use(response, link.signal);
    } catch (error) {
      if (link.signal.aborted) throw link.signal.reason;
      throw error instanceof ParcodeError ? error : this.#unreachable(error, response?.status);
    } finally {
      cancelBody(response);
      this.#inFlight.delete(link);
      link.release();
    }
  }

  /** What fetch and its body reject with: no answer, an answer that page scripts may not see, or one that broke off. */
  #unreachable(cause: unknown, status: number | undefined): SourceUnavailableError {
    const { name, url } = this.#settings.target;
    const problem =
      status === undefined
        ? "there was no answer that can be used. The network or the server is down, the server does not allow this origin " +
          "(CORS), or it compresses range answers"
        : "the connection broke off while the bytes came";
    return new SourceUnavailableError(`${name}: ${problem} (${reasonOf(cause)}).`, {
      retryable: true,
      url,
      status,
      cause,
    });
  }

  #wrongLength(expectedLength: number, actual: string): SourceUnavailableError {
    const { name, url } = this.#settings.target;
    return new SourceUnavailableError(`${name}: expected ${expectedLength} bytes in the answer, and ${actual} came.`, {
      retryable: true,
      url,
      expected: `${expectedLength} bytes`,
      actual: `${actual} bytes`,
    });
  }

  #checkOpen(): void {
    if (this.#isClosed) throw this.#closedError();
  }

  #closedError(): ClosedError {
    return new ClosedError(`${this.name}: the source was closed.`);
  }
}

/** "fetch failed (connect ECONNREFUSED 127.0.0.1:1)": the reason that helps is often the cause of the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
