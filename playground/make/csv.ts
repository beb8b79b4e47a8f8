/** CSV → rows. In: text. Out: objects whose members are numbers, booleans, texts or null, column by column. */

import { excerpt, InputError, type Note } from "./input-error.ts";

export interface CsvOptions {
  /** Whether the first row has the names of the columns. */
  readonly hasHeader: boolean;
}

export interface CsvRows {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly notes: readonly Note[];
}

type Cells = readonly string[];

/** A row of cells, and its number as a spreadsheet has it. */
interface Row {
  readonly cells: Cells;
  readonly number: number;
}

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const LONG = /^\s*-?[1-9]\d{15,}\s*$/;
const BOOLEAN = /^(?:true|false)$/i;
const DECIMAL_COMMA = /^-?\d+,\d+$/;

const QUOTES: { readonly [code: string]: string } = {
  MissingQuotes: "A quoted cell has no closing quote.",
  InvalidQuotes: "A quoted cell has text behind its closing quote.",
};

/**
 * Reads CSV; the separator is found out. Columns of numbers or booleans become those, with null where a cell is empty; others
 * stay texts.
 * @throws {InputError} Rows of other lengths than the first, a quote that does not close, two columns of one name.
 */
export async function readCsv(text: string, { hasHeader }: CsvOptions): Promise<CsvRows> {
  const { default: papa } = await import("papaparse");
  const { data, errors, meta } = papa.parse<string[]>(text);
  const fault = errors.find(({ type }) => type === "Quotes");
  if (fault !== undefined) {
    throw new InputError(QUOTES[fault.code] ?? fault.message, {
      where: `row ${(fault.row ?? 0) + 1}`,
      advice: 'Close it with ", and write a quote inside of a cell as "".',
    });
  }
  const rows: Row[] = [];
  for (const [i, cells] of data.entries()) {
    if (cells.length > 1 || cells[0] !== "") rows.push({ cells, number: i + 1 });
  }
  const first = rows[0];
  if (first === undefined)
    throw new InputError("The text is empty.", { advice: "Give rows with cells between commas." });
  const names = hasHeader ? columnNames(first.cells) : first.cells.map((_, i) => `column${i + 1}`);
  const body = hasHeader ? rows.slice(1) : rows;
  checkWidths(body, names.length, hasHeader, meta.delimiter);
  if (body.length === 0) {
    throw new InputError("There is a row of names, and no row of data.", {
      advice: "If the first row is data already, say that the first row has no names.",
    });
  }
  return assemble(names, body, hasHeader ? first.cells : names);
}

function columnNames(cells: Cells): string[] {
  const places = new Map<string, number>();
  return cells.map((cell, i) => {
    const trimmed = cell.trim();
    const name =
      trimmed === "" ? `column${i + 1}` : /^\d+$/.test(trimmed) || trimmed === "__proto__" ? `_${trimmed}` : trimmed;
    const before = places.get(name);
    if (before !== undefined) {
      throw new InputError(`Two columns are called ${excerpt(name)}.`, {
        where: `row 1, columns ${before + 1} and ${i + 1}`,
        advice: "Give each column a name of its own, or say that the first row has no names.",
      });
    }
    places.set(name, i);
    return name;
  });
}

function checkWidths(rows: readonly Row[], width: number, hasHeader: boolean, delimiter: string): void {
  const odd = rows.find(({ cells }) => cells.length !== width);
  if (odd === undefined) return;
  const first = hasHeader ? `the row of names has ${width}` : `the first row has ${width}`;
  const count = odd.cells.length;
  throw new InputError(`This row has ${count} ${count === 1 ? "cell" : "cells"}, and ${first}.`, {
    where: `row ${odd.number}`,
    advice:
      count > width
        ? `Put cells that contain “${delimiter === "\t" ? "tab" : delimiter}” into quotes, or add a name for each column.`
        : "Add the missing cells, or leave them empty between separators.",
  });
}

function assemble(names: readonly string[], rows: readonly Row[], written: Cells): CsvRows {
  const notes: Note[] = [];
  names.forEach((name, i) => {
    if (name !== written[i]?.trim()) {
      notes.push({
        path: name,
        text: `is the name of column ${i + 1}, since a field cannot be called ${excerpt(written[i] ?? "")}.`,
      });
    }
  });
  const converts = names.map((name, i) => converterOf(name, rows, i, notes));
  const objects = rows.map(({ cells }) => {
    const object: Record<string, unknown> = {};
    for (let i = 0; i < names.length; i++) object[names[i] as string] = converts[i]?.(cells[i] as string);
    return object;
  });
  return { rows: objects, notes };
}

function converterOf(name: string, rows: readonly Row[], column: number, notes: Note[]): (cell: string) => unknown {
  let numbers = 0;
  let booleans = 0;
  let commas = 0;
  let filled = 0;
  let text: Row | undefined;
  for (const row of rows) {
    const cell = (row.cells[column] as string).trim();
    if (cell === "") continue;
    filled++;
    if (isExactNumber(cell)) numbers++;
    else if (BOOLEAN.test(cell)) booleans++;
    else {
      if (DECIMAL_COMMA.test(cell)) commas++;
      text ??= row;
    }
  }
  if (filled > 0 && numbers === filled) return (cell) => (cell.trim() === "" ? null : Number(cell));
  if (filled > 0 && booleans === filled) {
    return (cell) => (cell.trim() === "" ? null : cell.trim().toLowerCase() === "true");
  }
  if (filled > 0 && commas === filled) {
    notes.push({
      path: name,
      text: "looks like numbers with decimal commas, and stays text: write 1.5 for 1,5 to get numbers.",
    });
  } else if (text !== undefined && LONG.test(text.cells[column] ?? "")) {
    notes.push({
      path: name,
      text: `has whole numbers beyond 2^53, such as in row ${text.number}, and stays text, which keeps their digits.`,
    });
  } else if (text !== undefined && numbers * 2 > filled) {
    const cell = excerpt(text.cells[column]);
    notes.push({
      path: name,
      text: `is mostly numbers, and stays text because of ${cell} in row ${text.number}: empty that cell to get numbers.`,
    });
  }
  return (cell) => cell;
}

/** Numbers whose digits would change, such as 007 and those beyond 2^53, are names and stay text. */
function isExactNumber(cell: string): boolean {
  if (!NUMBER.test(cell) || cell === "-0") return false;
  return /^-?\d+$/.test(cell) ? Number.isSafeInteger(Number(cell)) : Number.isFinite(Number(cell));
}
