/** What all errors of this library have. In: a message and where. Out: an error whose path grows as it rises. */

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

  constructor(message: string, details: ErrorDetails = {}) {
    const { cause, ...coordinates } = details;
    super(message, cause === undefined ? undefined : { cause });
    for (const [name, value] of Object.entries(coordinates)) if (value !== undefined) set(this, name, value);
    // Each class says its code; its own name would be lost where a bundler shortens names.
    const { code } = new.target as unknown as { readonly code: string };
    this.code = code;
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
