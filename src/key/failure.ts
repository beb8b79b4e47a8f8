/** Errors of keys. In: what was expected and found, and where. Out: the error, to be thrown. */

import { KeyCodingError, type KeyErrorKind } from "../errors.ts";

/** The error for bytes of a key that are not what was expected, `at` bytes from the start, where that is known. */
export function keyFailure(kind: KeyErrorKind, expected: string, actual: string, at?: number): KeyCodingError {
  const where = at === undefined ? "" : `, at byte ${at} of the key`;
  return new KeyCodingError(`Expected ${expected}, found ${actual}${where}.`, {
    kind,
    expected,
    actual,
    byteOffset: at,
  });
}

/** The error for bytes that end too early. */
export function prematureEnd(needed: number, remaining: number, at?: number): KeyCodingError {
  const expected = needed === 1 ? "1 more byte" : `${needed} more bytes`;
  return keyFailure("PrematureEndOfInput", expected, remaining === 0 ? "the end" : `${remaining} up to the end`, at);
}

/** The error for a buffer of the caller's that is too short. */
export function bufferOverflow(needed: number, room: number): KeyCodingError {
  return keyFailure("BufferOverflow", `room for ${needed} bytes (size() says how many)`, `room for ${room}`);
}
