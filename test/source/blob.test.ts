import { expect, test } from "vitest";
import { isParcodeError } from "../../src/errors.ts";
import { blobSource } from "../../src/source/blob.ts";
import { patternBytes } from "../support/bytes.ts";
import { rejectionOf, thrownBy } from "../support/rejection.ts";
import { describeSource } from "./conformance.ts";

describeSource("blobSource(Blob)", (bytes) => ({ source: blobSource(new Blob([bytes])) }));
describeSource("blobSource(part of a Blob)", (bytes) => ({
  source: blobSource(new Blob([new Uint8Array(9), bytes, new Uint8Array(9)]).slice(9, 9 + bytes.byteLength)),
}));

test("is named after the File", () => {
  expect(blobSource(new File([patternBytes(3)], "world.par")).name).toBe("world.par");
  expect(blobSource(new Blob([]), "given").name).toBe("given");
});

/** A Blob whose slices read as told: for what cannot be brought about everywhere. */
function blobThat(arrayBuffer: () => Promise<ArrayBuffer>): Blob {
  return { size: 100, slice: () => ({ arrayBuffer }), arrayBuffer } as unknown as Blob;
}

test.each(["NotReadableError", "AbortError", "NotFoundError"])("%s means that the file was changed", async (name) => {
  const cause = new DOMException("gone", name);
  const source = blobSource(blobThat(() => Promise.reject(cause)));
  const error = await rejectionOf(source.read({ start: 0, end: 10 }));
  expect(isParcodeError(error, "SourceChanged"), String(error)).toBe(true);
  expect(error.cause).toBe(cause);
});

test("other failures mean that it cannot be read", async () => {
  const cause = new DOMException("no", "SecurityError");
  const source = blobSource(blobThat(() => Promise.reject(cause)));
  const error = await rejectionOf(source.read({ start: 0, end: 10 }));
  expect(isParcodeError(error, "SourceUnavailable"), String(error)).toBe(true);
  expect(error).toMatchObject({ retryable: false, cause });
});

test.each([9, 11, 0])("%i bytes instead of 10 are refused", async (count) => {
  const source = blobSource(blobThat(() => Promise.resolve(new ArrayBuffer(count))));
  const error = await rejectionOf(source.read({ start: 0, end: 10 }));
  expect(isParcodeError(error, "SourceChanged"), String(error)).toBe(true);
  expect(error).toMatchObject({ expected: "10 bytes", actual: `${count} bytes` });
});

test("a read that never ends can be aborted", async () => {
  const source = blobSource(blobThat(() => new Promise(() => {})));
  const controller = new AbortController();
  const pending = source.read({ start: 0, end: 10 }, { signal: controller.signal });
  controller.abort("enough");
  expect(await rejectionOf(pending)).toBe("enough");
});

test.skipIf(globalThis.navigator?.storage?.getDirectory === undefined)(
  "a File that was rewritten is a changed source",
  async () => {
    const folder = await navigator.storage.getDirectory();
    const handle = await folder.getFileHandle("blob-source-test", { create: true });
    const write = async (bytes: Uint8Array<ArrayBuffer>): Promise<void> => {
      const stream = await handle.createWritable();
      await stream.write(bytes);
      await stream.close();
    };
    await write(patternBytes(1000));
    const source = blobSource(await handle.getFile());
    expect(await source.read({ start: 0, end: 10 })).toEqual(patternBytes(10));
    await write(patternBytes(500, 2));
    const error = await rejectionOf(source.read({ start: 0, end: 10 }));
    expect(isParcodeError(error, "SourceChanged"), String(error)).toBe(true);
    await folder.removeEntry("blob-source-test");
  },
);

test.each([[undefined], ["text"], [new Uint8Array(3)]])("refuses %j", (value) => {
  const error = thrownBy(() => blobSource(value as unknown as Blob));
  expect(isParcodeError(error, "InvalidOption")).toBe(true);
});
