/**
 * Step 6 of the way, beside it: what reading costs. In: each request before it is made and what came of it. Out: counts. A budget,
 * and a word to whoever listens, are in full-meter.ts: few ask for them.
 */
import type { BudgetExceededError, ReadCost } from "../errors.ts";
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

/** Whether anybody wants to know more than counts, or to bound them. */
export function isMetered({ budget, onEvent, measure }: MeterOptions): boolean {
  return budget !== undefined || onEvent !== undefined || measure === true;
}

/** Counts for one open file, or for one source. */
export class Meter {
  requests = 0;
  bytesReceived = 0;
  retries = 0;

  /** Whether it may refuse a read: then nobody reads ahead of what is used. */
  get mayRefuse(): boolean {
    return false;
  }

  /** Whether these reads may all be made. @throws {BudgetExceededError} */
  admit(_ranges: readonly ByteRange[], _name: string): void {}

  /** Counts a request that is made now. @throws {BudgetExceededError} It must not be made. */
  begin({ retry = 0 }: Reading): RunningRead {
    this.requests++;
    if (retry > 0) this.retries++;
    const received = (count: number): void => {
      this.bytesReceived += count;
    };
    return { status: undefined, received, expect: nothing, end: nothing };
  }

  /** A read that cost nothing. */
  fromCache(_name: string, _range: ByteRange): void {}
}

function nothing(): void {}
