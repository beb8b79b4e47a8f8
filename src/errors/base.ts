/**
 * What all errors of this library have, and those that a first read may need: of schemas, options, files, sources and what they may
 * cost. In: a message and where. Out: an error whose path grows as it rises.
 */

import type { ParcodeErrorCode, ParcodeErrors } from "../errors.ts";

/** Where and what; every class carries the subset that it knows. */
export interface ErrorDetails {
  /** First byte of the chunk concerned, from the start of the file. */
  readonly chunkOffset?: number | undefined;
  /** Byte inside the chunk's decompressed payload, or inside the file where no chunk is concerned. */
  readonly byteOffset?: number | undefined;
  /** Where in the value: `players["Hero"].level`. Empty for the root itself. */
  readonly path?: string | undefined;
  readonly expected?: string | undefined;
  readonly actual?: string | undefined;
  /** Of a file that changed: what shows it. */
  readonly validator?: string | undefined;
  readonly cause?: unknown;
}

/** Base of all errors of this library. Use {@link isParcodeError} to tell them apart across realms and bundles. */
export abstract class ParcodeError extends Error {
  /** Stable name of the kind of error. */
  declare readonly code: string;
  /** Whether the same call may succeed later without a change of input. */
  readonly retryable: boolean = false;
  // `declare`: a plain field would be reset to undefined after the constructor of the base class has set it.
  declare readonly chunkOffset?: number;
  declare readonly byteOffset?: number;
  declare readonly path?: string;
  declare readonly expected?: string;
  declare readonly actual?: string;

  /** @internal */
  constructor(code: ParcodeErrorCode, message: string, details: ErrorDetails = {}) {
    const { cause, ...coordinates } = details;
    super(message, cause === undefined ? undefined : { cause });
    for (const [name, value] of Object.entries(coordinates)) if (value !== undefined) set(this, name, value);
    this.code = code;
    // Not that of the class, which is lost where a bundler shortens names.
    this.name = `${code}Error`;
  }
}

/**
 * Whether `error` is an error of this library, and of kind `code` where one is given.
 *
 * Looks at the fields and not at the class, so it also holds for errors of another copy of the library.
 */
export function isParcodeError<Code extends ParcodeErrorCode>(error: unknown, code: Code): error is ParcodeErrors[Code];
export function isParcodeError(error: unknown): error is ParcodeErrors[ParcodeErrorCode];
export function isParcodeError(error: unknown, code?: string): boolean {
  if (!(error instanceof Error) || !("code" in error) || !("retryable" in error)) return false;
  return code === undefined ? typeof error.code === "string" : error.code === code;
}

/**
 * Puts a step (`.level`, `[3]`) in front of an error's path, which grows from the inside out as the error rises.
 * Returns the error, to be thrown on.
 */
export function prefixPath(segment: string, error: unknown): unknown {
  if (error instanceof ParcodeError) set(error, "path", segment + (error.path ?? ""));
  return error;
}

/** Completes an error that rose to the top: its path from the root, in the message too. */
export function completePath(prefix: string, error: unknown): unknown {
  if (!(error instanceof ParcodeError) || error.path === undefined) return error;
  const path = (prefix + error.path).replace(/^\./, "");
  set(error, "path", path);
  if (path !== "") set(error, "message", `${path}: ${error.message}`);
  return error;
}

function set(error: ParcodeError, name: string, value: unknown): void {
  (error as unknown as Record<string, unknown>)[name] = value;
}

/** A value does not fit its schema, or a schema cannot be built or written. Nothing was written. */
export class SchemaMismatchError extends ParcodeError {
  declare readonly code: "SchemaMismatch";
  constructor(message: string, details?: ErrorDetails) {
    super("SchemaMismatch", message, details);
  }
}

/** The file's own structure contradicts the schema it is read with. Retrying does not help; read with the right schema. */
export class SchemaIncompatibleError extends ParcodeError {
  declare readonly code: "SchemaIncompatible";
  constructor(message: string, details?: ErrorDetails) {
    super("SchemaIncompatible", message, details);
  }
}

/** The bytes are no `.par` file, or their end was cut off. */
export class NotAParcodeFileError extends ParcodeError {
  declare readonly code: "NotAParcodeFile";
  constructor(message: string, details?: ErrorDetails) {
    super("NotAParcodeFile", message, details);
  }
}

/** A `.par` file of a version that this library does not read. */
export class UnsupportedVersionError extends ParcodeError {
  declare readonly code: "UnsupportedVersion";
  declare readonly version: number;
  constructor(message: string, details: ErrorDetails & { version: number }) {
    super("UnsupportedVersion", message, details);
  }
}

/** A chunk names a compression id for which no codec is registered. */
export class UnknownCodecError extends ParcodeError {
  declare readonly code: "UnknownCodec";
  declare readonly codecId: number;
  constructor(message: string, details: ErrorDetails & { codecId: number }) {
    super("UnknownCodec", message, details);
  }
}

/** A chunk's bytes are not what its format says. Other chunks stay readable; retrying does not help. */
export class CorruptChunkError extends ParcodeError {
  declare readonly code: "CorruptChunk";
  constructor(message: string, details?: ErrorDetails) {
    super("CorruptChunk", message, details);
  }
}

/**
 * Bytes are not the ones that were written: `expected` and `actual` are their checksums, in hexadecimal. Where they came
 * over a network or out of a cache, reading them again may help; the file itself may be damaged.
 */
export class ChecksumMismatchError extends ParcodeError {
  declare readonly code: "ChecksumMismatch";
  constructor(message: string, details?: ErrorDetails) {
    super("ChecksumMismatch", message, details);
  }
}

/** A size, count or depth in the file exceeds a limit of the reader. The limit's option is named in the message. */
export class LimitExceededError extends ParcodeError {
  declare readonly code: "LimitExceeded";
  /** Name of the option or constant that set the limit. */
  declare readonly limit: string;
  constructor(message: string, details: ErrorDetails & { limit: string }) {
    super("LimitExceeded", message, details);
  }
}

/** An index outside of a list. */
export class IndexOutOfRangeError extends ParcodeError {
  declare readonly code: "IndexOutOfRange";
  declare readonly index: number;
  declare readonly length: number;
  constructor(index: number, length: number, details: ErrorDetails = {}) {
    const valid = length === 0 ? "the list is empty" : `0 <= index < ${length}`;
    super("IndexOutOfRange", `Index ${index} is out of range: ${valid}.`, {
      ...details,
      expected: valid,
      actual: String(index),
      index,
      length,
    } as ErrorDetails);
  }
}

/** The server does not answer range requests in a way that can be used. */
export class RangeNotSupportedError extends ParcodeError {
  declare readonly code: "RangeNotSupported";
  declare readonly url?: string;
  declare readonly status?: number;
  constructor(message: string, details: ErrorDetails & { url?: string | undefined; status?: number | undefined } = {}) {
    super("RangeNotSupported", message, details);
  }
}

/**
 * The bytes behind a source changed while it was open: two reads would not belong together. `file.reopen()` reads the new
 * ones. `expected` and `actual` are what told them apart, and `validator` says what that is: "ETag", "Last-Modified", "length".
 */
export class SourceChangedError extends ParcodeError {
  declare readonly code: "SourceChanged";
  declare readonly validator?: string;
  constructor(message: string, details?: ErrorDetails) {
    super("SourceChanged", message, details);
  }
}

/** Requests and bytes that reading costs. */
export interface ReadCost {
  readonly requests: number;
  readonly bytes: number;
}

/** The next read would cost more than the option `budget` of `open` allows. It was not made; a larger budget is a new `open`. */
export class BudgetExceededError extends ParcodeError {
  declare readonly code: "BudgetExceeded";
  declare readonly budget: Partial<ReadCost>;
  declare readonly spent: ReadCost;
  /** What the read would cost, with what it needs besides at the same time. */
  declare readonly next: ReadCost;
  constructor(message: string, costs: ErrorDetails & { budget: Partial<ReadCost>; spent: ReadCost; next: ReadCost }) {
    super("BudgetExceeded", message, costs);
  }
}

/** A source could not be read. `retryable` says whether trying again may help; `status` is HTTP's where there is one. */
export class SourceUnavailableError extends ParcodeError {
  declare readonly code: "SourceUnavailable";
  declare readonly retryable: boolean;
  declare readonly url?: string;
  declare readonly status?: number;
  /** How long the server asks to wait before the next try (`Retry-After`), where it says so. */
  declare readonly retryAfterMilliseconds?: number;
  constructor(
    message: string,
    details: ErrorDetails & {
      retryable: boolean;
      url?: string | undefined;
      status?: number | undefined;
      retryAfterMilliseconds?: number | undefined;
    },
  ) {
    super("SourceUnavailable", message, details);
  }
}

/** An option of a call has a value that it cannot have. */
export class InvalidOptionError extends ParcodeError {
  declare readonly code: "InvalidOption";
  declare readonly option: string;
  constructor(message: string, details: ErrorDetails & { option: string }) {
    super("InvalidOption", message, details);
  }
}

/** The file, source or sink was used after `close()`. */
export class ClosedError extends ParcodeError {
  declare readonly code: "Closed";
  constructor(message: string, details?: ErrorDetails) {
    super("Closed", message, details);
  }
}
