/**
 * Step 6 of the way, shared by sources that fill buffers of their own. In: a length that was checked against the file.
 * Out: a buffer, or a typed error where memory does not reach.
 */
import { SourceUnavailableError } from "../errors.ts";

/** @throws {SourceUnavailableError} The platform has no buffer that large; read in smaller pieces. */
export function allocateBytes(byteLength: number, name: string): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(byteLength);
  } catch (cause) {
    throw new SourceUnavailableError(`${name}: there is no memory for ${byteLength} bytes in one piece.`, {
      retryable: false,
      expected: `${byteLength} bytes of memory`,
      cause,
    });
  }
}
