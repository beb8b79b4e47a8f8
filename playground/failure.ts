/** Errors in plain words, with the library's own message below them. */

import { isParcodeError, type ParcodeErrorCode } from "parcode-web";
import { element } from "./dom.ts";

const PLAIN: { readonly [Code in ParcodeErrorCode]?: string } = {
  NotAParcodeFile: "This is no .par file, or its end is missing.",
  UnsupportedVersion: "This file was written by a version that this page does not read yet.",
  UnknownCodec: "A part of this file is compressed in a way that this page does not know.",
  CorruptChunk: "A part of this file does not fit: it is damaged, or the schema is that of another file.",
  SchemaIncompatible: "The schema is that of another file.",
  SchemaMismatch: "The schema, or the value, is not one that fits here.",
  LimitExceeded: "A part of this file is larger than this page wants to take.",
  RangeNotSupported: "The server sends the whole file only, so it cannot be read in parts.",
  SourceChanged: "The file has changed since it was opened. Open it again.",
  SourceUnavailable: "The file cannot be reached.",
  InvalidOption: "That cannot be asked for.",
  IndexOutOfRange: "There is no such item.",
};

/** What the person should read. */
export function failureText(error: unknown): Node[] {
  const message = error instanceof Error ? error.message : String(error);
  const plain = isParcodeError(error) ? PLAIN[error.code] : undefined;
  if (plain === undefined) return [element("p", {}, message)];
  return [element("p", {}, element("strong", {}, plain)), element("p", {}, message)];
}
