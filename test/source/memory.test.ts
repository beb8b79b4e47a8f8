import { expect, test } from "vitest";
import { isParcodeError } from "../../src/errors.ts";
import { memorySource } from "../../src/source/memory.ts";
import { patternBytes } from "../support/bytes.ts";
import { thrownBy } from "../support/rejection.ts";
import { describeSource } from "./conformance.ts";

describeSource("memorySource(Uint8Array)", (bytes) => ({ source: memorySource(bytes) }), {
  isSync: true,
  givesViews: true,
});
describeSource("memorySource(ArrayBuffer)", (bytes) => ({ source: memorySource(bytes.buffer) }), {
  isSync: true,
  givesViews: true,
});
describeSource("memorySource(part of a buffer)", (bytes) => ({ source: memorySource(partOf(bytes)) }), {
  isSync: true,
  givesViews: true,
});
if (typeof SharedArrayBuffer !== "undefined") {
  describeSource("memorySource(SharedArrayBuffer)", (bytes) => ({ source: memorySource(shared(bytes)) }), {
    isSync: true,
  });
}

function partOf(bytes: Uint8Array): Uint8Array {
  const larger = new Uint8Array(bytes.byteLength + 100);
  larger.set(bytes, 33);
  return larger.subarray(33, 33 + bytes.byteLength);
}

function shared(bytes: Uint8Array): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer(bytes.byteLength);
  new Uint8Array(buffer).set(bytes);
  return buffer;
}

test("a read is a view of the bytes, without a copy", async () => {
  const bytes = patternBytes(100);
  const read = await memorySource(bytes).read({ start: 10, end: 20 });
  expect(read.buffer).toBe(bytes.buffer);
  expect(read.byteOffset).toBe(10);
  expect(memorySource(bytes).bytes?.buffer).toBe(bytes.buffer);
});

test.skipIf(typeof SharedArrayBuffer === "undefined")(
  "a read of shared memory is a copy that TextDecoder takes",
  async () => {
    const buffer = shared(new TextEncoder().encode("abcdef"));
    const source = memorySource(buffer);
    const read = await source.read({ start: 1, end: 3 });
    expect(source.bytes).toBeUndefined();
    new Uint8Array(buffer).fill(0);
    expect(new TextDecoder().decode(read)).toBe("bc");
  },
);

test("other views count as their bytes", () => {
  const words = new Uint16Array([0x0201, 0x0403]);
  expect(memorySource(words as unknown as Uint8Array).readSync({ start: 0, end: 4 })).toEqual(
    new Uint8Array([1, 2, 3, 4]),
  );
});

test("a transferred buffer is a changed source", () => {
  const bytes = patternBytes(100);
  const source = memorySource(bytes, "world.par");
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  const error = thrownBy(() => source.readSync({ start: 0, end: 1 }));
  expect(isParcodeError(error, "SourceChanged")).toBe(true);
  expect(error).toMatchObject({ expected: "100 bytes", actual: "0 bytes" });
  expect(error.message).toContain("world.par");
});

test.each([[undefined], ["text"], [[1, 2]], [{}]])("refuses %j", (value) => {
  const error = thrownBy(() => memorySource(value as unknown as Uint8Array));
  expect(isParcodeError(error, "InvalidOption")).toBe(true);
  expect(error.option).toBe("bytes");
});
