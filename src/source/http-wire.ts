/**
 * Step 6 of the way: one HTTP request after another until an answer can be used. In: what is asked for, and what to make of
 * an answer. Out: that, or a typed error. Repeats what failed for the moment, remembers where redirects lead, gives up what
 * brings nothing, and lets each request be counted before it is made.
 */
import {
  BudgetExceededError,
  type ClosedError,
  isParcodeError,
  ParcodeError,
  SourceUnavailableError,
} from "../errors.ts";
import { type LinkedAbort, linkAbort, untilAborted } from "./abort.ts";
import { cancelBody } from "./http-body.ts";
import type { HttpSettings } from "./http-options.ts";
import { rangeHeader } from "./http-range.ts";
import type { Meter, ReadReason, RunningRead } from "./meter.ts";
import { pause, waitBefore } from "./retry.ts";
import type { ByteRange } from "./source.ts";

/** What is asked for. */
export interface HttpRequest {
  readonly method: "GET" | "HEAD";
  readonly reason: ReadReason;
  /** Asked again for each attempt, so that none repeats what has arrived. */
  readonly range: () => ByteRange;
}

/** What the user of an answer needs to know of its request. */
export interface HttpAttempt {
  readonly range: ByteRange;
  readonly signal: AbortSignal;
  /** To be told of each piece of the body. */
  readonly onBytes: (count: number) => void;
  /** To be told where the answer will be longer than what was asked for. @throws {BudgetExceededError} */
  readonly expect: (bytes: number) => void;
}

type Use<T> = (response: Response, attempt: HttpAttempt) => Promise<T>;

/** What an attempt must have brought for those before it to be forgotten: a bad line may need many for a long range. */
const PROGRESS_BYTES = 64 * 1024;

/** Answers that a URL found by a redirect gives when its time is over. */
const EXPIRED = new Set([400, 401, 403, 404, 410]);

/** The requests for one URL. */
export class HttpWire {
  readonly meter: Meter;
  readonly #settings: HttpSettings;
  readonly #inFlight = new Set<LinkedAbort>();
  /** Where the last redirect led: asked directly from then on, which saves a round trip each time. */
  #finalUrl: string | undefined;

  constructor(settings: HttpSettings, meter: Meter) {
    this.#settings = settings;
    this.meter = meter;
  }

  /** Ends all requests. */
  close(reason: ClosedError): void {
    for (const link of this.#inFlight) link.abort(reason);
  }

  /** Requests until `use` is content with an answer, or `retry` allows no more. Whatever is left of a body is cancelled. */
  async run<T>(request: HttpRequest, outer: AbortSignal | undefined, use: Use<T>): Promise<T> {
    outer?.throwIfAborted();
    const link = linkAbort(outer);
    this.#inFlight.add(link);
    let failure: unknown;
    let hasLeft = false;
    let failures = 0;
    try {
      for (let made = 0; ; made++) {
        const url = hasLeft ? this.#settings.target.url : (this.#finalUrl ?? this.#settings.target.url);
        const { start } = request.range();
        try {
          return await this.#attempt(request, url, made, link.signal, use);
        } catch (error) {
          link.signal.throwIfAborted();
          if (error instanceof BudgetExceededError && failure !== undefined) throw becauseOf(failure, error);
          failure = error;
          if (this.#leaveRedirect(url, error)) {
            hasLeft = true;
            continue;
          }
          failures = request.range().start - start >= PROGRESS_BYTES ? 1 : failures + 1;
          const wait = waitBefore(this.#settings.retry, failures, error, Math.random());
          if (wait === undefined) throw withCount(error, made + 1);
          await pause(wait, link.signal);
        }
      }
    } finally {
      this.#inFlight.delete(link);
      link.release();
    }
  }

  async #attempt<T>(
    { method, reason, range }: HttpRequest,
    url: string,
    retry: number,
    outer: AbortSignal,
    use: Use<T>,
  ): Promise<T> {
    const { target, credentials, fetch } = this.#settings;
    const asked = range();
    const headers = new Headers(this.#settings.headers);
    headers.set("Range", rangeHeader(asked));
    // One that costs no bytes, HEAD, asks for a range without end, and is told as that.
    const running = this.meter.begin({ ...asked, name: target.name, reason, from: "network", retry });
    const link = linkAbort(outer);
    const watch = watchOver(this.#settings.timeoutMilliseconds, () => link.abort(this.#noProgress()));
    let response: Response | undefined;
    let failure: unknown;
    try {
      const init: RequestInit = {
        method,
        headers,
        cache: reason === "reload" ? "reload" : "no-store",
        signal: link.signal,
      };
      if (credentials !== undefined) init.credentials = credentials;
      response = await untilAborted(fetch(url, init), link.signal);
      watch.progress();
      running.status = response.status;
      this.#rememberRedirect(response, url);
      return await use(response, attemptOf(asked, link.signal, running, watch));
    } catch (error) {
      if (link.signal.aborted) failure = link.signal.reason;
      else failure = error instanceof ParcodeError ? error : this.#unreachable(error, response?.status);
      throw failure;
    } finally {
      watch.end();
      cancelBody(response);
      running.end(failure);
      link.release();
    }
  }

  #rememberRedirect(response: Response, url: string): void {
    if (!response.redirected || response.url === "" || response.url === url) return;
    if ((response.status === 206 || response.status === 200) && this.#settings.mayFollow(response.url))
      this.#finalUrl = response.url;
  }

  /** Whether a URL found by a redirect is worth asking no more: then the first one leads on to a new one. */
  #leaveRedirect(url: string, error: unknown): boolean {
    if (url === this.#settings.target.url || !isParcodeError(error, "SourceUnavailable")) return false;
    if (error.status !== undefined && !EXPIRED.has(error.status)) return false;
    if (this.#finalUrl === url) this.#finalUrl = undefined;
    return true;
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

  #noProgress(): SourceUnavailableError {
    const { timeoutMilliseconds, target } = this.#settings;
    return new SourceUnavailableError(
      `${target.name}: the server sent nothing for ${timeoutMilliseconds} ms (timeoutMilliseconds), and the request was given up.`,
      { retryable: true, url: target.url, expected: "an answer, or more of it", actual: "nothing" },
    );
  }
}

interface Watch {
  /** Something has happened. Costs no timer: the one there is looks when it is due. */
  progress(): void;
  end(): void;
}

/** Calls back when nothing has happened for a while. */
function watchOver(milliseconds: number, onSilence: () => void): Watch {
  let since = performance.now();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const wait = (left: number): void => {
    const look = (): void => {
      const more = milliseconds - (performance.now() - since);
      if (more > 0) wait(more);
      else onSilence();
    };
    // A timer holds 31 bits of milliseconds: longer waits are looked at on the way.
    timer = setTimeout(look, Math.min(left, 2 ** 31 - 1));
  };
  wait(milliseconds);
  const progress = (): void => {
    since = performance.now();
  };
  return { progress, end: () => clearTimeout(timer) };
}

function attemptOf(range: ByteRange, signal: AbortSignal, running: RunningRead, watch: Watch): HttpAttempt {
  const onBytes = (count: number): void => {
    watch.progress();
    running.received(count);
  };
  return { range, signal, onBytes, expect: (bytes) => running.expect(bytes) };
}

function becauseOf(cause: unknown, error: BudgetExceededError): BudgetExceededError {
  Object.defineProperty(error, "cause", { value: cause, configurable: true, writable: true });
  return error;
}

/** Says how often it was tried, where that was more than once. */
function withCount(error: unknown, made: number): unknown {
  if (made > 1 && error instanceof ParcodeError) error.message += ` It was tried ${made} times.`;
  return error;
}

/** "fetch failed (connect ECONNREFUSED 127.0.0.1:1)": the reason that helps is often the cause of the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
