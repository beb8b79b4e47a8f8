/**
 * Every error the library throws.
 *
 * One class per `code`, each with the coordinates of what went wrong as fields, so that a program can branch on
 * `code` and a person can read `message`: what was expected, what was found, where, and what to do about it.
 * An abort is the platform's own `AbortError` (the signal's reason) and never one of these.
 */

import type {
  BudgetExceededError,
  ChecksumMismatchError,
  ClosedError,
  CorruptChunkError,
  IndexOutOfRangeError,
  InvalidOptionError,
  LimitExceededError,
  NotAParcodeFileError,
  RangeNotSupportedError,
  SchemaIncompatibleError,
  SchemaMismatchError,
  SourceChangedError,
  SourceUnavailableError,
  UnknownCodecError,
  UnsupportedVersionError,
} from "./errors/base.ts";
import type {
  KeyCodingError,
  QuotaExceededError,
  SinkFailedError,
  StorageBusyError,
  StorageUnavailableError,
  WebAssemblyUnavailableError,
  WorkerCrashedError,
} from "./errors/others.ts";

export {
  BudgetExceededError,
  ChecksumMismatchError,
  ClosedError,
  CorruptChunkError,
  completePath,
  type ErrorDetails,
  IndexOutOfRangeError,
  InvalidOptionError,
  isParcodeError,
  LimitExceededError,
  NotAParcodeFileError,
  ParcodeError,
  prefixPath,
  RangeNotSupportedError,
  type ReadCost,
  SchemaIncompatibleError,
  SchemaMismatchError,
  SourceChangedError,
  SourceUnavailableError,
  UnknownCodecError,
  UnsupportedVersionError,
} from "./errors/base.ts";
// In modules by who needs them, so that a bundle has no others.
export {
  KeyCodingError,
  type KeyErrorKind,
  QuotaExceededError,
  SinkFailedError,
  StorageBusyError,
  StorageUnavailableError,
  WebAssemblyUnavailableError,
  WorkerCrashedError,
} from "./errors/others.ts";

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
