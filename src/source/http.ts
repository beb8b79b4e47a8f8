/**
 * Step 6 of the way: a file behind a URL, by HTTP range requests. In: a range. Out: its bytes, after every answer has been
 * held against what was asked: status, Content-Range, length, encoding, version (http-answer.ts).
 */
import { ClosedError, SourceUnavailableError } from "../errors.ts";
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
  spell,
  statusError,
  versionOf,
  wrongRange,
} from "./http-answer.ts";
import { BodyBuffer } from "./http-body.ts";
import { type HttpSettings, type HttpSourceOptions, httpSettings } from "./http-options.ts";
import { type HttpAttempt, type HttpRequest, HttpWire } from "./http-wire.ts";
import type { Meter } from "./meter.ts";
import { checkRangeInside, checkRangeShape } from "./range-check.ts";
import { SharedTask } from "./shared-task.ts";
import type { ByteRange, ReadOptions, Source, SourceTraffic } from "./source.ts";

export type { HttpFetch, HttpSourceOptions } from "./http-options.ts";

/** The source of {@link httpSource}, with a meter that is the caller's too. @throws {InvalidOptionError} */
export function meteredHttpSource(url: string | URL, options: HttpSourceOptions, meter: Meter): Source {
  return new HttpSource(httpSettings(url, options), meter);
}

/** What the first answer told. */
interface Opened extends Omit<HttpFile, "byteLength"> {
  /** Missing where the answer hid it. */
  readonly byteLength: number | undefined;
  /** The file from its first byte. */
  readonly bytes: Uint8Array;
}

/** A first answer that says all that is needed, and may break off before its bytes are complete. */
interface Begun extends HttpFile {
  readonly buffer: BodyBuffer;
  /** Behind the last byte that it is to bring. */
  readonly end: number;
}

const NO_BYTES = new Uint8Array(0);

class HttpSource implements Source {
  readonly name: string;
  readonly isRemote = true;
  readonly #settings: HttpSettings;
  readonly #opening = new SharedTask((signal) => this.#open(signal));
  readonly #takingWhole = new SharedTask((signal) => this.#takeWhole(signal));
  readonly #wire: HttpWire;
  #file: HttpFile | undefined;
  /** The file from its first byte, as far as it came along with the first answer; all of it once taken whole. */
  #kept: Uint8Array = NO_BYTES;
  #isClosed = false;

  constructor(settings: HttpSettings, meter: Meter) {
    this.name = settings.target.name;
    this.#settings = settings;
    this.#wire = new HttpWire(settings, meter);
  }

  get byteLength(): number | undefined {
    return this.#file?.byteLength;
  }

  get front(): Uint8Array | undefined {
    return this.#file === undefined ? undefined : this.#kept;
  }

  get traffic(): SourceTraffic {
    const { requests, bytesReceived, retries } = this.#wire.meter;
    return { requests, bytesReceived, retries };
  }

  async size(options: ReadOptions = {}): Promise<number> {
    this.#checkOpen();
    const file = await this.#opening.run(options.signal);
    return file.byteLength;
  }

  async read(range: ByteRange, options: ReadOptions = {}): Promise<Uint8Array> {
    const { start, end } = range;
    const file = await this.#fileWith({ start, end }, options.signal);
    const kept = this.#kept;
    if (end <= kept.byteLength) {
      this.#wire.meter.fromCache(this.name, { start, end });
      return kept.slice(start, end);
    }
    const missing = { start: Math.max(start, kept.byteLength), end };
    const rest = await this.#readMissing(missing, file, options.signal);
    if (missing.start === start) return rest;
    const joined = allocateBytes(end - start, this.name);
    joined.set(kept.subarray(start));
    joined.set(rest, missing.start - start);
    return joined;
  }

  async refresh(range: ByteRange, options: ReadOptions = {}): Promise<Uint8Array> {
    const { start, end } = range;
    const file = await this.#fileWith({ start, end }, options.signal);
    // Never "0-0", which some servers answer with the whole file.
    const asked = { start, end: Math.max(end, Math.min(2, file.byteLength)) };
    const bytes = await this.#readMissing(asked, file, options.signal, "reload");
    this.#mend(start, bytes);
    return asked.end === end ? bytes : bytes.slice(0, end - start);
  }

  /** The file, which has this range. */
  async #fileWith(range: ByteRange, signal: AbortSignal | undefined): Promise<HttpFile> {
    this.#checkOpen();
    checkRangeShape(range, this.name);
    const file = await this.#opening.run(signal);
    this.#checkOpen();
    checkRangeInside(range, file.byteLength, this.name);
    return file;
  }

  /** Puts bytes in the place of those that were kept, in a copy: others may hold the old ones. */
  #mend(start: number, bytes: Uint8Array): void {
    if (start >= this.#kept.byteLength) return;
    this.#kept = this.#kept.slice();
    this.#kept.set(bytes.subarray(0, this.#kept.byteLength - start), start);
  }

  close(): void {
    this.#isClosed = true;
    this.#kept = NO_BYTES;
    this.#wire.close(this.#closedError());
  }

  /** The first request, and a HEAD request if its answer hid the length. Keeps what came. */
  async #open(signal: AbortSignal): Promise<HttpFile> {
    const { firstBytes } = this.#settings;
    let begun: Begun | undefined;
    const range = (): ByteRange =>
      begun === undefined || begun.buffer.length === 0
        ? { start: 0, end: firstBytes }
        : { start: begun.buffer.length, end: begun.end };
    const opened = await this.#wire.run({ method: "GET", reason: "open", range }, signal, (response, attempt) => {
      if (begun !== undefined && attempt.range.start > 0 && response.status !== 200)
        return this.#takeRest(response, attempt, begun);
      begun = undefined;
      return this.#takeFirst(response, attempt, (first) => {
        begun = first;
      });
    });
    const { bytes, version } = opened;
    const byteLength =
      opened.byteLength ?? (await this.#lengthByHead({ byteLength: bytes.byteLength, version }, signal));
    this.#checkOpen();
    this.#kept = bytes;
    this.#file = { byteLength, version };
    return this.#file;
  }

  /** Goes on where an earlier first answer broke off. */
  async #takeRest(response: Response, attempt: HttpAttempt, begun: Begun): Promise<Opened> {
    const length = this.#checkLater(response, attempt.range, begun) ?? 0;
    await this.#fill(response, begun.buffer, attempt, length);
    return { ...begun, bytes: begun.buffer.bytes };
  }

  async #takeFirst(response: Response, attempt: HttpAttempt, onBegun: (begun: Begun) => void): Promise<Opened> {
    const { target, firstBytes } = this.#settings;
    const version = versionOf(response);
    if (response.status === 416) return { byteLength: 0, bytes: this.#takeEmpty(response), version };
    if (response.status !== 200 && response.status !== 206) throw statusError(response, target);
    checkBodyForm(response, target);
    if (response.status === 200) {
      const bytes = await this.#takeUnasked(response, attempt);
      return { byteLength: bytes.byteLength, bytes, version };
    }
    const stated = contentRangeOf(response, target);
    const byteLength = stated?.byteLength;
    if (byteLength !== undefined) {
      const asked = { start: 0, end: Math.min(firstBytes, byteLength) };
      const end = checkPartial(response, target, asked, { byteLength, version });
      const buffer = new BodyBuffer(this.name, end);
      onBegun({ byteLength, version, end, buffer });
      await this.#fill(response, buffer, attempt, end);
      return { byteLength, bytes: buffer.bytes, version };
    }
    // Without a length, a body shorter than asked ends where the file ends; a full one leaves it open.
    const bytes = await this.#readBody(response, firstBytes, attempt);
    if (bytes === undefined) throw this.#wrongLength(firstBytes, `more than ${firstBytes}`);
    const range = stated?.range;
    if (range !== undefined && (range.start !== 0 || range.end !== bytes.byteLength)) {
      throw wrongRange(response, target, spell({ start: 0, end: bytes.byteLength }), spell(range));
    }
    return { byteLength: bytes.byteLength < firstBytes ? bytes.byteLength : undefined, bytes, version };
  }

  /** 416 to the very first bytes: by the standard, the file has none. */
  #takeEmpty(response: Response): Uint8Array {
    const { target, firstBytes } = this.#settings;
    const byteLength = contentRangeOf(response, target)?.byteLength ?? 0;
    if (byteLength === 0) return NO_BYTES;
    const asked = { start: 0, end: Math.min(firstBytes, byteLength) };
    throw wrongRange(response, target, spell(asked), `416 for a file of ${byteLength} bytes`);
  }

  /** 200 to the first request: the whole file, which is welcome if it is small and taken as `onNoRange` says if it is not. */
  async #takeUnasked(response: Response, attempt: HttpAttempt): Promise<Uint8Array> {
    const { firstBytes, maxWholeBytes, onNoRange } = this.#settings;
    const limitBytes = onNoRange === "whole" ? Math.max(maxWholeBytes, firstBytes) : firstBytes;
    const claimed = Number(response.headers.get("Content-Length") ?? "0");
    if (claimed > limitBytes) throw noRangeError(response, this.#settings, claimed);
    attempt.expect(claimed);
    const bytes = await this.#readBody(response, limitBytes, attempt);
    if (bytes === undefined) throw noRangeError(response, this.#settings);
    return bytes;
  }

  /**
   * The length of a file whose `Content-Range` cannot be seen: that of a HEAD answer is visible across origins. The range from
   * 0 has the length of the file whether the server heeds it or not, and makes browsers ask for an unencoded length.
   */
  async #lengthByHead(first: HttpFile, signal: AbortSignal): Promise<number> {
    const { target } = this.#settings;
    const range = (): ByteRange => ({ start: 0, end: Number.POSITIVE_INFINITY });
    return await this.#wire.run({ method: "HEAD", reason: "length", range }, signal, async (response) => {
      if (isRetryable(response.status)) throw statusError(response, target);
      const byteLength = Number(response.headers.get("Content-Length") ?? Number.NaN);
      const isUsable = response.ok && Number.isSafeInteger(byteLength) && byteLength >= first.byteLength;
      if (!isUsable) throw noLengthError(response, target);
      checkSameVersion(response, target, first);
      return byteLength;
    });
  }

  async #readMissing(
    missing: ByteRange,
    file: HttpFile,
    signal: AbortSignal | undefined,
    reason: "read" | "reload" = "read",
  ): Promise<Uint8Array> {
    const buffer = new BodyBuffer(this.name, missing.end - missing.start);
    const range = (): ByteRange => ({ start: missing.start + buffer.length, end: missing.end });
    const isWhole = await this.#readPieces(
      buffer,
      { method: "GET", reason, range },
      signal,
      async (response, attempt) => {
        const length = this.#checkLater(response, attempt.range, file);
        if (length !== undefined) await this.#fill(response, buffer, attempt, length);
        return length === undefined;
      },
    );
    if (!isWhole) return buffer.bytes;
    // Not the body at hand: the reads that run beside this one got such an answer too, and share one download instead.
    const whole = await this.#takingWhole.run(signal);
    return whole.slice(missing.start, missing.end);
  }

  /** Requests until the buffer is full, since answers may be shorter than was asked for; or until `use` has something better. */
  async #readPieces(
    buffer: BodyBuffer,
    request: HttpRequest,
    signal: AbortSignal | undefined,
    use: (response: Response, attempt: HttpAttempt) => Promise<boolean>,
  ): Promise<boolean> {
    let isOver = false;
    while (!isOver && !buffer.isFull) isOver = await this.#wire.run(request, signal, use);
    return isOver;
  }

  /** Refuses what cannot be used. How many bytes the answer has; undefined if it is the whole file, and allowed to be. */
  #checkLater(response: Response, asked: ByteRange, file: HttpFile): number | undefined {
    const { target, onNoRange, maxWholeBytes } = this.#settings;
    if (response.status === 416) {
      checkSameLength(contentRangeOf(response, target)?.byteLength, target, file);
      throw wrongRange(response, target, spell(asked), "416 Range Not Satisfiable");
    }
    if (response.status !== 200 && response.status !== 206) throw statusError(response, target, true);
    checkBodyForm(response, target);
    if (response.status === 206) return checkPartial(response, target, asked, file);
    checkSameVersion(response, target, file);
    if (onNoRange === "error" || file.byteLength > maxWholeBytes) {
      throw noRangeError(response, this.#settings, file.byteLength);
    }
    return undefined;
  }

  async #takeWhole(signal: AbortSignal): Promise<Uint8Array> {
    const file = await this.#opening.run(signal);
    const buffer = new BodyBuffer(this.name, file.byteLength);
    const range = (): ByteRange => ({ start: buffer.length, end: file.byteLength });
    let whole: Uint8Array | undefined;
    await this.#readPieces(buffer, { method: "GET", reason: "whole", range }, signal, async (response, attempt) => {
      const length = this.#checkLater(response, attempt.range, file);
      if (length !== undefined) {
        await this.#fill(response, buffer, attempt, length);
        return false;
      }
      attempt.expect(file.byteLength);
      whole = await this.#readBody(response, file.byteLength, attempt, file.byteLength);
      checkSameLength(whole?.byteLength ?? Number.POSITIVE_INFINITY, this.#settings.target, file);
      return true;
    });
    this.#checkOpen();
    this.#kept = whole ?? buffer.bytes;
    return this.#kept;
  }

  /** Takes the `length` bytes that an answer has, behind those of earlier ones. */
  async #fill(response: Response, buffer: BodyBuffer, attempt: HttpAttempt, length: number): Promise<void> {
    const { signal, onBytes } = attempt;
    const before = buffer.length;
    const isInside = await buffer.append(response, signal, onBytes).catch((error: unknown) => {
      // A connection may break behind the last byte.
      if (signal.aborted || buffer.length - before !== length) throw error;
      return true;
    });
    const came = buffer.length - before;
    if (isInside && came === length) return;
    if (came > length) buffer.cut(before);
    throw this.#wrongLength(length, isInside ? String(came) : "more");
  }

  async #readBody(
    response: Response,
    limitBytes: number,
    { signal, onBytes }: HttpAttempt,
    firstCapacityBytes = this.#settings.firstBytes,
  ): Promise<Uint8Array | undefined> {
    const buffer = new BodyBuffer(this.name, limitBytes, firstCapacityBytes);
    return (await buffer.append(response, signal, onBytes)) ? buffer.bytes : undefined;
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
