/** Text of the user's → data. In: a Blob or a text, and its format. Out: the value, its shape, and what to know about it. */

import { readCsv } from "./csv.ts";
import { InputError, type Note } from "./input-error.ts";
import { jsonError } from "./json-fault.ts";
import { Observer, Shape, shapeOf } from "./shape.ts";

export type TextFormat = "json" | "ndjson" | "csv";

export const FORMAT_NAMES: { readonly [F in TextFormat]: string } = { json: "JSON", ndjson: "NDJSON", csv: "CSV" };

/** Where text comes from. */
export interface TextInput {
  readonly name: string;
  readonly content: Blob | string;
  /** Undefined: found out. */
  readonly format: TextFormat | undefined;
  /** For CSV: whether the first row has the names of the columns. */
  readonly hasHeader: boolean;
}

/** What was read. */
export interface Data {
  readonly value: unknown;
  readonly shape: Shape;
  readonly format: TextFormat;
  /** Length of the text in bytes. */
  readonly sourceBytes: number;
  readonly notes: readonly Note[];
}

/** What reading has come to: its step, and how much of it is done, from 0 to 1, where that is known. */
export interface ReadStep {
  readonly step: string;
  readonly done?: number;
}

export interface ReadControl {
  readonly signal?: AbortSignal | undefined;
  readonly onStep?: ((step: ReadStep) => void) | undefined;
}

/** Reads and sums up a text. @throws {InputError} It is not what it should be; where and what to do. */
export async function readText(input: TextInput, control: ReadControl = {}): Promise<Data> {
  const { content } = input;
  const text = typeof content === "string" ? content : await decoded(content, control);
  const sourceBytes = typeof content === "string" ? new Blob([content]).size : content.size;
  if (/^\s*$/.test(text.slice(0, 1000)) && text.trim() === "") {
    throw new InputError("The text is empty.", { advice: "Give JSON, NDJSON or CSV." });
  }
  control.signal?.throwIfAborted();
  const format = input.format ?? formatOf(input.name, text);
  control.onStep?.({ step: `Reading ${FORMAT_NAMES[format]}` });
  const { value, notes, shape } = await parsed(text, format, input, control);
  return { value, notes, shape, format, sourceBytes };
}

interface Parsed {
  readonly value: unknown;
  readonly shape: Shape;
  readonly notes: readonly Note[];
}

async function parsed(text: string, format: TextFormat, input: TextInput, control: ReadControl): Promise<Parsed> {
  if (format === "ndjson") return readLines(text, control);
  if (format === "csv") {
    const { rows, notes } = await readCsv(text, input);
    control.onStep?.({ step: "Looking for types" });
    return { value: rows, notes, shape: shapeOf(rows) };
  }
  const value = parseJson(text);
  control.onStep?.({ step: "Looking for types" });
  return { value, notes: [], shape: shapeOf(value) };
}

function parseJson(text: string, line = 1): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw jsonError(text, line);
  }
}

/** One value a line; lines without a value are skipped. */
function readLines(text: string, { onStep }: ReadControl): Parsed {
  const values: unknown[] = [];
  const shape = new Shape();
  const observer = new Observer();
  const list = { items: 0, longest: 0, positions: undefined, item: new Shape() };
  let line = 0;
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    line++;
    const row = text.slice(start, end).trim();
    if (row !== "") {
      const value = parseJson(row, line);
      observer.observe(list.item, value, values.length);
      values.push(value);
    }
    start = end + 1;
    if (line % 4096 === 0) onStep?.({ step: "Reading lines", done: end / text.length });
  }
  list.items = values.length;
  list.longest = values.length;
  shape.count = 1;
  shape.counts.list = 1;
  shape.lists = list;
  return { value: values, shape, notes: [] };
}

/** What a text looks like. A name decides, where it says something. */
export function formatOf(name: string, text: string): TextFormat {
  const [, ending = ""] = /\.([a-z]+)$/i.exec(name) ?? [];
  if (/^(?:ndjson|jsonl)$/i.test(ending)) return "ndjson";
  if (/^(?:csv|tsv)$/i.test(ending)) return "csv";
  const start = text.slice(0, 1_000_000).trimStart();
  if (!/^[[{]/.test(start)) return /^json$/i.test(ending) ? "json" : "csv";
  const newline = start.indexOf("\n");
  const [first, rest] = newline < 0 ? [start, ""] : [start.slice(0, newline), start.slice(newline).trimStart()];
  return /^[[{]/.test(rest) && isJson(first) ? "ndjson" : "json";
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The text of a file: UTF-8, or UTF-16 that says so. */
async function decoded(blob: Blob, { signal, onStep }: ReadControl): Promise<string> {
  const head = new Uint8Array(await blob.slice(0, 2).arrayBuffer());
  const [first, second] = head;
  const encoding =
    first === 0xff && second === 0xfe ? "utf-16le" : first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
  const decoder = new TextDecoder(encoding, { fatal: true });
  const pieces: string[] = [];
  let at = 0;
  const reader = blob.stream().getReader();
  try {
    for (;;) {
      signal?.throwIfAborted();
      const { done, value } = await reader.read();
      pieces.push(decoder.decode(value, { stream: !done }));
      if (done) return pieces.join("");
      at += value.byteLength;
      onStep?.({ step: "Reading the file", done: at / blob.size });
    }
  } catch (error) {
    throw decodingError(error, at, blob.size);
  } finally {
    reader.cancel().catch(() => undefined);
  }
}

function decodingError(error: unknown, at: number, size: number): unknown {
  if (error instanceof TypeError) {
    return new InputError("The file is no text in UTF-8.", {
      where: `behind byte ${at.toLocaleString("en-US")}`,
      advice: "Save it as UTF-8 (in a spreadsheet: “CSV UTF-8”), and check that it is JSON, NDJSON or CSV.",
    });
  }
  if (error instanceof RangeError) {
    return new InputError(
      `A text of ${size.toLocaleString("en-US")} bytes is more than this browser holds in one piece.`,
      {
        advice: "Split the file.",
      },
    );
  }
  return error;
}
