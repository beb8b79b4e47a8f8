import { expect, it } from "vitest";
import type { Codec } from "../../src/codec/codec.ts";
import { createRegistry } from "../../src/codec/registry.ts";
import { CHILD_COUNT_BYTES, CHILD_REF_BYTES, FOOTER_BYTES, META_BYTES } from "../../src/format/layout.ts";
import { bytes, chunk, open, openSync, serializeSync, struct, typed, u8, u32, vec } from "../../src/index.ts";
import { difference } from "../codec/corpora.ts";

const schema = struct({
  numbers: chunk(typed(u32), { compression: "mirrored" }),
  blob: chunk(bytes, { compression: "mirrored" }),
  list: chunk(vec(u8), { compression: "mirrored" }),
});

/** All bits inverted, with a byte less, since what does not shrink is not stored. Says how often each way was taken. */
function mirrored() {
  const calls = { decode: 0, lend: 0 };
  const invert = (payload: Uint8Array): Uint8Array => payload.map((byte) => ~byte);
  const decode = (stored: Uint8Array): Uint8Array => {
    const payload = new Uint8Array(stored.length + 1).fill(7);
    payload.set(invert(stored));
    return payload;
  };
  const codec: Codec = {
    id: 2,
    name: "mirrored",
    encode: (payload) => (payload[payload.length - 1] === 7 ? invert(payload).subarray(0, -1) : payload),
    decode: (stored) => {
      calls.decode++;
      return decode(stored);
    },
    withPayload: (stored, _max, use) => {
      calls.lend++;
      const payload = decode(stored);
      try {
        return use(payload);
      } finally {
        // As a later call would do with memory that is used again.
        payload.fill(0xee);
      }
    },
  };
  return { calls, codecs: createRegistry([codec]) };
}

const value = {
  numbers: new Uint32Array(500).fill(7),
  blob: new Uint8Array(90_000).map((_, index) => (index % 30 === 29 ? 7 : index)),
  list: Array.from({ length: 200 }, () => 7),
};
const written = () => serializeSync(schema, value, { shardBytes: 30_000, codecs: mirrored().codecs });

function check(loaded: { numbers: Uint32Array; blob: Uint8Array; list: number[] }): void {
  expect(loaded.numbers).toEqual(value.numbers);
  expect(difference(loaded.blob, value.blob)).toBe("same");
  expect(loaded.list).toEqual(value.list);
}

it("typed arrays and bytes are decoded out of lent payloads, and keep nothing of them", async () => {
  const file = written();
  const { calls, codecs } = mirrored();
  check(openSync(file, schema, { codecs }).load());
  const lent = calls.lend;
  expect(lent).toBeGreaterThan(3);
  expect(calls.decode).toBe(1);
  const opened = await open(new Blob([file]), schema, { codecs });
  check(await opened.load());
  expect(calls).toEqual({ decode: 2, lend: 2 * lent });
});

it("no two values share an array, although a file has one list in two places", async () => {
  const twice = struct({ first: chunk(typed(u32)), second: chunk(typed(u32)), room: chunk(bytes) });
  const numbers = Uint32Array.from({ length: 60_000 }, (_, index) => index);
  const room = new Uint8Array(1 << 20);
  const file = serializeSync(
    twice,
    { first: numbers, second: numbers.map((n) => n + 1), room },
    { compatibility: "parcode" },
  );
  const rootAt = file.length - FOOTER_BYTES - (3 * CHILD_REF_BYTES + CHILD_COUNT_BYTES + META_BYTES);
  file.copyWithin(rootAt + CHILD_REF_BYTES, rootAt, rootAt + CHILD_REF_BYTES);
  const { first, second } = await (await open(new Blob([file]), twice)).load();
  expect(String(first)).toBe(String(numbers));
  expect(String(second)).toBe(String(numbers));
  expect(first.buffer).not.toBe(second.buffer);
});
