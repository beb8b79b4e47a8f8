/** What went wrong while a file was made, in plain words. In: an error. Out: a plain object, which can cross to another thread. */

import { isParcodeError, type ParcodeError, type ParcodeErrorCode } from "parcode-web";
import { InputError, type Snippet } from "./input-error.ts";

export interface Failure {
  readonly what: string;
  readonly where?: string | undefined;
  readonly advice?: string | undefined;
  /** The line of the text that it is in. */
  readonly snippet?: Snippet | undefined;
  /** The library's own words. */
  readonly message?: string | undefined;
  /** Whether it was the person who ended it. */
  readonly isCancelled?: boolean;
}

const WORDS: { readonly [Code in ParcodeErrorCode]?: Pick<Failure, "what" | "advice"> } = {
  SchemaMismatch: {
    what: "A value cannot be stored.",
    advice: "If it is a text, it may hold half of a character, such as \\ud83d alone. Correct it in the data.",
  },
  QuotaExceeded: {
    what: "There is no room left in the browser's storage.",
    advice: "Remove stored files below, or save to disk. Nothing was left behind.",
  },
  StorageBusy: { what: "Another tab is using this file.", advice: "Close it there, or choose another name." },
  StorageUnavailable: {
    what: "The browser gives this page no storage of this kind.",
    advice: "Private windows and pages without https often have none. Choose another place.",
  },
  SinkFailed: {
    what: "The file could not be written.",
    advice: "Check the room and the rights in that place, or choose another.",
  },
  WorkerCrashed: {
    what: "A worker ended while it compressed.",
    advice: "Try again, without workers if it happens again.",
  },
  LimitExceeded: { what: "A part of this data is larger than a file can hold in one piece." },
};

/** The words for an error. */
export function failureOf(error: unknown): Failure {
  if (error instanceof InputError) {
    const { message: what, where, advice, snippet } = error;
    return { what, where, advice, snippet };
  }
  if (isParcodeError(error)) return { ...(WORDS[error.code] ?? { what: error.message }), ...detailsOf(error) };
  if (error instanceof DOMException && error.name === "AbortError") return { what: "Cancelled.", isCancelled: true };
  if (error instanceof RangeError) {
    return {
      what: "This is more than fits into the memory that the browser gives to a page.",
      advice: "Take less data, or a smaller world.",
      message: error.message,
    };
  }
  return { what: error instanceof Error ? error.message : String(error) };
}

function detailsOf({
  code,
  message,
  path,
}: ParcodeError & { readonly code: ParcodeErrorCode }): Pick<Failure, "where" | "message"> {
  const details: Pick<Failure, "where" | "message"> = WORDS[code] === undefined ? {} : { message };
  return path === undefined || path === "" ? details : { ...details, where: path };
}
