/** What reading costs, as it happens: every read of the open file, from when it is asked for to when it is there. */

import { signal } from "@preact/signals";
import type { ByteRange, HttpSourceOptions, ReadEvent, Source } from "parcode-web";
import { withRange } from "./ranges.ts";
import { waitAsSlow } from "./throttle.ts";

/** One read. */
export interface Read extends ByteRange {
  readonly number: number;
  /** Milliseconds from when the file was opened. */
  readonly started: number;
  /** Undefined while it is under way. */
  readonly milliseconds?: number;
  readonly bytes: number;
  readonly from: ReadEvent["from"];
  /** What came in place of bytes. */
  readonly problem?: string;
}

/** All reads so far. */
export interface Totals {
  readonly requests: number;
  readonly bytes: number;
  /** Reads that were answered by what had come along with an earlier one. */
  readonly cached: number;
  readonly milliseconds: number;
}

const NOTHING: Totals = { requests: 0, bytes: 0, cached: 0, milliseconds: 0 };

/** Reads that are kept one by one; older ones count in the totals only. */
const MAX_READS = 500;

/** Every read of one open file. */
export class ReadLog {
  readonly reads = signal<readonly Read[]>([]);
  readonly totals = signal<Totals>(NOTHING);
  /** What is here of the file. */
  readonly ranges = signal<readonly ByteRange[]>([]);
  /** Length of the file, once it is known. */
  readonly byteLength = signal(0);
  readonly origin = performance.now();
  private count = 0;
  private list: Read[] = [];
  private isDrawing = false;

  /** `fetch` as slow as the person wants it, which notes what it is asked for. */
  readonly fetch: NonNullable<HttpSourceOptions["fetch"]> = async (url, init) => {
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(new Headers(init.headers).get("Range") ?? "") ?? [];
    const range = first === undefined ? { start: 0, end: 0 } : { start: Number(first), end: Number(last) + 1 };
    this.begin(range, "network");
    await waitAsSlow(range.end - range.start, init.signal ?? undefined);
    return await fetch(url, init);
  };

  /** A source that is no server, as slow as the person wants it, which notes what it is asked for. */
  sourceOf(source: Source): Source {
    return {
      name: source.name,
      byteLength: source.byteLength,
      // Where it lies decides what is read first, and how far ahead.
      isRemote: source.isRemote,
      size: (options) => source.size(options),
      read: async (range, options) => {
        this.begin(range, "storage");
        await waitAsSlow(range.end - range.start, options?.signal);
        return await source.read(range, options);
      },
      close: () => source.close?.(),
    };
  }

  /** For the option `onEvent` of `open`. */
  readonly onEvent = (event: ReadEvent): void => {
    const { start, end, from, bytes, milliseconds, errorCode } = event;
    const started = performance.now() - this.origin - milliseconds;
    const open = this.list.findIndex(
      (read) => read.milliseconds === undefined && read.from === from && read.start === start,
    );
    const at = open === -1 ? this.append({ start, end, from, started }) : open;
    const problem = errorCode === undefined ? {} : { problem: errorCode };
    const known = this.list[at] as Read;
    this.list[at] = { ...known, end: Math.min(known.end, start + Math.max(bytes, 0)), bytes, milliseconds, ...problem };
    if (errorCode !== undefined) this.list[at] = { ...(this.list[at] as Read), end: known.end };
    else this.ranges.value = withRange(this.ranges.value, { start, end: start + bytes });
    const { requests, bytes: before, cached, milliseconds: spent } = this.totals.value;
    const isCached = from === "cache";
    this.totals.value = {
      requests: requests + (isCached ? 0 : 1),
      bytes: before + (isCached ? 0 : bytes),
      cached: cached + (isCached ? 1 : 0),
      milliseconds: spent + milliseconds,
    };
    this.schedule();
  };

  private begin({ start, end }: ByteRange, from: Read["from"]): void {
    this.append({ start, end, from, started: performance.now() - this.origin });
    this.schedule();
  }

  private append(read: Omit<Read, "number" | "bytes">): number {
    this.list.push({ ...read, number: ++this.count, bytes: 0 });
    if (this.list.length > MAX_READS) this.list.shift();
    return this.list.length - 1;
  }

  /** Once a frame is enough. A page in the background gets none, and needs none. */
  private schedule(): void {
    if (this.isDrawing) return;
    this.isDrawing = true;
    requestAnimationFrame(() => {
      this.isDrawing = false;
      this.reads.value = [...this.list];
    });
  }
}
