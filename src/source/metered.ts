/**
 * Step 6 of the way: a source whose reads are counted, bounded and told of. For all but HTTP, which meters each of its
 * requests itself. In: a source. Out: the same one, with a meter in front of its reads.
 */
import { FullMeter } from "./full-meter.ts";
import type { Meter, MeterOptions, RunningRead } from "./meter.ts";
import { checkRangeShape } from "./range-check.ts";
import type { ByteRange, ReadOptions, Source, SourceTraffic, SyncSource } from "./source.ts";

/** A meter that does as the options say. @throws {InvalidOptionError} */
export function fullMeter(options: MeterOptions): Meter {
  return new FullMeter(options);
}

/** `source`, each of whose reads counts as one request. */
export function meteredSource(source: Source, meter: Meter): Source {
  const isSync = source.readSync !== undefined;
  return isSync ? new MeteredSyncSource(source, meter) : new MeteredSource(source, meter);
}

class MeteredSource implements Source {
  protected readonly inner: Source;
  protected readonly meter: Meter;
  readonly refresh?: NonNullable<Source["refresh"]>;

  constructor(inner: Source, meter: Meter) {
    this.inner = inner;
    this.meter = meter;
    if (inner.refresh !== undefined) this.refresh = (range, options) => this.reading(range, "reload", options);
  }

  get name(): string {
    return this.inner.name;
  }

  get isRemote(): boolean | undefined {
    return this.inner.isRemote;
  }

  get byteLength(): number | undefined {
    return this.inner.byteLength;
  }

  get front(): Uint8Array | undefined {
    return this.inner.front;
  }

  get traffic(): SourceTraffic {
    const { requests, bytesReceived, retries } = this.meter;
    return this.inner.traffic ?? { requests, bytesReceived, retries };
  }

  size(options?: ReadOptions): Promise<number> {
    return this.inner.size(options);
  }

  read(range: ByteRange, options?: ReadOptions): Promise<Uint8Array> {
    return this.reading(range, "read", options);
  }

  close(): void | Promise<void> {
    return this.inner.close?.();
  }

  protected begin({ start, end }: ByteRange, reason: "read" | "reload"): RunningRead {
    checkRangeShape({ start, end }, this.inner.name);
    return this.meter.begin({ start, end, name: this.inner.name, reason, from: "storage" });
  }

  private async reading(range: ByteRange, reason: "read" | "reload", options?: ReadOptions): Promise<Uint8Array> {
    options?.signal?.throwIfAborted();
    const running = this.begin(range, reason);
    try {
      const pending = reason === "read" ? this.inner.read(range, options) : this.inner.refresh?.(range, options);
      const bytes = (await pending) as Uint8Array;
      running.received(bytes.length);
      running.end();
      return bytes;
    } catch (error) {
      running.end(error);
      throw error;
    }
  }
}

class MeteredSyncSource extends MeteredSource {
  readSync(range: ByteRange, room?: Uint8Array): Uint8Array {
    const running = this.begin(range, "read");
    try {
      const bytes = (this.inner as SyncSource).readSync(range, room);
      running.received(bytes.length);
      running.end();
      return bytes;
    } catch (error) {
      running.end(error);
      throw error;
    }
  }
}
