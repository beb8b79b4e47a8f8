/**
 * Step 6 of the way, in Node: a file on disk. In: a range. Out: its bytes, read with or without a promise through one file
 * descriptor that is opened by the first use.
 */
import { constants } from "node:buffer";
import * as fs from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { ClosedError, SourceChangedError, SourceUnavailableError } from "../errors.ts";
import { untilAborted } from "../source/abort.ts";
import { allocateBytes } from "../source/allocate.ts";
import { checkRangeInside, checkRangeShape } from "../source/range-check.ts";
import type { ByteRange, ReadOptions, SourceTraffic, SyncSource } from "../source/source.ts";

/** A source over a file, which holds a file descriptor from the first use until `close()`. */
export interface FileSource extends SyncSource, AsyncDisposable {
  /** Length of the file when it was opened. Looking at it opens the file, and throws what `readSync` would. */
  readonly byteLength: number;
  /** Closes the file, once reads under way are done. */
  close(): void | Promise<void>;
}

/**
 * A source over the file at `path`.
 *
 * Readers keep the version that they opened when a writer replaces the file by renaming another one to its name, as
 * `fileSink` does. A file that is cut short in place while it is open is a {@link SourceChangedError}.
 * I/O: opening costs two system calls, a read one.
 * @throws {SourceUnavailableError} From the first use on: missing, a directory, no permission. Retrying helps only where
 * `retryable` says so (too many open files).
 */
export function fileSource(path: string | URL): FileSource {
  return new NodeFileSource(path instanceof URL ? fileURLToPath(path) : path);
}

const open = promisify(fs.open);
const fstat = promisify(fs.fstat);
const read = promisify(fs.read);
const readv = promisify(fs.readv);
const close = promisify(fs.close);

/** Non-blocking, so that a named pipe without a writer is refused and not waited for; files do not mind. 0 on Windows. */
const OPEN_FLAGS = fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0);

/** Below the 2^31 - 1 bytes that one system call can take. */
const MAX_CALL_BYTES = 1024 * 1024 * 1024;

const RETRYABLE = new Set(["EMFILE", "ENFILE", "EAGAIN", "EBUSY", "EINTR", "ENOMEM"]);
const REASONS = new Map([
  ["ENOENT", "there is no such file"],
  ["EACCES", "reading it is not permitted"],
  ["EPERM", "reading it is not permitted"],
  ["EMFILE", "too many files are open"],
  ["ENFILE", "too many files are open"],
]);

/** The open file, and what shows that it is still the same. */
interface OpenFile {
  readonly descriptor: number;
  readonly identity: fs.Stats;
}

class NodeFileSource implements FileSource {
  readonly name: string;
  readonly isRemote = false;
  #file: OpenFile | undefined;
  #opening: Promise<OpenFile> | undefined;
  #isClosed = false;
  /** Asynchronous calls under way; a descriptor must not be closed (and perhaps reused for another file) under them. */
  #pending = 0;
  #whenIdle: (() => void) | undefined;
  #requests = 0;
  #bytesReceived = 0;

  constructor(path: string) {
    this.name = path;
  }

  get byteLength(): number {
    return this.#openSync().identity.size;
  }

  get traffic(): SourceTraffic {
    return { requests: this.#requests, bytesReceived: this.#bytesReceived };
  }

  async size(options: ReadOptions = {}): Promise<number> {
    this.#checkOpen();
    const file = await untilAborted(this.#open(), options.signal);
    return file.identity.size;
  }

  async read(range: ByteRange, options: ReadOptions = {}): Promise<Uint8Array> {
    this.#checkOpen();
    options.signal?.throwIfAborted();
    const { start, end } = range;
    checkRangeShape({ start, end }, this.name);
    return await untilAborted(this.#read({ start, end }), options.signal);
  }

  readSync(range: ByteRange, room?: Uint8Array): Uint8Array {
    const { start, end } = range;
    if (this.#isClosed) this.#checkOpen();
    checkRangeShape(range, this.name);
    const { descriptor, identity } = this.#file ?? this.#openSync();
    if (end > identity.size) checkRangeInside(range, identity.size, this.name);
    const byteLength = end - start;
    const bytes = room?.byteLength === byteLength ? room : allocateBytes(byteLength, this.name);
    this.#requests += 1;
    // In one function, as opening a file is: what runs once costs what it takes to compile. So does Node's own code, of which
    // `readSync` runs through more than `readvSync`.
    try {
      for (let done = 0; done < byteLength; ) {
        const rest = done === 0 && byteLength <= MAX_CALL_BYTES ? bytes : bytes.subarray(done, done + MAX_CALL_BYTES);
        const count = fs.readvSync(descriptor, [rest], start + done);
        if (count === 0) throw this.#changed(start + done, identity);
        done += count;
        this.#bytesReceived += count;
      }
      return bytes;
    } catch (error) {
      throw this.#failure(error);
    }
  }

  async fill(start: number, targets: readonly Uint8Array[], options: ReadOptions = {}): Promise<void> {
    this.#checkOpen();
    options.signal?.throwIfAborted();
    const filling = this.#keepingOpen(async () => {
      const { descriptor, identity } = await this.#open();
      const end = this.#checkFill(start, targets, identity);
      let rest = targets;
      for (let at = start; at < end; ) {
        const { bytesRead } = await readv(descriptor, rest, at);
        rest = this.#advance(rest, at, bytesRead, identity);
        at += bytesRead;
      }
    });
    return await untilAborted(filling, options.signal);
  }

  fillSync(start: number, targets: readonly Uint8Array[]): void {
    this.#checkOpen();
    const { descriptor, identity } = this.#openSync();
    const end = this.#checkFill(start, targets, identity);
    let rest = targets;
    for (let at = start; at < end; ) {
      const count = this.#attempt(() => fs.readvSync(descriptor, rest, at));
      rest = this.#advance(rest, at, count, identity);
      at += count;
    }
  }

  unclearedMemory(byteLength: number): ArrayBuffer {
    // Not from Node's pool: whoever has the memory has all of it. Where there is none, the other way says so.
    if (byteLength > constants.MAX_LENGTH) return allocateBytes(byteLength, this.name).buffer;
    return Buffer.allocUnsafeSlow(byteLength).buffer as ArrayBuffer;
  }

  /** Where the bytes end that `targets` are filled with, which is in the file. */
  #checkFill(start: number, targets: readonly Uint8Array[], identity: fs.Stats): number {
    const end = targets.reduce((at, { byteLength }) => at + byteLength, start);
    checkRangeShape({ start, end }, this.name);
    checkRangeInside({ start, end }, identity.size, this.name);
    this.#requests += 1;
    return end;
  }

  /** What is left to fill when `count` bytes are there: one call of the system takes a thousand targets at most. */
  #advance(targets: readonly Uint8Array[], at: number, count: number, identity: fs.Stats): readonly Uint8Array[] {
    if (count === 0) throw this.#changed(at, identity);
    this.#bytesReceived += count;
    let done = count;
    let index = 0;
    for (let next = targets[0]; next !== undefined && next.byteLength <= done; next = targets[index]) {
      done -= next.byteLength;
      index++;
    }
    const rest = targets.slice(index);
    if (done > 0) rest[0] = (rest[0] as Uint8Array).subarray(done);
    return rest;
  }

  close(): void | Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#pending === 0) return this.#closeFile();
    return new Promise((resolve) => {
      this.#whenIdle = () => resolve(this.#closeFile());
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #read(range: ByteRange): Promise<Uint8Array> {
    return await this.#keepingOpen(async () => {
      const file = await this.#open();
      checkRangeInside(range, file.identity.size, this.name);
      const bytes = allocateBytes(range.end - range.start, this.name);
      this.#requests += 1;
      for (let done = 0; done < bytes.byteLength; ) {
        const { bytesRead } = await read(file.descriptor, bytes, done, callBytes(bytes, done), range.start + done);
        if (bytesRead === 0) throw this.#changed(range.start + done, file.identity);
        done += bytesRead;
        this.#bytesReceived += bytesRead;
      }
      return bytes;
    });
  }

  /** Keeps `close()` from closing the descriptor while `work` runs. */
  async #keepingOpen<T>(work: () => Promise<T>): Promise<T> {
    this.#pending += 1;
    try {
      return await work();
    } catch (error) {
      throw this.#failure(error);
    } finally {
      this.#pending -= 1;
      if (this.#pending === 0) this.#whenIdle?.();
    }
  }

  async #open(): Promise<OpenFile> {
    if (this.#file !== undefined) return this.#file;
    this.#opening ??= this.#keepingOpen(async () => {
      const descriptor = await open(this.name, OPEN_FLAGS);
      try {
        const identity = await fstat(descriptor);
        this.#checkOpen();
        // A synchronous read may have opened it in the meantime: one descriptor is enough.
        if (this.#file === undefined) return this.#adopt(descriptor, identity);
      } catch (error) {
        await close(descriptor);
        throw error;
      }
      await close(descriptor);
      return this.#file;
    }).finally(() => {
      this.#opening = undefined;
    });
    return await this.#opening;
  }

  #openSync(): OpenFile {
    if (this.#isClosed) this.#checkOpen();
    if (this.#file !== undefined) return this.#file;
    let descriptor: number | undefined;
    try {
      descriptor = fs.openSync(this.name, OPEN_FLAGS);
      return this.#adopt(descriptor, fs.fstatSync(descriptor));
    } catch (error) {
      if (descriptor !== undefined) fs.closeSync(descriptor);
      throw this.#failure(error);
    }
  }

  #adopt(descriptor: number, identity: fs.Stats): OpenFile {
    if ((identity.mode & fs.constants.S_IFMT) !== fs.constants.S_IFREG) {
      throw new SourceUnavailableError(`${this.name}: this is no regular file.`, {
        retryable: false,
        expected: "a regular file",
        actual: identity.isDirectory() ? "a directory" : "a pipe, socket or device",
      });
    }
    this.#file = { descriptor, identity };
    return this.#file;
  }

  #closeFile(): void {
    if (this.#file !== undefined) fs.closeSync(this.#file.descriptor);
    this.#file = undefined;
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new ClosedError(`${this.name}: the source was closed.`);
  }

  #attempt<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw this.#failure(error);
    }
  }

  /** Node's own errors as ours; ours as they are. */
  #failure(error: unknown): unknown {
    if (!(error instanceof Error) || !("syscall" in error) || !("code" in error)) return error;
    const code = String(error.code);
    const reason = REASONS.get(code) ?? error.message;
    return new SourceUnavailableError(`${this.name}: the file could not be read: ${reason} (${code}).`, {
      retryable: RETRYABLE.has(code),
      actual: code,
      cause: error,
    });
  }

  /** The file ended before the range that it had when it was opened. */
  #changed(byteOffset: number, identity: fs.Stats): SourceChangedError {
    const now = this.#file === undefined ? undefined : fs.fstatSync(this.#file.descriptor);
    const expected = describe(identity);
    const actual = now === undefined ? "closed" : describe(now);
    return new SourceChangedError(
      `${this.name}: the file was changed while it was open: it was ${expected}, and is ${actual}. Open it again.`,
      { byteOffset, expected, actual },
    );
  }
}

const callBytes = (bytes: Uint8Array, done: number): number => Math.min(MAX_CALL_BYTES, bytes.byteLength - done);
const describe = (stats: fs.Stats): string => `${stats.size} bytes, written ${stats.mtime.toISOString()}`;
