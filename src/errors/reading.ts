/** The errors that a first read may need: of schemas, options, files, sources and what they may cost. */

import { type ErrorDetails, ParcodeError } from "./base.ts";

/** A value does not fit its schema, or a schema cannot be built or written. Nothing was written. */
export class SchemaMismatchError extends ParcodeError {
  /** @internal */
  static readonly code = "SchemaMismatch";
  declare readonly code: "SchemaMismatch";
}

/** The file's own structure contradicts the schema it is read with. Retrying does not help; read with the right schema. */
export class SchemaIncompatibleError extends ParcodeError {
  /** @internal */
  static readonly code = "SchemaIncompatible";
  declare readonly code: "SchemaIncompatible";
}

/** The bytes are no `.par` file, or their end was cut off. */
export class NotAParcodeFileError extends ParcodeError {
  /** @internal */
  static readonly code = "NotAParcodeFile";
  declare readonly code: "NotAParcodeFile";
}

/** A `.par` file of a version that this library does not read. */
export class UnsupportedVersionError extends ParcodeError {
  /** @internal */
  static readonly code = "UnsupportedVersion";
  declare readonly code: "UnsupportedVersion";
  declare readonly version: number;
  constructor(message: string, details: ErrorDetails & { version: number }) {
    super(message, details);
  }
}

/** A chunk names a compression id for which no codec is registered. */
export class UnknownCodecError extends ParcodeError {
  /** @internal */
  static readonly code = "UnknownCodec";
  declare readonly code: "UnknownCodec";
  declare readonly codecId: number;
  constructor(message: string, details: ErrorDetails & { codecId: number }) {
    super(message, details);
  }
}

/** A chunk's bytes are not what its format says. Other chunks stay readable; retrying does not help. */
export class CorruptChunkError extends ParcodeError {
  /** @internal */
  static readonly code = "CorruptChunk";
  declare readonly code: "CorruptChunk";
}

/**
 * Bytes are not the ones that were written: `expected` and `actual` are their checksums, in hexadecimal. Where they came
 * over a network or out of a cache, reading them again may help; the file itself may be damaged.
 */
export class ChecksumMismatchError extends ParcodeError {
  /** @internal */
  static readonly code = "ChecksumMismatch";
  declare readonly code: "ChecksumMismatch";
}

/** A size, count or depth in the file exceeds a limit of the reader. The limit's option is named in the message. */
export class LimitExceededError extends ParcodeError {
  /** @internal */
  static readonly code = "LimitExceeded";
  declare readonly code: "LimitExceeded";
  /** Name of the option or constant that set the limit. */
  declare readonly limit: string;
  constructor(message: string, details: ErrorDetails & { limit: string }) {
    super(message, details);
  }
}

/** The server does not answer range requests in a way that can be used. */
export class RangeNotSupportedError extends ParcodeError {
  /** @internal */
  static readonly code = "RangeNotSupported";
  declare readonly code: "RangeNotSupported";
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
  /** @internal */
  static readonly code = "SourceChanged";
  declare readonly code: "SourceChanged";
  declare readonly validator?: string;
}

/** Requests and bytes that reading costs. */
export interface ReadCost {
  readonly requests: number;
  readonly bytes: number;
}

/** The next read would cost more than the option `budget` of `open` allows. It was not made; a larger budget is a new `open`. */
export class BudgetExceededError extends ParcodeError {
  /** @internal */
  static readonly code = "BudgetExceeded";
  declare readonly code: "BudgetExceeded";
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
  /** @internal */
  static readonly code = "SourceUnavailable";
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
    super(message, details);
  }
}

/** An option of a call has a value that it cannot have. */
export class InvalidOptionError extends ParcodeError {
  /** @internal */
  static readonly code = "InvalidOption";
  declare readonly code: "InvalidOption";
  declare readonly option: string;
  constructor(message: string, details: ErrorDetails & { option: string }) {
    super(message, details);
  }
}

/** The file, source or sink was used after `close()`. */
export class ClosedError extends ParcodeError {
  /** @internal */
  static readonly code = "Closed";
  declare readonly code: "Closed";
}
