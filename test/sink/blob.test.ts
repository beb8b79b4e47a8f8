import { afterEach, expect, test, vi } from "vitest";
import { isParcodeError } from "../../src/errors.ts";
import { blobSink } from "../../src/sink/blob.ts";
import { firstDifference, patternBytes } from "../support/bytes.ts";
import { thrownBy } from "../support/rejection.ts";
import { describeSink } from "./conformance.ts";

describeSink(
  "blobSink",
  () => {
    const sink = blobSink();
    return {
      sink,
      result: async () => {
        try {
          return new Uint8Array(await sink.blob().arrayBuffer());
        } catch {
          return undefined;
        }
      },
    };
  },
  { isSync: true },
);

afterEach(() => vi.unstubAllGlobals());

test("the Blob has the type that was given, and is the same at every call", () => {
  const sink = blobSink({ type: "text/x-test" });
  sink.close();
  expect(sink.blob().type).toBe("text/x-test");
  expect(sink.blob()).toBe(sink.blob());
  const plain = blobSink();
  plain.close();
  expect(plain.blob().type).toBe("application/octet-stream");
});

test.each([
  ["small pieces", Array<number>(3_000).fill(1_000)],
  ["pieces of 600 KiB", Array<number>(9).fill(614_400)],
  ["large pieces behind small ones", [10, 3_000_000, 10, 3_000_000, 10]],
])("%s become parts of at least 1 MiB", async (_name, lengths) => {
  const parts: number[] = [];
  const RealBlob = globalThis.Blob;
  vi.stubGlobal(
    "Blob",
    class extends RealBlob {
      constructor(pieces: BlobPart[] = [], options?: BlobPropertyBag) {
        super(pieces, options);
        parts.push(this.size);
      }
    },
  );
  const sink = blobSink();
  const file = patternBytes(lengths.reduce((sum, length) => sum + length, 0));
  let offset = 0;
  for (const length of lengths) {
    sink.write(file.subarray(offset, offset + length));
    offset += length;
  }
  sink.close();
  expect(firstDifference(new Uint8Array(await sink.blob().arrayBuffer()), file)).toBeUndefined();
  // The last one is the whole, the one before it what was left.
  for (const byteLength of parts.slice(0, -2)) expect(byteLength).toBeGreaterThanOrEqual(1_048_576);
});

test("blob() says what is missing", () => {
  const sink = blobSink({ name: "world.par" });
  const early = thrownBy(() => sink.blob());
  expect(isParcodeError(early, "SinkFailed"), String(early)).toBe(true);
  expect(early.message).toContain("world.par");
});

test("a Blob that cannot be made is a SinkFailedError, and nothing goes on after it", () => {
  const cause = new RangeError("no room");
  const sink = blobSink();
  vi.stubGlobal(
    "Blob",
    class {
      constructor() {
        throw cause;
      }
    },
  );
  const error = thrownBy(() => sink.write(patternBytes(2_000_000)));
  expect(error).toMatchObject({ code: "SinkFailed", cause });
  expect(thrownBy(() => sink.close())).toBe(error);
});
