/**
 * Step 6 of the way, shared by all sources: is a byte range one that can be read at all? In: a range and the length of
 * the file. Out: nothing, or the typed error that every source gives for it.
 */
import { InvalidOptionError, NotAParcodeFileError } from "../errors.ts";
import type { ByteRange } from "./source.ts";

/**
 * Refuses what no file can have, before any I/O: `0 <= start < end`, both safe integers.
 * @throws {InvalidOptionError} A mistake of the caller; `option` is "range".
 */
export function checkRangeShape(range: ByteRange, name: string): void {
  const { start, end } = range;
  if (Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && start < end) return;
  const expected = "0 <= start < end, both integers";
  const actual = `${start} to ${end}`;
  throw new InvalidOptionError(`${name}: a byte range has ${expected}, but this one is ${actual}.`, {
    option: "range",
    expected,
    actual,
  });
}

/**
 * Refuses what this file does not have.
 * @throws {NotAParcodeFileError} The range ends behind the end: some offset in the file is wrong, or its end was cut off.
 */
export function checkRangeInside(range: ByteRange, byteLength: number, name: string): void {
  if (range.end <= byteLength) return;
  throw new NotAParcodeFileError(
    `${name}: bytes ${range.start} to ${range.end} were asked for, but the file ends at byte ${byteLength}. ` +
      "It was cut off, or it is no Parcode file.",
    { byteOffset: range.start, expected: `at least ${range.end} bytes`, actual: `${byteLength} bytes` },
  );
}
