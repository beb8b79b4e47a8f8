/**
 * Step 6 of the way, shared by sources over stored files that somebody may replace: a Blob of one version of the file, fetched
 * by the first use. In: a range. Out: its bytes; where the Blob has died, those of the same version fetched again.
 */
import { ClosedError, isParcodeError, SourceChangedError } from "../errors.ts";
import { untilAborted } from "./abort.ts";
import { blobSource } from "./blob.ts";
import { checkRangeShape } from "./range-check.ts";
import type { ByteRange, ReadOptions, Source, SourceTraffic } from "./source.ts";

/** One version of a file. */
export interface FileVersion {
  readonly blob: Blob;
  /** Says which version it is, to be compared and to be read: "12 bytes, written …". */
  readonly version: string;
}

interface Opened extends FileVersion {
  readonly source: Source;
}

/** A source over what `fetch` gives; `fetch` throws typed errors. */
export class VersionedSource implements Source {
  readonly name: string;
  readonly isRemote = false;
  readonly givesOwnBytes = true;
  readonly #fetch: () => Promise<FileVersion>;
  #opened: Opened | undefined;
  #opening: Promise<Opened> | undefined;
  #changed: SourceChangedError | undefined;
  #isClosed = false;
  #requests = 0;
  #bytesReceived = 0;

  constructor(name: string, fetch: () => Promise<FileVersion>) {
    this.name = name;
    this.#fetch = fetch;
  }

  get byteLength(): number | undefined {
    return this.#opened?.blob.size;
  }

  get traffic(): SourceTraffic {
    return { requests: this.#requests, bytesReceived: this.#bytesReceived };
  }

  async size(options: ReadOptions = {}): Promise<number> {
    this.#check();
    options.signal?.throwIfAborted();
    const { blob } = this.#opened ?? (await untilAborted(this.#open(), options.signal));
    return blob.size;
  }

  async read(range: ByteRange, options: ReadOptions = {}): Promise<Uint8Array> {
    this.#check();
    const { signal } = options;
    signal?.throwIfAborted();
    const { start, end } = range;
    checkRangeShape({ start, end }, this.name);
    const opened = this.#opened ?? (await untilAborted(this.#open(), signal));
    try {
      return await this.#readFrom(opened, { start, end }, options);
    } catch (error) {
      if (!isParcodeError(error, "SourceChanged") || error === this.#changed) throw error;
      const again = await untilAborted(this.#reopen(opened), signal);
      return await this.#readFrom(again, { start, end }, options);
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#opened = undefined;
  }

  async #readFrom(opened: Opened, range: ByteRange, options: ReadOptions): Promise<Uint8Array> {
    this.#check();
    this.#requests += 1;
    const bytes = await opened.source.read(range, options);
    this.#bytesReceived += bytes.byteLength;
    return bytes;
  }

  #open(): Promise<Opened> {
    this.#opening ??= this.#fetch()
      .then((version) => this.#adopt(version))
      .finally(() => {
        this.#opening = undefined;
      });
    return this.#opening;
  }

  #adopt(version: FileVersion): Opened {
    this.#check();
    this.#opened = { ...version, source: blobSource(version.blob, this.name) };
    return this.#opened;
  }

  /** The Blob again, once the one in hand is dead; of the same version, or an error now and from now on. */
  async #reopen(dead: Opened): Promise<Opened> {
    if (this.#opened !== undefined && this.#opened !== dead) return this.#opened;
    const now = await this.#fetch().catch((error: unknown) => {
      if (isParcodeError(error, "SourceUnavailable")) throw this.#fail(dead.version, "removed", error);
      throw error;
    });
    if (now.version !== dead.version) throw this.#fail(dead.version, now.version, undefined);
    return this.#adopt(now);
  }

  #fail(expected: string, actual: string, cause: unknown): SourceChangedError {
    this.#changed ??= new SourceChangedError(
      `${this.name}: the file was replaced while it was open: it was ${expected}, and is ${actual}. Open it again.`,
      { expected, actual, cause },
    );
    return this.#changed;
  }

  #check(): void {
    if (this.#isClosed) throw new ClosedError(`${this.name}: the source was closed.`);
    if (this.#changed !== undefined) throw this.#changed;
  }
}
