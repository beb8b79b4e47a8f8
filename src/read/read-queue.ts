/**
 * Step 7: the reads of one open file. In: ranges that calls want. Out: their bytes. What is wanted in one turn is planned
 * together, whoever wants it; what is on its way already is waited for; and no more than a few reads go at once.
 */

import { untilAborted } from "../source/abort.ts";
import { DEFAULT_PLANNING, planReads, type ReadPlanning } from "../source/coalesce.ts";
import { SharedTask } from "../source/shared-task.ts";
import type { ByteRange, Source } from "../source/source.ts";

/** A read that was planned, and is waiting, going on, or just done. */
interface PlannedRead {
  readonly range: ByteRange;
  readonly task: Pick<SharedTask<Uint8Array>, "run">;
}

/** A range that somebody wants. */
interface Wanted {
  readonly range: ByteRange;
  readonly signal: AbortSignal | undefined;
  readonly resolve: (bytes: Promise<Uint8Array>) => void;
}

/** What the queue tells of what it does. */
export interface ReadQueueHooks {
  /** Before each read. @throws what the read then rejects with */
  readonly beforeRead: () => void;
  /** When its bytes are here. */
  readonly onRead: (byteLength: number) => void;
}

export class ReadQueue {
  private readonly source: Source;
  private readonly hooks: ReadQueueHooks;
  private readonly planning: ReadPlanning;
  private wanted: Wanted[] = [];
  private readonly planned = new Set<PlannedRead>();
  private active = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(source: Source, hooks: ReadQueueHooks, planning: ReadPlanning = DEFAULT_PLANNING) {
    this.source = source;
    this.hooks = hooks;
    this.planning = planning;
  }

  /** The bytes of a range. Ends for this caller when its signal aborts; the read itself, when nobody waits for it. */
  read(range: ByteRange, signal: AbortSignal | undefined): Promise<Uint8Array> {
    const onItsWay = this.find(range);
    if (onItsWay !== undefined) return take(onItsWay, range, signal);
    return new Promise((resolve) => {
      this.wanted.push({ range, signal, resolve });
      if (this.wanted.length === 1) void this.flushLater();
    });
  }

  /** Fills memory of the caller's alone, in turn with the reads of others; see `Source.fill`. */
  fill(
    start: number,
    targets: readonly Uint8Array[],
    byteLength: number,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    return this.inTurn(async () => {
      this.hooks.beforeRead();
      await this.source.fill?.(start, targets, { signal });
      this.hooks.onRead(byteLength);
    }, signal);
  }

  /** Bytes for this caller alone, of a source that gives such. */
  readOwn(range: ByteRange, signal: AbortSignal | undefined): Promise<Uint8Array> {
    return this.inTurn(() => this.readNow(range, signal), signal);
  }

  private find({ start, end }: ByteRange): PlannedRead | undefined {
    for (const read of this.planned) if (read.range.start <= start && end <= read.range.end) return read;
    return undefined;
  }

  /** Calls that go on behind one read want the next in the same turn, some steps of promises apart. */
  private async flushLater(): Promise<void> {
    for (let step = 0; step < 3; step++) await undefined;
    const wanted = this.wanted.filter(({ signal, resolve }) => {
      if (signal?.aborted) resolve(Promise.reject(signal.reason));
      return !signal?.aborted;
    });
    this.wanted = [];
    const ranges = wanted.map((one) => one.range);
    for (const { range, parts } of planReads(ranges, this.planning)) {
      const isEnding = parts.some(({ index }) => wanted[index]?.signal !== undefined);
      const read = this.begin(range, isEnding);
      for (const { index } of parts) {
        const { range: part, signal, resolve } = wanted[index] as Wanted;
        resolve(take(read, part, signal));
      }
    }
  }

  /** @param isEnding Whether somebody may end it: a controller and its listeners cost more than a read of a file. */
  private begin(range: ByteRange, isEnding: boolean): PlannedRead {
    const work = async (signal: AbortSignal | undefined): Promise<Uint8Array> => {
      try {
        return await this.inTurn(() => this.readNow(range, signal), signal);
      } finally {
        // Who wanted it has the bytes; it is no place to look for others.
        this.planned.delete(read);
      }
    };
    const task = isEnding ? new SharedTask(work) : unending(work);
    const read: PlannedRead = { range, task };
    this.planned.add(read);
    return read;
  }

  private async readNow(range: ByteRange, signal: AbortSignal | undefined): Promise<Uint8Array> {
    this.hooks.beforeRead();
    const bytes = await this.source.read(range, { signal });
    this.hooks.onRead(bytes.length);
    return bytes;
  }

  /** Runs `work` when few enough others run. */
  private async inTurn<T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    if (this.active >= this.planning.maxReadsInFlight) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.active++;
    try {
      signal?.throwIfAborted();
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.active--;
      else next();
    }
  }
}

/** Work that goes on although one who wants it does not wait any more. */
function unending<T>(work: (signal: undefined) => Promise<T>): Pick<SharedTask<T>, "run"> {
  let result: Promise<T> | undefined;
  return {
    run(signal) {
      result ??= work(undefined);
      return untilAborted(result, signal);
    },
  };
}

async function take(read: PlannedRead, part: ByteRange, signal: AbortSignal | undefined): Promise<Uint8Array> {
  const { range, task } = read;
  const bytes = await task.run(signal);
  return bytes.subarray(part.start - range.start, part.end - range.start);
}
