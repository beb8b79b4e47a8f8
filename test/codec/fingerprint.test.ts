import { describe, expect, it } from "vitest";
import { bytes, chunk, isParcodeError, serialize, struct } from "../../src/index.ts";
import { type FingerprintHash, fingerprint } from "../../src/inspect.ts";
import { PIECE_BYTES } from "../../src/source/pieces.ts";
import type { ByteRange, ReadOptions, Source } from "../../src/source/source.ts";
import { corpora } from "./corpora.ts";

const ascii = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return `sha256-${hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)))}`;
}

/** A source of these bytes that writes down what it is asked for. */
function recorded(content: Uint8Array, fails?: (start: number) => unknown) {
  const log = { ranges: [] as ByteRange[], mostAtOnce: 0, closed: 0 };
  let underWay = 0;
  const source: Source = {
    name: "recorded",
    size: async () => content.length,
    read: async ({ start, end }: ByteRange, options?: ReadOptions) => {
      options?.signal?.throwIfAborted();
      log.ranges.push({ start, end });
      log.mostAtOnce = Math.max(log.mostAtOnce, ++underWay);
      await new Promise((resolve) => setTimeout(resolve, 1));
      underWay--;
      const reason = fails?.(start);
      if (reason !== undefined) throw reason;
      return content.slice(start, end);
    },
    close: async () => {
      log.closed++;
    },
  };
  return { source, log };
}

// Published test vectors: FIPS 180-4, the BLAKE3 reference, the check value of CRC-32/ISO-HDLC.
const VECTORS: readonly [FingerprintHash, string, string][] = [
  ["sha256", "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
  ["sha256", "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
  ["blake3", "", "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"],
  ["blake3", "abc", "6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85"],
  ["crc32", "", "00000000"],
  ["crc32", "123456789", "cbf43926"],
];

describe("fingerprint", () => {
  it.each(VECTORS)("%s of %j", async (hash, text, expected) => {
    expect(await fingerprint(ascii(text), hash)).toBe(`${hash}-${expected}`);
    expect(await fingerprint(new Blob([text]), hash)).toBe(`${hash}-${expected}`);
  });

  it("is that of the file's bytes, whatever they are and wherever they lie", async () => {
    const schema = struct({ blob: chunk(bytes, { compression: "lz4" }) });
    const file = await serialize(schema, { blob: corpora.text?.(3_000_000, 1) ?? new Uint8Array() });
    const damaged = file.slice(0, -3);
    for (const content of [file, damaged]) {
      const expected = await sha256(content);
      expect(await fingerprint(content, "sha256")).toBe(expected);
      expect(await fingerprint(new Blob([content]), "sha256")).toBe(expected);
      expect(await fingerprint(recorded(content).source, "sha256")).toBe(expected);
    }
  });

  it.each([0, 1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 3 * PIECE_BYTES, 3 * PIECE_BYTES + 77])(
    "reads %i bytes from front to end, two pieces at a time at most",
    async (byteLength) => {
      const content = new Uint8Array(byteLength).map((_, index) => Math.imul(index, 0x9e3779b1) >>> 24);
      const { source, log } = recorded(content);
      const told: number[] = [];
      const text = await fingerprint(source, "sha256", {
        onProgress: ({ bytesDone, bytesTotal }) => told.push(bytesDone / bytesTotal),
      });
      expect(text).toBe(await sha256(content));
      let at = 0;
      for (const { start, end } of log.ranges) {
        expect(start).toBe(at);
        expect(end - start).toBeLessThanOrEqual(PIECE_BYTES);
        at = end;
      }
      expect(at).toBe(byteLength);
      expect(log.mostAtOnce).toBeLessThanOrEqual(2);
      expect(told.length).toBe(log.ranges.length);
      expect(told.at(-1) ?? 1).toBe(1);
      expect(log.closed).toBe(1);
    },
  );

  it("stops where the caller says so, and closes the source", async () => {
    const abort = new AbortController();
    const { source, log } = recorded(new Uint8Array(5 * PIECE_BYTES));
    const stopped = fingerprint(source, "crc32", {
      signal: abort.signal,
      onProgress: () => abort.abort(new Error("enough")),
    });
    await expect(stopped).rejects.toThrow("enough");
    expect(log.ranges.length).toBeLessThan(5);
    expect(log.closed).toBe(1);
  });

  it("fails as the source does", async () => {
    const { source, log } = recorded(new Uint8Array(3 * PIECE_BYTES), (start) =>
      start > 0 ? new RangeError("gone") : undefined,
    );
    await expect(fingerprint(source, "blake3")).rejects.toThrow(new RangeError("gone"));
    expect(log.closed).toBe(1);
  });

  it("refuses a hash that there is not", async () => {
    const error: unknown = await fingerprint(ascii(""), "md5" as FingerprintHash).catch((reason: unknown) => reason);
    expect(isParcodeError(error, "InvalidOption") && error.option).toBe("hash");
  });
});
