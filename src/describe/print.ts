/** Source text with line breaks where they are needed, as this project's formatter puts them. In: pieces. Out: text. */

/** Characters of a line. */
const LINE_WIDTH = 120;

/** Text of one line; a row of pieces; or a list that stands in one line, or has a line for each item. */
export type Piece = string | readonly Piece[] | Group;

export interface Group {
  readonly open: string;
  readonly items: readonly Piece[];
  readonly close: string;
  /** Between items in one line. */
  readonly separator: string;
  /** In front of each item on a line of its own, in place of the separators. */
  readonly lead?: string;
  /** What is at the inner side of `open` and `close` in one line. */
  readonly pad: string;
  /** Behind the last item, where each has a line. */
  readonly trail: string;
  /** Never one line. */
  readonly tall?: boolean;
}

/** `piece` with line breaks, from column `column` on and with `behind` characters to follow on its last line. */
export function print(piece: Piece, indent = 0, column = 0, behind = 0): string {
  if (typeof piece === "string") return piece;
  if (isRow(piece)) return printRow(piece, indent, column, behind);
  const width = widthOf(piece);
  if (column + width + behind <= LINE_WIDTH) return flat(piece);
  const { open, items, close, separator, lead = "", trail } = piece;
  const inner = " ".repeat(indent + 2);
  const lines = items.map((item, i) => {
    const end = i === items.length - 1 ? trail : lead === "" ? separator.trimEnd() : "";
    const start = indent + 2 + lead.length;
    return `${inner}${lead}${print(item, indent + 2, start, end.length)}${end}`;
  });
  const last = close === "" ? "" : `\n${" ".repeat(indent)}${close}`;
  return `${open.trimEnd()}\n${lines.join("\n")}${last}`;
}

function printRow(row: readonly Piece[], indent: number, column: number, behind: number): string {
  let text = "";
  let at = column;
  row.forEach((piece, i) => {
    const rest = row.slice(i + 1).reduce((total: number, next) => total + headWidthOf(next), 0);
    const printed = print(piece, indent, at, rest + behind);
    const line = printed.lastIndexOf("\n");
    at = line < 0 ? at + printed.length : printed.length - line - 1;
    text += printed;
  });
  return text;
}

/** Characters that must stand behind what comes before: all of a text, and the start of a group. */
function headWidthOf(piece: Piece): number {
  if (typeof piece === "string") return piece.length;
  return isRow(piece) ? piece.reduce((total: number, next) => total + headWidthOf(next), 0) : piece.open.length;
}

const widths = new WeakMap<object, number>();

/** Characters in one line; infinite for what never is one. */
function widthOf(piece: Piece): number {
  if (typeof piece === "string") return piece.length;
  const known = widths.get(piece);
  if (known !== undefined) return known;
  const parts = isRow(piece) ? piece : piece.items;
  let width = parts.reduce((total: number, part) => total + widthOf(part), 0);
  if (!isRow(piece)) {
    const { open, close, separator, pad, tall } = piece;
    width += open.length + close.length + separator.length * Math.max(0, parts.length - 1);
    width += parts.length > 0 ? 2 * pad.length : 0;
    if (tall === true) width = Number.POSITIVE_INFINITY;
  }
  widths.set(piece, width);
  return width;
}

function flat(piece: Piece): string {
  if (typeof piece === "string") return piece;
  if (isRow(piece)) return piece.map(flat).join("");
  const { open, items, close, separator, pad } = piece;
  const inner = items.map(flat).join(separator);
  return items.length === 0 ? `${open}${close}` : `${open}${pad}${inner}${pad}${close}`;
}

function isRow(piece: Piece): piece is readonly Piece[] {
  return Array.isArray(piece);
}

/** `vec(item)`; a list in brackets or braces as the only argument stands open in the same line. */
export function call(name: string, items: readonly Piece[], tall = false): Group {
  return { open: `${name}(`, items, close: ")", separator: ", ", pad: "", trail: ",", tall };
}

/** `struct({ a: u8 })`. */
export function callWithMembers(name: string, members: readonly Piece[]): Group {
  return { open: `${name}({`, items: members, close: "})", separator: ", ", pad: " ", trail: "," };
}

/** `tuple([u8, str])`. */
export function callWithList(name: string, items: readonly Piece[]): Group {
  return { open: `${name}([`, items, close: "])", separator: ", ", pad: "", trail: "," };
}

/**
 * Text in double quotes that is safe in source and on a screen: what is not seen, or changes how others are seen, is
 * escaped, line ends and marks of direction too.
 */
export function quote(text: string): string {
  return JSON.stringify(text).replace(HIDDEN, (character) =>
    character.replace(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`),
  );
}

/** All that is no mark on a screen, but for the space. */
const HIDDEN = /[\p{C}\p{Default_Ignorable_Code_Point}]|(?! )\p{Z}/gu;

/** A name of a member, in quotes where it needs them. */
export function memberName(name: string): string {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name) && name.search(HIDDEN) < 0 ? name : quote(name);
}
