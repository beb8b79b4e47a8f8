/** Errors on their way from one thread to another. In: an error. Out: data; and back. */

import {
  BudgetExceededError,
  ChecksumMismatchError,
  ClosedError,
  CorruptChunkError,
  IndexOutOfRangeError,
  InvalidOptionError,
  KeyCodingError,
  LimitExceededError,
  NotAParcodeFileError,
  ParcodeError,
  type ParcodeErrorCode,
  type ParcodeErrors,
  QuotaExceededError,
  RangeNotSupportedError,
  SchemaIncompatibleError,
  SchemaMismatchError,
  SinkFailedError,
  SourceChangedError,
  SourceUnavailableError,
  StorageBusyError,
  StorageUnavailableError,
  UnknownCodecError,
  UnsupportedVersionError,
  WebAssemblyUnavailableError,
  WorkerCrashedError,
} from "../errors.ts";

/** An error as data, to go from one thread to another. */
export interface PlainError {
  readonly code: string | undefined;
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** The fields of the class: coordinates, limits, indexes. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Classes by their codes. */
export type ErrorClasses = {
  readonly [Code in ParcodeErrorCode]?: abstract new (
    ...args: never
  ) => ParcodeErrors[Code];
};

/** All of them. Who knows what to expect names those: a bundle then has no others. */
export const ALL_CLASSES: Required<ErrorClasses> = {
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

/** The error again, with its fields, of its class if that is one of `classes`. */
export function reviveError({ code, ...plain }: PlainError, classes: ErrorClasses): Error {
  const isKnown = code !== undefined && Object.hasOwn(classes, code);
  const known = isKnown ? classes[code as ParcodeErrorCode] : code === undefined ? Error : ParcodeError;
  const error = Object.create((known as typeof Error).prototype) as Error;
  const own = { ...plain.fields, message: plain.message, name: plain.name, stack: plain.stack };
  for (const [name, value] of Object.entries(own)) {
    const enumerable = name in plain.fields;
    Object.defineProperty(error, name, { value, enumerable, configurable: true, writable: true });
  }
  return error;
}
