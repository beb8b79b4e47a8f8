/** Errors in plain words and what to do, with the library's own message below them. */

import { isParcodeError, type ParcodeErrorCode } from "parcode-web";

interface Words {
  readonly what: string;
  readonly advice?: string;
}

const WORDS: { readonly [Code in ParcodeErrorCode]?: Words } = {
  NotAParcodeFile: {
    what: "This is no .par file, or its end is missing.",
    advice: "Check that the download was complete, and that the address leads to the file and not to a page about it.",
  },
  UnsupportedVersion: { what: "This file was written by a version that this page does not read yet." },
  UnknownCodec: { what: "A part of this file is compressed in a way that this page does not know." },
  CorruptChunk: {
    what: "A part of this file is damaged, or it was read with the schema of another file.",
    advice: "Other parts can still be read. If you gave a schema, check it; else get the file anew.",
  },
  ChecksumMismatch: {
    what: "A part of this file is damaged: its bytes are not those that were written.",
    advice: "Nothing wrong was shown. Other parts can still be read; to mend this one, get the file anew.",
  },
  SchemaIncompatible: { what: "The schema is that of another file.", advice: "Compare it with the file's own." },
  SchemaMismatch: { what: "The schema, or the value, is not one that fits here." },
  LimitExceeded: { what: "A part of this file is larger than this page wants to take at once." },
  RangeNotSupported: {
    what: "The server sends the whole file only, so it cannot be read in parts.",
    advice: "Host the file where range requests are answered, or download it and drop it on this page.",
  },
  SourceChanged: { what: "The file has changed since it was opened.", advice: "Open it again." },
  SourceUnavailable: {
    what: "The file cannot be reached.",
    advice:
      "Check the address. If it is right, its server may not let other sites read it (CORS): it must send " +
      "Access-Control-Allow-Origin and allow the header Range. Or download the file and drop it on this page.",
  },
  StorageUnavailable: { what: "The browser gives this page no storage here." },
  StorageBusy: { what: "Another page is using this file.", advice: "Close it there, and try again." },
  InvalidOption: { what: "That cannot be asked for." },
  IndexOutOfRange: { what: "There is no such item." },
  Closed: { what: "This file was closed.", advice: "Open it again." },
};

/** What the person should read about an error. */
export function ErrorNote({ error }: { readonly error: unknown }) {
  const message = error instanceof Error ? error.message : String(error);
  const words = isParcodeError(error) ? WORDS[error.code] : undefined;
  return (
    <div class="failed" role="alert">
      {words === undefined ? <p class="failed-what">{message}</p> : <p class="failed-what">{words.what}</p>}
      {words?.advice !== undefined && <p>{words.advice}</p>}
      {words !== undefined && <p class="failed-message">{message}</p>}
    </div>
  );
}
