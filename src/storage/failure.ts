/**
 * Storage, shared by sinks and sources: what the platform's failures mean. In: a DOMException. Out: a typed error, where
 * there is one for it.
 */
import { ParcodeError, QuotaExceededError, StorageBusyError, StorageUnavailableError } from "../errors.ts";

/** The kind of a failure: a DOMException's name. */
export function kindOf(error: unknown): string {
  return error instanceof Error ? error.name : String(error);
}

/** What stands for a failure that the platform does not throw but return: it took fewer bytes than there were. */
export function outOfSpace(): DOMException {
  return new DOMException("The storage took no more bytes.", "QuotaExceededError");
}

/** The typed error of a failure (one that is typed already as it is), or `undefined` where no class fits it. */
export async function storageError(
  name: string,
  cause: unknown,
  freedBytes: number,
): Promise<ParcodeError | undefined> {
  if (cause instanceof ParcodeError) return cause;
  const actual = kindOf(cause);
  switch (actual) {
    case "QuotaExceededError":
      return quotaExceeded(name, cause, freedBytes);
    case "NoModificationAllowedError":
      return busy(name, "it is open for writing, or through a sync access handle, somewhere else", cause);
    case "SecurityError":
    case "NotSupportedError":
      return unavailable(name, `the browser refuses it (${actual})`, cause);
    default:
      return undefined;
  }
}

export function unavailable(name: string, why: string, cause?: unknown): StorageUnavailableError {
  return new StorageUnavailableError(`${name}: this storage cannot be used here: ${why}.`, { actual: why, cause });
}

export function busy(name: string, why: string, cause?: unknown): StorageBusyError {
  return new StorageBusyError(`${name}: ${why}. Try again when that is done.`, { actual: why, cause });
}

async function quotaExceeded(name: string, cause: unknown, freedBytes: number): Promise<QuotaExceededError> {
  const estimate = await globalThis.navigator?.storage?.estimate?.().catch(() => undefined);
  const { usage: usageBytes, quota: quotaBytes } = estimate ?? {};
  const known =
    usageBytes === undefined ? "" : ` By the browser's estimate, ${usageBytes} of ${quotaBytes} bytes are in use.`;
  return new QuotaExceededError(
    `${name}: the storage has no room for the file. ${freedBytes} bytes of it were written, and are free again.${known}`,
    { freedBytes, usageBytes, quotaBytes, cause },
  );
}
