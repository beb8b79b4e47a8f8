/**
 * Step 6 of the way, beside it: what reading costs. In: each request before it is made and what came of it. Out: counts, a
 * budget that is never exceeded, and a word to whoever listens.
 */
import { BudgetExceededError, InvalidOptionError, isParcodeError, type ReadCost } from "../errors.ts";
import type { ByteRange } from "./source.ts";

/** Why a range is read: finding the file, learning its length, a call, the whole file in place of ranges, damage. */
export type ReadReason = "open" | "length" | "read" | "whole" | "reload";

/** One read of a range, when it is over. A retry is a read of its own. */
export interface ReadEvent {
  /** First byte, from the start of the file. */
  readonly start: number;
  /** Behind the last byte; infinite for a request of the length. */
  readonly end: number;
  /** What the source is called: a URL without its query, a path, "Blob". */
  readonly name: string;
  readonly reason: ReadReason;
  readonly milliseconds: number;
  /** Bytes that came. */
  readonly bytes: number;
  /** "network": an HTTP request. "cache": what an earlier answer had brought along. "storage": Blob, file, or a source of your own. */
  readonly from: "network" | "cache" | "storage";
  /** 0 for the first try. */
  readonly retry: number;
  /** HTTP status, where there was an answer. */
  readonly status: number | undefined;
  /** Why it failed: the `code` of the error, or "Aborted". Undefined for a success. */
  readonly errorCode: string | undefined;
}

/** Options of reading that bound or show what it costs. */
export interface MeterOptions {
  /**
   * What may be spent on the open file in all, opening included: requests to the source, bytes from it, retries included.
   * A read that would go beyond throws {@link BudgetExceededError} before it is made. Over HTTP the first one asks for
   * `firstBytes` (64 KiB), so fewer bytes open nothing. Default: no bound.
   */
  readonly budget?: Partial<ReadCost> | undefined;
  /** Called after each read of a range, also after one that failed. What it throws is ignored. */
  readonly onEvent?: ((event: ReadEvent) => void) | undefined;
  /** Whether each read leaves a `performance.measure` named "parcode read", for the browser's timeline. Default false. */
  readonly measure?: boolean | undefined;
}

/** What is about to be read. */
export interface Reading extends ByteRange {
  readonly name: string;
  readonly reason: ReadReason;
  readonly from: ReadEvent["from"];
  readonly retry?: number;
}

/** A read under way. */
export interface RunningRead {
  /** Bytes of it that came. @throws {BudgetExceededError} They are more than were foreseen: the rest must not come. */
  received(count: number): void;
  /** It turns out to cost this many bytes in all. @throws {BudgetExceededError} */
  expect(bytes: number): void;
  status: number | undefined;
  end(error?: unknown): void;
}

/** Counts for one open file, or for one source. */
export class Meter {
  requests = 0;
  bytesReceived = 0;
  retries = 0;
  /** Bytes that reads under way may still bring. */
  #reservedBytes = 0;
  readonly #budget: ReadCost;
  readonly #options: MeterOptions;

  /** @throws {InvalidOptionError} */
  constructor(options: MeterOptions = {}) {
    const { requests, bytes } = options.budget ?? {};
    this.#budget = { requests: bound("budget.requests", requests), bytes: bound("budget.bytes", bytes) };
    this.#options = options;
  }

  /** Whether anybody wants to know more than counts. */
  get isUsed(): boolean {
    const { budget, onEvent, measure } = this.#options;
    return budget !== undefined || onEvent !== undefined || measure === true;
  }

  /** Whether these reads may all be made. @throws {BudgetExceededError} */
  admit(ranges: readonly ByteRange[], name: string): void {
    const bytes = ranges.reduce((total, { start, end }) => total + (Number.isFinite(end) ? end - start : 0), 0);
    this.#require({ requests: ranges.length, bytes }, name, ranges[0]);
  }

  /** Counts a request that is made now. @throws {BudgetExceededError} It must not be made. */
  begin(reading: Reading): RunningRead {
    this.admit([reading], reading.name);
    const { start, end, retry = 0 } = reading;
    this.requests++;
    if (retry > 0) this.retries++;
    return this.#running(reading, Number.isFinite(end) ? end - start : 0);
  }

  #running(reading: Reading, reserved: number): RunningRead {
    const since = performance.now();
    let expected = reserved;
    let bytes = 0;
    let isOver = false;
    this.#reservedBytes += expected;
    const running: RunningRead = {
      status: undefined,
      received: (count) => {
        bytes += count;
        this.bytesReceived += count;
        const foreseen = Math.min(expected, count);
        this.#reservedBytes -= foreseen;
        expected -= foreseen;
        if (foreseen < count) this.#require({ requests: 0, bytes: 0 }, reading.name, reading);
      },
      expect: (all) => {
        const more = all - bytes - expected;
        if (more <= 0) return;
        this.#require({ requests: 0, bytes: more }, reading.name, reading);
        expected += more;
        this.#reservedBytes += more;
      },
      end: (error) => {
        if (isOver) return;
        isOver = true;
        this.#reservedBytes -= expected;
        this.#tell(reading, since, bytes, running.status, error);
      },
    };
    return running;
  }

  /** A read that cost nothing. */
  fromCache(name: string, { start, end }: ByteRange): void {
    this.#tell(
      { name, start, end, reason: "read", from: "cache" },
      performance.now(),
      end - start,
      undefined,
      undefined,
    );
  }

  #require(next: ReadCost, name: string, range: ByteRange | undefined): void {
    const budget = this.#budget;
    const spent = { requests: this.requests, bytes: this.bytesReceived };
    const bytes = spent.bytes + this.#reservedBytes;
    if (spent.requests + next.requests <= budget.requests && bytes + next.bytes <= budget.bytes) return;
    const at = range === undefined ? "" : `, from byte ${range.start} on`;
    throw new BudgetExceededError(
      `${name}: the next read would exceed the budget of ${spell(budget)}: it costs ${spell(next)}${at}, and ${spell(spent)} are spent. ` +
        "Nothing was requested. Read less, or open the file with a larger budget.",
      { path: "", budget: this.#options.budget ?? {}, spent, next, expected: spell(budget), actual: spell(next) },
    );
  }

  #tell(reading: Reading, since: number, bytes: number, status: number | undefined, error: unknown): void {
    const { onEvent, measure } = this.#options;
    if (onEvent === undefined && measure !== true) return;
    const { start, end, name, reason, from, retry = 0 } = reading;
    const milliseconds = performance.now() - since;
    const errorCode = error === undefined ? undefined : isParcodeError(error) ? error.code : "Aborted";
    const event = { start, end, name, reason, milliseconds, bytes, from, retry, status, errorCode };
    if (measure === true)
      performance.measure?.("parcode read", { start: since, duration: milliseconds, detail: event });
    try {
      onEvent?.(event);
    } catch {
      // A listener's failure is no reason to lose what was read.
    }
  }
}

function spell({ requests, bytes }: ReadCost): string {
  const parts = [
    ...(Number.isFinite(requests) ? [`${requests} ${requests === 1 ? "request" : "requests"}`] : []),
    ...(Number.isFinite(bytes) ? [`${bytes} bytes`] : []),
  ];
  return parts.join(" and ");
}

function bound(option: string, value: number | undefined): number {
  if (value === undefined) return Number.POSITIVE_INFINITY;
  if (value >= 0) return value;
  const expected = "a number, at least 0";
  throw new InvalidOptionError(`${option} must be ${expected}, and is ${value}.`, {
    option,
    expected,
    actual: String(value),
  });
}
