/** How one part of a key is written and read. Made once for each schema by components.ts. */

import type { KeyReader } from "./reader.ts";
import type { KeyWriter } from "./writer.ts";

/** How values of one schema are written in a key, and read. */
export interface Component {
  /**
   * Bytes that `value` takes if its text is ASCII without zeros, as most is: an array of that size need not be copied. A number where all
   * values take as many. What is no value has any room.
   */
  readonly room: number | ((value: never) => number);
  /** @throws {SchemaMismatchError} without a path */
  write(writer: KeyWriter, value: never): void;
  read(reader: KeyReader): unknown;
  /** Writes what the keys of all values begin with that begin with `value`: text and bytes without their end. Others have no such thing. */
  readonly writeOpen?: ((writer: KeyWriter, value: never) => void) | undefined;
}

/** The room of a value. */
export function roomOf({ room }: Component, value: unknown): number {
  return typeof room === "number" ? room : room(value as never);
}
