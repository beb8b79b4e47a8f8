import { describe, expect, test } from "vitest";
import { isParcodeError } from "../../src/errors.ts";
import { streamSink } from "../../src/sink/stream.ts";
import { firstDifference, patternBytes } from "../support/bytes.ts";
import { rejectionOf, thrownBy } from "../support/rejection.ts";
import { describeSink, type SinkUnderTest } from "./conformance.ts";

/** A stream that shows what it took once it is closed. */
function collecting(strategy?: QueuingStrategy<Uint8Array>): SinkUnderTest {
  const pieces: Uint8Array[] = [];
  let isClosed = false;
  const stream = new WritableStream<Uint8Array>(
    {
      write: async (piece) => {
        await Promise.resolve();
        pieces.push(piece);
      },
      close: () => {
        isClosed = true;
      },
    },
    strategy,
  );
  const result = async () =>
    isClosed ? new Uint8Array(await new Blob(pieces as BlobPart[]).arrayBuffer()) : undefined;
  return { sink: streamSink(stream), result };
}

describeSink("streamSink", () => collecting(), { isFrontFixed: true });
describeSink(
  "streamSink(a stream with a queue)",
  () => collecting(new ByteLengthQueuingStrategy({ highWaterMark: 1e6 })),
  { isFrontFixed: true },
);
const transforming = () => {
  const { readable, writable } = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>();
  let isClosed = false;
  const collected = new Response(readable).arrayBuffer().then(
    (buffer) => {
      isClosed = true;
      return new Uint8Array(buffer);
    },
    () => undefined,
  );
  const sink = streamSink(writable);
  const close = sink.close.bind(sink);
  sink.close = () => {
    isClosed = true;
    return close();
  };
  return { sink, result: async () => (isClosed ? await collected : undefined) };
};
describeSink("streamSink(TransformStream)", transforming, { isFrontFixed: true });

const canWriteFiles = typeof FileSystemFileHandle !== "undefined" && "createWritable" in FileSystemFileHandle.prototype;

if (canWriteFiles) {
  let counter = 0;
  describeSink("streamSink(FileSystemWritableFileStream)", async () => {
    const folder = await navigator.storage.getDirectory();
    const name = `stream-sink-${counter++}`;
    const handle = await folder.getFileHandle(name, { create: true });
    const old = await handle.createWritable();
    await old.write("as it was");
    await old.close();
    return {
      sink: streamSink(await handle.createWritable()),
      result: async () => {
        const bytes = new Uint8Array(await (await handle.getFile()).arrayBuffer());
        return new TextDecoder().decode(bytes) === "as it was" ? undefined : bytes;
      },
      dispose: () => folder.removeEntry(name),
    };
  });
}

describe("streamSink", () => {
  test("waits until the stream wants more", async () => {
    let goOn = (): void => {};
    const taken: number[] = [];
    const sink = streamSink(
      new WritableStream<Uint8Array>({
        write: (piece) => {
          taken.push(piece.byteLength);
          return new Promise((resolve) => {
            goOn = resolve;
          });
        },
      }),
    );
    await sink.write(patternBytes(1));
    let isSettled = false;
    const second = Promise.resolve(sink.write(patternBytes(2))).then(() => {
      isSettled = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect([isSettled, taken]).toEqual([false, [1]]);
    goOn();
    await second;
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(taken).toEqual([1, 2]);
    goOn();
    await sink.close();
  });

  test("gives the stream bytes of its own", async () => {
    const pieces: Uint8Array[] = [];
    const sink = streamSink(new WritableStream({ write: (piece) => void pieces.push(piece) }));
    const buffer = patternBytes(10);
    await sink.write(buffer.subarray(2, 8));
    buffer.fill(0);
    await sink.close();
    expect(firstDifference(pieces[0]!, patternBytes(10).subarray(2, 8))).toBeUndefined();
    expect(pieces[0]?.buffer.byteLength).toBe(6);
  });

  test("passes the reason of abort() on, and ends a write that waits", async () => {
    let passed: unknown;
    const sink = streamSink(
      new WritableStream<Uint8Array>(
        {
          abort: (reason) => {
            passed = reason;
          },
        },
        { highWaterMark: 0 }, // never wants anything
      ),
    );
    const waiting = rejectionOf(sink.write(patternBytes(1)));
    const reason = new Error("changed my mind");
    await sink.abort(reason);
    expect(passed).toBe(reason);
    expect(await waiting).toMatchObject({ code: "Closed", cause: reason });
  });

  test("reports what the stream failed with, from then on, and does not close it", async () => {
    const cause = new Error("disk full");
    let isClosed = false;
    const sink = streamSink(
      new WritableStream<Uint8Array>({
        write: () => Promise.reject(cause),
        close: () => {
          isClosed = true;
        },
      }),
      "upload",
    );
    await sink.write(patternBytes(1)); // handed over; it fails a moment later
    const error = await rejectionOf(sink.write(patternBytes(1)));
    expect(isParcodeError(error, "SinkFailed"), String(error)).toBe(true);
    expect(error.cause).toBe(cause);
    expect(error.message).toBe("upload: the stream failed: disk full");
    expect(await rejectionOf(sink.close())).toBe(error);
    expect(isClosed).toBe(false);
    await sink.abort();
  });

  test("reports a failure of the last piece, or of closing, from close()", async () => {
    const cause = new Error("disk full");
    const late = streamSink(new WritableStream<Uint8Array>({ write: () => Promise.reject(cause) }));
    await late.write(patternBytes(1));
    expect(await rejectionOf(late.close())).toMatchObject({ code: "SinkFailed", cause });
    const closing = streamSink(new WritableStream<Uint8Array>({ close: () => Promise.reject(cause) }));
    expect(await rejectionOf(closing.close())).toMatchObject({ code: "SinkFailed", cause });
    await late.abort();
    await closing.abort();
  });

  test("abort() never throws, even where the stream does", async () => {
    const sink = streamSink(new WritableStream<Uint8Array>({ abort: () => Promise.reject(new Error("no")) }));
    await sink.abort("why");
  });

  test("refuses a stream that has a writer", () => {
    const stream = new WritableStream<Uint8Array>();
    stream.getWriter();
    const error = thrownBy(() => streamSink(stream));
    expect(isParcodeError(error, "InvalidOption"), String(error)).toBe(true);
    expect(error.option).toBe("stream");
  });
});
