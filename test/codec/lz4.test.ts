import { describe, expect, it } from "vitest";
import { createLz4, lz4 } from "../../src/codec/lz4.ts";
import { none } from "../../src/codec/none.ts";
import { CorruptChunkError, LimitExceededError } from "../../src/errors.ts";
import { createKernels, kernels } from "../../wasm/kernels.ts";
import { createLz4Wasm, lz4Wasm } from "../../wasm/lz4-wasm.ts";
import { corpora, difference, sized } from "./corpora.ts";

const withoutWasm = createLz4(createLz4Wasm({ webAssembly: undefined }), createKernels({ webAssembly: undefined }));

describe("lz4", () => {
  it("has the id and the name of the format", () => {
    expect([lz4.id, lz4.name]).toEqual([1, "lz4"]);
  });

  it("makes the same bytes with and without WebAssembly, and reads them back", () => {
    for (const [kind, corpus] of Object.entries(corpora)) {
      const payload = corpus(70_000, 9);
      const stored = lz4.encode(payload);
      expect(`${kind}: ${difference(withoutWasm.encode(payload), stored)}`).toBe(`${kind}: same`);
      expect(`${kind}: ${difference(withoutWasm.decode(stored, 70_000), payload)}`).toBe(`${kind}: same`);
    }
  });

  it("uses WebAssembly where it may", () => {
    const answer = Uint8Array.of(1, 2, 3);
    expect(createLz4({ compress: () => answer }, kernels).encode(Uint8Array.of(7))).toBe(answer);
  });

  it("decodes with the kernel where it may, and else with the twin", () => {
    const answer = Uint8Array.of(1, 2, 3);
    const stored = lz4.encode(new Uint8Array(300));
    const asked: unknown[] = [];
    const asking = (result: Uint8Array<ArrayBuffer> | null) =>
      createLz4(lz4Wasm, {
        decodeBlock: (...call) => {
          asked.push(call);
          return result;
        },
        withDecodedBlock: () => expect.unreachable(),
      });
    expect(asking(answer).decode(stored, 300)).toBe(answer);
    expect(asked).toEqual([[stored, 4, 300]]);
    expect(difference(asking(null).decode(stored, 300), new Uint8Array(300))).toBe("same");
  });

  it("claims are checked before the kernel is asked", () => {
    const decoder = createLz4(lz4Wasm, {
      decodeBlock: () => expect.unreachable(),
      withDecodedBlock: () => expect.unreachable(),
    });
    const ways = [
      (stored: Uint8Array, max: number) => decoder.decode(stored, max),
      (stored: Uint8Array, max: number) => decoder.withPayload?.(stored, max, () => expect.unreachable()),
    ];
    for (const decode of ways) {
      expect(() => decode(sized(0x7fffffff, [0x10, 7, 1, 0, 0x10, 8]), 1 << 20)).toThrow(CorruptChunkError);
      expect(() => decode(lz4.encode(new Uint8Array(101)), 100)).toThrow(LimitExceededError);
      expect(() => decode(Uint8Array.of(1, 0), 100)).toThrow(CorruptChunkError);
    }
  });

  it("lends a payload where it was decoded, with WebAssembly and without", () => {
    for (const [codec, where] of [
      [lz4, true],
      [withoutWasm, false],
    ] as const) {
      const payload = corpora.text?.(50_000, 3) ?? new Uint8Array();
      const stored = lz4.encode(payload);
      let view = new Uint8Array();
      const answer = codec.withPayload?.(stored, 50_000, (lent) => {
        view = lent as Uint8Array<ArrayBuffer>;
        return difference(lent, payload);
      });
      expect(answer).toBe("same");
      // In the kernels' memory there is more than the payload.
      expect(view.buffer.byteLength > 50_000).toBe(where);
      expect(codec.withPayload?.(stored, 50_000, () => undefined)).toBeUndefined();
      expect(() => codec.withPayload?.(stored.subarray(0, 900), 50_000, () => expect.unreachable())).toThrow("LZ4: ");
      expect(() =>
        codec.withPayload?.(stored, 50_000, () => {
          throw new TypeError("mine");
        }),
      ).toThrow(new TypeError("mine"));
    }
  });

  it("what is wrong with a block is said in the same words with and without WebAssembly", () => {
    const messageOf = (decode: () => unknown): string => {
      try {
        decode();
        return "";
      } catch (error) {
        return String(error);
      }
    };
    for (const block of [[0x10], [0x10, 7, 0, 0, 0x10, 7], [0x10, 7, 9, 0, 0x10, 7], [0x1f, 7, 1, 0, 255], []]) {
      const stored = sized(9, block);
      const message = messageOf(() => lz4.decode(stored, 100));
      expect(message).toMatch(/CorruptChunk|LZ4/);
      expect(messageOf(() => withoutWasm.decode(stored, 100))).toBe(message);
    }
  });

  it("stays usable after an error", () => {
    expect(() => lz4.decode(sized(9, [0x10, 7, 0, 0, 0x10, 7]), 100)).toThrow(CorruptChunkError);
    expect(() => lz4.decode(lz4.encode(new Uint8Array(101)), 100)).toThrow(LimitExceededError);
    expect(lz4.decode(lz4.encode(new Uint8Array(100)), 100).length).toBe(100);
  });

  it("refuses a payload that no block can hold", () => {
    const huge = { length: 0x7e000001 } as unknown as Uint8Array;
    expect(() => lz4.encode(huge)).toThrow(LimitExceededError);
  });
});

describe("none", () => {
  it("leaves bytes as and where they are", () => {
    const payload = Uint8Array.of(1, 2, 3);
    expect([none.id, none.name]).toEqual([0, "none"]);
    expect(none.encode(payload)).toBe(payload);
    expect(none.decode(payload, 3)).toBe(payload);
  });

  it("refuses more than the limit", () => {
    expect(() => none.decode(Uint8Array.of(1, 2, 3), 2)).toThrow(/3 bytes exceeds maxChunkBytes \(2\)/);
    expect(() => none.decode(Uint8Array.of(1, 2, 3), 2)).toThrow(LimitExceededError);
  });
});
