/**
 * Step 6 of the way, beside it: a meter that does more than count. In: each request before it is made and what came of it. Out: a
 * budget that is never exceeded, and a word to whoever listens.
 */

import { atLeast } from "../errors/option.ts";
import { BudgetExceededError, isParcodeError, type ReadCost } from "../errors.ts";
import { Meter, type MeterOptions, type Reading, type RunningRead } from "./meter.ts";
import type { ByteRange } from "./source.ts";

/** Counts, with a budget and a listener. */
export class FullMeter extends Meter {
  /** Bytes that reads under way may still bring. */
  #reservedBytes = 0;
  readonly #budget: ReadCost;
  readonly #options: MeterOptions;

  /** @throws {InvalidOptionError} */
  constructor(options: MeterOptions = {}) {
    super();
    const { requests, bytes } = options.budget ?? {};
    this.#budget = { requests: bound("budget.requests", requests), bytes: bound("budget.bytes", bytes) };
    this.#options = options;
  }

  override get mayRefuse(): boolean {
    return Number.isFinite(this.#budget.requests) || Number.isFinite(this.#budget.bytes);
  }

  override admit(ranges: readonly ByteRange[], name: string): void {
    const bytes = ranges.reduce((total, { start, end }) => total + (Number.isFinite(end) ? end - start : 0), 0);
    this.#require({ requests: ranges.length, bytes }, name, ranges[0]);
  }

  override begin(reading: Reading): RunningRead {
    this.admit([reading], reading.name);
    const { start, end } = reading;
    return this.#running(reading, super.begin(reading), Number.isFinite(end) ? end - start : 0);
  }

  #running(reading: Reading, counted: RunningRead, reserved: number): RunningRead {
    const since = performance.now();
    let expected = reserved;
    let bytes = 0;
    let isOver = false;
    this.#reservedBytes += expected;
    const running: RunningRead = {
      status: undefined,
      received: (count) => {
        bytes += count;
        counted.received(count);
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

  override fromCache(name: string, { start, end }: ByteRange): void {
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
  return atLeast(option, value, 0);
}
