/**
 * Every error the library throws.
 *
 * One class per `code`, each with the coordinates of what went wrong as fields, so that a program can branch on
 * `code` and a person can read `message`: what was expected, what was found, where, and what to do about it.
 * An abort is the platform's own `AbortError` (the signal's reason) and never one of these.
 */

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
  abstract readonly code: string;
  /** Whether the same call may succeed later without a change of input. */
  readonly retryable: boolean = false;
  // `declare`: a plain field would be reset to undefined after the constructor of the base class has set it.
  declare readonly chunkOffset?: number;
  declare readonly byteOffset?: number;
  declare readonly path?: string;
  declare readonly expected?: string;
  declare readonly actual?: string;

  constructor(message: string, details: ErrorDetails = {}) {
    const { cause, ...coordinates } = details;
    super(message, cause === undefined ? undefined : { cause });
    for (const [name, value] of Object.entries(coordinates)) {
      if (value !== undefined) {
        Object.defineProperty(this, name, { value, enumerable: true, configurable: true, writable: true });
      }
    }
    this.name = new.target.name;
  }
}

/** A value does not fit its schema, or a schema cannot be built or written. Nothing was written. */
export class SchemaMismatchError extends ParcodeError {
  readonly code = "SchemaMismatch";
}

/** The file's own structure contradicts the schema it is read with. Retrying does not help; read with the right schema. */
export class SchemaIncompatibleError extends ParcodeError {
  readonly code = "SchemaIncompatible";
}

/** The bytes are no `.par` file, or their end was cut off. */
export class NotAParcodeFileError extends ParcodeError {
  readonly code = "NotAParcodeFile";
}

/** A `.par` file of a version that this library does not read. */
export class UnsupportedVersionError extends ParcodeError {
  readonly code = "UnsupportedVersion";
  readonly version: number;
  constructor(message: string, details: ErrorDetails & { version: number }) {
    super(message, details);
    this.version = details.version;
  }
}

/** A chunk names a compression id for which no codec is registered. */
export class UnknownCodecError extends ParcodeError {
  readonly code = "UnknownCodec";
  readonly codecId: number;
  constructor(message: string, details: ErrorDetails & { codecId: number }) {
    super(message, details);
    this.codecId = details.codecId;
  }
}

/** A chunk's bytes are not what its format says. Other chunks stay readable; retrying does not help. */
export class CorruptChunkError extends ParcodeError {
  readonly code = "CorruptChunk";
}

/**
 * Bytes are not the ones that were written: `expected` and `actual` are their checksums, in hexadecimal. Where they came
 * over a network or out of a cache, reading them again may help; the file itself may be damaged.
 */
export class ChecksumMismatchError extends ParcodeError {
  readonly code = "ChecksumMismatch";
}

/** A size, count or depth in the file exceeds a limit of the reader. The limit's option is named in the message. */
export class LimitExceededError extends ParcodeError {
  readonly code = "LimitExceeded";
  /** Name of the option or constant that set the limit. */
  readonly limit: string;
  constructor(message: string, details: ErrorDetails & { limit: string }) {
    super(message, details);
    this.limit = details.limit;
  }
}

/** An index outside of a list. */
export class IndexOutOfRangeError extends ParcodeError {
  readonly code = "IndexOutOfRange";
  readonly index: number;
  readonly length: number;
  constructor(index: number, length: number, details: ErrorDetails = {}) {
    const valid = length === 0 ? "the list is empty" : `0 <= index < ${length}`;
    super(`Index ${index} is out of range: ${valid}.`, { ...details, expected: valid, actual: String(index) });
    this.index = index;
    this.length = length;
  }
}

/** The server does not answer range requests in a way that can be used. */
export class RangeNotSupportedError extends ParcodeError {
  readonly code = "RangeNotSupported";
  declare readonly url?: string;
  declare readonly status?: number;
  constructor(message: string, details: ErrorDetails & { url?: string | undefined; status?: number | undefined } = {}) {
    super(message, details);
  }
}

/**
 * The bytes behind a source changed while it was open: two reads would not belong together. `file.reopen()` reads the new
 * ones. `expected` and `actual` are what told them apart, and `validator` says what that is: "ETag", "Last-Modified", "length".
 */
export class SourceChangedError extends ParcodeError {
  readonly code = "SourceChanged";
  declare readonly validator?: string;
}

/** Requests and bytes that reading costs. */
export interface ReadCost {
  readonly requests: number;
  readonly bytes: number;
}

/** The next read would cost more than the option `budget` of `open` allows. It was not made; a larger budget is a new `open`. */
export class BudgetExceededError extends ParcodeError {
  readonly code = "BudgetExceeded";
  declare readonly budget: Partial<ReadCost>;
  declare readonly spent: ReadCost;
  /** What the read would cost, with what it needs besides at the same time. */
  declare readonly next: ReadCost;
  constructor(message: string, costs: ErrorDetails & { budget: Partial<ReadCost>; spent: ReadCost; next: ReadCost }) {
    super(message, costs);
  }
}

/** A source could not be read. `retryable` says whether trying again may help; `status` is HTTP's where there is one. */
export class SourceUnavailableError extends ParcodeError {
  readonly code = "SourceUnavailable";
  override readonly retryable: boolean;
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
    super(message, details);
    this.retryable = details.retryable;
  }
}

/** A sink could not take the bytes. What was at its place before is still there. */
export class SinkFailedError extends ParcodeError {
  readonly code = "SinkFailed";
}

/** A worker died in the middle of a task. Nothing half-done is visible; calling again may work. */
export class WorkerCrashedError extends ParcodeError {
  readonly code = "WorkerCrashed";
  override readonly retryable = true;
}

/** There is no storage of this kind here: an old browser, private browsing, a policy, or not a browser. Use another sink or source. */
export class StorageUnavailableError extends ParcodeError {
  readonly code = "StorageUnavailable";
}

/** Somebody else is writing the file, or keeps it from being replaced: another tab, worker or writer. Try again later. */
export class StorageBusyError extends ParcodeError {
  readonly code = "StorageBusy";
  override readonly retryable = true;
}

/**
 * The browser's storage has no room for the file. What was at its place before is still there, and what was written so
 * far has been given back: remove something, or ask for `navigator.storage.persist()`, and try again.
 */
export class QuotaExceededError extends ParcodeError {
  readonly code = "QuotaExceeded";
  /** Bytes of the unfinished file, and of leftovers of earlier ones, that were freed again. */
  readonly freedBytes: number;
  /** Bytes that the origin uses and may use, by the browser's own estimate after that, where it gives one. */
  declare readonly usageBytes?: number;
  declare readonly quotaBytes?: number;
  constructor(
    message: string,
    details: ErrorDetails & { freedBytes: number; usageBytes?: number | undefined; quotaBytes?: number | undefined },
  ) {
    super(message, details);
    this.freedBytes = details.freedBytes;
  }
}

/**
 * WebAssembly, or a part of this library that is made of it, cannot be had here: a Content-Security-Policy without
 * 'wasm-unsafe-eval', an old engine, a package that was left out. Only fingerprints need it; all else does without.
 */
export class WebAssemblyUnavailableError extends ParcodeError {
  readonly code = "WebAssemblyUnavailable";
}

/** An option of a call has a value that it cannot have. */
export class InvalidOptionError extends ParcodeError {
  readonly code = "InvalidOption";
  readonly option: string;
  constructor(message: string, details: ErrorDetails & { option: string }) {
    super(message, details);
    this.option = details.option;
  }
}

/** What is wrong with the bytes of a key, or with the buffer they go to. Named as in the Rust crate ordcode, where it has the kind. */
export type KeyErrorKind =
  /** The bytes end inside a value. */
  | "PrematureEndOfInput"
  /** Bytes are left behind the value, or a buffer that has to be filled is not. */
  | "BufferUnderflow"
  /** The caller's buffer has too little room. */
  | "BufferOverflow"
  /** After the byte that starts an escape stands neither an escaped byte nor the end. */
  | "InvalidByteSequenceEscape"
  /** Text is not UTF-8, or a character is no Unicode scalar value. */
  | "InvalidUtf8Encoding"
  /** The tag of an option is neither 0 nor 1. */
  | "InvalidTagEncoding"
  /** A varint is wider than its type. */
  | "InvalidVarintEncoding"
  /** There is no variant of this number (the crate: `Serde`). */
  | "UnknownVariant"
  /** No encoder writes these bytes: another encoding of a value that has one. */
  | "NotCanonical";

/**
 * Bytes are no key of the schema, or do not fit a buffer; `kind` says which. Retrying does not help. A value that does not fit
 * its schema is a {@link SchemaMismatchError}.
 */
export class KeyCodingError extends ParcodeError {
  readonly code = "KeyCoding";
  readonly kind: KeyErrorKind;
  constructor(message: string, details: ErrorDetails & { kind: KeyErrorKind }) {
    super(message, details);
    this.kind = details.kind;
  }
}

/** The file, source or sink was used after `close()`. */
export class ClosedError extends ParcodeError {
  readonly code = "Closed";
}

/**
 * Puts a step (`.level`, `[3]`) in front of an error's path, which grows from the inside out as the error rises.
 * Returns the error, to be thrown on.
 */
export function prefixPath(segment: string, error: unknown): unknown {
  if (error instanceof ParcodeError) define(error, "path", segment + (error.path ?? ""));
  return error;
}

/** Completes an error that rose to the top: its path from the root, in the message too. */
export function completePath(prefix: string, error: unknown): unknown {
  if (!(error instanceof ParcodeError) || error.path === undefined) return error;
  const path = (prefix + error.path).replace(/^\./, "");
  define(error, "path", path);
  if (path !== "") define(error, "message", `${path}: ${error.message}`);
  return error;
}

function define(error: ParcodeError, name: "path" | "message", value: string): void {
  const enumerable = name === "path";
  Object.defineProperty(error, name, { value, enumerable, configurable: true, writable: true });
}

/** Every class by its code. */
export interface ParcodeErrors {
  SchemaMismatch: SchemaMismatchError;
  SchemaIncompatible: SchemaIncompatibleError;
  NotAParcodeFile: NotAParcodeFileError;
  UnsupportedVersion: UnsupportedVersionError;
  UnknownCodec: UnknownCodecError;
  CorruptChunk: CorruptChunkError;
  ChecksumMismatch: ChecksumMismatchError;
  LimitExceeded: LimitExceededError;
  IndexOutOfRange: IndexOutOfRangeError;
  RangeNotSupported: RangeNotSupportedError;
  BudgetExceeded: BudgetExceededError;
  SourceChanged: SourceChangedError;
  SourceUnavailable: SourceUnavailableError;
  SinkFailed: SinkFailedError;
  WorkerCrashed: WorkerCrashedError;
  StorageUnavailable: StorageUnavailableError;
  WebAssemblyUnavailable: WebAssemblyUnavailableError;
  StorageBusy: StorageBusyError;
  QuotaExceeded: QuotaExceededError;
  InvalidOption: InvalidOptionError;
  KeyCoding: KeyCodingError;
  Closed: ClosedError;
}

/** The stable codes of all errors. */
export type ParcodeErrorCode = keyof ParcodeErrors;

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

/** An error as data, to go from one thread to another. */
export interface PlainError {
  readonly code: string | undefined;
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** The fields of the class: coordinates, limits, indexes. */
  readonly fields: Readonly<Record<string, unknown>>;
}

const CLASSES: { readonly [Code in ParcodeErrorCode]: abstract new (...args: never) => ParcodeErrors[Code] } = {
  SchemaMismatch: SchemaMismatchError,
  SchemaIncompatible: SchemaIncompatibleError,
  NotAParcodeFile: NotAParcodeFileError,
  UnsupportedVersion: UnsupportedVersionError,
  UnknownCodec: UnknownCodecError,
  CorruptChunk: CorruptChunkError,
  ChecksumMismatch: ChecksumMismatchError,
  LimitExceeded: LimitExceededError,
  IndexOutOfRange: IndexOutOfRangeError,
  RangeNotSupported: RangeNotSupportedError,
  BudgetExceeded: BudgetExceededError,
  SourceChanged: SourceChangedError,
  SourceUnavailable: SourceUnavailableError,
  SinkFailed: SinkFailedError,
  WorkerCrashed: WorkerCrashedError,
  WebAssemblyUnavailable: WebAssemblyUnavailableError,
  StorageUnavailable: StorageUnavailableError,
  StorageBusy: StorageBusyError,
  QuotaExceeded: QuotaExceededError,
  InvalidOption: InvalidOptionError,
  KeyCoding: KeyCodingError,
  Closed: ClosedError,
};

/** An error as data. Structured clone would keep neither its class nor its fields. */
export function toPlainError(error: unknown): PlainError {
  if (!(error instanceof Error))
    return { code: undefined, name: "Error", message: String(error), stack: undefined, fields: {} };
  const fields: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(error))
    if (typeof value !== "object" && typeof value !== "function") fields[name] = value;
  const code = error instanceof ParcodeError ? error.code : undefined;
  return { code, name: error.name, message: error.message, stack: error.stack, fields };
}

/** The error again, of its class, with its fields. */
export function reviveError(plain: PlainError): Error {
  const known =
    plain.code !== undefined && Object.hasOwn(CLASSES, plain.code) ? CLASSES[plain.code as ParcodeErrorCode] : Error;
  const error = Object.create(known.prototype) as Error;
  const own = { ...plain.fields, message: plain.message, name: plain.name, stack: plain.stack };
  for (const [name, value] of Object.entries(own)) {
    const enumerable = name in plain.fields;
    Object.defineProperty(error, name, { value, enumerable, configurable: true, writable: true });
  }
  return error;
}
