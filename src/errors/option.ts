/** Errors for options with a value that they cannot have, and the check that most of them need. */

import { InvalidOptionError } from "./base.ts";

/** The error for an option with a value that it cannot have. */
export function invalidOption(option: string, expected: string, value: unknown): InvalidOptionError {
  const actual = String(value);
  return new InvalidOptionError(`The option ${option} must be ${expected}, found ${actual}.`, {
    option,
    expected,
    actual,
  });
}

/** @throws {InvalidOptionError} */
export function integer(option: string, value: number | undefined, fallback: number, min: number, max: number): number {
  if (value === undefined) return fallback;
  if (Number.isSafeInteger(value) && value >= min && value <= max) return value;
  throw invalidOption(option, `an integer from ${min} to ${max}`, value);
}

/** @throws {InvalidOptionError} Infinity is fine, NaN is not. */
export function atLeast(option: string, value: number, least: number, what = "a number"): number {
  if (value >= least) return value;
  throw invalidOption(option, `${what}, at least ${least}`, value);
}
