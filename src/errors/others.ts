/** The errors of what comes later than a first read, or instead of it: sinks, workers, the browser's storage, keys. */

import { type ErrorDetails, ParcodeError } from "./base.ts";

/** A sink could not take the bytes. What was at its place before is still there. */
export class SinkFailedError extends ParcodeError {
  declare readonly code: "SinkFailed";
  constructor(message: string, details?: ErrorDetails) {
    super("SinkFailed", message, details);
  }
}

/** A worker died in the middle of a task. Nothing half-done is visible; calling again may work. */
export class WorkerCrashedError extends ParcodeError {
  declare readonly code: "WorkerCrashed";
  override readonly retryable = true;
  constructor(message: string, details?: ErrorDetails) {
    super("WorkerCrashed", message, details);
  }
}

/** There is no storage of this kind here: an old browser, private browsing, a policy, or not a browser. Use another sink or source. */
export class StorageUnavailableError extends ParcodeError {
  declare readonly code: "StorageUnavailable";
  constructor(message: string, details?: ErrorDetails) {
    super("StorageUnavailable", message, details);
  }
}

/** Somebody else is writing the file, or keeps it from being replaced: another tab, worker or writer. Try again later. */
export class StorageBusyError extends ParcodeError {
  declare readonly code: "StorageBusy";
  override readonly retryable = true;
  constructor(message: string, details?: ErrorDetails) {
    super("StorageBusy", message, details);
  }
}

/**
 * The browser's storage has no room for the file. What was at its place before is still there, and what was written so
 * far has been given back: remove something, or ask for `navigator.storage.persist()`, and try again.
 */
export class QuotaExceededError extends ParcodeError {
  declare readonly code: "QuotaExceeded";
  /** Bytes of the unfinished file, and of leftovers of earlier ones, that were freed again. */
  declare readonly freedBytes: number;
  /** Bytes that the origin uses and may use, by the browser's own estimate after that, where it gives one. */
  declare readonly usageBytes?: number;
  declare readonly quotaBytes?: number;
  constructor(
    message: string,
    details: ErrorDetails & { freedBytes: number; usageBytes?: number | undefined; quotaBytes?: number | undefined },
  ) {
    super("QuotaExceeded", message, details);
  }
}

/**
 * WebAssembly, or a part of this library that is made of it, cannot be had here: a Content-Security-Policy without
 * 'wasm-unsafe-eval', an old engine, a package that was left out. Only fingerprints need it; all else does without.
 */
export class WebAssemblyUnavailableError extends ParcodeError {
  declare readonly code: "WebAssemblyUnavailable";
  constructor(message: string, details?: ErrorDetails) {
    super("WebAssemblyUnavailable", message, details);
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
  declare readonly code: "KeyCoding";
  declare readonly kind: KeyErrorKind;
  constructor(message: string, details: ErrorDetails & { kind: KeyErrorKind }) {
    super("KeyCoding", message, details);
  }
}
