/**
 * Step 5 of the way: any WritableStream, such as an upload or the stream of a file handle. In: consecutive pieces. Out:
 * the same to the stream, at the pace that it sets.
 */
import { InvalidOptionError } from "../errors.ts";
import { CallQueue } from "./call-queue.ts";
import { SinkLifecycle } from "./lifecycle.ts";
import type { Sink } from "./sink.ts";

/**
 * A sink into `stream`, which it locks.
 *
 * Each write waits until the stream wants more, and copies the bytes, which the stream may hold on to. `close()` closes
 * the stream, `abort(reason)` aborts it with the same reason. That nothing is visible before `close()` is for the stream to keep:
 * a `FileSystemWritableFileStream` does (it writes beside the file), a network upload may not.
 * @throws {InvalidOptionError} The stream is locked by another writer.
 */
export function streamSink(stream: WritableStream<Uint8Array>, name = "stream"): Sink {
  return "seek" in stream ? new FileStreamSink(stream, name) : new StreamSink(stream, name);
}

class StreamSink implements Sink {
  readonly name: string;
  readonly #lifecycle: SinkLifecycle;
  readonly #calls = new CallQueue();
  /** What the stream failed with. Closing a stream that has failed rejects with a TypeError that does not say. */
  #streamFailure: { readonly error: unknown } | undefined;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;

  constructor(stream: WritableStream<Uint8Array>, name: string) {
    if (stream.locked) {
      throw new InvalidOptionError(
        `${name}: the stream is locked; release the other writer, or give the stream itself.`,
        {
          option: "stream",
          expected: "an unlocked WritableStream",
          actual: "a locked one",
        },
      );
    }
    this.name = name;
    this.#lifecycle = new SinkLifecycle(name);
    this.#writer = stream.getWriter();
    // Also keeps a failure, which the next call reports, from being reported as unhandled.
    this.#writer.closed.catch((error: unknown) => {
      this.#streamFailure = { error };
    });
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.#lifecycle.checkWritable();
    if (bytes.byteLength === 0) return;
    await this.writeChunk(new Uint8Array(bytes));
  }

  protected async writeChunk(chunk: Uint8Array): Promise<void> {
    this.#lifecycle.checkWritable();
    await this.#calls.run(async () => {
      await this.#attempt(() => this.#writer.ready);
      this.#writer.write(chunk).catch(ignore);
    });
  }

  async close(): Promise<void> {
    this.#lifecycle.checkWritable();
    await this.#calls.run(async () => {
      await this.#attempt(() => this.#writer.close());
      this.#lifecycle.close();
    });
  }

  /** Not in line with the other calls: it ends the one that waits for the stream. */
  async abort(reason?: unknown): Promise<void> {
    if (!this.#lifecycle.abort(reason)) return;
    await this.#writer.abort(reason).catch(ignore);
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    this.#lifecycle.checkWritable();
    try {
      await work();
    } catch (rejection) {
      this.#lifecycle.checkWritable(); // Aborted while it waited: that is what to say then.
      const cause = this.#streamFailure === undefined ? rejection : this.#streamFailure.error;
      throw this.#lifecycle.fail(`the stream failed: ${cause instanceof Error ? cause.message : String(cause)}`, cause);
    }
  }
}

/** A `FileSystemWritableFileStream` takes, besides bytes, where they belong. */
class FileStreamSink extends StreamSink {
  writeFront(bytes: Uint8Array): Promise<void> {
    return this.writeChunk({ type: "write", position: 0, data: new Uint8Array(bytes) } as unknown as Uint8Array);
  }
}

function ignore(): void {}
